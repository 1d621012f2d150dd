/** Levels that have the same positions, and the sums of products of their rows. */
import type { RandomTerm } from "../../formula/types.ts";
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
export function patternsOf(term: RandomTerm, { y, basis }: Rows): Pattern[] | null {
  const n = y.length, k = basis.size + 1, packed = k * (k + 1) / 2, found = levelsByPattern(term, n);
  let size = 0;
  for (const { positions: { length: m } } of found) size += m * (m + 1) / 2 * packed;
  if (size > PER_ROW * n * k) return null;
  const columns = [...columnsOf(basis, n), y];
  return found.map(({ positions, members }) => ({
    positions,
    levels: members.length,
    products: productsOf(columns, members, positions.length),
  }));
}

/** Levels with one set of positions, increasing, and the rows of each at these. */
export interface LevelsAlike {
  readonly positions: readonly number[];
  readonly members: readonly (readonly number[])[];
}

/** The levels of a term in which every row has a position of its own, by the positions that they have. */
export function levelsByPattern(term: RandomTerm, n: number): LevelsAlike[] {
  const { codes } = term.position!, rowsOf: number[][] = term.levels.map(() => []);
  for (let i = 0; i < n; i++) rowsOf[term.level[i]].push(i);
  const found = new Map<string, { positions: number[]; members: number[][] }>();
  for (const rows of rowsOf) {
    if (rows.length === 0) continue;
    rows.sort((a, b) => codes[a] - codes[b]);
    const positions = rows.map((i) => codes[i]), key = positions.join(" ");
    const entry = found.get(key);
    if (entry) entry.members.push(rows);
    else found.set(key, { positions, members: [rows] });
  }
  return [...found.values()];
}

function columnsOf(basis: Rows["basis"], n: number): Float64Array[] {
  return Array.from({ length: basis.size }, (_, j) => {
    const column = new Float64Array(n);
    basis.weighColumn(j, null, column);
    return column;
  });
}

/** Those of {@link Pattern.products}, over the rows of its members. */
export function productsOf(
  columns: readonly Float64Array[],
  members: readonly (readonly number[])[],
  m: number,
): Float64Array[] {
  const k = columns.length, out: Float64Array[] = [], wa = new Float64Array(k), wb = new Float64Array(k);
  for (let b = 0; b < m; b++) {
    for (let a = 0; a <= b; a++) {
      const sum = new Float64Array(k * (k + 1) / 2);
      for (const rows of members) {
        for (let j = 0; j < k; j++) {
          wa[j] = columns[j][rows[a]];
          wb[j] = columns[j][rows[b]];
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
