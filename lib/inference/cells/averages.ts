/** Averages of cells of the grid, cell by cell in blocks: the grid itself is never held in memory. */
import type { ColumnValues } from "../../frame.ts";
import type { SparseRows } from "../../math/sparse_rows.ts";
import { CellSums, type FirstCells } from "./cell_sums.ts";
import type { CellFunction } from "./grid_values.ts";
import type { GridCounts, Nest, Weights } from "../grid/grid_weights.ts";
import type { GridDimension } from "../grid/reference_grid.ts";

/** What to average. */
export interface Averaging {
  readonly dimensions: readonly GridDimension[];
  /** Rows of the result are the combinations of these; the first varies fastest. */
  readonly kept: readonly GridDimension[];
  readonly nests: readonly Nest[];
  /** A rule, or one weight per combination of the levels averaged over (the first factor varies fastest). */
  readonly weights: Weights | readonly number[];
  /** Counts of the data; only asked for when needed. */
  readonly counts: () => GridCounts;
  readonly cell: CellFunction;
  /** Further columns that cells need, for n rows. */
  readonly extra: (n: number) => Record<string, ColumnValues>;
  /** The first cells of an average of the same cells before; filled in where it is empty. */
  readonly first?: FirstCells;
}

/** Averages, one row per combination of kept levels that exists. */
export interface Averages {
  /** Level of each row in every kept dimension. */
  readonly codes: Int32Array[];
  readonly rows: SparseRows;
  readonly constant: Float64Array;
  readonly defect: SparseRows | null;
  /** Mean random-effect variance, where the cell function gives one. */
  readonly variance: Float64Array | null;
  /** The same averages of another quantity of these cells. */
  again(cell: CellFunction): Averages;
}

const MOST_ROWS = 2_000_000;

/**
 * Averages a quantity over the levels of all dimensions that are not kept.
 * @throws {RangeError} when there are more rows than anyone can read, or the weights do not fit
 */
export function averageCells(task: Averaging): Averages {
  const { dimensions, kept } = task, over = dimensions.filter((d) => !kept.includes(d));
  const height = kept.reduce((n, d) => n * d.labels.length, 1);
  if (height > MOST_ROWS) {
    throw new RangeError(
      `Cannot make ${height} means: that is the number of combinations of ${
        kept.map(({ name }) => name).join(", ")
      }`,
    );
  }
  const { first = { cells: null } } = task, weigh = weighing(task, over);
  const sums = new CellSums(task.cell, dimensions, task.extra, first);
  const place = new Map(dimensions.map((d, k) => [d, k])), level = new Int32Array(dimensions.length);
  const exists = existence(task.nests, dimensions);
  const combinations = over.reduce((n, d) => n * d.labels.length, 1);
  const codes = kept.map(() => [] as number[]);
  for (let r = 0; r < height; r++) {
    setLevels(r, kept, place, level);
    if (!exists(level, kept)) continue;
    kept.forEach((d, k) => codes[k].push(level[place.get(d)!]));
    for (let c = 0; c < combinations; c++) {
      setLevels(c, over, place, level);
      if (!exists(level, dimensions)) continue;
      const weight = weigh(r, c, level);
      if (weight > 0) sums.add(level, weight);
    }
    sums.endRow();
  }
  return {
    codes: codes.map((column) => Int32Array.from(column)),
    ...sums.finish(),
    again: (cell) => averageCells({ ...task, cell, first }),
  };
}

/** Writes the levels of combination number `key`, the first dimension fastest. */
function setLevels(
  key: number,
  dimensions: readonly GridDimension[],
  place: Map<GridDimension, number>,
  level: Int32Array,
) {
  for (const d of dimensions) {
    level[place.get(d)!] = key % d.labels.length;
    key = Math.floor(key / d.labels.length);
  }
}

/** Is a combination possible, given which factors are nested in which? */
function existence(nests: readonly Nest[], dimensions: readonly GridDimension[]) {
  const at = new Map(dimensions.map(({ name }, k) => [name, k]));
  const index = nests.map((n) => ({
    child: at.get(n.child)!,
    parent: at.get(n.parent)!,
    parents: n.parents,
  }));
  return (level: Int32Array, among: readonly GridDimension[]) =>
    index.every(({ child, parent, parents }) =>
      !among.includes(dimensions[child]) || !among.includes(dimensions[parent]) ||
      parents[level[child]] === level[parent]
    );
}

/** Weight of combination c of the levels averaged over, in row r. */
function weighing({ weights, kept, counts, dimensions }: Averaging, over: readonly GridDimension[]) {
  if (typeof weights !== "string") return given(weights, over);
  const counted = over.filter((d) => d.counted && d.labels.length > 1);
  if (weights === "equal" || (counted.length === 0 && weights !== "flat")) return () => 1;
  const place = dimensions.map((d) => d.labels.length), at = (d: GridDimension) => dimensions.indexOf(d);
  const key = (level: Int32Array, among: readonly GridDimension[]) => {
    let sum = 0, stride = 1;
    for (const d of among) {
      sum += stride * level[at(d)];
      stride *= place[at(d)];
    }
    return sum;
  };
  if (weights === "outer") {
    const margins = counted.map((d) => counts().of([d]));
    return (_r: number, _c: number, level: Int32Array) =>
      counted.reduce((product, d, k) => product * (margins[k].get(level[at(d)]) ?? 0), 1);
  }
  const among = weights === "proportional" ? counted : [...kept.filter((d) => d.counted), ...counted];
  const cells = counts().of(among);
  return (_r: number, _c: number, level: Int32Array) => {
    const count = cells.get(key(level, among)) ?? 0;
    return weights === "flat" ? Number(count > 0) : count;
  };
}

function given(weights: readonly number[], over: readonly GridDimension[]) {
  const size = over.reduce((n, d) => n * d.labels.length, 1), names = over.filter((d) => d.labels.length > 1);
  if (weights.length !== size || weights.some((w) => !(w >= 0)) || !weights.some((w) => w > 0)) {
    throw new RangeError(
      `Cannot average with ${weights.length} weights: they should be ${size} numbers >= 0, one for each combination of ` +
        `${names.map(({ name, labels }) => `${name} (${labels.join(", ")})`).join(" and ") || "nothing"}`,
    );
  }
  return (_r: number, c: number) => weights[c];
}
