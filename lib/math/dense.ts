/** Small dense algebra, through ml-matrix: covariance matrices of a few dozen parameters, never anything of length n. */
// deno-lint-ignore-file no-import-prefix -- an address with its version works from any folder
import { EigenvalueDecomposition, Matrix } from "npm:ml-matrix@6.15.1";
import { factorRows, invertRows, type Rows, solveRows, squareRows, zeroRows } from "./dense_rows.ts";

export { Matrix };

/**
 * A dense matrix of ml-matrix, with all its methods.
 *
 * @category Extend
 */
export type DenseMatrix = InstanceType<(typeof import("npm:ml-matrix@6.15.1"))["Matrix"]>;

/** Entries beyond this overflow when they are squared and summed. */
export const OVERFLOW = 1e150;

/** Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix of numbers. */
export function symmetricEigen(a: Matrix): { values: number[]; vectors: Matrix } {
  const largest = largestEntry(a);
  if (largest > OVERFLOW) {
    const { values, vectors } = symmetricEigen(Matrix.div(a, largest));
    return { values: values.map((v) => v * largest), vectors };
  }
  const e = new EigenvalueDecomposition(a, { assumeSymmetric: true });
  return { values: e.realEigenvalues, vectors: e.eigenvectorMatrix };
}

/** Largest |A_ij|; NaN where an entry is none. */
export function largestEntry(a: Matrix): number {
  let largest = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) largest = Math.max(largest, Math.abs(a.get(i, j)));
  }
  return largest;
}

/**
 * Lower Cholesky factor from the lower triangle, or null when the matrix is not positive definite. Own code: ml-matrix's
 * throws on rounding-level asymmetry and does not fail on an indefinite matrix.
 */
export function choleskyFactor(a: Matrix): Matrix | null {
  const rows = lowerFactor(a);
  return rows && matrixOf(rows);
}

/** The same by rows. */
export function lowerFactor(a: Matrix): Rows | null {
  const rows = lowerRows(a);
  return factorRows(rows) ? rows : null;
}

/** The lower triangle of a square matrix by rows. */
function lowerRows(a: Matrix): Float64Array[] {
  const rows = zeroRows(a.rows);
  for (let i = 0; i < rows.length; i++) for (let j = 0; j <= i; j++) rows[i][j] = a.get(i, j);
  return rows;
}

/** Rows of a square matrix as a matrix. */
export function matrixOf(rows: Rows): Matrix {
  const n = rows.length, out = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out.set(i, j, rows[i][j]);
  return out;
}

/** x with L Lᵀ x = b. */
export function choleskySolve(L: Matrix, b: ArrayLike<number>): Float64Array {
  const n = L.rows, x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= L.get(i, k) * x[k];
    x[i] /= L.get(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= L.get(k, i) * x[k];
    x[i] /= L.get(i, i);
  }
  return x;
}

/** Lower factor of a positive semi-definite matrix by columns: pivots up to `least` become zero columns. */
export function semidefiniteFactor(S: Matrix, least: number): Matrix {
  const c = S.rows, L = Matrix.zeros(c, c);
  for (let j = 0; j < c; j++) {
    for (let i = j; i < c; i++) {
      let s = S.get(i, j);
      for (let k = 0; k < j; k++) s -= L.get(i, k) * L.get(j, k);
      const pivot = L.get(j, j);
      L.set(i, j, i === j ? (s > least ? Math.sqrt(s) : 0) : pivot > 0 ? s / pivot : 0);
    }
  }
  return L;
}

/** Inverse of a symmetric positive definite matrix, or null. */
export function positiveInverse(a: Matrix): Matrix | null {
  const L = choleskyFactor(a);
  return L && inverseFromFactor(L);
}

/** (L Lᵀ)⁻¹ = XᵀX with X = L⁻¹. */
export function inverseFromFactor(L: Matrix): Matrix {
  const X = zeroRows(L.rows), out = zeroRows(L.rows);
  invertRows(lowerRows(L), X);
  squareRows(X, out);
  return matrixOf(out);
}

/** Inverse of a lower-triangular matrix. */
export function inverseLower(L: Matrix): Matrix {
  const X = zeroRows(L.rows);
  invertRows(lowerRows(L), X);
  return matrixOf(X);
}

