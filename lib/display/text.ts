/** Tables as plain text, laid out as R prints data frames and coefficient tables. */
import { type Frame, rowCount } from "../frame.ts";
import { cellsAsInR } from "./cells.ts";
import { formatCount, formatNumbers, formatPValues, stars, STARS_LEGEND } from "./format.ts";
import { type CellColumn, rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

/**
 * Lays out columns below their headers; columns that do not fit in `width` characters go on below, as R prints them.
 *
 * @param rowNames first column, left-aligned, without a header
 */
export function layoutText(rowNames: readonly string[], columns: readonly CellColumn[], width = 110): string {
  const nameWidth = Math.max(0, ...rowNames.map(displayWidth));
  const blocks: string[][] = [];
  let lines: string[] = [];
  for (const column of columns) {
    const texts = [column.name, ...column.cells];
    const columnWidth = Math.max(...texts.map(displayWidth));
    if (lines.length === 0 || displayWidth(lines[0]) + 1 + columnWidth > width) {
      lines = ["", ...rowNames].map((name) => pad(name, nameWidth, "left"));
      blocks.push(lines);
    }
    texts.forEach((text, i) => lines[i] += " " + pad(text, columnWidth, column.align));
  }
  return blocks.map((block) => block.map((line) => line.trimEnd()).join("\n")).join("\n");
}

/**
 * A data frame as R prints it: row numbers, one number format per column, NA for missing. Long tables show their
 * first and last rows.
 *
 * @param frame data frame
 * @param options `digits` significant digits (5); `rows` most rows shown (20); `width` characters per line (110)
 */
export function textTable(
  frame: Frame,
  options: { digits?: number; rows?: number; width?: number; leastP?: readonly number[] } = {},
): string {
  const { digits = 5, rows: most = 20, width = 110 } = options;
  const { rows, columns, height } = cellsAsInR(frame, most, digits, options.leastP);
  if (columns.length === 0) return "(a data frame without columns)";
  const table = layoutText(rows.map((row) => row < 0 ? "…" : String(row + 1)), columns, width);
  return table +
    (height > most ? `\n… ${formatCount(height)} rows` : rowCount(frame) === 0 ? "\n(no rows)" : "");
}

/** A picture as text: title, parts with their rows numbered where they have no names, what was found, notes. */
export function textPicture({ title, parts, notes }: TablePicture, findings = ""): string {
  const blocks = parts.map((part) => `${part.heading ? `${part.heading}:\n` : ""}${partText(part)}`);
  return [title, blocks.join("\n\n"), findings, ...notes].filter(Boolean).join("\n");
}

/** Rows of a data frame are numbered, as R prints them; those of a table of another shape are not. */
function partText(part: TablePart): string {
  const { columns, height } = part, rows = rowsOfPart(part);
  if (columns.length === 0) return "(a data frame without columns)";
  if (height === undefined) return layoutText(new Array<string>(rows).fill(""), columns);
  const gap = columns[0].cells.indexOf("…"), hidden = gap < 0 ? 0 : height - rows;
  const number = (i: number) => gap < 0 || i < gap ? String(i + 1) : i === gap ? "…" : String(i + 1 + hidden);
  return layoutText(Array.from({ length: rows }, (_, i) => number(i)), columns) +
    (height > rows ? `\n… ${formatCount(height)} rows` : rows === 0 ? "\n(no rows)" : "");
}

/** The columns of a coefficient table, any of which may be missing. */
export interface Coefficients {
  /** Row names. */
  readonly names: readonly string[];
  /** Estimated coefficients. */
  readonly estimate: ArrayLike<number>;
  /** Their standard errors. */
  readonly stdError: ArrayLike<number>;
  /** Degrees of freedom; left out where they are infinite. */
  readonly df?: ArrayLike<number>;
  /** Estimate over standard error. */
  readonly statistic?: ArrayLike<number>;
  /** Two-sided p-values, which also get stars. */
  readonly pValue?: ArrayLike<number>;
  /** "z" or "t": the letter in the headers. */
  readonly letter?: string;
}

/**
 * A coefficient table as R's `printCoefmat` prints it: estimates and standard errors in one format that shows
 * `digits` significant digits of the smallest scale, statistics with three decimals, p-values and stars.
 *
 * @param digits significant digits (4, as `summary()` of lme4 and glmmTMB)
 */
export function coefficientTable(table: Coefficients, digits = 4): string {
  const { names, estimate, stdError, df, statistic, pValue, letter = "z" } = table;
  const columns: CellColumn[] = [];
  const add = (name: string, cells: string[]) => columns.push({ name, cells, align: "right" });
  const both = formatNumbers(roundToScale([...Array.from(estimate), ...Array.from(stdError)], digits), {
    digits,
  });
  add("Estimate", both.slice(0, names.length));
  add("Std. Error", both.slice(names.length));
  const small = Math.max(1, Math.min(5, digits - 1));
  const rounded = (values: ArrayLike<number>) => Array.from(values, (value) => roundTo(value, small));
  if (df) add("df", formatNumbers(rounded(df), { digits: 7 }));
  if (statistic) add(`${letter} value`, formatNumbers(rounded(statistic), { digits }));
  if (pValue) {
    add(`Pr(>|${letter}|)`, formatPValues(pValue, small));
    columns.push({ name: "", cells: Array.from(pValue, (p) => stars(p)), align: "left" });
  }
  const starred = pValue && Array.from(pValue).some((p) => p <= 0.1);
  return layoutText(names, columns) + (starred ? `\n---\n${STARS_LEGEND}` : "");
}

/** Rounds to the decimals that show `digits` digits of the smallest non-zero number (at least one decimal). */
function roundToScale(values: readonly number[], digits: number): number[] {
  const sizes = values.map(Math.abs).filter((size) => size > 0 && Number.isFinite(size));
  const magnitude = sizes.length ? 1 + Math.floor(Math.log10(Math.min(...sizes))) : 0;
  return values.map((value) => roundTo(value, Math.max(1, digits - magnitude)));
}

function roundTo(value: number, decimals: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(Math.min(decimals, 100))) : value;
}

/** Text in lines of at most `width` characters, broken between words. */
export function wrapWords(text: string, width = 100): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    if (last >= 0 && displayWidth(lines[last]) + 1 + displayWidth(word) <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

/** Number of columns that a text takes in a fixed-width font (combining marks take none). */
function displayWidth(text: string): number {
  return [...text.normalize("NFC")].length;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}
