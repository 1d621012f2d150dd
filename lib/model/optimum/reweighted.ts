/** Iteratively reweighted least squares: fast for regular data, unguarded, so its result is only a proposal. */
import { solveSafely } from "../../math/dense.ts";
import type { Laplace } from "../objective/laplace.ts";
import { conditionalSize, isValid } from "../families/part.ts";

const MAX_STEPS = 6;
/** Change of every η at which the steps end: scoring goes on from there. */
const SETTLED = 0.1;

/**
 * γ = (QᵀWQ)⁻¹ QᵀWz of the working response z = η + (y − μ) dη/dμ, W = w (dμ/dη)²/V(μ), the other predictors at 0.
 * Source: McCullagh & Nelder (1989), section 2.5.
 */
export function reweighted(objective: Laplace, start: Float64Array): Float64Array {
  const { design: { predictors: [{ offset }], n }, family, parts: [mean] } = objective;
  const [basis] = objective.bases, working = workingRows(objective);
  const row = new Float64Array(conditionalSize(family, objective.parts.length)), at = { step: 0, weight: 0 };
  const w = new Float64Array(n), wz = new Float64Array(n), products = new Float64Array(basis.size);
  let gamma = start;
  let eta = objective.fixedMean(gamma);
  for (let step = 0; step < MAX_STEPS && basis.size > 0; step++) {
    for (let i = 0; i < n; i++) {
      row[0] = eta[i];
      working(row, i, at);
      w[i] = at.weight > 0 && Number.isFinite(at.weight) ? at.weight : 0;
      wz[i] = w[i] > 0 ? w[i] * (eta[i] - (offset ? offset[i] : 0) + at.step) : 0;
    }
    basis.transposeTimes(wz, products);
    const next = gamma.slice();
    next.set(solveSafely(basis.gram(w), products, 1e-10).map((v) => v / basis.unit));
    const moved = objective.fixedMean(next);
    if (!moved.every((e) => isValid(mean, e))) return gamma;
    let change = 0;
    for (let i = 0; i < n; i++) change = Math.max(change, Math.abs(moved[i] - eta[i]));
    gamma = next;
    eta = moved;
    if (change < SETTLED * basis.unit) break;
  }
  return gamma;
}

/** (y − E y)/(dE y/dη) and w (dE y/dη)²/V of a row at its predictors. */
function workingRows({ family, parts, design: { response: { y, trials }, weights } }: Laplace) {
  const { conditional = family } = family, slopes = new Float64Array(parts.length);
  const exact = conditional === family
    ? null
    : Uint8Array.from(y, (v) => family.mass(v) && !conditional.mass(v) ? 1 : 0);
  return (row: Float64Array, i: number, out: { step: number; weight: number }) => {
    const m = trials ? trials[i] : 1;
    if (exact && exact[i] === 1) { // says nothing about the mean
      out.weight = 0;
      return;
    }
    conditional.meanSlopes(row, slopes);
    const slope = slopes[0];
    out.weight = m > 0 ? (weights ? weights[i] : 1) * slope * slope / conditional.variance(row, m) : 0;
    out.step = (m > 0 ? (trials ? y[i] / m : y[i]) - conditional.mean(row) : 0) / slope;
  };
}
