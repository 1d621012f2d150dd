/** Columns of a data frame as typed arrays: numbers, or factors as integer codes with levels. */
import {
  booleanColumn,
  factorColumn,
  type Levels,
  longColumn,
  numericLevels,
  timeColumn,
} from "./factors.ts";
import type { Column, NumericColumn } from "./column.ts";
import { nearestName } from "./names.ts";
import { assertFrame, columnAt, type Frame, heightOf, namesOf, pl, type Series } from "./polars.ts";

const NUMERIC = /^(U?Int(8|16|32|64|128)|Float(16|32|64)|Decimal|Null)$/;
/** Whole numbers beyond this cannot be told apart as 64-bit floating point numbers. */
const EXACT = 2 ** 53;

/** Number of rows. */
export function rowCount(frame: Frame): number {
  assertFrame(frame);
  return heightOf(frame);
}

/** Names of the columns, in order. */
export function columnNames(frame: Frame): string[] {
  assertFrame(frame);
  return namesOf(frame);
}

/**
 * Reads one column.
 *
 * Integers, floating point numbers and decimals are numeric. Strings are a factor with its levels sorted
 * ({@link collator}); a Categorical likewise, unless its level order was set by `withLevels`; unused levels are not
 * listed. Booleans are a factor with levels "FALSE" and "TRUE". Dates and times are a factor in their order, whole numbers
 * beyond 2^53 (identifiers) too. Null and NaN are missing.
 *
 * @param frame data frame
 * @param name column name
 * @param levels level order of the factor (numbers make a factor of a numeric column), all of them are kept, used or not;
 *   or one level, which becomes the first
 * @returns the column as typed arrays
 * @throws RangeError when there is no such column, or when a value is not among `levels` (naming column, row and value)
 * @throws TypeError when `frame` is not a data frame or the column's type (lists, structs, durations) has no meaning here
 */
export function readColumn(frame: Frame, name: string, levels?: Levels): Column {
  const { series, type } = found(frame, name);
  if (type === "Int128" && series.dtype.variant === "String") return longColumn(series, levels);
  if (NUMERIC.test(type)) return wholeOrReal(series, type, levels);
  if (type === "Bool") return booleanColumn(series, levels);
  if (type === "String" || type === "Utf8" || type === "Categorical") return factorColumn(series, levels);
  if (type === "Date" || type === "Datetime" || type === "Time") return timeColumn(series, levels);
  throw new TypeError(`Cannot use column "${name}": its type is ${type}; ${remedy(name, type)}`);
}

/**
 * Reads a column that has to be numeric.
 *
 * @returns one value per row, NaN where missing
 * @throws TypeError when the column is not numeric
 */
export function readNumeric(frame: Frame, name: string): Float64Array {
  const column = readColumn(frame, name);
  if (column.kind === "numeric") return column.values;
  const shown = column.levels.slice(0, 3).map((level) => JSON.stringify(level)).join(", ");
  const held = column.boolean ? "booleans" : column.from === "time" ? "dates or times" : "text";
  throw new TypeError(
    `Cannot read column "${name}" as numbers: it holds ${held} (${shown}${
      column.levels.length > 3 ? ", …" : ""
    })` + (column.from === "time" ? `; ${numbersOfTimes(name)}` : ""),
  );
}

/** How dates become numbers. */
export function numbersOfTimes(name: string): string {
  return `make it numeric, for instance days since 1970-01-01: pl.col(${
    JSON.stringify(name)
  }).cast(pl.Date).cast(pl.Int32)`;
}

function found(frame: Frame, name: string): { series: Series; type: string } {
  assertFrame(frame);
  const names = namesOf(frame);
  if (names.includes(name)) return columnAt(frame, name);
  const nearest = nearestName(name, names);
  const shown = names.slice(0, 30).map((each) => `"${each}"`).join(", ") + (names.length > 30 ? ", …" : "");
  throw new RangeError(
    `Cannot find column "${name}": the data have ${shown || "no columns"}` +
      (nearest ? `; did you mean "${nearest}"?` : ""),
  );
}

/** Numbers; identifiers where whole numbers go beyond what a 64-bit floating point number can tell apart. */
function wholeOrReal(series: Series, type: string, levels?: Levels): Column {
  const column = numericColumn(series, type);
  if (/Int(64|128)/.test(type) && column.values.some((value) => value >= EXACT || value <= -EXACT)) {
    return longColumn(series, levels);
  }
  return levels === undefined ? column : numericLevels(column, levels);
}

/** Types that are cast without a query. */
const DIRECT = /^(U?Int(8|16|32|64)|Float32)$/;

/** What stands for a missing number. */
const NAN = pl.Series("nan", Float64Array.of(NaN));

function numericColumn(series: Series, type: string): NumericColumn {
  const plain = type === "Float64"
    ? series
    : DIRECT.test(type)
    ? series.cast(pl.Float64)
    : pl.DataFrame({ x: series }).select(pl.col("x").cast(pl.Float64)).getColumn("x");
  const full = plain.nullCount() === 0 ? plain : plain.zipWith(plain.isNotNull(), NAN);
  const values = full.toTypedArray() as Float64Array;
  return {
    kind: "numeric",
    name: series.name,
    values,
    missing: missingAmong(values),
    integer: areWhole(values),
  };
}

function missingAmong(values: Float64Array): number {
  if (!values.includes(NaN)) return 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) missing++;
  return missing;
}

/** All that are not missing. */
function areWhole(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Math.floor(value) !== value && value === value) return false;
  }
  return true;
}

/** What to do with a column of a type that has no meaning in a model. */
function remedy(name: string, type: string): string {
  const column = `pl.col(${JSON.stringify(name)})`;
  if (type === "Duration") {
    return `make it numeric, counted in its time unit: ${column}.cast(pl.Int64), and divide to days or hours`;
  }
  if (type === "List" || type === "FixedSizeList") {
    return `give each value a row of its own: data.explode(${JSON.stringify(name)})`;
  }
  if (type === "Struct") return `take its fields apart: data.unnest(${JSON.stringify(name)})`;
  return `numbers, text and booleans can be used: ${column}.cast(pl.Float64) or ${column}.cast(pl.String)`;
}