/** The same entries in a matrix of its own; ml-matrix's clone goes through an iterator, three times as slow. */
export function copyOf(a: Matrix): Matrix {
  const out = Matrix.zeros(a.rows, a.columns);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) out.set(i, j, a.get(i, j));
  return out;
}

/** The square block of `size` rows from `start`; empty for size 0, which ml-matrix refuses. */
export function diagonalBlock(a: Matrix, start: number, size: number): Matrix {
  return size > 0 ? a.subMatrix(start, start + size - 1, start, start + size - 1) : Matrix.zeros(0, 0);
}

/** A x. */
export function timesVector(A: Matrix, x: Float64Array): Float64Array {
  const out = new Float64Array(A.rows);
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < x.length; j++) out[i] += A.get(i, j) * x[j];
  return out;
}

/** A S Aᵀ for symmetric S; costs what of A is not zero. */
export function congruence(A: Matrix, S: Matrix): Matrix {
  return timesSparse(A, timesSparse(A, S).transpose());
}

/** A B, skipping the zeros of A. */
function timesSparse(A: Matrix, B: Matrix): Matrix {
  const rows = B.to2DArray(), out: Float64Array[] = [];
  for (let i = 0; i < A.rows; i++) {
    const row = new Float64Array(B.columns);
    for (let k = 0; k < A.columns; k++) {
      const f = A.get(i, k), b = rows[k];
      if (f !== 0) { for (let j = 0; j < row.length; j++) row[j] += f * b[j]; }
    }
    out.push(row);
  }
  return out.length > 0 ? new Matrix(out) : Matrix.zeros(0, B.columns);
}

/**
 * Solves A x = b for symmetric A; where A is not safely positive definite, with |λ| in place of its eigenvalues λ and at least
 * `floor` × the largest, so that −x is a descent direction for a gradient b that also leaves saddle points (Dauphin et al.
 * 2014). NaN where A has entries that are no numbers.
 */
export function solveSafely(a: Matrix, b: ArrayLike<number>, floor: number): Float64Array {
  return safeSolver(a, floor)(b);
}

/** The same for several right sides. @param L the lower factor of A, null where there is none */
export function safeSolver(
  a: Matrix,
  floor: number,
  L = lowerFactor(a),
): (b: ArrayLike<number>) => Float64Array {
  if (!L || !isSafe(a, L, floor)) return eigenSolver(a, floor);
  return (b) => {
    const x = Float64Array.from(b);
    solveRows(L, x);
    return x;
  };
}

/** The positive definite matrix by which {@link solveSafely} solves where A is not one. */
export function absolute(a: Matrix, floor: number): Matrix {
  const { sizes, vectors } = absoluteEigen(a, floor);
  return vectors.mmul(Matrix.diag(sizes)).mmul(vectors.transpose());
}

/** |λ|, at least `floor` × the largest, and eigenvectors. */
function absoluteEigen(a: Matrix, floor: number): { sizes: number[]; vectors: Matrix } {
  const { values, vectors } = symmetricEigen(a), sizes = values.map(Math.abs);
  const least = floor * Math.max(1e-300, ...sizes);
  return { sizes: sizes.map((v) => Math.max(v, least)), vectors };
}

function eigenSolver(a: Matrix, floor: number): (b: ArrayLike<number>) => Float64Array {
  if (!(largestEntry(a) < Infinity)) return (b) => new Float64Array(b.length).fill(NaN); // nothing can be said
  const { sizes, vectors } = absoluteEigen(a, floor), n = a.rows;
  return (b) => {
    const x = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += vectors.get(i, k) * b[i];
      dot /= sizes[k];
      for (let i = 0; i < n; i++) x[i] += vectors.get(i, k) * dot;
    }
    return x;
  };
}

/** Whether no pivot comes near the floor: an eigenvalue below it would show as a small pivot. */
function isSafe(a: Matrix, L: Rows, floor: number): boolean {
  let largest = 0, smallest = Infinity;
  for (let i = 0; i < a.rows; i++) {
    largest = Math.max(largest, a.get(i, i));
    smallest = Math.min(smallest, L[i][i] ** 2);
  }
  return smallest > 1e3 * floor * largest;
}
