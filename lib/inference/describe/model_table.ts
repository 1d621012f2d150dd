/** Several models side by side. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import { aic, bic } from "../../model/result/statistics.ts";
import { asMaximumLikelihood } from "../simulate/refit.ts";
import { modelTitle } from "../../model/result/title.ts";
import { kinds } from "../../check.ts";
import { isModel, ownModel } from "../../model/result/model_argument.ts";

/**
 * Akaike's criterion with the small-sample correction, AIC + 2k(k + 1)/(n − k − 1).
 * Source: Hurvich & Tsai (1989), Biometrika 76:297–307.
 */
export function aicc(model: Model): number {
  model = ownModel(model, "aicc", arguments);
  const k = model.npar, room = model.nobs - k - 1;
  return room > 0 ? aic(model) + 2 * k * (k + 1) / room : Infinity;
}

/**
 * A table of models by AICc, best first; REML fits are fitted again by maximum likelihood.
 *
 * @param given models, `modelTable(m0, m1)`, or models by the names that the table shows, `modelTable({ poisson: m0, … })`
 * @returns `model`, `npar`, `log_lik`, `aic`, `aicc`, `bic`, `delta` (AICc above the best), `weight` (Akaike weights)
 * @throws RangeError when the models were fitted to different numbers of rows or different responses
 * Source: Burnham & Anderson (2002), section 2.9.
 */
export function modelTable(...given: (Model | Readonly<Record<string, Model>>)[]): ResultFrame {
  const named = given.flatMap((g): { name: string; model: Model }[] =>
    isModel(g)
      ? [{ name: modelTitle(g), model: g }]
      : kinds.object.is(g) && Object.keys(g).length > 0
      ? Object.entries(g).map(([name, model]) => ({ name, model }))
      : [{ name: "", model: g as unknown as Model }]
  ).map(({ name, model }) => ({ name, model: ownModel(model, "modelTable") }));
  const models = named.map(({ model }) => model);
  if (models.length === 0) throw new RangeError("Cannot make a table of no models");
  const [first] = models;
  for (const m of models) {
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
  const rows = named.map(({ name, model }) => ({ name, m: asMaximumLikelihood(model) }))
    .map((row) => ({ ...row, aicc: aicc(row.m) })).sort((a, b) => a.aicc - b.aicc);
  const best = rows[0].aicc,
    relative = rows.map((r) => Math.exp(-(r.aicc - best) / 2)),
    sum = relative.reduce((s, v) => s + v, 0);
  return resultFrame("modelTable", {
    model: rows.map((r) => r.name),
    npar: Int32Array.from(rows, (r) => r.m.npar),
    log_lik: Float64Array.from(rows, (r) => r.m.logLik),
    aic: Float64Array.from(rows, (r) => aic(r.m)),
    aicc: Float64Array.from(rows, (r) => r.aicc),
    bic: Float64Array.from(rows, (r) => bic(r.m)),
    delta: Float64Array.from(rows, (r) => r.aicc - best),
    weight: Float64Array.from(relative, (v) => v / sum),
  }, {
    title: `Models of ${first.response}`,
    notes: models.some((m) => m.reml) ? ["REML fits were fitted again by maximum likelihood."] : undefined,
  });
}
