/** A column of cells → numbers, dates, booleans or text, with a word on what was done. */
import {
  compareLevels,
  findStyle,
  type Levels,
  MISSING,
  MISSING_NUMBER,
  type NumberStyle,
  parseNumber,
  perfectStyle,
  pl,
  type Series,
  SPACES,
  stylesWith,
  withLevels,
} from "../frame.ts";
import { type DateOrder, readDates } from "./dates.ts";

/** What a column can be read as. */
export type ColumnType = "number" | "date" | "boolean" | "text" | "factor";

/** How columns are to be read. */
export interface ColumnRules {
  readonly decimal: "." | ",";
  readonly missing?: readonly string[];
  readonly dates?: DateOrder;
}

/** A column as read. */
export interface ReadColumn {
  readonly series: Series;
  readonly type: ColumnType;
  readonly missing: number;
  /** What the user should know; "" for nothing. */
  readonly note: string;
}

interface Cells {
  readonly name: string;
  /** Trimmed; null where missing by the spelling of any column. */
  readonly texts: readonly (string | null)[];
  /** Line of each cell in the file. */
  readonly lines: readonly number[];
  readonly rules: ColumnRules;
}

/** Different values of a text column that are looked at. */
const LOOK = 1000;
/** Share of a text column's different values that are numbers from which on the rest is named. */
const MOST = 0.8;

/**
 * Reads one column: as the type asked for, else as the first of booleans, numbers and dates that all cells are, else as text.
 *
 * @param lines Line of each cell in the file, for messages.
 * @throws {RangeError} When a cell is not of the type asked for, naming its line.
 */
export function readCells(
  name: string,
  cells: readonly string[],
  lines: readonly number[],
  rules: ColumnRules,
  wanted: { readonly type?: ColumnType; readonly levels?: Levels },
): ReadColumn {
  const spellings = new Set(rules.missing ?? MISSING);
  const texts = cells.map((cell) => {
    const text = cell.trim();
    return spellings.has(text) ? null : text;
  });
  const column: Cells = { name, texts, lines, rules };
  if (wanted.levels !== undefined) return factor(column, wanted.levels);
  if (wanted.type !== undefined) return asked(column, wanted.type);
  return booleans(column) ?? numbers(column) ?? dates(column) ?? text(column);
}

function asked(column: Cells, type: ColumnType): ReadColumn {
  if (type === "text") return { ...text(column), note: "" };
  if (type === "factor") return factor(column, sortedLevels(column));
  const found = { number: numbers, date: dates, boolean: booleans }[type](column);
  if (found !== null && found.type === type) return found;
  const row = column.texts.findIndex((cell) => cell !== null && isNot(type, cell, column));
  throw new RangeError(
    `Cannot read column "${column.name}" as ${type}: ` +
      (row < 0
        ? 'its cells do not tell days from months, give dates: "day-first" or "month-first"'
        : `line ${column.lines[row]} is ${JSON.stringify(column.texts[row])}`),
  );
}

function isNot(type: ColumnType, cell: string, { rules }: Cells): boolean {
  if (type === "boolean") return !BOOLEAN.test(cell);
  if (type === "date") return readDates([cell], rules.dates ?? "day-first") === null;
  return stylesOf(rules.decimal).every((style) => Number.isNaN(parseNumber(cell, style)));
}

const BOOLEAN = /^(?:true|false)$/i;

function booleans({ name, texts }: Cells): ReadColumn | null {
  const given = texts.filter((cell) => cell !== null);
  if (given.length === 0 || !given.every((cell) => BOOLEAN.test(cell))) return null;
  const values = texts.map((cell) => cell === null ? null : cell.toLowerCase() === "true");
  return { series: pl.Series(name, values, pl.Bool), type: "boolean", missing: missingIn(texts), note: "" };
}

/** The file's decimal mark first. */
function stylesOf(decimal: "." | ","): readonly NumberStyle[] {
  return [...stylesWith(decimal), ...stylesWith(decimal === "." ? "," : ".")];
}

function numbers({ name, texts, rules }: Cells): ReadColumn | null {
  const extra = rules.missing === undefined ? new Set(MISSING_NUMBER) : new Set<string>();
  const cells = texts.map((cell) => cell !== null && extra.has(cell) ? null : cell);
  const different = [...new Set(cells)].filter((cell) => cell !== null);
  const style = perfectStyle(different, stylesOf(rules.decimal));
  if (style === null) return null;
  const values = cells.map((cell) => cell === null ? null : parseNumber(cell, style));
  if (values.some((v) => v !== null && Number.isInteger(v) && !Number.isSafeInteger(v))) return null; // an identifier
  const whole = values.every((v) => v === null || (Number.isInteger(v) && Math.abs(v) < 2 ** 31));
  const real = pl.Series(name, values, pl.Float64); // an Int32 series made directly has 0 where null is given
  const also = [...new Set(texts.filter((cell, i): cell is string => cell !== null && cells[i] === null))];
  return {
    series: whole ? real.cast(pl.Int32) : real,
    type: "number",
    missing: missingIn(cells),
    note: [
      styleNote(style, different, rules.decimal),
      also.length > 0 ? `${quoted(also)} taken as missing` : "",
    ]
      .filter(Boolean).join("; "),
  };
}

