/** Variances and correlations of the random effects. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import { MEAN } from "../families/part.ts";
import { hasResidual, type Model } from "./model.ts";
import { ownModel } from "./model_argument.ts";
import { randomHeading, randomParts } from "./random_table.ts";

/**
 * Estimated covariance of the random effects, as lme4's as.data.frame(VarCorr()): variances first, then covariances of
 * each term; the residual variance as group "Residual" where the family has one.
 *
 * ```ts
 * import { dataset, fit, varCorr } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * varCorr(model); // Subject: 24.7, 5.92, correlation 0.07; residual 25.6
 * ```
 *
 * @returns `component`, `group`, `term`, `term2` (null for variances), `vcov` (variance or covariance; missing for a structure's own
 *   parameter), `sdcor` (standard deviation, correlation, or the structure's own parameter: "rho__ar1", "range__exp")
 * @category The model
 */
export function varCorr(model: Model): ResultFrame {
  model = ownModel(model, "varCorr", arguments);
  const rows: {
    component: string;
    group: string;
    term: string;
    term2: string | null;
    vcov: number;
    sdcor: number;
  }[] = [];
  for (const t of model.random) {
    const base = { component: t.part, group: t.group };
    for (const { kind, name, label, of: [i, j], estimate } of t.parameters) {
      if (kind === "own") rows.push({ ...base, term: name, term2: null, vcov: NaN, sdcor: estimate });
      else if (kind === "sd") {
        const vcov = estimate ** 2;
        rows.push({
          ...base,
          term: label,
          term2: null,
          vcov: t.positions ? vcov : Math.max(0, t.covariance.get(i, i)),
          sdcor: estimate,
        });
      } else {
        const vcov = t.covariance.get(i, j);
        rows.push({ ...base, term: t.names[i], term2: t.names[j], vcov, sdcor: estimate });
      }
    }
  }
  if (hasResidual(model)) {
    rows.push({
      component: MEAN,
      group: "Residual",
      term: "",
      term2: null,
      vcov: model.sigma ** 2,
      sdcor: model.sigma,
    });
  }
  return resultFrame("varCorr", {
    component: rows.map((r) => r.component),
    group: rows.map((r) => r.group),
    term: rows.map((r) => r.term),
    term2: rows.map((r) => r.term2),
    vcov: Float64Array.from(rows, (r) => r.vcov),
    sdcor: Float64Array.from(rows, (r) => r.sdcor),
  }, { title: `${randomHeading(model)} of ${model.formula}`, table: { parts: () => randomParts(model) } });
}
