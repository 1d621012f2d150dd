/**
 * Levels with the same positions, turned among each other. The rows w = (x, y) of every one of them have the same covariance σ²V_P, so that
 * of any combinations of orthonormal weights is it, too, and the likelihood knows no difference. With w_l the rows of level l as one vector
 *
 *   (w_1, w_2, …)ᵀ = Q R,   Σ_l w_l w_lᵀ = RᵀR,
 *
 * the rows of R say all that the levels do, and there are no more of them than columns differ: a thousand subjects in two arms at eight visits
 * are two levels for the means of the arms and eight for what y has beside them. No sum of squares is formed: R has the digits of the columns.
 */
import { valuesAt } from "../../math/columns.ts";
import { axpy, dot } from "../../math/vectors.ts";
import { Remembered } from "../../math/remembered.ts";
import type { RandomTerm } from "../../formula/types.ts";
import { type LevelsAlike, levelsByPattern } from "./levels_alike.ts";
import type { Rows } from "./stiff_rows.ts";

/** What is left of a column beside others, as a share of it, up to which it is rounding error. */
const ROUNDING = 1e-14;

/** Levels with one set of positions. */
export interface RotatedLevels {
  readonly positions: readonly number[];
  /** Number of levels of the data: of terms in log|V|. */
  readonly levels: number;
  /** Number of levels that are not zero throughout after the turn. */
  readonly different: number;
  /** Columns of (X, y), `different` levels one after the other and within each by position. */
  readonly columns: readonly Float64Array[];
}

/** The last turned rows: the search and the standard errors need them. */
const known = new Remembered<Rows, readonly RotatedLevels[]>();

/** The levels of a term in which every row has a position of its own, turned among those that have the same positions. */
export function rotatedRows(term: RandomTerm, rows: Rows): readonly RotatedLevels[] {
  return known.of(rows, () => true, () => {
    const columns = columnsOf(rows);
    return levelsByPattern(term, rows.y.length).map((alike) => rotatedLevels(columns, alike));
  });
}

/** The columns of (X, y), X on its basis. */
function columnsOf({ y, basis }: Rows): Float64Array[] {
  const room = () => new Float64Array(y.length);
  const columns = Array.from({ length: basis.size }, (_, j) => basis.weightedColumn(j, null, room));
  return [...columns, y];
}

/** @param columns of (X, y), the response last */
export function rotatedLevels(
  columns: readonly Float64Array[],
  { positions, members }: LevelsAlike,
): RotatedLevels {
  const m = positions.length, levels = members.length;
  const rowsAt = positions.map((_, a) => Int32Array.from(members, (rows) => rows[a]));
  const at = (x: Float64Array, a: number) => valuesAt(x, rowsAt[a]);
  const R = levels > m ? triangle(columns.map((x) => positions.map((_, a) => at(x, a)))) : null;
  const different = R?.rank ?? levels;
  const turned = columns.map((x, j) => {
    const out = new Float64Array(different * m);
    for (let a = 0; a < m; a++) {
      const entries = R?.entries[j][a] ?? at(x, a);
      for (let t = 0; t < entries.length; t++) out[t * m + a] = entries[t];
    }
    return out;
  });
  return { positions, levels, different, columns: turned };
}

/** The columns of R, by Gram–Schmidt, each twice; null where Q is as long as wide, which would save nothing. */
function triangle(columns: readonly (readonly Float64Array[])[]) {
  const Q: Float64Array[] = [], entries: number[][][] = [], { length } = columns[0][0];
  for (const places of columns) {
    const own: number[][] = [];
    for (const x of places) {
      const r: number[] = Array(Q.length).fill(0), size = Math.sqrt(dot(x, x));
      let left = size;
      for (let pass = 0; pass < 2 && left > ROUNDING * size; pass++) {
        Q.forEach((q, t) => {
          const share = dot(q, x);
          r[t] += share;
          axpy(-share, q, x);
        });
        left = Math.sqrt(dot(x, x));
      }
      if (left > ROUNDING * size) {
        if (Q.length + 1 === length) return null;
        Q.push(x.map((v) => v / left));
        r.push(left);
      }
      own.push(r);
    }
    entries.push(own);
  }
  return { rank: Q.length, entries };
}