function styleNote({ decimal, thousands }: NumberStyle, texts: readonly string[], expected: string): string {
  const notes: string[] = [];
  const grouped = thousands === ""
    ? undefined
    : texts.find((text) => text.replace(SPACES, " ").includes(thousands));
  if (decimal !== expected) notes.push(`decimal mark "${decimal}"`);
  if (grouped !== undefined) {
    notes.push(
      `thousands separator "${thousands}": ${grouped} is ${parseNumber(grouped, { decimal, thousands })}`,
    );
  }
  const other = thousands === "," || thousands === "." ? thousands : null;
  const single = texts.every((text) => text.split(thousands).length <= 2 && !text.includes(decimal));
  if (other !== null && single) notes.push(`if it is a decimal mark, give decimal: "${other}"`);
  return notes.join("; ");
}

function dates({ name, texts, rules }: Cells): ReadColumn | null {
  const extra = rules.missing === undefined ? new Set(MISSING_NUMBER) : new Set<string>();
  const cells = texts.map((cell) => cell !== null && extra.has(cell) ? null : cell);
  const found = readDates(cells, rules.dates);
  if (found === null || found === "ambiguous") return null;
  return {
    series: pl.Series(name, found.dates as Date[], found.time ? pl.Datetime("ms") : pl.Date),
    type: "date",
    missing: missingIn(cells),
    note: found.order === null ? "" : `dates, ${found.order.replace("-", " ")}`,
  };
}

function text(column: Cells): ReadColumn {
  const { name, texts } = column;
  return {
    series: pl.Series(name, texts as string[], pl.String),
    type: "text",
    missing: missingIn(texts),
    note: textNote(column),
  };
}

/** Why a column that is nearly numbers or dates stayed text. */
function textNote({ texts, lines, rules }: Cells): string {
  const missing = new Set(MISSING_NUMBER);
  const different = [...new Set(texts)].filter((cell): cell is string => cell !== null && !missing.has(cell))
    .slice(0, LOOK);
  if (readDates(texts, rules.dates) === "ambiguous") {
    return `looks like dates, but days and months cannot be told apart (${
      different[0]
    }): give dates: "day-first" or "month-first"`;
  }
  const found = findStyle(different, stylesOf(rules.decimal));
  const count = different.length - (found?.others.length ?? different.length);
  if (found === null || count < 2 || count < MOST * different.length) return "";
  if (found.others.length === 0) return "whole numbers beyond 2^53 are kept as text";
  const row = texts.indexOf(found.others[0]);
  return `looks like numbers, except ${quoted(found.others)} (line ${lines[row]}): say what means missing, ` +
    `missing: ["", "NA", ${found.others.slice(0, 3).map((cell) => JSON.stringify(cell)).join(", ")}]`;
}

function factor(column: Cells, levels: Levels): ReadColumn {
  const { name, texts } = column, series = pl.Series(name, texts as string[], pl.String);
  const list = typeof levels === "object"
    ? levels.map(String)
    : [String(levels), ...sortedLevels(column).filter((level) => level !== String(levels))];
  const frame = withLevels(pl.DataFrame({ [name]: series }), name, list);
  return { series: frame.getColumn(name), type: "factor", missing: missingIn(texts), note: "" };
}

/** Numerals in numeric order, text sorted. */
function sortedLevels({ texts }: Cells): string[] {
  const different = [...new Set(texts)].filter((cell) => cell !== null);
  const numeric = different.every((cell) => Number.isFinite(Number(cell)));
  return different.sort(numeric ? (a, b) => Number(a) - Number(b) : compareLevels);
}

function missingIn(cells: readonly (string | null)[]): number {
  return cells.reduce((count, cell) => count + (cell === null ? 1 : 0), 0);
}

function quoted(texts: readonly string[]): string {
  return texts.slice(0, 5).map((each) => JSON.stringify(each)).join(", ") + (texts.length > 5 ? ", …" : "");
}

/** Does the file write decimal commas? Yes where a column is numbers with them only, and none with points only. */
export function findDecimal(columns: readonly (readonly string[])[], separator: string): "." | "," {
  let point = 0, comma = 0;
  for (const cells of columns) {
    const missing = new Set(MISSING_NUMBER);
    const different = [...new Set(cells.slice(0, 10 * LOOK).map((cell) => cell.trim()))]
      .filter((cell) => !missing.has(cell)).slice(0, LOOK);
    if (different.length === 0) continue;
    const reads = (decimal: "." | ",") => perfectStyle(different, stylesWith(decimal)) !== null;
    const [withPoint, withComma] = [reads("."), reads(",")];
    if (withPoint && !withComma) point++;
    if (withComma && !withPoint) comma++;
  }
  if (point === comma) return separator === ";" ? "," : ".";
  return comma > point ? "," : ".";
}
