/** The only import of nodejs-polars: the library itself and the type of its data frames. */
// deno-lint-ignore-file no-import-prefix -- an address with its version works from any folder
import polars, * as internals from "npm:nodejs-polars@0.25.2";

/**
 * The polars library, the same instance that this module builds its results with.
 *
 * ```ts
 * import { pl } from "@tidyglmm/tidyglmm";
 *
 * pl.DataFrame({ x: [1, 2, 3], g: ["a", "a", "b"] }).filter(pl.col("x").gt(1)); // two rows
 * ```
 *
 * @category Data and grids
 */
export const pl: (typeof import("npm:nodejs-polars@0.25.2"))["default"] = polars;

/**
 * A polars data frame (`pl.DataFrame`), with all its methods.
 *
 * @category Data and grids
 */
export type Frame = ReturnType<(typeof import("npm:nodejs-polars@0.25.2"))["default"]["DataFrame"]>;

/** One column of a polars data frame (`pl.Series`). */
export type Series = ReturnType<Frame["getColumn"]>;

const natives = new WeakMap<Frame, Frame["_df"]>();

/** The native object, kept: whatever is asked of a data frame, its proxy lists all columns first (1 ms of 4,000). */
function nativeOf(frame: Frame): Frame["_df"] {
  const known = natives.get(frame) ?? frame._df;
  natives.set(frame, known);
  return known;
}

/**
 * Size, names and columns of a data frame, asked of polars' native object: on the data frame itself a column named
 * "height", "columns" or "plot" hides the property or method of that name.
 */
export function heightOf(frame: Frame): number {
  return nativeOf(frame).height;
}

/** Column names; see {@link heightOf}. */
export function namesOf(frame: Frame): string[] {
  return nativeOf(frame).columns;
}

/** A data frame of columns that have their names. Each stays one native object; a record of them would make two of each. */
export function frameOfSeries(series: readonly Series[]): Frame {
  return pl.DataFrame([...series], { columns: series.map(({ name }) => name) }); // "" too, which would become "column_0"
}

/** The same columns in another frame: adding or replacing a column of one leaves the other as it is; see {@link heightOf}. */
export function copyOfFrame(frame: Frame): Frame {
  const { _df } = frame as unknown as { _df: { clone(): unknown } };
  return (internals as unknown as { _DataFrame(native: unknown): Frame })._DataFrame(_df.clone());
}

/** One column; see {@link heightOf}. A type that nodejs-polars cannot handle becomes one that it can ({@link portable}). */
export function seriesAt(frame: Frame, name: string): Series {
  return columnAt(frame, name).series;
}

/** One column as {@link seriesAt} gives it, with the name of its type in the frame. */
export function columnAt(frame: Frame, name: string): { series: Series; type: string } {
  const series = nativeSeries(frame, name), type = typeOf(series);
  return { series: type === "Int128" ? portable(series) : series, type };
}

/** Name of a column's type in the frame: "Float64", "Int128", … */
export function typeAt(frame: Frame, name: string): string {
  return typeOf(nativeSeries(frame, name));
}

function nativeSeries(frame: Frame, name: string): Series {
  return (internals as unknown as { _Series(native: unknown): Series })._Series(nativeOf(frame).column(name));
}

/** 128-bit integers as 64-bit ones where they fit, else as text: as numbers they would lose digits. */
function portable(series: Series): Series {
  const cast = (type: unknown) =>
    pl.DataFrame({ x: series }).select(pl.col("x").cast(type as never)).getColumn("x").alias(series.name);
  const short = cast(pl.Int64);
  return short.nullCount() === series.nullCount() ? short : cast(pl.String);
}

/** nodejs-polars has no word for some types that files hold (Int128) and throws, naming it. */
function typeOf(series: Series): string {
  try {
    return String(series.dtype.variant);
  } catch (error) {
    return /DataType (\w+)/.exec((error as Error).message)?.[1] ?? "of an unknown type";
  }
}

/**
 * Throws unless `data` is a polars data frame held in memory.
 *
 * @param data what the caller was given
 * @throws TypeError saying what it is instead and how to turn it into a data frame
 */
export function assertFrame(data: unknown): asserts data is Frame {
  if (polars.DataFrame.isDataFrame(data)) return;
  throw new TypeError(`Cannot read the data: they must be a polars DataFrame, but are ${remedy(data)}`);
}

/** What the data are, and what makes a data frame of them. */
function remedy(data: unknown): string {
  const has = (name: string) => typeof (data as Record<string, unknown> | null)?.[name] === "function";
  if (data instanceof Promise) {
    return "a promise; wait for it: write await before it, as in await dataset(name) or await read(file)";
  }
  if (Object.prototype.toString.call(data) === "[object LazyDataFrame]") {
    return "a LazyDataFrame; collect it first: await data.collect(), or fit it where it is: await fitFrom(formula, data)";
  }
  if (data === null || (typeof data !== "object" && typeof data !== "function")) {
    return `${data === null ? "null" : typeof data}; pass a polars data frame${
      typeof data === "string"
        ? ", as await read(path) makes, or fit Parquet files by await fitFrom(formula, path)"
        : ""
    }`;
  }
  if (has("crossProducts")) {
    return "a source, whose rows stay where they are; fit it with await fitFrom(formula, source)";
  }
  if (has("query") || (has("stream") && has("interrupt"))) {
    return "a connection to a database; fit a table where it is: await fitFrom(formula, connection, { table })";
  }
  if (Array.isArray(data)) return "an array; make a data frame of its records: pl.readRecords(rows)";
  return typeof data === "object"
    ? "a plain object; make a data frame of it: pl.DataFrame(object)"
    : `${typeof data}; pass a polars data frame`;
}
