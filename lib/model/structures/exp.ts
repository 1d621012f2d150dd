import { byDistance } from "./by_distance.ts";

/**
 * `exp(0 + numFactor(x, y) | g)`: var(b) = σ², cor(b_i, b_j) = exp(−d_ij/r) with the distance d and the range r, at which the
 * correlation has fallen to 1/e (Diggle & Ribeiro 2007, section 3.4). θ = (σ, log(r/d̄)), d̄ a typical distance.
 */
export const exp = byDistance("exp", "exponential in the distance", () => ({
  at: (h) => Math.exp(-h),
  slopes: (h) => [-Math.exp(-h), 0],
  onSphere: true, // Gneiting (2013), Bernoulli 19, table 1
}));
