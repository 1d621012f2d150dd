/**
 * From the optimum of a restricted likelihood over everything but the mean's coefficients to one over all parameters: β̂ given the rest,
 *
 *   cov(β̂) = I⁻¹ + B V Bᵀ,   B = ∂β̂/∂ψ′ = −I⁻¹ ∂²ℓ/∂β∂ψ′,   V = cov(ψ̂′)
 *
 * as the inverse of the joint precision has it (Kristensen et al. 2016, J. Stat. Softw. 70(5), eq. 8).
 */
import { choleskyFactor, inverseLower, Matrix } from "../../math/dense.ts";
import type { Restricted } from "../objective/restricted.ts";
import type { Optimum } from "./optimum.ts";

/** The optimum with the mean's coefficients; leaves the unrestricted objective there. */
export function withMeans(objective: Restricted, optimum: Optimum): Optimum {
  const { p, likelihood } = objective, { size } = likelihood;
  const means = Array.from({ length: p }, (_, i) => i), psi = objective.withMeans(optimum.psi);
  const own = { held: optimum.held.filter((i) => i >= p), fixed: optimum.fixed.filter((i) => i >= p) };
  if (p === 0) return optimum;
  likelihood.evaluate(psi, new Float64Array(size));
  const information = objective.meanInformation(), L = choleskyFactor(information);
  if (L === null) return { ...optimum, ...own, psi, converged: false };
  const half = inverseLower(L), inverse = half.transpose().mmul(half);
  const cross = Matrix.zeros(p, size);
  for (const j of optimum.free) objective.meanSensitivity(psi, j).forEach((v, i) => cross.set(i, j, v));
  const B = inverse.mmul(cross).mul(-1), BV = B.mmul(optimum.covariance), moved = BV.mmul(B.transpose());
  const covariance = optimum.covariance.clone();
  for (const i of means) {
    for (const j of means) covariance.set(i, j, inverse.get(i, j) + moved.get(i, j));
    for (const j of optimum.free) for (const [a, b] of [[i, j], [j, i]]) covariance.set(a, b, BV.get(i, j));
  }
  likelihood.evaluate(psi, new Float64Array(size));
  const free = [...means, ...optimum.free];
  return { ...optimum, ...own, psi, free, covariance, hessian: joint(information, cross, inverse, optimum) };
}

/** The Hessian whose inverse that covariance is: that of ψ′ with β as it follows from it is the optimum's. */
function joint(information: Matrix, cross: Matrix, inverse: Matrix, { free, hessian }: Optimum): Matrix {
  const p = information.rows, H = Matrix.zeros(p + free.length, p + free.length);
  const own = cross.selection(Array.from({ length: p }, (_, i) => i), [...free]);
  if (free.length > 0) {
    H.setSubMatrix(own, 0, p);
    H.setSubMatrix(own.transpose(), p, 0);
    H.setSubMatrix(hessian.clone().add(own.transpose().mmul(inverse).mmul(own)), p, p);
  }
  H.setSubMatrix(information, 0, 0);
  return H;
}
