/** Cells of a table: which rows and columns of a data frame are shown, and how the values of each column are written. */
import { type Column, columnNames, type Frame, readColumn, rowCount } from "../frame.ts";
import {
  decimalsByErrors,
  DIGITS,
  writeDegrees,
  writeFixed,
  writeQuantity,
  writeStatistics,
  writeValues,
} from "./decimals.ts";
import { formatNumbers, formatPValues, formatShortP, formatSignificant } from "./format.ts";
import type { CellColumn, MixedQuantities, NumberStyle } from "./picture.ts";
import {
  CRITERIA,
  DEGREES,
  ESTIMATES,
  leftOut,
  missingText,
  P_VALUES,
  SHARES,
  STATISTICS,
} from "./vocabulary.ts";

/** The shown part of one column of a data frame. */
export interface FrameColumn extends CellColumn {
  /** The name of the column. */
  readonly key: string;
  /** Every value is missing. */
  readonly missing: boolean;
}

/** How the cells of a data frame are written. */
export interface CellStyle extends NumberStyle {
  /** Row by row the smallest p-value that can be told from 0. */
  readonly leastP?: readonly number[];
  /** Columns that mix quantities. */
  readonly mixed?: MixedQuantities;
}

/** The shown part of a data frame. */
export interface Cells {
  /** Row indices (0-based); −1 stands for the rows left out. */
  readonly rows: readonly number[];
  readonly columns: readonly FrameColumn[];
  /** Number of rows of the whole data frame. */
  readonly height: number;
}

/** How the numbers of a column are written that are neither whole nor p-values nor criteria. */
type WriteNumbers = (values: Float64Array, name: string) => string[];

/**
 * The first and last rows of a data frame as text, each column with one number of decimals.
 *
 * @param most most rows shown
 */
export function cellsOf(frame: Frame, most: number, style: CellStyle = {}): Cells {
  const rows = shownRows(rowCount(frame), most), present = rows.filter((row) => row >= 0);
  return columnsOf(frame, rows, { ...style, asInR: false }, estimatesWriter(frame, present, style));
}

/** The same in R's format of a data frame: significant digits of every value, NA for what is missing. */
export function cellsAsInR(frame: Frame, most: number, digits: number, leastP?: readonly number[]): Cells {
  const write = (values: Float64Array) => formatNumbers(values, { digits, penalty: 3 });
  return columnsOf(frame, shownRows(rowCount(frame), most), { pValues: "exact", leastP, asInR: true }, write);
}

/** The columns that are shown, and what is said of those that are not. */
export function tellingColumns(columns: readonly FrameColumn[]): { columns: FrameColumn[]; notes: string[] } {
  const out = columns.map((column) => ({
    column,
    why: leftOut(column.key, column.cells.filter((cell) => cell !== "…"), column.missing),
  }));
  const shown = out.filter(({ why }) => why === null).map(({ column }) => column);
  if (shown.length === 0) return { columns: [...columns], notes: [] };
  return { columns: shown, notes: out.map(({ why }) => why ?? "").filter((why) => why !== "") };
}

/** With what only R's format of a data frame has. */
interface Style extends CellStyle {
  /** NA for all that is missing, and digits by R's rule in every column. */
  readonly asInR: boolean;
}

function columnsOf(frame: Frame, rows: number[], style: Style, write: WriteNumbers): Cells {
  const present = rows.filter((row) => row >= 0), gap = rows.indexOf(-1);
  const columns = columnNames(frame).map((name): FrameColumn => {
    const { cells, align, missing } = writeColumn(columnOrText(frame, name), present, style, write);
    const blank = style.asInR ? "NA" : missingText(name), texts = cells.map((cell) => cell ?? blank);
    if (gap >= 0) texts.splice(gap, 0, "…");
    return { key: name, name, cells: texts, align, missing };
  });
  return { rows, columns, height: rowCount(frame) };
}

/** Rows of a table that are printed: all, or the first two thirds and the last third, with −1 for the gap. */
function shownRows(height: number, most: number): number[] {
  if (height <= most) return Array.from({ length: height }, (_, i) => i);
  const head = Math.ceil(2 * most / 3), tail = most - head;
  return [...Array(head).keys(), -1, ...Array.from({ length: tail }, (_, i) => height - tail + i)];
}

