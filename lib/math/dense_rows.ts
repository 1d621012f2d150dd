/** Dense algebra on matrices kept by rows: into storage that the caller has, for what is computed again and again. */

/** The rows of a matrix. */
export type Rows = readonly Float64Array[];

/** Entries of a vector up to which its memory takes longer to get than to fill. */
const SHORT = 10_000;

/** Vectors of zeros of one length; short ones are parts of one array: memory of their own takes ten times as long to get. */
export function vectors(count: number, length: number): Float64Array[] {
  if (length > SHORT) return Array.from({ length: count }, () => new Float64Array(length));
  const all = new Float64Array(count * length), out: Float64Array[] = [];
  for (let k = 0; k < count; k++) out.push(all.subarray(k * length, (k + 1) * length));
  return out;
}

/** n rows of zeros. */
export function zeroRows(n: number): Float64Array[] {
  return vectors(n, n);
}

/** A ← L with L Lᵀ = A, from A's lower triangle. @returns false where A is not positive definite */
export function factorRows(A: Rows): boolean {
  for (let j = 0; j < A.length; j++) {
    const lj = A[j];
    for (let i = j; i < A.length; i++) {
      const li = A[i], s = li[j] - dotFirst(li, lj, j);
      if (i > j) li[j] = s / lj[j];
      else if (s > 0) li[j] = Math.sqrt(s);
      else return false;
    }
    lj.fill(0, j + 1);
  }
  return true;
}

/** Σ_{i<n} x_i y_i, in four sums that do not wait for each other. */
export function dotFirst(x: Float64Array, y: Float64Array, n: number): number {
  let a = 0, b = 0, c = 0, d = 0, i = 0;
  for (; i + 3 < n; i += 4) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
    c += x[i + 2] * y[i + 2];
    d += x[i + 3] * y[i + 3];
  }
  for (; i < n; i++) a += x[i] * y[i];
  return a + b + (c + d);
}

/** x ← (L Lᵀ)⁻¹ x. */
export function solveRows(L: Rows, x: Float64Array) {
  const n = L.length;
  for (let i = 0; i < n; i++) {
    const row = L[i];
    for (let k = 0; k < i; k++) x[i] -= row[k] * x[k];
    x[i] /= row[i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= L[k][i] * x[k];
    x[i] /= L[i][i];
  }
}

/** X ← L⁻¹, row by row, each a combination of those before it. */
export function invertRows(L: Rows, X: Rows) {
  for (let i = 0; i < L.length; i++) {
    const x = X[i], l = L[i], pivot = 1 / l[i];
    x.fill(0);
    for (let k = 0; k < i; k++) {
      const f = -l[k] * pivot, row = X[k];
      if (f !== 0) { for (let j = 0; j <= k; j++) x[j] += f * row[j]; }
    }
    x[i] = pivot;
  }
}

/** out ← XᵀX of a lower-triangular X, as a sum over its rows. */
export function squareRows(X: Rows, out: Rows) {
  for (const row of out) row.fill(0);
  for (let k = 0; k < X.length; k++) {
    const x = X[k];
    for (let r = 0; r <= k; r++) {
      const f = x[r], row = out[r];
      if (f !== 0) { for (let s = 0; s <= r; s++) row[s] += f * x[s]; }
    }
  }
  for (let r = 0; r < out.length; r++) for (let s = 0; s < r; s++) out[s][r] = out[r][s];
}
