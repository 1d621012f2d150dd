/** How little a first optimum leaves to look for elsewhere. */
import type { Optimum } from "./optimum.ts";

/** Standard errors, on a scale where effects are of order 1, below which the data leave little room for another optimum. */
const SHARP = 0.1;

/** Is the optimum one inside, with a curvature in every direction? */
export function isRegular({ converged, flat, fixed, held }: Optimum): boolean {
  return converged && flat.directions.length === 0 && fixed.length === held.length;
}

/**
 * Are these parameters of a regular optimum known so well that few looks elsewhere will do?
 * @param times how many times the rows of the objective the data have
 */
export function isSharp(optimum: Optimum, places: readonly number[], times: number): boolean {
  const known = (i: number) => optimum.covariance.get(i, i) < times * SHARP ** 2;
  return places.length > 0 && isRegular(optimum) && places.every(known);
}
