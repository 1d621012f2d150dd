/** Sums of many entries that have a precision of their own, beside a sparse matrix. */

/**
 * A set of nodes whose sum, coefficient by coefficient, has a precision of its own.
 *
 * @category Extend
 */
export interface Tie {
  /** The nodes of the set. */
  readonly nodes: Int32Array;
  /** κ. */
  readonly precision: number;
  /** A node of the set, e. */
  readonly pin: number;
  /** δ: what the values have on the diagonal of its block, and the matrix has not. */
  readonly pinned: number;
}

/** out += (Σ κ n nᵀ − δ e eᵀ) x, of what a value array does not have of the matrix. @param scalars first scalar of a node */
export function addTies(
  ties: readonly Tie[],
  scalars: (node: number) => number,
  width: number,
  x: Float64Array,
  out: Float64Array,
): void {
  for (const { nodes, precision, pin, pinned } of ties) {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (const node of nodes) sum += x[scalars(node) + k];
      for (const node of nodes) out[scalars(node) + k] += precision * sum;
      out[scalars(pin) + k] -= pinned * x[scalars(pin) + k];
    }
  }
}
