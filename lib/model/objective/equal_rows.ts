/**
 * Rows that are equal in everything that a model reads, as one row with their number: the log-likelihood of equal rows is a
 * multiple of one's, so that a search over the different rows is one over all.
 */
import { denseColumn } from "../../math/columns.ts";
import { seed } from "../../math/random.ts";
import type { Design } from "../../formula/types.ts";

/** Different rows: the first of every kind, and what their frequency weights add up to. */
export interface DifferentRows {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
}

/**
 * How many rows each row stands for, by which coordinates are made orthogonal: a fit of cells then computes in those of all rows, and
 * second differences are the same. Null where a row is one, and where some count nothing, beside which a column might vanish.
 */
export function standsFor({ counted, weights }: Pick<Design, "counted" | "weights">): Float64Array | null {
  return counted === undefined || weights === null || weights.includes(0) ? null : weights;
}

/** Rows below which nothing is to be saved. */
const MANY = 2_000;
/** Rows to every different one, at least, where it pays to look at these alone. */
const PAYS = 3;
/** Rows that are looked at before all are. */
const LOOK = 2_000;

/** The different rows of a design; null where there are nearly as many as rows. */
export function differentRows(design: Design): DifferentRows | null {
  const { n, weights } = design;
  if (n < MANY || design.precision) return null;
  const columns = () => columnsOf(design), most = Math.floor(n / PAYS), random = seed(1);
  const some = Int32Array.from({ length: LOOK }, () => Math.floor(n * random.uniform()));
  if (!numbered(columns, some, Math.ceil(most * -Math.expm1(-LOOK / most)))) return null; // what so many kinds show
  const all = numbered(columns, Int32Array.from({ length: n }, (_, i) => i), most);
  if (!all) return null;
  const rows = new Int32Array(all.count).fill(-1), sums = new Float64Array(all.count);
  for (let i = 0; i < n; i++) {
    const kind = all.kind[i];
    if (rows[kind] < 0) rows[kind] = i;
    sums[kind] += weights ? weights[i] : 1;
  }
  return { rows, weights: sums };
}

/** Everything that a model reads of a row, levels first: they tell most rows apart. */
function* columnsOf({ response, predictors }: Design): Generator<ArrayLike<number>> {
  for (const { random } of predictors) for (const { level } of random) yield level;
  yield response.y;
  if (response.trials) yield response.trials;
  for (const { X, offset, random } of predictors) {
    for (const x of X) yield denseColumn(x);
    if (offset) yield offset;
    for (const { columns } of random) for (const z of columns) if (z) yield z;
  }
}

/**
 * A number for every kind among some rows, from 0 in their order; null where there are more than `most`. Column by column the kinds so far
 * are split by its values.
 */
function numbered(columns: () => Iterable<ArrayLike<number>>, rows: Int32Array, most: number) {
  const kind = new Int32Array(rows.length);
  let count = 1;
  for (const column of columns()) {
    const values = new Map<number, number>(), pairs = new Map<number, number>();
    for (let k = 0; k < rows.length; k++) {
      const v = column[rows[k]];
      let value = values.get(v);
      if (value === undefined) values.set(v, value = values.size);
      const pair = value * count + kind[k]; // whole: below n²
      let next = pairs.get(pair);
      if (next === undefined) {
        if (pairs.size === most) return null;
        pairs.set(pair, next = pairs.size);
      }
      kind[k] = next;
    }
    count = pairs.size;
  }
  return { kind, count };
}
