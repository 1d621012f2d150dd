/** read(): a file of comma-separated values → a data frame, with a report of how it was understood. */
import { readBytes } from "./runtime.ts";
import { checkOptions, checkValue, type Kinds, kinds, noMore } from "./check.ts";
import { type ResultFrame, resultFrame } from "./display.ts";
import { type Levels, pl } from "./frame.ts";
import { type ColumnType, findDecimal, readCells, type ReadColumn } from "./read/columns.ts";
import { type CsvRecord, decode, records } from "./read/csv.ts";
import { findSeparator, separatorName } from "./read/dialect.ts";

/**
 * Options of {@link read}; what is not given is found from the file.
 *
 * @category Data and grids
 */
export interface ReadOptions {
  /** The character between cells: ",", ";", "\t", "|" or another. */
  separator?: string;
  /** Decimal mark of the numbers. */
  decimal?: "." | ",";
  /** Spellings of missing values, in place of the usual ones (empty, NA, N/A, NaN, null; among numbers also ".", "-", "?"). */
  missing?: string[];
  /** Types of columns by name, where the one found is not wanted. "factor": categories, numerals in numeric order. */
  types?: Record<string, "number" | "date" | "boolean" | "text" | "factor">;
  /** Levels of factors in their order, or the first of them (the reference). */
  levels?: Record<string, string | number | (string | number)[]>;
  /** What comes first in dates such as 03/04/2024, where no date of the column tells. */
  dates?: "day-first" | "month-first";
}

/**
 * A data frame from a file, with the report of how it was read.
 *
 * @category Data and grids
 */
export interface ReadFrame extends ResultFrame {
  /** One row per column: `column`, `type`, `missing`, `values`, `note`. */
  readonly report: ResultFrame;
}

const OPTIONS: Kinds<ReadOptions> = {
  separator: { ...kinds.text, should: "one character", within: (text: string) => text.length === 1 },
  decimal: kinds.oneOf(".", ","),
  missing: kinds.listOf({ should: "text", is: (value) => typeof value === "string" }),
  types: kinds.recordOf(kinds.oneOf("number", "date", "boolean", "text", "factor"), '{ plot: "factor" }'),
  levels: kinds.recordOf(kinds.anyOf(kinds.text, kinds.number, kinds.values), '{ dose: ["low", "high"] }'),
  dates: kinds.oneOf("day-first", "month-first"),
};

/**
 * Reads a file of comma-separated (or semicolon-, tab-separated) values with a header line.
 *
 * Encoding, byte-order mark, separator, decimal commas, thousands separators, spellings of missing values, booleans and dates
 * are found from the file; every decision stands in the report, which the data frame shows with itself. Text columns are
 * factors with sorted levels in a model, as in R; `levels` gives another order, which travels with the column.
 *
 * ```ts
 * import { read } from "@tidyglmm/tidyglmm";
 *
 * const yields = await read(new TextEncoder().encode("plot;dose;yield\n1;low;4,5\n2;high;NA\n"), {
 *   levels: { dose: ["low", "high"] },
 * });
 * console.log(yields.columns); // [ "plot", "dose", "yield" ]
 * ```
 *
 * @param source a path, a URL, or the bytes of the file
 * @returns the data frame; numbers are Float64 or Int32, text String, factors with an order Categorical; `report` has one row
 *   per column
 * @throws {RangeError} when there is no such file, a line has more or fewer cells than the header, a cell is not of the type
 *   asked for, or an option names a column that does not exist
 * @throws {SyntaxError} for a quotation that does not end
 * Source: Shafranovich (2005), RFC 4180.
 * @category Data and grids
 */
export async function read(source: string | URL | Uint8Array, options: ReadOptions = {}): Promise<ReadFrame> {
  noMore("read", arguments, 2);
  checkOptions("read", options, OPTIONS);
  const bytes = await bytesOf(source);
  assertText(bytes, source);
  const { text, encoding } = decode(bytes);
  const dialect = findSeparator(text, options.separator);
  const all = records(dialect.text, dialect.separator);
  if (all.length === 0) throw new RangeError(`Cannot read ${nameOf(source)}: it is empty`);
  const [header, ...rows] = all, width = widthOf(header, rows);
  const { names, notes } = columnNames(header, width);
  for (const row of rows) assertWidth(row, width, dialect.separator);
  const cells = names.map((_, k) => rows.map((row) => row.cells[k] ?? ""));
  const decimal = options.decimal ?? findDecimal(cells, dialect.separator);
  assertColumns(options, names);
  const lines = rows.map(({ line }) => line);
  const columns = names.map((name, k) => {
    const own = <T>(record: Readonly<Record<string, T>> = {}) =>
      Object.hasOwn(record, name) ? record[name] : undefined;
    const wanted = { type: own<ColumnType>(options.types), levels: own<Levels>(options.levels) };
    return readCells(
      name,
      cells[k],
      lines,
      { decimal, missing: options.missing, dates: options.dates },
      wanted,
    );
  });
  const found = `${separatorName(dialect.separator)} between cells, decimal mark "${decimal}", ${encoding}`;
  return framed(nameOf(source), names, columns, [found, ...notes]);
}

