/**
 * Symmetric block-sparse matrices. Nodes are small groups of rows (the random effects of one level of one grouping
 * factor); a block couples two nodes. The pattern is fixed once, only values change, so everything that depends on the
 * pattern alone is computed once per fit.
 */

import type { Tie } from "./ties.ts";

/** Pattern of a symmetric matrix of blocks, lower triangle by nodes (row node ≥ column node) and every diagonal block. */
export interface BlockPattern {
  /** Number of nodes. */
  readonly nodes: number;
  /** First scalar index of each node, length nodes + 1. */
  readonly start: Int32Array;
  /** Row node and column node of every block, row ≥ column; the first `nodes` blocks are the diagonal ones in order. */
  readonly row: Int32Array;
  readonly col: Int32Array;
  /** Position of every block in a value array, column-major, length blocks + 1. Diagonal blocks are stored in full. */
  readonly at: Int32Array;
  /**
   * 1 for the nodes whose entries with each other are known to twice as many digits: behind the rounded values, a value array then has what
   * rounding left of each of them. Null where there are none.
   */
  readonly twofold: Uint8Array | null;
  /** What the matrix has beside its values: precisions of sums over many nodes; null where there are none. */
  readonly ties: readonly Tie[] | null;
}

/** Scalar dimension of the matrix. */
export function dimension(pattern: BlockPattern): number {
  return pattern.start[pattern.nodes];
}

/** Entries of all blocks. */
export function entriesOf(pattern: BlockPattern): number {
  return pattern.at[pattern.row.length];
}

/** Length of a value array. */
export function valuesLength(pattern: BlockPattern): number {
  return entriesOf(pattern) * (pattern.twofold ? 2 : 1);
}

/** Builds a pattern from node sizes and the off-diagonal pairs (any order within a pair, no duplicates). */
export function blockPattern(
  sizes: ArrayLike<number>,
  rows: Int32Array,
  cols: Int32Array,
  twofold: Uint8Array | null = null,
  ties: readonly Tie[] | null = null,
): BlockPattern {
  const nodes = sizes.length, blocks = nodes + rows.length;
  const start = new Int32Array(nodes + 1);
  for (let v = 0; v < nodes; v++) start[v + 1] = start[v] + sizes[v];
  const row = new Int32Array(blocks), col = new Int32Array(blocks), at = new Int32Array(blocks + 1);
  for (let b = 0; b < blocks; b++) {
    const r = b < nodes ? b : rows[b - nodes], c = b < nodes ? b : cols[b - nodes];
    row[b] = Math.max(r, c);
    col[b] = Math.min(r, c);
    at[b + 1] = at[b] + sizes[r] * sizes[c];
  }
  return { nodes, start, row, col, at, twofold, ties };
}

/** Neighbours of every node (both directions, no self) in compressed form. */
export function adjacency(pattern: BlockPattern): { pointer: Int32Array; neighbour: Int32Array } {
  const { nodes, row, col } = pattern;
  const pointer = new Int32Array(nodes + 1);
  for (let b = nodes; b < row.length; b++) {
    pointer[row[b] + 1]++;
    pointer[col[b] + 1]++;
  }
  for (let v = 0; v < nodes; v++) pointer[v + 1] += pointer[v];
  const next = pointer.slice(0, nodes), neighbour = new Int32Array(pointer[nodes]);
  for (let b = nodes; b < row.length; b++) {
    neighbour[next[row[b]]++] = col[b];
    neighbour[next[col[b]]++] = row[b];
  }
  return { pointer, neighbour };
}

/** y += S x for the symmetric block matrix with the given values. */
export function multiplySymmetric(
  pattern: BlockPattern,
  values: Float64Array,
  x: Float64Array,
  y: Float64Array,
) {
  const { nodes, start, row, col, at } = pattern;
  if (start[nodes] === nodes) return multiplyScalars(pattern, values, x, y);
  for (let b = 0; b < row.length; b++) {
    const r0 = start[row[b]], r1 = start[row[b] + 1], c0 = start[col[b]], c1 = start[col[b] + 1];
    let v = at[b];
    if (b < nodes) {
      for (let c = c0; c < c1; c++) for (let r = r0; r < r1; r++) y[r] += values[v++] * x[c];
    } else if (r1 === r0 + 1) {
      const moved = x[r0];
      let sum = 0;
      for (let c = c0; c < c1; c++) {
        sum += values[v] * x[c];
        y[c] += values[v++] * moved;
      }
      y[r0] += sum;
    } else {
      for (let c = c0; c < c1; c++) {
        let sum = 0;
        for (let r = r0; r < r1; r++) {
          y[r] += values[v] * x[c];
          sum += values[v++] * x[r];
        }
        y[c] += sum;
      }
    }
  }
}

/** The same where every block is one number. */
function multiplyScalars(
  { nodes, row, col }: BlockPattern,
  values: Float64Array,
  x: Float64Array,
  y: Float64Array,
) {
  for (let i = 0; i < nodes; i++) y[i] += values[i] * x[i];
  for (let b = nodes; b < row.length; b++) {
    const r = row[b], c = col[b], v = values[b];
    y[r] += v * x[c];
    y[c] += v * x[r];
  }
}
