/** Grids of predictor values: tidyr's expand_grid, modelr's data_grid and seq_range. */
import {
  type Column,
  columnNames,
  type Frame,
  frameOf,
  nearestName,
  readColumn,
  rowCount,
  typeAt,
  withLevels,
} from "../../frame.ts";
import { assertNoGroups, rememberedRange, rememberedValues } from "./recipe_grid.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import { type Model, usedRows } from "../../model/result/model.ts";
import { isModel, ownModel } from "../../model/result/model_argument.ts";
import { checkOptions, checkValue, type Kinds, kinds, noMore } from "../../check.ts";

/** Rows of the largest grid that is made. */
const MOST_ROWS = 10_000_000;

/**
 * Evenly spaced values over the range of a column; made by {@link range}.
 *
 * @category Data and grids
 */
export interface Range {
  /** What tells it from an array of values. */
  readonly kind: "range";
  /** Number of values. */
  readonly n: number;
}

/**
 * A column's values in a grid: `true` for its unique values, values, or a {@link range}.
 *
 * @category Data and grids
 */
export type GridValues = true | Range | Iterable<number | string | boolean>;

/**
 * `n` evenly spaced values over a column's range (modelr's seq_range), for {@link dataGrid}.
 *
 * ```ts
 * import { dataGrid, dataset, fit, range } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * dataGrid(model, { Days: range(19) }); // 0, 0.5, …, 9
 * ```
 *
 * @param n number of values, at least 2
 * @category Data and grids
 */
export function range(n: number): Range {
  noMore("range", arguments, 1);
  if (!Number.isInteger(n) || n < 2 || n > MOST_ROWS) {
    throw new RangeError(
      `Cannot make a range of ${n} values: n should be a whole number, 2 or more (up to ${MOST_ROWS})`,
    );
  }
  return Object.freeze({ kind: "range", n });
}

/**
 * All combinations of the given values; the first column varies slowest (tidyr::expand_grid).
 *
 * ```ts
 * import { expandGrid } from "@tidyglmm/tidyglmm";
 *
 * expandGrid({ dose: [0, 1], sex: ["F", "M"] }); // four rows, dose varies slowest
 * ```
 *
 * @param values column name → values
 * @returns a data frame with one row per combination
 * @category Data and grids
 */
export function expandGrid(values: Record<string, Iterable<number | string | boolean>>): Frame {
  noMore("expandGrid", arguments, 1);
  checkValue("expandGrid", "values", values, kinds.object);
  const entries = Object.entries(values).map(([name, v]) => {
    if (typeof v === "string" || v === null || typeof v !== "object" || !(Symbol.iterator in v)) {
      throw new TypeError(
        `Cannot expand "${name}": its values should be an array or another iterable, not ${
          JSON.stringify(v)
        }`,
      );
    }
    return { name, values: [...v] };
  });
  return frameOf(cross(entries));
}

function cross(
  entries: { name: string; values: (number | string | boolean)[] }[],
): Record<string, (number | string | boolean)[]> {
  const size = entries.reduce((n, e) => n * e.values.length, 1);
  if (size > MOST_ROWS) {
    throw new RangeError(`Cannot make a grid of ${size} rows, the most are ${MOST_ROWS}: take fewer values`);
  }
  const rows = size,
    columns: Record<string, (number | string | boolean)[]> = {};
  let block = rows;
  for (const { name, values } of entries) {
    block = values.length > 0 ? block / values.length : 0;
    columns[name] = Array.from({ length: rows }, (_, i) => values[Math.floor(i / block) % values.length]);
  }
  return columns;
}

/**
 * Options of {@link dataGrid}.
 *
 * @category Data and grids
 */
export interface DataGridOptions {
  /** Columns within whose groups values and ranges are taken, so that no group is extrapolated. */
  by?: string[];
}

const OPTIONS: Kinds<DataGridOptions> = { by: kinds.listOf(kinds.text) };

