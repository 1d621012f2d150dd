/** Small dense algebra, through ml-matrix: covariance matrices of a few dozen parameters, never anything of length n. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export { Matrix };

/** A dense matrix of ml-matrix, with all its methods. */
export type DenseMatrix = InstanceType<(typeof import("ml-matrix"))["Matrix"]>;

/** Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix. */
export function symmetricEigen(a: Matrix): { values: number[]; vectors: Matrix } {
  const e = new EigenvalueDecomposition(a, { assumeSymmetric: true });
  return { values: e.realEigenvalues, vectors: e.eigenvectorMatrix };
}

/**
 * Lower Cholesky factor from the lower triangle, or null when the matrix is not positive definite. Own code: ml-matrix's
 * throws on rounding-level asymmetry and does not fail on an indefinite matrix.
 */
export function choleskyFactor(a: Matrix): Matrix | null {
  const n = a.rows, L = Matrix.zeros(n, n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let s = a.get(i, j);
      for (let k = 0; k < j; k++) s -= L.get(i, k) * L.get(j, k);
      if (i > j) L.set(i, j, s / L.get(j, j));
      else if (s > 0) L.set(j, j, Math.sqrt(s));
      else return null;
    }
  }
  return L;
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
  if (!L) return null;
  const X = inverseLower(L);
  return X.transpose().mmul(X);
}

/** Inverse of a lower-triangular matrix. */
export function inverseLower(L: Matrix): Matrix {
  const n = L.rows, X = Matrix.zeros(n, n);
  for (let j = 0; j < n; j++) {
    X.set(j, j, 1 / L.get(j, j));
    for (let i = j + 1; i < n; i++) {
      let s = 0;
      for (let k = j; k < i; k++) s += L.get(i, k) * X.get(k, j);
      X.set(i, j, -s / L.get(i, i));
    }
  }
  return X;
}

/** Solves A x = b for symmetric A after shifting its spectrum to at least `floor` × the largest eigenvalue's size. */
export function solveSafely(a: Matrix, b: ArrayLike<number>, floor: number): Float64Array {
  const { values, vectors } = symmetricEigen(a), n = a.rows, x = new Float64Array(n);
  const least = floor * Math.max(1e-300, ...values.map(Math.abs));
  for (let k = 0; k < n; k++) {
    let dot = 0;
    for (let i = 0; i < n; i++) dot += vectors.get(i, k) * b[i];
    dot /= Math.max(Math.abs(values[k]), least);
    for (let i = 0; i < n; i++) x[i] += vectors.get(i, k) * dot;
  }
  return x;
}

/** Orthonormal-like basis of the columns of X: X = Q R with QᵀQ = n I, so that coefficients live on comparable scales. */
export interface Basis {
  /** Columns of Q, each with root mean square 1. */
  readonly Q: Float64Array[];
  /** Upper-triangular R (p × p) and its inverse. */
  readonly R: Matrix;
  readonly inverse: Matrix;
}

/** Modified Gram–Schmidt, twice ("twice is enough", Giraud et al. 2005), columns in order. */
export function orthogonalBasis(X: readonly Float64Array[]): Basis {
  const p = X.length, Q: Float64Array[] = [], R = Matrix.zeros(p, p);
  for (let j = 0; j < p; j++) {
    const q = X[j].slice(), n = q.length;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        const r = dot(Q[k], q) / n;
        R.set(k, j, R.get(k, j) + r);
        axpy(-r, Q[k], q);
      }
    }
    const norm = Math.sqrt(dot(q, q) / n);
    R.set(j, j, norm);
    const f = 1 / norm;
    for (let i = 0; i < n; i++) q[i] *= f;
    Q.push(q);
  }
  return { Q, R, inverse: inverseLower(R.transpose()).transpose() };
}

/** Σ x_i y_i. */
export function dot(x: Float64Array, y: Float64Array): number {
  let a = 0, b = 0, i = 0;
  for (; i + 1 < x.length; i += 2) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
  }
  return i < x.length ? a + b + x[i] * y[i] : a + b;
}

/** y += f x. */
export function axpy(f: number, x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) y[i] += f * x[i];
}
