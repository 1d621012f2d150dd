/** Fisher scoring for the coefficients of the mean, each step shortened until the likelihood grows. */
import { solveSafely } from "../../math/dense.ts";
import { conditionalSize } from "../families/part.ts";
import type { Laplace } from "../objective/laplace.ts";

/** Enough gain in one step to go on, in log-likelihood: Newton's method does the rest. */
const WORTHWHILE = 1;
const MAX_STEPS = 25;

/**
 * Steps γ += (QᵀWQ)⁻¹ QᵀS with W = w (dμ/dη)²/V(μ) and S the scores (McCullagh & Nelder 1989, section 2.5).
 * @param objective of a model without random effects
 * @param withParts γ with the other parts as its means suggest; taken when they fit better
 * @returns a γ at least as likely as `start`
 */
export function scoreMean(
  objective: Laplace,
  start: Float64Array,
  withParts: (gamma: Float64Array) => Float64Array,
): Float64Array {
  const { size } = objective.bases[0], scratch = new Float64Array(objective.size);
  let gradient = new Float64Array(objective.size), gamma = start, value = objective.evaluate(gamma, gradient);
  for (let step = 0; step < MAX_STEPS && size > 0 && Number.isFinite(value); step++) {
    const W = objective.bases[0].gram(information(objective));
    const next = search(objective, gamma, solveSafely(W, gradient.subarray(0, size), 1e-10), value);
    if (!next) return gamma;
    const before = value;
    ({ gamma, value, gradient } = next);
    if (before - value < WORTHWHILE) return gamma;
    if (objective.parts.length > 1) {
      const refined = withParts(gamma), better = objective.evaluate(refined, scratch);
      if (better < value) {
        [gamma, value] = [refined, better];
        gradient.set(scratch);
      } else objective.evaluate(gamma, scratch); // the information is taken at γ
    }
  }
  return gamma;
}

/** γ − t·direction with the first t = 1, ½, ¼, … that makes the objective smaller. */
function search(objective: Laplace, from: Float64Array, direction: Float64Array, least: number) {
  const gradient = new Float64Array(objective.size);
  for (let t = 1; t > 1e-4; t /= 2) {
    const gamma = from.slice();
    direction.forEach((d, j) => gamma[j] -= t * d);
    const value = objective.evaluate(gamma, gradient);
    if (value < least) return { gamma, value, gradient };
  }
  return null;
}

/** Expected information of every row about its η, in the units of the objective. */
function information(
  { family, design: { response, weights }, eta, bases: [{ unit }] }: Laplace,
): Float64Array {
  const { conditional = family } = family, row = new Float64Array(conditionalSize(family, eta.length));
  const slopes = new Float64Array(row.length);
  return eta[0].map((_, i) => {
    const trials = response.trials ? response.trials[i] : 1;
    for (let k = 0; k < row.length; k++) row[k] = eta[k][i];
    conditional.meanSlopes(row, slopes);
    const ratio = slopes[0] / Math.sqrt(conditional.variance(row, trials));
    const w = (weights ? weights[i] : 1) * (ratio * unit) ** 2;
    return trials > 0 && Number.isFinite(w) ? w : 0;
  });
}