/**
 * A grid of predictor values from data (modelr::data_grid) or from a model.
 *
 * ```ts
 * import { dataGrid, dataset, fit, range } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * dataGrid(model, { Days: range(4) }); // Days 0, 3, 6, 9
 * ```
 *
 * @param source a data frame, or a model: its remaining predictors then take typical values (mean, or most common level)
 * @param vars column → `true` (its unique values), values, or `range(n)`
 * @param options.by crosses only within these groups: ranges and unique values are those of the group, as modelr does for
 *   a grouped data frame; the `by` columns come first
 * @returns one row per combination, first column slowest; factors keep their levels
 * @throws RangeError for a column that does not exist, or a range of a column that is not numeric
 * @category Data and grids
 */
export function dataGrid(
  source: Frame | Model,
  vars: Record<string, GridValues>,
  options: DataGridOptions = {},
): Frame {
  noMore("dataGrid", arguments, 3);
  checkOptions("dataGrid", options, OPTIONS);
  checkValue("dataGrid", "vars", vars, kinds.object);
  const model = isModel(source) ? ownModel(source, "dataGrid") : null, { by = [] } = options;
  if (model && model.data === null) return remembered(model, vars, by);
  const data = model ? usedRows(model) : source as Frame;
  const names = columnNames(data);
  for (const name of [...by, ...Object.keys(vars)]) checkName(name, names);
  const columns = new Map(
    [...by, ...Object.keys(vars)].map((name) => [name, readColumn(data, name)] as const),
  );
  const groups = groupRows(by.map((name) => columns.get(name)!), rowCount(data));
  const free = Object.entries(vars).filter(([name]) => !by.includes(name));
  const parts = groups.map((rows) => {
    const fixed = by.map((name) => ({ name, values: [valueAt(columns.get(name)!, rows[0])] }));
    return cross([
      ...fixed,
      ...free.map(([name, v]) => ({ name, values: valuesOf(name, v, columns.get(name)!, rows) })),
    ]);
  });
  const order = [...by, ...free.map(([name]) => name)],
    out: Record<string, (number | string | boolean)[]> = {};
  for (const name of order) out[name] = parts.flatMap((p) => p[name]);
  if (model) addTypical(model, out, parts.reduce((n, p) => n + (order.length ? p[order[0]].length : 1), 0));
  return withSourceTypes(out, data);
}

/** The grid of a model whose data are not here. */
function remembered(model: Model, vars: Record<string, GridValues>, by: readonly string[]): Frame {
  assertNoGroups(by);
  const variables = recipeVariables(model.recipe), names = variables.map(({ name }) => name);
  const entries = Object.entries(vars).map(([name, wanted]) => {
    checkName(name, names);
    const variable = variables.find((v) => v.name === name)!;
    if (wanted === true) return { name, values: rememberedValues(variable) };
    return { name, values: isRange(wanted) ? rememberedRange(variable, wanted.n) : listed(name, wanted) };
  });
  const out = cross(entries), rows = entries.reduce((n, { values }) => n * values.length, 1);
  addTypical(model, out, rows);
  return variables.reduce((frame, { name, levels, boolean, ordered }) => {
    const column = Object.hasOwn(out, name) ? out[name] : [];
    const inLevels = levels && !boolean && column.length > 0 &&
      column.every((v) => levels.includes(String(v)));
    return inLevels ? withLevels(frame, name, levels, ordered) : frame;
  }, frameOf(out));
}

function isRange(wanted: GridValues): wanted is Range {
  return typeof wanted === "object" && "kind" in wanted && wanted.kind === "range";
}

function checkName(name: string, names: readonly string[]) {
  if (names.includes(name)) return;
  const near = nearestName(name, names);
  throw new RangeError(
    `Cannot find column "${name}" for the grid: the data have ${names.map((n) => `"${n}"`).join(", ")}${
      near ? `; did you mean "${near}"?` : ""
    }`,
  );
}

