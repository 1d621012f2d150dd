/** A symmetric positive definite matrix S on a block pattern, and what a model needs to know of it. */

/** Bound to one pattern; every call of `factor` gives it other values. */
export interface Factor {
  /** How many solves a factorisation costs; null where there is none, and log|S| and S⁻¹ are estimates. */
  readonly worth: number | null;
  /** Takes the matrix with these block values. @returns false when it is not positive definite */
  factor(values: Float64Array): boolean;
  /** x ← S⁻¹ x in place. */
  solve(x: Float64Array): void;
  /** out ← A x for some A with AᵀA = S⁻¹, so that outᵀout = xᵀS⁻¹x. */
  halfSolve(x: Float64Array, out: Float64Array): void;
  /** x ← Aᵀ z: turns independent standard normals z into a draw with covariance S⁻¹. */
  backSolve(z: Float64Array, x: Float64Array): void;
  /** log |S|. */
  logDeterminant(): number;
  /** Smallest squared pivot. */
  smallestPivot(): number;
  /**
   * Entries of S⁻¹ at the positions of the block pattern, written into `values` (diagonal blocks in full); nobody else writes there until the
   * next factor, by which those that are known are left.
   */
  selectedInverse(values: Float64Array): void;
}
