/**
 * Dense triangular algebra on column-major square arrays, for templates that may be a thousand wide: Cholesky factor, its
 * adjoint, solves. (ml-matrix has no adjoint and stores rows.)
 */
import { WIDE } from "./dense_products.ts";
import { wideCholesky, wideCholeskyAdjoint, wideGram } from "./wide_triangle.ts";

/** Cholesky factor in place of a matrix whose lower triangle is given; entries above the diagonal are left. @returns false when not positive definite */
export function denseCholesky(a: Float64Array, n: number): boolean {
  if (n >= WIDE) return wideCholesky(a, n) || failed(a, n);
  for (let j = 0; j < n; j++) {
    const cj = j * n;
    for (let k = 0; k < j; k++) {
      const f = a[k * n + j];
      if (f !== 0) { for (let i = j; i < n; i++) a[cj + i] -= f * a[k * n + i]; }
    }
    const pivot = a[cj + j];
    if (!(pivot > 0)) return failed(a, n);
    const root = 1 / Math.sqrt(pivot);
    for (let i = j; i < n; i++) a[cj + i] *= root;
  }
  return true;
}

/** NaN everywhere, so that whoever does not look at the answer cannot go on with half a factor. */
function failed(a: Float64Array, n: number): false {
  a.fill(NaN, 0, n * n);
  return false;
}

/** T Tᵀ of a lower-triangular T, all of it. */
export function triangleGram(T: Float64Array, n: number): Float64Array {
  if (n >= WIDE) return wideGram(T, n);
  const S = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let j = k; j < n; j++) for (let i = k; i < n; i++) S[j * n + i] += T[k * n + i] * T[k * n + j];
  }
  return S;
}

/** L M of lower-triangular L and M. */
export function triangleProduct(L: Float64Array, M: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let k = j; k < n; k++) {
      const f = M[j * n + k];
      if (f !== 0) { for (let i = k; i < n; i++) out[j * n + i] += f * L[k * n + i]; }
    }
  }
  return out;
}

/** L S Lᵀ of a symmetric S. */
export function triangleCongruence(L: Float64Array, S: Float64Array, n: number): Float64Array {
  const half = new Float64Array(n * n), out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < n; k++) {
      const f = S[j * n + k];
      if (f !== 0) { for (let i = k; i < n; i++) half[j * n + i] += f * L[k * n + i]; }
    }
  }
  for (let k = 0; k < n; k++) { // (L S) Lᵀ, a column of L at a time
    for (let j = k; j < n; j++) {
      const f = L[k * n + j];
      if (f !== 0) { for (let i = 0; i < n; i++) out[j * n + i] += f * half[k * n + i]; }
    }
  }
  return out;
}

/** L⁻¹ S L⁻ᵀ of a symmetric S. */
export function triangleQuotient(L: Float64Array, S: Float64Array, n: number): Float64Array {
  const out = S.slice();
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < n; j++) triangularSolve(L, out.subarray(j * n, (j + 1) * n), n, false);
    transpose(out, n); // (L⁻¹S)ᵀ = S L⁻ᵀ
  }
  return out;
}

/** x ← L⁻¹x, or L⁻ᵀx. */
export function triangularSolve(
  L: Float64Array,
  x: Float64Array,
  n: number,
  transpose: boolean,
): Float64Array {
  if (transpose) {
    for (let j = n - 1; j >= 0; j--) {
      let s = x[j];
      for (let i = j + 1; i < n; i++) s -= L[j * n + i] * x[i];
      x[j] = s / L[j * n + j];
    }
  } else {
    for (let j = 0; j < n; j++) {
      const v = x[j] /= L[j * n + j];
      for (let i = j + 1; i < n; i++) x[i] -= v * L[j * n + i];
    }
  }
  return x;
}

/**
 * Adjoint of S = L Lᵀ ↦ L: given L̄ = ∂f/∂L (lower triangle), the symmetric S̄ with df = ⟨S̄, dS⟩ is
 *
 *   S̄ = ½ L⁻ᵀ (Φ + Φᵀ) L⁻¹,   Φ = LᵀL̄ with its strict upper triangle dropped and its diagonal halved
 *
 * Source: Murray (2016), arXiv:1602.07527, eq. 9.
 */
export function choleskyAdjoint(L: Float64Array, onFactor: Float64Array, n: number): Float64Array {
  if (n >= WIDE) return wideCholeskyAdjoint(L, onFactor, n);
  const P = new Float64Array(n * n);
  for (let j = 0; j < n; j++) { // P = Φ + Φᵀ
    for (let i = j; i < n; i++) {
      let s = 0;
      for (let k = i; k < n; k++) s += L[i * n + k] * onFactor[j * n + k];
      P[j * n + i] = P[i * n + j] = s;
    }
  }
  for (let j = 0; j < n; j++) triangularSolve(L, P.subarray(j * n, (j + 1) * n), n, true); // L⁻ᵀ P
  transpose(P, n);
  for (let j = 0; j < n; j++) triangularSolve(L, P.subarray(j * n, (j + 1) * n), n, true); // L⁻ᵀ (L⁻ᵀP)ᵀ = (L⁻ᵀ P L⁻¹)ᵀ
  for (let k = 0; k < n * n; k++) P[k] /= 2;
  return P;
}

function transpose(a: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j + 1; i < n; i++) {
      const t = a[j * n + i];
      a[j * n + i] = a[i * n + j];
      a[i * n + j] = t;
    }
  }
}
