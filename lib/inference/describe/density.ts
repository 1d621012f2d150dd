/** Densities of response distributions, from the kernels that fits use. */
import { Jets } from "../../math/jets.ts";
import type { Family } from "../../model/families/family.ts";
import type { Part } from "../../model/families/family.ts";

/**
 * Log-density of some values (of counts, and of point masses: log-probability) at one row's linear predictors.
 *
 * @param y values inside the support; numbers of successes where there are trials
 * @param eta η of every part
 */
export function logDensity(
  family: Family,
  y: Float64Array,
  eta: readonly number[],
  trials: number | null,
): Float64Array {
  const parts = family.parts({}), jets = new Jets(y.length, parts.length);
  const response = { name: "y", y, trials: trials === null ? null : new Float64Array(y.length).fill(trials) };
  const zeta = parts.map((part, k) => new Float64Array(y.length).fill(natural(part, eta[k])));
  family.kernel(response, parts.map(() => true)).evaluate(zeta, 0, jets);
  return jets.value;
}

/** ζ(η): what a kernel takes of a part. */
function natural({ link, scale }: Part, eta: number): number {
  const onto = scale === "own" ? null : link.onto(scale), out = new Float64Array(4);
  if (onto === null) return eta;
  onto(eta, out);
  return out[0];
}
