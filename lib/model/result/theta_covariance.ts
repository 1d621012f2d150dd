/** Uncertainty of the covariance parameters of a Gaussian model. */
import { Matrix, positiveInverse } from "../../math/dense.ts";
import { hessianFromGradient } from "../../math/differentiate.ts";
import type { Engine } from "../optimum/engine.ts";

/**
 * Covariance of the free θ̂: the inverse Hessian of half the (restricted) profiled deviance, by central differences of its
 * exact gradient. Leaves the objective at the optimum.
 * @returns the matrix over `optimum.free` (zeros where the Hessian is not positive definite), and the differences' steps
 */
export function thetaCovariance(
  { objective, optimum }: Engine & { kind: "gaussian" },
): { C: Matrix; steps: Float64Array } {
  const { psi: theta, free, hessian } = optimum, scratch = new Float64Array(theta.length), k = free.length;
  const steps = Float64Array.from(free, (_, j) => 1e-3 / Math.sqrt(Math.max(1e-6, hessian.get(j, j))));
  if (k === 0) return { C: Matrix.zeros(0, 0), steps };
  const near = objective.forDifferences;
  const at = (x: Float64Array) => {
    const full = theta.slice();
    free.forEach((i, j) => full[i] = x[j]);
    return full;
  };
  const H = hessianFromGradient(
    (x, g) => {
      near.valueAt(at(x), scratch);
      free.forEach((i, j) => g[j] = scratch[i]);
    },
    Float64Array.from(free, (i) => theta[i]),
    steps,
  );
  near.evaluate(theta, scratch);
  return { C: positiveInverse(H) ?? Matrix.zeros(k, k), steps };
}
