/** Levels that have the same positions, and the sums of products of their rows. */
import type { RandomTerm } from "../../formula/types.ts";
import { levelsByPattern } from "./levels_alike.ts";
import { rotatedRows } from "./rotated_levels.ts";
import type { Rows } from "./stiff_rows.ts";

/** The levels with one set of positions. */
export interface Pattern {
  /** Increasing. */
  readonly positions: readonly number[];
  /** Number of levels. */
  readonly levels: number;
  /**
   * For every pair of positions a ≤ b, in the order (0, 0), (0, 1), (1, 1), (0, 2) …, the sum over the levels of w_a w_bᵀ + w_b w_aᵀ
   * (w_a w_aᵀ once), w = (columns of the basis, y), its upper triangle in the same order.
   */
  readonly products: readonly Float64Array[];
}

/** As many numbers in the sums as this per row would save nothing. */
const PER_ROW = 8;

/** Patterns of a term in which every row has a position of its own; null where they are too many to be worth it. */
export function patternsOf(term: RandomTerm, rows: Rows): Pattern[] | null {
  const n = rows.y.length,
    k = rows.basis.size + 1,
    packed = k * (k + 1) / 2,
    found = levelsByPattern(term, n);
  let size = 0;
  for (const { positions: { length: m } } of found) size += m * (m + 1) / 2 * packed;
  if (size > PER_ROW * n * k) return null;
  return rotatedRows(term, rows).map(({ positions, levels, columns }) => ({
    positions,
    levels,
    products: productsOf(columns, positions.length),
  }));
}

/** Those of {@link Pattern.products}, of columns level by level and within it by position. */
export function productsOf(columns: readonly Float64Array[], m: number): Float64Array[] {
  const k = columns.length, wa = new Float64Array(k), wb = new Float64Array(k), out: Float64Array[] = [];
  for (let b = 0; b < m; b++) {
    for (let a = 0; a <= b; a++) {
      const sum = new Float64Array(k * (k + 1) / 2);
      for (let first = 0; first < columns[0].length; first += m) {
        for (let j = 0; j < k; j++) {
          wa[j] = columns[j][first + a];
          wb[j] = columns[j][first + b];
        }
        for (let j = 0, e = 0; j < k; j++) {
          for (let i = 0; i <= j; i++) sum[e++] += a === b ? wa[i] * wa[j] : wa[i] * wb[j] + wb[i] * wa[j];
        }
      }
      out.push(sum);
    }
  }
  return out;
}
