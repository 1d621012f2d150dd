/**
 * yᵀV⁻¹y and its kin as sums of squares, for groups that differ thousands of times more than the residuals: with
 * s = H⁻¹ΛᵀZᵀx the mode and x̃ = x − ZΛs what it leaves,
 *
 *   xᵀV⁻¹y = x̃ᵀWỹ + sₓᵀPs_y
 *
 * where nothing cancels, at the price of a pass over the rows for every column. Where P = I these are products of the columns (√W x̃, s),
 * and the factor of A is that of their orthogonalisation: A itself has the square of its condition, which for means of visits is the
 * square of how much more groups differ than residuals.
 */
import type { Basis } from "../../math/basis.ts";
import { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { orthogonalColumns } from "../../math/orthogonal_columns.ts";
import type { RandomEffects } from "./random_effects.ts";

/** What the rows say: response, weights, columns, grouping. */
export interface Rows {
  readonly y: Float64Array;
  readonly weights: Float64Array | null;
  readonly basis: Basis;
  readonly effects: RandomEffects;
}

/** A = QᵀV⁻¹Q, c = QᵀV⁻¹y, yᵀV⁻¹y. */
export interface Residuals {
  readonly A: Matrix;
  readonly c: Float64Array;
  readonly yy: number;
  /** The lower-triangular factor of A, and A⁻¹c; null where A has to be factored. */
  readonly leastSquares: { readonly factor: Matrix; readonly shift: Float64Array } | null;
  /** Σ w (ỹ − Σ_j shift_j Q̃_j)². */
  squares(shift: Float64Array): number;
}

/** @param Sy, SQ modes H⁻¹ΛᵀZᵀx of the response and of every column */
export function residualsBeyondModes(
  { y, weights, basis, effects }: Rows,
  Sy: Float64Array,
  SQ: readonly Float64Array[],
): Residuals {
  const p = basis.size, b = new Float64Array(Sy.length), n = y.length;
  const left = (x: Float64Array, s: Float64Array) => {
    effects.apply(s, b);
    for (let i = 0; i < b.length; i++) b[i] = -b[i];
    effects.gather(b, [x]);
    return x;
  };
  const ry = left(y.slice(), Sy),
    rQ = SQ.map((s, j) => {
      const q = new Float64Array(n);
      basis.addColumn(1, j, q);
      return left(q, s);
    });
  const weighted = new Float64Array(n), A = Matrix.zeros(p, p), c = new Float64Array(p);
  const weigh = (x: Float64Array) => {
    for (let i = 0; i < n; i++) weighted[i] = weights ? weights[i] * x[i] : x[i];
    return weighted;
  };
  for (let j = 0; j < p; j++) {
    weigh(rQ[j]);
    c[j] = dot(weighted, ry) + effects.priorForm(SQ[j], Sy);
    for (let k = 0; k <= j; k++) {
      const v = dot(weighted, rQ[k]) + effects.priorForm(SQ[j], SQ[k]);
      A.set(j, k, v);
      A.set(k, j, v);
    }
  }
  return {
    A,
    c,
    yy: dot(weigh(ry), ry) + effects.priorForm(Sy, Sy),
    leastSquares: effects.precisions.length === 0
      ? leastSquares(rQ.map((q, j) => stacked(q, weights, SQ[j])), stacked(ry, weights, Sy))
      : null,
    squares(shift) {
      const r = ry.slice();
      rQ.forEach((q, j) => {
        for (let i = 0; i < n; i++) r[i] -= shift[j] * q[i];
      });
      return dot(weigh(r), r);
    },
  };
}

/** (√W x̃, s). */
function stacked(x: Float64Array, weights: Float64Array | null, s: Float64Array): Float64Array {
  const out = new Float64Array(x.length + s.length);
  out.set(weights ? x.map((v, i) => Math.sqrt(weights[i]) * v) : x);
  out.set(s, x.length);
  return out;
}

/** R with XᵀX = RᵀR, as a lower-triangular factor, and the coefficients of y on X. */
function leastSquares(X: readonly Float64Array[], y: Float64Array) {
  const { Q, R } = orthogonalColumns(X), p = X.length, m = y.length, left = y.slice();
  const shift = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    shift[j] = dot(Q[j], left) / m;
    for (let i = 0; i < m; i++) left[i] -= shift[j] * Q[j][i];
  }
  for (let j = p - 1; j >= 0; j--) {
    for (let k = j + 1; k < p; k++) shift[j] -= R.get(j, k) * shift[k];
    shift[j] /= R.get(j, j);
  }
  return { factor: R.transpose().mul(Math.sqrt(m)), shift };
}
