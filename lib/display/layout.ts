/**
 * How the columns of a table find room on a narrow page, by the widths of their texts: in smaller type and with less space between
 * them where they need it; what still has no room goes on below, as R prints it.
 */
import { type CellColumn, rowsOfPart, type TablePart } from "./picture.ts";

/** Width of a narrow page in pixels, and the size of its letters. */
export const PAGE = 640, LETTERS = 14;
/** As the text around it where that leaves room, else in smaller type. */
const SETTINGS: readonly Setting[] = [
  { size: 1, padding: 0.5, tight: false },
  { size: 0.88, padding: 0.35, tight: true },
  { size: 0.8, padding: 0.35, tight: true },
];
/** Characters from which a column of text is wrapped instead of making the table wider. */
const LONG = 40;
/** Letters in which wrapped sentences and names stand at least. */
const SENTENCE = 14, NAME = 7;
/** Letters of a piece of a name that does not stand alone. */
const SHORT = 3;

/** How a table is set. */
export interface Setting {
  /** Size of its type, as a share of that of the page. */
  readonly size: number;
  /** Space on either side of a cell, in letters. */
  readonly padding: number;
  /** Whether names and headers are broken to save room. */
  readonly tight: boolean;
}

/** Columns that stand beside each other, and columns of sentences, each of which stands below its row. */
export interface Line {
  readonly beside: readonly CellColumn[];
  readonly below: readonly CellColumn[];
  readonly setting: Setting;
}

/** The lines in which the columns of a part are set: one in the largest type that has room, else several. */
export function linesOf(part: TablePart): Line[] {
  const { columns } = part, [usual, small] = SETTINGS, single = rowsOfPart(part) === 1;
  if (fits(columns, usual)) return [{ beside: columns, below: [], setting: usual }];
  const isLong = (column: CellColumn, j: number) => j > 0 && isSentences(column);
  const beside = columns.filter((column, j) => !isLong(column, j)), below = columns.filter(isLong);
  const setting = (single ? [usual] : SETTINGS).find((each) => fits(beside, each));
  if (setting) return [{ beside, below, setting }];
  const lines = single ? wrapped(beside, usual) : wrapped(beside, small, nameOfRows(part));
  return lines.map((line, k) => ({
    beside: line,
    below: k === lines.length - 1 ? below : [],
    setting: single ? usual : small,
  }));
}

/** Least width of a column whose texts are broken, in letters; 0 where they are not. */
export function brokenTo(column: CellColumn, { tight }: Setting): number {
  if (column.align === "right") return 0;
  const longest = Math.max(0, ...column.cells.map((cell) => cell.length));
  return longest > LONG ? SENTENCE : tight && longest > 2 * NAME ? NAME : 0;
}

/** The pieces of a header or name that may stand below each other: what its spaces and signs part, none of one or two letters. */
export function breakable(text: string): string[] {
  const pieces: string[] = [];
  for (const piece of text.split(/(?<=[\s_:|,*])(?=[^\s_:|,*])|(?<=[\p{L}\p{N})])(?=[(.])(?!\.\d)/u)) {
    const last = pieces.length - 1;
    if (last >= 0 && (pieces[last].length < SHORT || piece.length < SHORT)) pieces[last] += piece;
    else pieces.push(piece);
  }
  return pieces;
}

/** Width of a table that is as narrow as it may be, in letters of the page. */
export function tableWidth(columns: readonly CellColumn[], setting: Setting): number {
  const { size, padding } = setting;
  return columns.reduce((sum, column) => sum + size * (columnWidth(column, setting) + 2 * padding), 0);
}

/**
 * Widths of columns of which no name is broken, in letters of the page: with some room for other faces than those that are
 * estimated, and narrower by a common factor where they have none.
 */
export function columnWidths({ beside, setting: { size, padding } }: Line): number[] {
  const whole = beside.map((column) => {
    const least = brokenTo(column, SETTINGS[0]),
      texts = least > 0 ? column.cells.flatMap(breakable) : column.cells;
    return size * (Math.max(least, BOLD * textWidth(column.name), ...texts.map(textWidth)) + 2 * padding);
  });
  const share = Math.min(1.15, PAGE / LETTERS / whole.reduce((sum, width) => sum + width, 0));
  return whole.map((width) => share * width);
}

const fits = (columns: readonly CellColumn[], setting: Setting) =>
  tableWidth(columns, setting) <= PAGE / LETTERS;

/** What the cells of the sentences below a row say, with the names of their columns. */
export function sentencesOf({ below }: Line, row: number): { name: string; text: string }[] {
  return below.map(({ name, cells }) => ({ name, text: cells[row] })).filter(({ text }) =>
    !["", "NA", "…"].includes(text)
  );
}

function columnWidth(column: CellColumn, setting: Setting): number {
  const least = brokenTo(column, setting), { name, cells } = column;
  const head = setting.tight ? breakable(name) : [name], texts = least > 0 ? cells.flatMap(breakable) : cells;
  return Math.max(least, ...head.map((text) => BOLD * textWidth(text)), ...texts.map(textWidth));
}

function isSentences({ align, cells }: CellColumn): boolean {
  return align === "left" && cells.some((cell) => cell.length > LONG);
}

/** Columns in as many lines as they need, each of which begins with what tells the rows apart. */
function wrapped(columns: readonly CellColumn[], setting: Setting, first?: CellColumn) {
  const lines: CellColumn[][] = [];
  for (const column of columns) {
    if (column === first) continue;
    const line = lines[lines.length - 1];
    if (line && fits([...line, column], setting)) line.push(column);
    else lines.push(first ? [first, column] : [column]);
  }
  return lines;
}

/** The first column where no two rows have the same name or number, else the numbers of the rows. */
function nameOfRows({ columns, height }: TablePart): CellColumn {
  const { cells } = columns[0], gap = cells.indexOf("…"), rows = height ?? cells.length;
  const names = columns[0].align === "left" || cells.every((cell) => /^(\d+|…)$/.test(cell));
  if (names && new Set(cells).size === cells.length) return columns[0];
  const number = (i: number) =>
    i === gap ? "…" : String(1 + i + (gap < 0 || i < gap ? 0 : rows - cells.length));
  return { name: "", cells: cells.map((_, i) => number(i)), align: "right" };
}

/** Bold letters by those of the text. */
const BOLD = 1.1;
/** Letters by their width in a wide face (DejaVu Sans, Verdana), in units of the type; any other is as wide as a digit. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ijlIJ'.,·:;|/\\ ]/, 0.32],
  [/[-frt()[\]!²–"]/, 0.42],
  [/[scFLkvxyzP?*_]/, 0.58],
  [/[A-Z&]/, 0.75],
  [/[mMW@%…#+<=>^~−×w]/, 0.9],
];

const widths = new Map<string, number>();

function letterWidth(letter: string): number {
  const known = widths.get(letter);
  if (known !== undefined) return known;
  const width = WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? 0.635;
  widths.set(letter, width);
  return width;
}

function textWidth(text: string): number {
  let sum = 0;
  for (const letter of text) sum += letterWidth(letter);
  return sum;
}
