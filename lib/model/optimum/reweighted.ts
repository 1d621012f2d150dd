/** Iteratively reweighted least squares: fast for regular data, unguarded, so its result is only a proposal. */
import { solveSafely } from "../../math/dense.ts";
import type { Laplace } from "../objective/laplace.ts";

const MAX_STEPS = 6;
/** Change of every η at which the steps end. */
const SETTLED = 1e-3;

/**
 * γ = (QᵀWQ)⁻¹ QᵀWz of the working response z = η + (y − μ) dη/dμ, W = w (dμ/dη)²/V(μ), dispersion 1.
 * Source: McCullagh & Nelder (1989), section 2.5.
 */
export function reweighted(objective: Laplace, start: Float64Array): Float64Array {
  const { design: { response: { y, trials }, predictors: [{ offset }], weights, n }, family } = objective;
  const { link } = family, [basis] = objective.bases, phi = family.parts.map(() => 1);
  const w = new Float64Array(n), wz = new Float64Array(n), products = new Float64Array(basis.size);
  let gamma = start;
  let eta = objective.fixedMean(gamma);
  for (let step = 0; step < MAX_STEPS && basis.size > 0; step++) {
    for (let i = 0; i < n; i++) {
      const mu = link.mean(eta[i]), slope = link.slope(eta[i]), m = trials ? trials[i] : 1;
      const weight = m > 0 ? (weights ? weights[i] : 1) * slope * slope / family.variance(mu, phi, m) : 0;
      w[i] = weight > 0 && Number.isFinite(weight) ? weight : 0;
      const z = eta[i] - (offset ? offset[i] : 0) + (m > 0 ? (trials ? y[i] / m : y[i]) - mu : 0) / slope;
      wz[i] = w[i] > 0 ? w[i] * z : 0;
    }
    basis.transposeTimes(wz, products);
    const next = gamma.slice();
    next.set(solveSafely(basis.gram(w), products, 1e-10).map((v) => v / basis.unit));
    const moved = objective.fixedMean(next);
    if (!moved.every((e) => link.valid(e, family.scale))) return gamma;
    let change = 0;
    for (let i = 0; i < n; i++) change = Math.max(change, Math.abs(moved[i] - eta[i]));
    gamma = next;
    eta = moved;
    if (change < SETTLED * basis.unit) break;
  }
  return gamma;
}
