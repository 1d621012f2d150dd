/** A start for one objective from the estimates of a similar model. */
import { inverseLower, semidefiniteFactor } from "../../math/dense.ts";
import { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { DenseMatrix } from "../../math/dense.ts";

/** What a fitted model says of its parameters on the scale of the data's columns. */
export interface Estimates {
  readonly parts: readonly { readonly beta: Float64Array }[];
  readonly random: readonly { readonly covariance: DenseMatrix; readonly theta: Float64Array }[];
  readonly sigma: number;
}

/** ψ of `objective` (its own bases and standardised columns) at the coefficients and covariances of `model`. */
export function startFrom(model: Estimates, objective: Laplace | ProfiledDeviance): Float64Array {
  const { effects } = objective, general = objective instanceof Laplace;
  const thetaAt = general ? objective.thetaAt : 0, psi = new Float64Array(thetaAt + effects.thetas);
  if (general) psi.set(objective.joint.onBases(model.parts.flatMap(({ beta }) => [...beta])));
  effects.terms.forEach((layout, k) => {
    if (layout.basis.rows < layout.count) return psi.set(model.random[k].theta, thetaAt + layout.theta);
    const { covariance } = model.random[k], scale = general ? 1 : model.sigma ** 2;
    const inverse = inverseLower(layout.basis.transpose()).transpose(); // C is upper triangular
    const S = inverse.mmul(covariance).mmul(inverse.transpose()).mul(1 / scale);
    const T = semidefiniteFactor(S, 1e-12 * Math.max(1e-300, S.max())).transpose().to1DArray(); // column-major
    psi.set(layout.covariance.near(Float64Array.from(T)), thetaAt + layout.theta);
  });
  return psi;
}