/** Estimates, standard errors and limits with decimals by the standard errors, which half the width of an interval stands in for. */
function estimatesWriter(
  frame: Frame,
  rows: readonly number[],
  { digits = DIGITS }: NumberStyle,
): WriteNumbers {
  const numbers = new Map<string, Float64Array>();
  for (const name of columnNames(frame).filter((each) => ESTIMATES.test(each))) {
    const column = columnOrText(frame, name);
    if (column.kind === "numeric") {
      numbers.set(name, Float64Array.from(rows, (row) => column.values[row]));
    }
  }
  const low = numbers.get("conf_low"), high = numbers.get("conf_high");
  const errors = numbers.get("std_error") ??
    (low && high ? high.map((end, i) => (end - low[i]) / 4) : undefined);
  const estimate = numbers.get("estimate");
  const alone = estimate && errors ? estimate.filter((_, i) => !(errors[i] > 0)) : [];
  const values = [...numbers.values()].flatMap((each) => [...each]);
  const decimals = errors && decimalsByErrors(errors, values, alone, digits);
  return (own, name) =>
    decimals === undefined || decimals === null || !ESTIMATES.test(name)
      ? writeValues(own, digits)
      : writeFixed(own, decimals, errors);
}

/** Texts of a column; null where a value is missing. */
function writeColumn(
  column: NamedTexts | Column,
  rows: readonly number[],
  style: Style,
  write: WriteNumbers,
): { cells: (string | null)[]; align: "left" | "right"; missing: boolean } {
  if (column.kind === "texts") {
    const cells = rows.map((row) => column.texts[row]);
    return { cells, align: "left", missing: cells.every((cell) => cell === null) };
  }
  if (column.kind === "factor") {
    const { codes, levels } = column, cells = rows.map((row) => codes[row] < 0 ? null : levels[codes[row]]);
    return { cells, align: "left", missing: cells.every((cell) => cell === null || cell === "") };
  }
  const values = Float64Array.from(rows, (row) => column.values[row]);
  const cells = writeNumbers(column, values, rows, style, write);
  return {
    cells: cells.map((cell, i) => values[i] !== values[i] ? null : cell),
    align: "right",
    missing: column.missing === column.values.length,
  };
}

function writeNumbers(
  { name, integer }: { name: string; integer: boolean },
  values: Float64Array,
  rows: readonly number[],
  { pValues = "short", leastP = [], asInR, mixed, digits }: Style,
  write: WriteNumbers,
): string[] {
  if (mixed?.columns.includes(name)) return writeMixed(values, rows, mixed, digits);
  if (P_VALUES.test(name)) {
    return (pValues === "short" ? formatShortP : formatPValues)(values).map((text, k) => {
      const least = leastP[rows[k]] ?? 0;
      return values[k] < least ? `< ${formatSignificant(least, 1)}` : text;
    });
  }
  if (CRITERIA.test(name)) {
    return Array.from(
      values,
      (value) => Number.isFinite(value) ? value.toFixed(2) : formatSignificant(value),
    );
  }
  if (!asInR && SHARES.test(name)) return formatShortP(values);
  if (integer) return formatNumbers(values, { digits: 15, penalty: 9 });
  if (!asInR && STATISTICS.test(name)) return writeStatistics(values);
  if (!asInR && DEGREES.test(name)) return writeDegrees(values);
  return write(values, name);
}

/** Numbers of several quantities, each with decimals of its own. */
function writeMixed(
  values: Float64Array,
  rows: readonly number[],
  { of, counts = [], errors = [] }: MixedQuantities,
  digits?: number,
): string[] {
  const texts = new Array<string>(rows.length);
  for (const quantity of new Set(rows.map((row) => of[row]))) {
    const own = rows.flatMap((row, k) => of[row] === quantity ? [k] : []);
    const numbers = own.map((k) => values[k]), known = own.map((k) => errors[rows[k]] ?? NaN);
    (counts.includes(quantity) ? writeFixed(numbers, 0) : writeQuantity(numbers, known, digits))
      .forEach((text, i) => texts[own[i]] = text);
  }
  return texts;
}

/** A column of values that a formula could not use, as texts. */
interface NamedTexts {
  readonly kind: "texts";
  readonly texts: readonly (string | null)[];
}

/** A column as a formula sees it, or as plain text where a formula could not use it (dates, lists). */
function columnOrText(frame: Frame, name: string): Column | NamedTexts {
  try {
    return readColumn(frame, name);
  } catch {
    const text = (value: unknown) =>
      value === null
        ? null
        : value instanceof Date
        ? value.toISOString()
        : JSON.stringify(value) ?? String(value);
    return { kind: "texts", texts: (frame.getColumn(name).toArray() as unknown[]).map(text) };
  }
}
