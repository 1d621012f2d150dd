/** Cells of a table: which rows are shown, and how the values of each kind of column are written. */
import { type Column, columnNames, type Frame, readColumn, rowCount } from "../frame.ts";
import { formatNumbers, formatPValues, formatSignificant } from "./format.ts";

/** The shown part of one column. */
export interface CellColumn {
  /** Header. */
  readonly name: string;
  /** One text per shown row; "…" in the row that stands for those left out. */
  readonly cells: readonly string[];
  /** Side to which header and cells are aligned. */
  readonly align: "left" | "right";
}

/** The shown part of a data frame. */
export interface Cells {
  /** Row indices (0-based); −1 stands for the rows left out. */
  readonly rows: readonly number[];
  readonly columns: readonly CellColumn[];
  /** Number of rows of the whole data frame. */
  readonly height: number;
}

/** How floating point numbers of one column are written. */
export type WriteNumbers = (values: Float64Array) => string[];

/** In one common format per column, as R prints a data frame. */
export function commonFormat(digits: number): WriteNumbers {
  return (values) => formatNumbers(values, { digits, penalty: 3 });
}

/** Each with its own significant digits, padded with figure spaces so that the decimal points stand below each other. */
export function alignedFormat(digits: number): WriteNumbers {
  return (values) => alignDecimals(Array.from(values, (value) => formatSignificant(value, digits)));
}

/**
 * The first and last rows of a data frame as text.
 *
 * @param frame data frame
 * @param most most rows shown
 * @param write format of numbers that are not whole; p-values (`p_value`, `p_boundary`, `p_chisq`) have their own
 * @param leastP row by row the smallest p-value that can be told from 0
 */
export function cellsOf(
  frame: Frame,
  most: number,
  write: WriteNumbers,
  leastP: readonly number[] = [],
): Cells {
  const height = rowCount(frame), rows = shownRows(height, most);
  const present = rows.filter((row) => row >= 0);
  const columns = columnNames(frame).map((name) => {
    const { cells, align } = writeColumn(columnOrText(frame, name), present, write, leastP);
    const gap = rows.indexOf(-1);
    if (gap >= 0) cells.splice(gap, 0, "…");
    return { name, cells, align };
  });
  return { rows, columns, height };
}

/** Rows of a table that are printed: all, or the first two thirds and the last third, with −1 for the gap. */
function shownRows(height: number, most: number): number[] {
  if (height <= most) return Array.from({ length: height }, (_, i) => i);
  const head = Math.ceil(2 * most / 3), tail = most - head;
  return [...Array(head).keys(), -1, ...Array.from({ length: tail }, (_, i) => height - tail + i)];
}

/** Columns of p-values, and of criteria of which only differences matter, so that all have two decimals. */
const P_VALUES = /^p_(value|boundary|chisq)$/, CRITERIA = /^(aicc?|bic|log_lik|deviance|delta)$/;

function writeColumn(
  column: Column | string[],
  rows: readonly number[],
  write: WriteNumbers,
  leastP: readonly number[],
): { cells: string[]; align: "left" | "right" } {
  if (Array.isArray(column)) return { cells: rows.map((row) => column[row]), align: "left" };
  if (column.kind === "factor") {
    const { codes, levels } = column;
    return { cells: rows.map((row) => codes[row] < 0 ? "NA" : levels[codes[row]]), align: "left" };
  }
  const values = Float64Array.from(rows, (row) => column.values[row]);
  const cells = P_VALUES.test(column.name)
    ? formatPValues(values).map((text, k) => {
      const least = leastP[rows[k]] ?? 0;
      return values[k] < least ? `< ${formatSignificant(least, 1)}` : text;
    })
    : CRITERIA.test(column.name)
    ? Array.from(values, (value) => Number.isFinite(value) ? value.toFixed(2) : formatSignificant(value))
    : column.integer
    ? formatNumbers(values, { digits: 15, penalty: 9 })
    : write(values);
  return { cells, align: "right" };
}

/** A column as a formula sees it, or as plain text where a formula could not use it (dates, lists). */
function columnOrText(frame: Frame, name: string): Column | string[] {
  try {
    return readColumn(frame, name);
  } catch {
    return (frame.getColumn(name).toArray() as unknown[]).map((value) =>
      value === null
        ? "NA"
        : value instanceof Date
        ? value.toISOString()
        : JSON.stringify(value) ?? String(value)
    );
  }
}

const FIGURE_SPACE = "\u2007", PUNCTUATION_SPACE = "\u2008";

/** Pads numbers on the right, as wide as digits are, so that right-aligned decimal points stand below each other. */
function alignDecimals(texts: readonly string[]): string[] {
  const fraction = (text: string) =>
    /^-?\d+(\.\d*)?$/.test(text) ? text.length - (text + ".").indexOf(".") : -1;
  const longest = Math.max(0, ...texts.map(fraction));
  return texts.map((text) => {
    const own = fraction(text);
    if (own < 0 || longest === 0) return text;
    return text + (own === 0 ? PUNCTUATION_SPACE : "") + FIGURE_SPACE.repeat(longest - Math.max(own, 1));
  });
}
