/**
 * All that the Gaussian closed form sees of the data: sums of products of Z, X and y (engine.md's M, QᵀQ, …), whoever has added
 * them up. X = Q R on the basis, Z on the standardised columns of {@link TermLayout.basis}, and y in its unit as residuals of its
 * least-squares fit, or yᵀPy would drown in yᵀy where the mean of y is far from zero:
 *
 *   y/unit − offset/unit = Q origin + residuals
 */
import type { Matrix } from "../../math/dense.ts";
import type { Coordinates } from "../../math/basis.ts";
import type { EffectSystem } from "./effect_system.ts";
import type { Rows } from "./stiff_rows.ts";

/** Cross-products of one model and one data set. */
export interface CrossProducts {
  readonly effects: EffectSystem;
  readonly basis: Coordinates;
  /** Rows, or the sum of frequency weights. */
  readonly total: number;
  /** Σ log of the precision weights. */
  readonly logPrecision: number;
  /** Unit of the response. */
  readonly unit: number;
  /** Root mean square of the response as it stands. */
  readonly size: number;
  /** Least-squares coefficients on the basis. */
  readonly origin: Float64Array;
  readonly QtQ: Matrix;
  readonly Qty: Float64Array;
  readonly yty: number;
  /** ZᵀZ as block values. */
  readonly M: Float64Array;
  readonly ZtQ: readonly Float64Array[];
  readonly Zty: Float64Array;
  /** The rows behind the sums; null where they are elsewhere. */
  readonly rows: Rows | null;
  /** What of the rows' own variances is known without them; null with them, or where the sums are weighted by precision. */
  readonly moments: SecondMoments | null;
}

/** Second moments over the rows, each counted as often as its frequency says. */
export interface SecondMoments {
  /** Sample variance of Xβ. */
  readonly fixed: (beta: Float64Array) => number;
  /** Mean of zzᵀ of every random term of the mean, on the data's columns. */
  readonly terms: readonly Matrix[];
}
