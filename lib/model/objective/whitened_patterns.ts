/**
 * Rows of repeated measures in coordinates of a covariance L Lᵀ of their positions that is near the one looked for. The rows w = (x, y)
 * of a level at positions P are L_P⁻¹w, L_P L_Pᵀ = (L Lᵀ)_P: what positions have in common, be it a million times what they differ by,
 * is then of the same size as their differences. With L's rows in P orthonormalised, S_P L = L_P F, a covariance near L Lᵀ is
 *
 *   L_P⁻¹ S_P L M Mᵀ Lᵀ S_Pᵀ L_P⁻ᵀ = F M Mᵀ Fᵀ,   M near I,
 *
 * where nothing cancels; nor does it in X, whose columns are made orthogonal as they are there, or in y, which has lost its part in them.
 */
import type { Matrix } from "../../math/dense.ts";
import { axpy, dot } from "../../math/vectors.ts";
import { orthogonalColumns } from "../../math/orthogonal_columns.ts";
import { triangularSolve } from "../../math/triangle.ts";
import type { RandomTerm } from "../../formula/types.ts";
import type { CrossProducts } from "./cross_products.ts";
import { type RotatedLevels, rotatedRows } from "./rotated_levels.ts";
import type { Rows } from "./stiff_rows.ts";

/** Levels with the same positions, in the coordinates of L. */
export interface WhitenedPattern {
  /** Number of positions and of levels. */
  readonly m: number;
  readonly levels: number;
  /** F, m × c by rows. */
  readonly frame: Float64Array;
  /** Columns of (X, y), level by level and within it by position, of the levels that are different: {@link RotatedLevels}. */
  readonly columns: readonly Float64Array[];
}

/** All rows in the coordinates of L. */
export interface Whitened {
  readonly patterns: readonly WhitenedPattern[];
  /** ½ log|V| at M = I, and R, upper-triangular, of the columns as they were: XᵀV⁻¹X = RᵀR. */
  readonly halfLogDet: number;
  readonly triangle: Matrix;
  /** yᵀy of what y has beside the columns. */
  readonly yy: number;
}

/** Rows of one term in the residual's place, for one L after the other. */
export class WhitenedRows {
  private readonly groups: readonly RotatedLevels[];

  constructor(term: RandomTerm, rows: Rows, readonly c: number) {
    this.groups = rotatedRows(term, rows);
  }

  /** Those of a model whose only random term is a free covariance in the residual's place; null of another. */
  static of({ rows, effects: { terms: [only, ...others] } }: CrossProducts): WhitenedRows | null {
    if (!rows || others.length > 0 || !only?.covariance.freeFactor || only.thetas === 0) return null;
    return new WhitenedRows(only.term, rows, only.covariance.width);
  }

  /** Number of levels that have rows. */
  get levels(): number {
    return this.groups.reduce((sum, { levels }) => sum + levels, 0);
  }

  /** The rows in the coordinates of L (c × c, column-major); null where it is singular. */
  at(L: Float64Array): Whitened | null {
    const n = this.groups.reduce((sum, { columns: [first] }) => sum + first.length, 0);
    const made = this.groups[0].columns.map(() => new Float64Array(n)), p = made.length - 1;
    const frames: Float64Array[] = [];
    let halfLogDet = 0, at = 0;
    for (const { positions, levels, columns } of this.groups) {
      const m = positions.length,
        { frame, factor } = orthonormalRows(L, positions, this.c),
        to = at + columns[0].length;
      for (let a = 0; a < m; a++) halfLogDet += levels * Math.log(factor[a * (m + 1)]);
      if (!Number.isFinite(halfLogDet)) return null;
      frames.push(frame);
      made.forEach((out, j) => {
        out.set(columns[j], at);
        for (let first = at; first < to; first += m) {
          triangularSolve(factor, out.subarray(first, first + m), m, false);
        }
      });
      at = to;
    }
    const { Q, R } = orthogonalColumns(made.slice(0, p)), y = made[p], unit = 1 / Math.sqrt(n);
    for (let pass = 0; pass < 2; pass++) for (const q of Q) axpy(-dot(q, y) / n, q, y);
    const columns = [...Q.map((q) => q.map((v) => v * unit)), y];
    let from = 0;
    const patterns = this.groups.map(({ positions: { length: m }, levels, columns: [{ length }] }, k) => {
      const to = from + length;
      const pattern = { m, levels, frame: frames[k], columns: columns.map((x) => x.subarray(from, to)) };
      from = to;
      return pattern;
    });
    return { patterns, halfLogDet, triangle: R.mul(1 / unit), yy: dot(y, y) };
  }
}

/** S_P L = L_P F: Gram–Schmidt, each row twice, as rows of positions that are alike differ in their last digits only. */
function orthonormalRows(L: Float64Array, P: readonly number[], c: number) {
  const m = P.length, frame = new Float64Array(m * c), factor = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    const row = frame.subarray(a * c, (a + 1) * c);
    for (let k = 0; k < c; k++) row[k] = P[a] >= k ? L[k * c + P[a]] : 0;
    for (let pass = 0; pass < 2; pass++) {
      for (let b = 0; b < a; b++) {
        const before = frame.subarray(b * c, (b + 1) * c), share = dot(before, row);
        factor[b * m + a] += share;
        axpy(-share, before, row);
      }
    }
    const left = factor[a * (m + 1)] = Math.sqrt(dot(row, row));
    for (let k = 0; k < c; k++) row[k] /= left;
  }
  return { frame, factor };
}
