/** Columns of a design matrix of which many are mostly zeros (indicators of factor levels): products at the cost of what is not 0. */
import { dot } from "./dense.ts";

/** The non-zero entries of a column. */
export interface SparseColumn {
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** A column with at most this share of non-zero entries counts as sparse, when there are at least so many of them. */
const SPARSE_SHARE = 1 / 8;
const MANY = 24;

/** The sparse columns of X; null for each one that is not, and for all when there are few: dense loops are then faster. */
export function sparseColumns(X: readonly Float64Array[]): (SparseColumn | null)[] {
  const found = X.map(sparseColumn);
  return found.filter(Boolean).length < MANY ? found.map(() => null) : found;
}

function sparseColumn(x: Float64Array): SparseColumn | null {
  let count = 0;
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) count++;
  if (count > SPARSE_SHARE * x.length) return null;
  const rows = new Int32Array(count), values = new Float64Array(count);
  for (let i = 0, k = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    rows[k] = i;
    values[k++] = x[i];
  }
  return { rows, values };
}

/** Σ_i v_i x_i. */
export function dotSparse({ rows, values }: SparseColumn, v: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) sum += values[k] * v[rows[k]];
  return sum;
}

/** y += f x. */
export function axpySparse(f: number, { rows, values }: SparseColumn, y: Float64Array) {
  for (let k = 0; k < rows.length; k++) y[rows[k]] += f * values[k];
}

/**
 * Lower triangle of XᵀWX, row by row of the result. Products of two sparse columns are found through the rows in which
 * they are not zero, the others as inner products in blocks of rows that stay in the cache.
 * @param sparse as {@link sparseColumns} gives it
 * @param w weights, null for ones
 */
export function crossProducts(
  X: readonly Float64Array[],
  sparse: readonly (SparseColumn | null)[],
  w: Float64Array | null = null,
): Float64Array[] {
  const gram = X.map((_, j) => new Float64Array(j + 1)), n = X.length > 0 ? X[0].length : 0;
  const dense = X.map((_, j) => j).filter((j) => !sparse[j]);
  const set = (j: number, k: number, v: number) => j >= k ? gram[j][k] += v : gram[k][j] += v;
  const block = 1024, scratch = new Float64Array(block);
  for (let start = 0; start < n; start += block) {
    const end = Math.min(n, start + block);
    dense.forEach((j, a) => {
      let x = X[j].subarray(start, end);
      if (w) {
        for (let i = start; i < end; i++) scratch[i - start] = x[i - start] * w[i];
        x = scratch.subarray(0, end - start);
      }
      for (let b = 0; b <= a; b++) set(j, dense[b], dot(x, X[dense[b]].subarray(start, end)));
    });
  }
  if (dense.length === X.length) return gram;
  for (const j of dense) {
    const x = w ? X[j].map((v, i) => v * w[i]) : X[j];
    sparse.forEach((s, k) => s && set(j, k, dotSparse(s, x)));
  }
  addSparsePairs(gram, sparse, w, n);
  return gram;
}

/** Adds every product of two sparse columns: row by row, the pairs of columns that are not zero there. */
function addSparsePairs(
  gram: Float64Array[],
  sparse: readonly (SparseColumn | null)[],
  w: Float64Array | null,
  n: number,
) {
  const first = new Int32Array(n + 1);
  for (const s of sparse) if (s) { for (let k = 0; k < s.rows.length; k++) first[s.rows[k] + 1]++; }
  for (let i = 0; i < n; i++) first[i + 1] += first[i];
  const next = first.slice(0, n), column = new Int32Array(first[n]), value = new Float64Array(first[n]);
  sparse.forEach((s, j) => {
    if (!s) return;
    for (let k = 0; k < s.rows.length; k++) {
      const at = next[s.rows[k]]++;
      column[at] = j;
      value[at] = s.values[k];
    }
  });
  for (let i = 0; i < n; i++) {
    for (let a = first[i]; a < first[i + 1]; a++) {
      const row = gram[column[a]], f = w ? w[i] * value[a] : value[a];
      for (let b = first[i]; b <= a; b++) row[column[b]] += f * value[b];
    }
  }
}
