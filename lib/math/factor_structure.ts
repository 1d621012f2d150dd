/** What is known of a Cholesky factor before any value is: its supernodes, and where every entry of the matrix lands in it. */

/** Structure of the factor. Scalar indices below are in elimination order. */
export interface Symbolic {
  readonly dimension: number;
  /** scalarOrder[k] = original scalar index of the k-th eliminated one. */
  readonly scalarOrder: Int32Array;
  /** Number of supernodes, the first column of each (length count + 1). */
  readonly count: number;
  readonly first: Int32Array;
  /** Rows below the diagonal block of each supernode: rowIndex[rowPointer[s] … rowPointer[s+1]), ascending. */
  readonly rowPointer: Int32Array;
  readonly rowIndex: Int32Array;
  /** Start of each supernode's column-major panel in the factor's storage (length count + 1). */
  readonly panel: Int32Array;
  /** Supernode of each column. */
  readonly owner: Int32Array;
  /** Where the tiles of a supernode begin that is dense and wide, with no rows below, and has no panel; −1 for the others. */
  readonly dense: Int32Array;
  /** Numbers in all tiles. */
  readonly tiles: number;
  /**
   * Position in the factor, and in the inverse, of every entry of a block value array (both triangles of a diagonal block map to
   * the lower): in the panels, or ~ of that in the tiles.
   */
  readonly target: Int32Array;
  readonly inverseTarget: Int32Array;
  /** Multiplications and additions of a factorisation, and of a solve with it. */
  readonly factorWork: number;
  readonly solveWork: number;
  readonly largestUpdate: number;
  readonly largestWidth: number;
  readonly largestPanel: number;
}
