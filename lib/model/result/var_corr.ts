/** Variances and correlations of the random effects. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { Model } from "./model.ts";
import { assertModel } from "./model_argument.ts";

/**
 * Estimated covariance of the random effects, as lme4's as.data.frame(VarCorr()): variances first, then covariances of
 * each term; the residual variance as group "Residual" where the family has one.
 * @returns `component`, `group`, `term`, `term2` (null for variances), `vcov` (variance or covariance), `sdcor` (standard
 *   deviation or correlation)
 */
export function varCorr(model: Model): ResultFrame {
  assertModel(model, "varCorr");
  const rows: {
    component: string;
    group: string;
    term: string;
    term2: string | null;
    vcov: number;
    sdcor: number;
  }[] = [];
  for (const t of model.random) {
    const c = t.names.length, base = { component: t.part, group: t.group };
    for (let i = 0; i < c; i++) {
      const v = Math.max(0, t.covariance.get(i, i));
      rows.push({ ...base, term: t.names[i], term2: null, vcov: v, sdcor: Math.sqrt(v) });
    }
    if (t.structure === "diag") continue;
    for (let j = 0; j < c; j++) {
      for (let i = j + 1; i < c; i++) {
        const v = t.covariance.get(i, j), scale = Math.sqrt(t.covariance.get(i, i) * t.covariance.get(j, j));
        rows.push({
          ...base,
          term: t.names[j],
          term2: t.names[i],
          vcov: v,
          sdcor: scale > 0 ? v / scale : NaN,
        });
      }
    }
  }
  if (model.family.name === "gaussian" && !model.formulas.dispersion) {
    rows.push({
      component: "cond",
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
  });
}
