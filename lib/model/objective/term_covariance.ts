/** The covariance of a term's effects on the scale of the data's columns, at any θ. */
import { Matrix } from "../../math/dense.ts";
import type { Covariance } from "../structures/structure.ts";
import { basisRow } from "./group_layout.ts";

/** What it takes of a term's layout. */
export interface TermScale {
  readonly covariance: Covariance;
  readonly basis: Matrix;
  readonly count: number;
}

/** Row i of F = C T: coefficient i of a level in terms of the spherical effects of its node. */
export function factorRow(
  { covariance: { width: c, fill }, covariance, basis, count }: TermScale,
  theta: Float64Array,
  at: number,
  i: number,
  T = new Float64Array(c * c),
): Float64Array {
  const row = new Float64Array(c);
  fill.call(covariance, theta, at, T);
  for (const [a, f] of basisRow({ basis, count }, i)) for (let b = 0; b <= a; b++) row[b] += f * T[b * c + a];
  return row;
}

/**
 * Σ = scale · C T TᵀCᵀ, or scale times the relative covariance of a structure in the residual's place. Where positions are nodes of
 * their own it is 1 × 1, the variance of one.
 */
export function covarianceAt(term: TermScale, theta: Float64Array, at: number, scale: number): Matrix {
  const { covariance: bound } = term, c = bound.width, S = Matrix.zeros(c, c);
  const relative = bound.relative?.(theta, at);
  if (relative) {
    for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) S.set(i, j, scale * relative[j * c + i]);
    return S;
  }
  const T = new Float64Array(c * c),
    rows = Array.from({ length: c }, (_, i) => factorRow(term, theta, at, i, T));
  for (let i = 0; i < c; i++) {
    for (let j = 0; j <= i; j++) {
      const v = scale * rows[i].reduce((s, x, k) => s + x * rows[j][k], 0);
      S.set(i, j, v);
      S.set(j, i, v);
    }
  }
  return S;
}
