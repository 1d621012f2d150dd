/** Data frames from plain JavaScript columns. */
import { withLevels } from "./categories.ts";
import type { FactorColumn, NumericColumn } from "./column.ts";
import { compareLevels } from "./factors.ts";
import { type Frame, frameOfSeries, pl, type Series } from "./polars.ts";

/** What a column may be made of: a typed array, an array of one type (null where missing), or a column read before. */
export type ColumnValues =
  | ArrayLike<number | string | boolean | null | undefined>
  | NumericColumn
  | FactorColumn;

/**
 * Builds a data frame.
 *
 * Arrays of numbers become Float64, Int32Array Int32 (whole numbers print without decimals), text String, booleans
 * Bool. NaN, null and undefined become null: a polars column has one way to be missing.
 *
 * @param columns values by column name, all of one length
 * @returns the data frame, columns in the order given
 * @throws RangeError when lengths differ
 * @throws TypeError when a column mixes types
 */
export function frameOf(columns: Readonly<Record<string, ColumnValues>>): Frame {
  const series = Object.entries(columns).map(([name, values]) => seriesOf(name, values)), first = series[0];
  for (const column of series) {
    if (column.length === first.length) continue;
    throw new RangeError(
      `Cannot build a data frame: column "${column.name}" has ${column.length} values, but "${first.name}" has ${first.length}`,
    );
  }
  return frameOfSeries(series);
}

function seriesOf(name: string, values: ColumnValues): Series {
  if ("kind" in values) {
    return values.kind === "numeric" ? numbers(name, values.values) : labels(name, values);
  }
  if (values instanceof Float64Array) return numbers(name, values);
  if (ArrayBuffer.isView(values)) return pl.Series(name, values as never);
  const array = Array.from(values, (value) => value === undefined ? null : value);
  const type = typeof (array.find((value) => value !== null) ?? 0);
  const row = array.findIndex((value) => value !== null && typeof value !== type);
  if (row >= 0) {
    throw new TypeError(
      `Cannot build column "${name}": row ${row} is ${
        JSON.stringify(array[row])
      }, a ${typeof array[row]} among ${type}s`,
    );
  }
  if (type === "number") {
    return numbers(
      name,
      Float64Array.from(array as (number | null)[], (value) => value ?? NaN),
    );
  }
  if (type === "string") return pl.Series(name, array, pl.String);
  if (type === "boolean") return pl.Series(name, array, pl.Bool);
  throw new TypeError(
    `Cannot build column "${name}": values are of type ${type}, not numbers, text or booleans`,
  );
}

const NULL = pl.Series("null", [null], pl.Float64);

/**
 * A Float64 series with null for NaN. Without a query: its dozen native objects a column, of thousands of simulations, took
 * minutes to free (the time goes with their number squared).
 */
function numbers(name: string, values: Float64Array): Series {
  const series = pl.Series(name, values);
  if (!values.some(Number.isNaN)) return series;
  return series.zipWith((series as unknown as { isNotNaN(): Series }).isNotNaN(), NULL); // it has no type declared
}

/** A factor as text; as a Categorical that keeps its level order where sorting the text would not give it. */
function labels(name: string, column: FactorColumn): Series {
  const texts = Array.from(column.codes, (code) => code < 0 ? null : column.levels[code]);
  if (column.boolean) {
    return pl.Series(
      name,
      texts.map((text) => text === null ? null : text === "TRUE"),
      pl.Bool,
    );
  }
  const series = pl.Series(name, texts, pl.String);
  const sorted = column.levels.every((level, i) => i === 0 || compareLevels(column.levels[i - 1], level) < 0);
  if (sorted && !column.ordered) return series;
  return withLevels(pl.DataFrame({ [name]: series }), name, column.levels, column.ordered).getColumn(name);
}