/** Row indices of every combination of the `by` columns, in the order of their levels. */
function groupRows(by: readonly Column[], n: number): number[][] {
  if (by.length === 0) return [Array.from({ length: n }, (_, i) => i)];
  const keys = new Map<string, { sort: number[]; rows: number[] }>();
  for (let i = 0; i < n; i++) {
    const sort = by.map((c) => (c.kind === "factor" ? c.codes[i] : c.values[i]));
    if (sort.some((v, k) => (by[k].kind === "factor" ? v < 0 : v !== v))) continue;
    const key = sort.join("\u0000"), group = keys.get(key);
    if (group) group.rows.push(i);
    else keys.set(key, { sort, rows: [i] });
  }
  return [...keys.values()].sort((a, b) => compare(a.sort, b.sort)).map((g) => g.rows);
}

function compare(a: number[], b: number[]): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k] - b[k];
  return 0;
}

function valueAt(column: Column, row: number): number | string | boolean {
  if (column.kind === "numeric") return column.values[row];
  const level = column.levels[column.codes[row]];
  return column.boolean ? level === "TRUE" : level;
}

function valuesOf(
  name: string,
  wanted: GridValues,
  column: Column,
  rows: number[],
): (number | string | boolean)[] {
  if (wanted === true) return unique(column, rows);
  if (isRange(wanted)) return spread(name, wanted, column, rows);
  return listed(name, wanted);
}

function listed(name: string, wanted: GridValues): (number | string | boolean)[] {
  if (typeof wanted === "string" || typeof wanted !== "object") {
    throw new TypeError(
      `Cannot use ${JSON.stringify(wanted)} for "${name}": give true, an array of values, or range(n)`,
    );
  }
  return [...wanted as Iterable<number | string | boolean>];
}

function unique(column: Column, rows: number[]): (number | string | boolean)[] {
  if (column.kind === "numeric") {
    return [...new Set(rows.map((i) => column.values[i]).filter((v) => v === v))].sort((a, b) => a - b);
  }
  const used = new Set(rows.map((i) => column.codes[i]).filter((c) => c >= 0));
  return [...used].sort((a, b) => a - b).map((
    c,
  ) => (column.boolean ? column.levels[c] === "TRUE" : column.levels[c]));
}

function spread(name: string, { n }: Range, column: Column, rows: number[]): number[] {
  if (column.kind !== "numeric") {
    throw new RangeError(`Cannot take a range of "${name}": it is a factor; use true for its levels`);
  }
  let low = Infinity, high = -Infinity;
  for (const i of rows) {
    const v = column.values[i];
    if (v === v) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  if (!Number.isFinite(high - low)) {
    throw new RangeError(
      `Cannot take a range of "${name}": it has ${low > high ? "no values" : "infinite values"}`,
    );
  }
  return Array.from({ length: n }, (_, k) => (k === n - 1 ? high : low + (high - low) * k / (n - 1)));
}

/** Predictors of the fixed effects and offsets that the grid does not name: mean, or most common level. */
function addTypical(model: Model, out: Record<string, (number | string | boolean)[]>, rows: number) {
  for (const { name, value } of typicalValues(model, Object.keys(out))) {
    out[name] = new Array(rows).fill(value);
  }
}

/** Typical values (mean, or most common level) of the predictors and offsets of a model that are not among `given`. */
export function typicalValues(
  model: Model,
  given: readonly string[],
  roles: readonly string[] = ["fixed", "offset"],
): { name: string; value: number | string | boolean }[] {
  return recipeVariables(model.recipe)
    .filter((v) => !given.includes(v.name) && v.roles.some((r) => roles.includes(r.role)))
    .map((v) => {
      if (v.kind === "numeric") return { name: v.name, value: v.asFactor ? v.values![0] : v.mean! };
      return { name: v.name, value: v.boolean ? v.mostCommon === "TRUE" : v.mostCommon! };
    });
}

/** Columns that come from categorical data keep their levels in order, unless the grid holds values outside them. */
function withSourceTypes(columns: Record<string, (number | string | boolean)[]>, data: Frame): Frame {
  let frame = frameOf(columns);
  for (const name of Object.keys(columns)) {
    if (typeAt(data, name) !== "Categorical") continue;
    const column = readColumn(data, name);
    if (column.kind !== "factor" || !columns[name].every((v) => column.levels.includes(String(v)))) continue;
    frame = withLevels(frame, name, column.levels, column.ordered);
  }
  return frame;
}
