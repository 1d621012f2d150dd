/** Columns of a data frame as typed arrays: numbers, or factors as integer codes with levels. */
import { booleanColumn, factorColumn, numericLevels } from "./factors.ts";
import { nearestName } from "./names.ts";
import { assertFrame, type Frame, heightOf, namesOf, pl, type Series, seriesAt } from "./polars.ts";

/** A numeric column. */
export interface NumericColumn {
  /** Tells the two kinds of columns apart. */
  readonly kind: "numeric";
  /** Column name. */
  readonly name: string;
  /** One value per row; NaN where missing. */
  readonly values: Float64Array;
  /** Number of missing values (null or NaN). */
  readonly missing: number;
  /** Every value present is a whole number. */
  readonly integer: boolean;
}

/** A categorical column. */
export interface FactorColumn {
  /** Tells the two kinds of columns apart. */
  readonly kind: "factor";
  /** Column name. */
  readonly name: string;
  /** Level index of each row; −1 where missing. */
  readonly codes: Int32Array;
  /** Number of missing values. */
  readonly missing: number;
  /** Level names; the first is the reference level. */
  readonly levels: readonly string[];
  /** An ordered factor, as R's `ordered()`. */
  readonly ordered: boolean;
  /** The column holds booleans (levels "FALSE", "TRUE"). */
  readonly boolean: boolean;
}

/** A column that a formula can use. */
export type Column = NumericColumn | FactorColumn;

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
 * listed. Booleans are a factor with levels "FALSE" and "TRUE". Null and NaN are missing.
 *
 * @param frame data frame
 * @param name column name
 * @param levels level order of the factor (numbers make a factor of a numeric column); all of them are kept, used or not
 * @returns the column as typed arrays
 * @throws RangeError when there is no such column, or when a value is not among `levels` (naming column, row and value)
 * @throws TypeError when `frame` is not a data frame or the column's type (dates, lists, structs) has no meaning here
 */
export function readColumn(frame: Frame, name: string, levels?: readonly (string | number)[]): Column {
  const series = seriesOf(frame, name);
  const type = series.dtype.variant as string;
  if (NUMERIC.test(type)) {
    const column = numericColumn(series);
    return levels ? numericLevels(column, levels) : column;
  }
  if (type === "Bool") return booleanColumn(series, levels);
  if (type === "String" || type === "Utf8" || type === "Categorical") return factorColumn(series, levels);
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
  throw new TypeError(
    `Cannot read column "${name}" as numbers: it holds ${column.boolean ? "booleans" : "text"} (${shown}${
      column.levels.length > 3 ? ", …" : ""
    })`,
  );
}

function seriesOf(frame: Frame, name: string): Series {
  assertFrame(frame);
  const names = namesOf(frame);
  if (names.includes(name)) return seriesAt(frame, name);
  const nearest = nearestName(name, names);
  const shown = names.slice(0, 30).map((each) => `"${each}"`).join(", ") + (names.length > 30 ? ", …" : "");
  throw new RangeError(
    `Cannot find column "${name}": the data have ${shown || "no columns"}` +
      (nearest ? `; did you mean "${nearest}"?` : ""),
  );
}

function numericColumn(series: Series): NumericColumn {
  const name = series.name, type = series.dtype.variant as string;
  const plain = type === "Float64" && series.nullCount() === 0
    ? series
    : pl.DataFrame({ x: series }).select(pl.col("x").cast(pl.Float64).fillNull(pl.lit(NaN))).getColumn("x");
  const values = plain.toTypedArray() as Float64Array;
  let missing = 0, integer = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) missing++;
    else if (integer && Math.floor(value) !== value) integer = false;
  }
  if (/Int(64|128)/.test(type)) assertExact(name, values);
  return { kind: "numeric", name, values, missing, integer };
}

function assertExact(name: string, values: Float64Array): void {
  const row = values.findIndex((value) => value >= EXACT || value <= -EXACT);
  if (row < 0) return;
  throw new RangeError(
    `Cannot read column "${name}" as numbers: row ${row} is about ${
      values[row]
    }, beyond ±2^53, where whole numbers ` +
      `can no longer be told apart; if it identifies groups, make it text: pl.col("${name}").cast(pl.String)`,
  );
}

/** What to do with a column of a type that has no meaning in a model. */
function remedy(name: string, type: string): string {
  const column = `pl.col(${JSON.stringify(name)})`;
  if (type === "Date") return `make it numeric, for instance days since 1970-01-01: ${column}.cast(pl.Int32)`;
  if (type === "Datetime" || type === "Duration" || type === "Time") {
    return `make it numeric, counted in its time unit: ${column}.cast(pl.Int64), and divide to days or hours`;
  }
  if (type === "List" || type === "FixedSizeList") {
    return `give each value a row of its own: data.explode(${JSON.stringify(name)})`;
  }
  if (type === "Struct") return `take its fields apart: data.unnest(${JSON.stringify(name)})`;
  return `numbers, text and booleans can be used: ${column}.cast(pl.Float64) or ${column}.cast(pl.String)`;
}
