/** Variance inflation: how much the terms of a model share. */
import { MEAN } from "../../model/families/part.ts";
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { Matrix, symmetricEigen } from "../../math/dense.ts";
import type { Component } from "../../model/result/coefficients.ts";
import { type Model, partOf, type PartResult } from "../../model/result/model.ts";
import { modelTitle } from "../../model/result/title.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

const OPTIONS: Kinds<{ component?: Component }> = { component: kinds.text };

/**
 * Generalised variance inflation factors of the terms: det R₁₁ det R₂₂ / det R of the coefficients' correlation matrix.
 *
 * ```ts
 * import { dataset, fit, vif } from "@tidyglmm/tidyglmm";
 *
 * vif(fit("yield ~ nitro + Variety", await dataset("Oats")));
 * ```
 *
 * @returns `term`, `df`, `gvif`, `inflation` (gvif^(1/2df): the factor by which standard errors grow)
 * Source: Fox & Monette (1992), J. Am. Stat. Assoc. 87:178–183.
 * @category Checks
 */
export function vif(model: Model, options: { component?: Component } = {}): ResultFrame {
  noMore("vif", arguments, 2);
  model = ownModel(model, "vif");
  checkOptions("vif", options, OPTIONS);
  const { component = MEAN } = options, part = partOf(model, component), terms = inflatedTerms(part);
  if (terms.length < 2) {
    throw new RangeError(
      `Cannot compute variance inflation: ${
        modelTitle(model)
      } has fewer than two terms to estimate in component "${component}"`,
    );
  }
  const columns = terms.flatMap((t) => Array.from({ length: t.count }, (_, j) => part.start + t.start + j));
  const V = model.covariance.selection(columns, columns), sd = columns.map((_, i) => Math.sqrt(V.get(i, i)));
  const R = Matrix.zeros(columns.length, columns.length);
  for (let i = 0; i < R.rows; i++) {
    for (let j = 0; j < R.rows; j++) R.set(i, j, V.get(i, j) / (sd[i] * sd[j]));
  }
  let at = 0;
  const rows = terms.map((t) => {
    const own = Array.from({ length: t.count }, (_, j) => at + j),
      others = columns.map((_, i) => i).filter((i) => !own.includes(i));
    at += t.count;
    const gvif = Math.exp(logDet(R.selection(own, own)) + logDet(R.selection(others, others)) - logDet(R));
    return { term: t.label, df: t.count, gvif };
  });
  return resultFrame("vif", {
    term: rows.map((r) => r.term),
    df: Int32Array.from(rows, (r) => r.df),
    gvif: Float64Array.from(rows, (r) => r.gvif),
    inflation: Float64Array.from(rows, (r) => r.gvif ** (1 / (2 * r.df))),
  }, {
    title: `Variance inflation, ${modelTitle(model)}`,
    notes: [
      "gvif above 5 is worth a look, above 10 the terms hardly separate; inflation is the factor on the standard errors. Interactions with uncentred covariates inflate without harm.",
    ],
  });
}

/** Terms whose coefficients are estimated, the intercept aside. */
export function inflatedTerms({ terms, names, fixed }: PartResult): FixedTerm[] {
  const held = (t: FixedTerm) => names.slice(t.start, t.start + t.count).some((n) => fixed.includes(n));
  return terms.filter((t) => t.label !== "(Intercept)" && t.count > 0 && !held(t));
}

function logDet(A: Matrix): number {
  return symmetricEigen(A).values.reduce((s, v) => s + Math.log(Math.max(1e-300, v)), 0);
}
