/** What is minimised, where a descent ended, and an optimum with how sure we are of it. */
import type { Matrix } from "../../math/dense.ts";
import type { Objective, Slope } from "../../math/minimize.ts";
import type { Flat } from "./directions.ts";
import type { EffectSystem } from "../objective/effect_system.ts";
import type { Held } from "../objective/held.ts";
import type { Standing } from "../objective/standing.ts";

/**
 * From how many points a search began, and how many of them came to the optimum.
 *
 * @category The model
 */
export interface Starts {
  /** Points from which a search began. */
  readonly tried: number;
  /** How many of them came to the optimum. */
  readonly agreeing: number;
  /** How many rows were searched so, where that was a part of them, from whose optimum the search of all rows began. */
  readonly rows?: number;
}

/**
 * What a search by estimated gradients leaves open.
 *
 * @category The model
 */
export interface IterativeSearch {
  /** The estimates are as near to the optimum as any other fit's, by exact steps at the end: nothing is left open. */
  readonly exact: boolean;
  /** Standard error of the log-likelihood as it is estimated; 0 where it is exact. */
  readonly logLik: number;
  /** Distance of the estimates from the optimum in their standard errors: by the exact gradient, or else a standard error for the worst of them. */
  readonly shift: number;
}

/**
 * How sure we are of an optimum, in numbers.
 *
 * @category The model
 */
export interface Certificate {
  /** √(gᵀH⁻¹g): distance to the optimum in standard errors. */
  readonly gradient: number;
  /** Smallest eigenvalue of the Hessian scaled to unit diagonal (≤ 0: not a minimum; near 0: a flat direction). */
  readonly smallestEigenvalue: number;
  /** Covariance parameters at the boundary, in words: "sd (Intercept) | block". */
  readonly boundary: readonly string[];
  /** Evaluations of the objective and passes over the rows. */
  readonly evaluations: number;
  /** Gradient negligible, no direction in which the objective falls. */
  readonly converged: boolean;
  /** From how many points the search began (more than one for mixtures, boundaries, flat directions, shapes), and how many agree. */
  readonly starts: Starts;
  /** For one scalar grouping factor: 2·(log-likelihood by 9-point quadrature − Laplace), and shifts of the estimates in SE. */
  readonly laplaceError?: { readonly logLik: number; readonly shift: number };
  /** Of a fit with `control: { crossed: "iterative" }`. */
  readonly iterative?: IterativeSearch;
  /** All of it in sentences. */
  readonly text: string;
}

/** The optimum over the free parameters; fixed ones sit at their boundary. */
export interface Optimum {
  readonly psi: Float64Array;
  readonly value: number;
  /** Indices of ψ that are free, and the Hessian over them. */
  readonly free: readonly number[];
  readonly hessian: Matrix;
  /** Inverse of the Hessian on the complement of the flat directions, in full size (zeros for fixed parameters). */
  readonly covariance: Matrix;
  /** Directions along which the likelihood is flat. */
  readonly flat: Flat;
  readonly fixed: readonly number[];
  /** Those of the fixed ones that the caller holds at a value. */
  readonly held: readonly number[];
  readonly evaluations: number;
  readonly gradient: number;
  readonly smallestEigenvalue: number;
  readonly converged: boolean;
  /** From how many points the search began, and how many of them came to this optimum. */
  readonly starts?: Starts;
  /** Different rows, where the search went over these alone. */
  readonly different?: number;
  /** The search was stopped on the way; the curvature is approximate. */
  readonly stopped?: boolean;
  /** How far it can be from the optimum by factors, where it was searched without: see {@link Certificate.iterative}. */
  readonly iterative?: IterativeSearch;
  /** Where the objective stands there, when another thread found it. */
  readonly standing?: Standing;
}

export interface OptimumOptions {
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
  readonly onProgress?: (
    value: number,
    evaluations: number,
    psi: Float64Array,
    slope: Slope & { readonly free: readonly number[] },
  ) => void;
  /** Called while the Hessian is differenced: evaluations done, and of how many. */
  readonly onHessian?: (done: number, of: number) => void;
  /** The Hessian is for steps and starts, not for standard errors: it is not differenced again after a step. */
  readonly roughly?: boolean;
  /** How often a descent that ends uncertified is taken up again. */
  readonly moreDescents?: number;
  /** Curvature of every parameter below which the likelihood counts as flat in it. */
  readonly flat?: Float64Array;
}

/** On a scale where effects are of order 1, a curvature below this (a standard error above 3000) says that nothing is known. */
export const FLAT = 1e-7;
/** Eigenvalues of a differenced Hessian of unit diagonal are wrong by up to this. */
export const HESSIAN_ERROR = 1e-4;
/** Distance from the optimum, in standard errors, up to which it counts as found. */
export const CERTAIN = 1e-3;
/** Where a descent ended: ψ, its value, the parameters that are not at their boundary, and the Hessian over them as known. */
export interface Descent {
  readonly psi: Float64Array;
  readonly value: number;
  readonly free: readonly number[];
  readonly hessian: Matrix;
  readonly evaluations: number;
}

/** Everything that says what is minimised. */
export interface Problem {
  readonly objective: Objective;
  readonly effects: Pick<EffectSystem, "terms" | "thetas">;
  readonly thetaAt: number;
  readonly options: OptimumOptions;
  /** Entries of ψ that the caller holds. */
  readonly held: readonly Held[];
  /** Over ψ, the directions in which coefficients run to infinity from where the objective was evaluated; absent where none can. */
  readonly separated?: (psi: Float64Array, value: number) => Pick<Flat, "directions" | "ray">;
}
