import { byDistance } from "./by_distance.ts";

/**
 * `gau(0 + numFactor(x, y) | g)`: cor(b_i, b_j) = exp(−(d_ij/r)²), a field that is smooth everywhere (Diggle & Ribeiro 2007,
 * section 3.4). θ = (σ, log(r/d̄)).
 */
export const gau = byDistance("gau", "Gaussian in the distance", () => ({
  at: (h) => Math.exp(-h * h),
  slopes: (h) => [-2 * h * Math.exp(-h * h), 0],
  onSphere: false,
}));