async function bytesOf(source: string | URL | Uint8Array): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  checkValue("read", "source", source, {
    should: "a path, a URL or bytes",
    is: (value) => typeof value === "string" || value instanceof URL,
  });
  return await readBytes(source as string | URL).catch((error: Error) => {
    throw new RangeError(`Cannot read "${source}": ${error.message}`);
  });
}

/** First bytes of files that hold no text, and what to do with them. */
const OTHER: readonly (readonly [string, string])[] = [
  ["PK\x03\x04", "a workbook or an archive: save the sheet as CSV"],
  ["\xd0\xcf\x11\xe0", "an old workbook: save the sheet as CSV"],
  ["PAR1", "a Parquet file: pl.readParquet(path)"],
  ["\x1f\x8b", "compressed: unpack it first"],
];

function assertText(bytes: Uint8Array, source: string | URL | Uint8Array): void {
  const start = String.fromCharCode(...bytes.slice(0, 4));
  const found = OTHER.find(([mark]) => start.startsWith(mark));
  if (found) throw new TypeError(`Cannot read ${nameOf(source)}: it is ${found[1]}`);
}

function nameOf(source: string | URL | Uint8Array): string {
  return source instanceof Uint8Array ? "the file" : `"${String(source).split(/[\\/]/).at(-1)}"`;
}

/** R's write.table() leaves the name of the first column (row names) out. */
function widthOf({ cells }: CsvRecord, rows: readonly CsvRecord[]): number {
  const longer = rows.length > 0 && rows.every((row) => row.cells.length === cells.length + 1);
  return longer && rows.some((row) => row.cells.at(-1)!.trim() !== "") ? cells.length + 1 : cells.length;
}

function columnNames({ cells }: CsvRecord, width: number): { names: string[]; notes: string[] } {
  const given = width > cells.length ? ["row", ...cells] : cells, notes: string[] = [];
  if (width > cells.length) {
    notes.push('the header has one name less than the lines have cells: the first column is called "row"');
  }
  const names: string[] = [];
  given.forEach((cell, k) => {
    const plain = cell.trim(), base = plain === "" ? `column_${k + 1}` : plain;
    let name = base;
    for (let i = 2; names.includes(name); i++) name = `${base}_${i}`;
    if (plain === "") notes.push(`column ${k + 1} has no name and is called "${name}"`);
    else if (name !== plain) notes.push(`there are several columns "${plain}": one is called "${name}"`);
    names.push(name);
  });
  if (given.every((cell) => /^[-+\d.,\s]+$/.test(cell))) {
    notes.push("the first line was taken for the names of the columns, but looks like data");
  }
  return { names, notes };
}

/** Empty cells at the end may be more or fewer. */
function assertWidth({ line, cells }: CsvRecord, width: number, separator: string): void {
  if (
    cells.length === width || (cells.length > width && cells.slice(width).every((cell) => cell.trim() === ""))
  ) return;
  throw new RangeError(
    `Cannot read the file: line ${line} has ${cells.length} ${
      cells.length === 1 ? "cell" : "cells"
    }, the header has ${width} ` +
      `(separated by ${separatorName(separator)}); ` +
      (separator === ","
        ? 'cells with commas need quotation marks, or another separator: read(file, { separator: ";" })'
        : "give the separator if it is another one"),
  );
}

function assertColumns({ types = {}, levels = {} }: ReadOptions, names: readonly string[]): void {
  const unknown = [...Object.keys(types), ...Object.keys(levels)].find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new RangeError(
    `Cannot find column "${unknown}" in the file: it has ${names.map((name) => `"${name}"`).join(", ")}`,
  );
}

function framed(
  title: string,
  names: readonly string[],
  columns: readonly ReadColumn[],
  notes: readonly string[],
): ReadFrame {
  const report = resultFrame("readReport", {
    column: [...names],
    type: columns.map(({ type }) => type),
    missing: Int32Array.from(columns, ({ missing }) => missing),
    values: columns.map(valuesOf),
    note: columns.map(({ note }) => note),
  }, { title: `How ${title} was read`, notes });
  const rows = columns[0].series.length;
  const lines = names.map((name, k) => {
    const { type, missing, note } = columns[k];
    return `${name}: ${type}, ${valuesOf(columns[k])}${missing > 0 ? `, ${missing} missing` : ""}${
      note && `; ${note}`
    }`;
  });
  const frame = resultFrame("read", pl.DataFrame(columns.map(({ series }) => series)), {
    title: `${title}: ${counted(rows, "row")}, ${counted(names.length, "column")}`,
    notes: [...notes, ...lines],
  });
  return Object.defineProperty(frame, "report", { value: report, enumerable: false }) as ReadFrame;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The range of numbers and dates, the first values of text. */
function valuesOf({ series, type, missing }: ReadColumn): string {
  if (missing === series.length) return "no values";
  const present = series.dropNulls();
  if (type === "number") return `${present.min()} to ${present.max()}`;
  const different = [...new Set(present.cast(pl.String).toArray() as string[])];
  if (type === "date") {
    const sorted = different.sort();
    return `${sorted[0]} to ${sorted.at(-1)}`;
  }
  const noun = different.length === 1 ? "value" : "different values";
  return `${different.length} ${noun} (${different.slice(0, 4).join(", ")}${
    different.length > 4 ? ", …" : ""
  })`;
}
