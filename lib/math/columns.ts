/** Columns of a design matrix of which many are mostly zeros (indicators of factor levels): products at the cost of what is not 0. */
import { axpy, dot } from "./vectors.ts";

/** Entries that are not zero, in increasing order of their rows. */
export interface Entries {
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** A column of which only the non-zero entries are kept. */
export class SparseColumn implements Entries {
  /**
   * @param length of the whole column
   * @param rows where it is not zero, increasing
   * @param values there
   */
  constructor(readonly length: number, readonly rows: Int32Array, readonly values: Float64Array) {}
}

/** A column of a design matrix. */
export type DesignColumn = Float64Array | SparseColumn;

/** A column with at most this share of non-zero entries counts as sparse, when there are at least so many of them. */
const SPARSE_SHARE = 1 / 8;
export const MANY_COLUMNS = 24;

/** Whether so few entries of a column of this length are worth to be kept alone. */
export const isSparse = (entries: number, length: number): boolean => entries <= SPARSE_SHARE * length;

/**
 * The sparse columns of X: those that are kept so, and others with few entries; null for each one that is not, and for all others
 * when there are few: dense loops are then faster.
 */
export function sparseColumns(X: readonly DesignColumn[]): (SparseColumn | null)[] {
  const found = X.map((x) => x instanceof SparseColumn ? x : sparseColumn(x));
  if (found.filter(Boolean).length >= MANY_COLUMNS) return found;
  return X.map((x) => x instanceof SparseColumn ? x : null);
}

function sparseColumn(x: Float64Array): SparseColumn | null {
  let count = 0;
  for (let i = 0; i < x.length; i++) if (x[i] !== 0 && !isSparse(++count, x.length)) return null;
  const rows = new Int32Array(count), values = new Float64Array(count);
  for (let i = 0, k = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    rows[k] = i;
    values[k++] = x[i];
  }
  return new SparseColumn(x.length, rows, values);
}

/** All entries of a column; the column itself where they are kept. */
export function denseColumn(x: DesignColumn): Float64Array {
  if (!(x instanceof SparseColumn)) return x;
  const out = new Float64Array(x.length);
  axpySparse(1, x, out);
  return out;
}

/** A sparse column of some rows. */
export function sparseAtRows(x: SparseColumn, rows: Int32Array): SparseColumn {
  const all = valuesAt(x, rows), kept = Int32Array.from(all.keys()).filter((k) => all[k] !== 0);
  return new SparseColumn(rows.length, kept, valuesAt(all, kept));
}

/** The entries of some rows. */
export function valuesAt(x: DesignColumn, rows: Int32Array): Float64Array {
  const all = denseColumn(x), out = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = all[rows[k]];
  return out;
}

/** xᵀv. */
export function dotColumn(x: DesignColumn, v: Float64Array): number {
  return x instanceof SparseColumn ? dotSparse(x, v) : dot(x, v);
}

/** y += f x. */
export function axpyColumn(f: number, x: DesignColumn, y: Float64Array) {
  if (x instanceof SparseColumn) axpySparse(f, x, y);
  else axpy(f, x, y);
}

/** Xβ. */
export function linearPredictor(X: readonly DesignColumn[], beta: ArrayLike<number>): Float64Array {
  const out = new Float64Array(X.length > 0 ? X[0].length : 0);
  X.forEach((x, j) => beta[j] !== 0 && axpyColumn(beta[j], x, out));
  return out;
}

/** Elementwise product. */
export function timesColumn(a: DesignColumn, b: DesignColumn): DesignColumn {
  if (a instanceof SparseColumn) return b instanceof SparseColumn ? common(a, b) : scaledBy(a, b);
  return b instanceof SparseColumn ? scaledBy(b, a) : a.map((v, i) => v * b[i]);
}

function scaledBy({ length, rows, values }: SparseColumn, by: Float64Array): SparseColumn {
  return new SparseColumn(length, rows, values.map((v, k) => v * by[rows[k]]));
}

/** Of two sparse columns: where both have an entry. */
function common(a: SparseColumn, b: SparseColumn): SparseColumn {
  const rows: number[] = [], values: number[] = [];
  for (let i = 0, j = 0; i < a.rows.length && j < b.rows.length;) {
    if (a.rows[i] === b.rows[j]) {
      rows.push(a.rows[i]);
      values.push(a.values[i] * b.values[j]);
    }
    if (a.rows[i] <= b.rows[j]) i++;
    else j++; // equal rows: the next comparison moves this one
  }
  return new SparseColumn(a.length, Int32Array.from(rows), Float64Array.from(values));
}

/** Σ_i v_i x_i. */
export function dotSparse({ rows, values }: Entries, v: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) sum += values[k] * v[rows[k]];
  return sum;
}

/** y += f x. */
export function axpySparse(f: number, { rows, values }: Entries, y: Float64Array) {
  for (let k = 0; k < rows.length; k++) y[rows[k]] += f * values[k];
}

/**
 * Lower triangle of XᵀWX, row by row of the result. Products of two sparse columns are found through the rows in which
 * they are not zero, the others as inner products in blocks of rows that stay in the cache.
 * @param sparse as {@link sparseColumns} gives it, or null for the dense columns
 * @param w weights, null for ones
 */
export function crossProducts(
  X: readonly DesignColumn[],
  sparse: readonly (SparseColumn | null)[],
  w: Float64Array | null = null,
): Float64Array[] {
  const gram = X.map((_, j) => new Float64Array(j + 1)), n = X.length > 0 ? X[0].length : 0;
  const dense = X.map((_, j) => j).filter((j) => !sparse[j]);
  const columns = X as readonly Float64Array[]; // read only where they are dense
  const set = (j: number, k: number, v: number) => j >= k ? gram[j][k] += v : gram[k][j] += v;
  const block = 1024, scratch = new Float64Array(block);
  for (let start = 0; start < n; start += block) {
    const end = Math.min(n, start + block), parts = dense.map((j) => columns[j].subarray(start, end));
    const product = scratch.subarray(0, end - start);
    dense.forEach((j, a) => {
      const x = w ? product : parts[a];
      if (w) { for (let i = start; i < end; i++) product[i - start] = parts[a][i - start] * w[i]; }
      for (let b = 0; b <= a; b++) set(j, dense[b], dot(x, parts[b]));
    });
  }
  if (dense.length === X.length) return gram;
  for (const j of dense) {
    const x = w ? columns[j].map((v, i) => v * w[i]) : columns[j];
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
