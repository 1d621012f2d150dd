/**
 * Sums over the levels of one pattern of positions: of w = (x, y) in their rows, weighed by W = V_P⁻¹, and from them the adjoint of V_P.
 * Matrices are column-major; products and what is called packed hold the upper triangle by columns.
 */
import { Matrix } from "../../math/dense.ts";
import { denseCholesky, triangularSolve } from "../../math/triangle.ts";

/** W = V⁻¹, packed, log|V|, and the smallest share of its variance that a position keeps given those before it; null where V is not positive definite. */
export function invert(
  V: Float64Array,
  m: number,
): { W: Float64Array; logDet: number; least: number } | null {
  const L = V.slice(), W = new Float64Array(m * (m + 1) / 2), unit = new Float64Array(m);
  if (!denseCholesky(L, m)) return null;
  let logDet = 0, least = 1;
  for (let j = 0, e = 0; j < m; j++) {
    logDet += 2 * Math.log(L[j * m + j]);
    least = Math.min(least, L[j * m + j] ** 2 / V[j * m + j]);
    unit.fill(0);
    unit[j] = 1;
    triangularSolve(L, unit, m, false);
    triangularSolve(L, unit, m, true);
    for (let i = 0; i <= j; i++) W[e++] = unit[i];
  }
  return { W, logDet, least };
}

/** sums += Σ_ab W_ab Σ_levels w_a w_bᵀ, from products over the levels. */
export function addProducts(products: readonly Float64Array[], W: Float64Array, sums: Float64Array): void {
  products.forEach((G, e) => {
    const w = W[e];
    for (let j = 0; j < sums.length; j++) sums[j] += w * G[j];
  });
}

/** F_ab = Σ_levels w_aᵀ Ω w_b, from products over the levels. */
export function formOf(products: readonly Float64Array[], weights: Float64Array, m: number): Float64Array {
  const F = new Float64Array(m * m);
  for (let j = 0, e = 0; j < m; j++) {
    for (let i = 0; i <= j; i++, e++) {
      let s = 0;
      const G = products[e];
      for (let l = 0; l < G.length; l++) s += weights[l] * G[l];
      F[j * m + i] = F[i * m + j] = i === j ? s : s / 2; // products hold G_ab + G_ba
    }
  }
  return F;
}

/** V̄ = ½ (levels W − W F W). */
export function onVariance(W: Float64Array, F: Float64Array, levels: number, m: number): Float64Array {
  const WFW = multiply(multiply(W, F, m), W, m);
  return WFW.map((v, k) => (levels * W[k] - v) / 2);
}

/** Weights of packed products with E/σ² + K: (−γ, 1)(−γ, 1)ᵀ/σ² and (XᵀV⁻¹X)⁻¹, entries off the diagonal twice. */
export function weighing(gamma: Float64Array, s2: number, inverse: Matrix | null): Float64Array {
  const p = gamma.length, g = [...gamma.map((v) => -v), 1], out: number[] = [];
  for (let j = 0; j <= p; j++) {
    for (let i = 0; i <= j; i++) {
      const both = g[i] * g[j] / s2 + (inverse && j < p ? inverse.get(i, j) : 0);
      out.push(i === j ? both : 2 * both);
    }
  }
  return Float64Array.from(out);
}

/** A, b and yᵀV⁻¹y of the packed sums over w = (x, y). */
export function blocks(sums: Float64Array, p: number): { A: Matrix; b: Float64Array; yy: number } {
  const A = Matrix.zeros(p, p), b = new Float64Array(p);
  for (let j = 0, e = 0; j <= p; j++) {
    for (let i = 0; i <= j; i++, e++) {
      if (j === p) {
        if (i < p) b[i] = sums[e];
      } else {
        A.set(i, j, sums[e]);
        A.set(j, i, sums[e]);
      }
    }
  }
  return { A, b, yy: sums[sums.length - 1] };
}

/** All of a packed symmetric matrix. */
export function square(packed: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let j = 0, e = 0; j < m; j++) {
    for (let i = 0; i <= j; i++) out[j * m + i] = out[i * m + j] = packed[e++];
  }
  return out;
}

/** Product of column-major square matrices. */
export function multiply(A: Float64Array, B: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < m; k++) {
      const f = B[j * m + k];
      if (f !== 0) { for (let i = 0; i < m; i++) out[j * m + i] += f * A[k * m + i]; }
    }
  }
  return out;
}
