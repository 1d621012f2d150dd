/** A search that is stopped on the way: each of its steps says all that a model is read from, so that none costs an evaluation. */
import { Matrix, solveSafely } from "../../math/dense.ts";
import type { Slope } from "../../math/minimize.ts";
import type { Standing } from "../objective/standing.ts";
import { invert, NOT_FLAT } from "./directions.ts";
import type { Optimum } from "./optimum.ts";

/** Where a search is after a step, as plain data. */
export interface Step {
  readonly psi: Float64Array;
  readonly logLik: number;
  /** Evaluations of this descent. */
  readonly evaluations: number;
  /** Points of the quadrature that the log-likelihood is by; 1: the Laplace approximation, or closed form. */
  readonly points: number;
  /** Indices of ψ that the caller holds. */
  readonly held: readonly number[];
  /** Indices of ψ that are free, and over them the gradient and the search's idea of the Hessian. */
  readonly free: readonly number[];
  readonly gradient: Float64Array;
  readonly hessian: number[][];
  readonly standing?: Standing;
}

/** A step of a search that goes on: nothing in it is shared. */
export function stepAt(
  psi: Float64Array,
  logLik: number,
  evaluations: number,
  { free, gradient, hessian }: Slope & { readonly free: readonly number[] },
  { points, held, standing }: Pick<Step, "points" | "held" | "standing">,
): Step {
  return {
    psi: psi.slice(),
    logLik,
    evaluations,
    points,
    held,
    free: [...free],
    gradient: gradient.slice(),
    hessian: hessian.to2DArray(),
    standing,
  };
}

/** Whether a step is better than another: nearer to what is asked for, or more likely. */
export function isBetter(step: Step, than: Step | null): boolean {
  return than === null || step.points > than.points ||
    (step.points === than.points && step.logLik > than.logLik);
}

/** The step as the end of the search: uncertified, with the curvature that the search went by. */
export function optimumWhereStopped(step: Step): Optimum {
  const { psi, logLik, evaluations, free, held, gradient, hessian, standing } = step;
  const H = hessian.length > 0 ? new Matrix(hessian) : Matrix.zeros(0, 0);
  const { covariance, smallest } = invert(H, free, psi.length, new Float64Array(psi.length));
  const slope = solveSafely(H, gradient, 1e-9).reduce((s, v, i) => s + v * gradient[i], 0);
  return {
    psi,
    value: -logLik,
    free,
    hessian: H,
    covariance,
    flat: NOT_FLAT,
    fixed: Array.from(psi, (_, i) => i).filter((i) => !free.includes(i)),
    held,
    evaluations,
    gradient: Math.sqrt(Math.max(0, slope)),
    smallestEigenvalue: smallest,
    converged: false,
    stopped: true,
    standing,
  };
}
