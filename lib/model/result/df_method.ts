/** Degrees of freedom of linear functions of the coefficients: what marginal means, contrasts and F tests ask for. */
import type { Matrix } from "../../math/dense.ts";

/**
 * Names of the methods. "residual" is n − p for Gaussian models without random effects.
 *
 * @category Means and comparisons
 */
export type DfName = "asymptotic" | "satterthwaite" | "kenward-roger" | "residual";

/** A method applied to one model's conditional coefficients (rows and columns in the order of `model.parts[0].names`). */
export interface DfMethod {
  readonly name: DfName;
  /** Covariance of β̂ that goes with the method: adjusted for Kenward–Roger, else vcov(model). */
  readonly covariance: Matrix;
  /** Degrees of freedom of lᵀβ̂; Infinity when asymptotic. */
  df(l: ArrayLike<number>): number;
  /**
   * Denominator degrees of freedom and scale of the F statistic (Lβ̂)ᵀ(L V Lᵀ)⁻¹(Lβ̂)/q for the rows of L, of full row rank:
   * F = scale × that, with q and `df` degrees of freedom.
   */
  jointDf(L: Matrix): { df: number; scale: number };
}
