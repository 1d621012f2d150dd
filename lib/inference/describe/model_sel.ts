/** Models by how well they are supported. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import { ownModel } from "../../model/result/model_argument.ts";
import { aic, bic } from "../../model/result/statistics.ts";
import { modelTitle, shortNames } from "../../model/result/title.ts";
import { asMaximumLikelihood } from "../simulate/refit.ts";
import { namedModels } from "./named_models.ts";

/**
 * Akaike's criterion with the small-sample correction, AIC + 2k(k + 1)/(n − k − 1).
 * Source: Hurvich & Tsai (1989), Biometrika 76:297–307.
 *
 * ```ts
 * import { aicc, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * aicc(model);
 * ```
 *
 * @category The model
 */
export function aicc(model: Model): number {
  model = ownModel(model, "aicc", arguments);
  const k = model.npar, room = model.nobs - k - 1;
  return room > 0 ? aic(model) + 2 * k * (k + 1) / room : Infinity;
}

/**
 * Models ranked by AICc, best first, as MuMIn's `model.sel`; REML fits are fitted again by maximum likelihood.
 *
 * ```ts
 * import { dataset, fit, modelSel } from "@tidyglmm/tidyglmm";
 *
 * const sleep = await dataset("sleepstudy");
 * modelSel({ intercepts: fit("Reaction ~ Days + (1 | Subject)", sleep), slopes: fit("Reaction ~ Days + (Days | Subject)", sleep) });
 * ```
 *
 * @param given models, `modelSel(m0, m1)`, or models by the names that the table shows, `modelSel({ poisson: m0, … })`
 * @returns `model`, `npar`, `log_lik`, `aic`, `aicc`, `bic`, `delta` (AICc above the best), `weight` (Akaike weights)
 * @throws {RangeError} when the models were fitted to different numbers of rows or different responses
 * Source: Burnham & Anderson (2002), section 2.9.
 * @category Tests and intervals
 */
export function modelSel(...given: (Model | Readonly<Record<string, Model>>)[]): ResultFrame {
  const named = namedModels(given, "modelSel"), [{ model: first }] = named;
  assertOneScale(named.map(({ model }) => model));
  const rows = named.map((each) => ({ ...each, m: asMaximumLikelihood(each.model) }))
    .map((row) => ({ ...row, aicc: aicc(row.m) })).sort((a, b) => a.aicc - b.aicc);
  const best = rows[0].aicc,
    relative = rows.map((r) => Math.exp(-(r.aicc - best) / 2)),
    sum = relative.reduce((s, v) => s + v, 0);
  return resultFrame("modelSel", {
    model: rows.map((r) => r.name ?? modelTitle(r.model)),
    npar: Int32Array.from(rows, (r) => r.m.npar),
    log_lik: Float64Array.from(rows, (r) => r.m.logLik),
    aic: Float64Array.from(rows, (r) => aic(r.m)),
    aicc: Float64Array.from(rows, (r) => r.aicc),
    bic: Float64Array.from(rows, (r) => bic(r.m)),
    delta: Float64Array.from(rows, (r) => r.aicc - best),
    weight: Float64Array.from(relative, (v) => v / sum),
  }, {
    title: `Models of ${first.response}`,
    notes: named.some(({ model }) => model.reml)
      ? ["REML fits were fitted again by maximum likelihood."]
      : undefined,
    table: shortNames(rows),
  });
}

function assertOneScale([first, ...others]: readonly Model[]) {
  for (const m of others) {
    if (m.nobs !== first.nobs) {
      throw new RangeError(
        `Cannot compare the models: they use ${first.nobs} and ${m.nobs} rows; fit them to the same rows`,
      );
    }
    if (m.response !== first.response) {
      throw new RangeError(
        `Cannot compare the models: their responses are ${first.response} and ${m.response}; criteria of different responses have no common scale`,
      );
    }
  }
}
