/** The picture of a data frame: the columns that tell something, in words that the result behind it knows. */
import type { Frame } from "../frame.ts";
import { type Cells, cellsOf, type CellStyle, tellingColumns } from "./cells.ts";
import type { MixedQuantities, NumberStyle, TablePart, TablePicture } from "./picture.ts";

/**
 * How the table of a result looks, where its columns are not all that is to be said.
 *
 * @category Figures and tables
 */
export interface TableLook {
  /** Headers, by the names of columns. */
  readonly headings?: Readonly<Record<string, string>>;
  /** Columns that say what others say, and are left out. */
  readonly hidden?: readonly string[];
  /** Texts in place of a column's own, row by row. */
  readonly cells?: Readonly<Record<string, readonly string[]>>;
  /** Columns whose rows are of different quantities. */
  readonly mixed?: MixedQuantities;
  /** The table itself, where it is laid out in another way than the data frame. */
  readonly parts?: (style: NumberStyle) => readonly TablePart[];
  /** Sentences below the table in which a figure has no part. */
  readonly notes?: readonly string[];
}

/** What a picture takes beside the data frame. */
export interface FrameWords {
  readonly title?: string;
  readonly notes?: readonly string[];
  readonly leastP?: readonly number[];
  readonly look?: TableLook;
}

/**
 * The picture of a data frame.
 *
 * @param most most rows; of more, the first and the last
 * @param all columns that tell nothing are shown too
 */
export function framePicture(
  frame: Frame,
  most: number,
  { title, notes = [], leastP, look = {} }: FrameWords = {},
  style: NumberStyle = {},
  all = false,
): TablePicture {
  const below = [...look.notes ?? [], ...notes];
  if (look.parts) return { title, parts: look.parts(style), notes: below };
  const { part, said } = framePart(frame, most, { ...style, leastP, mixed: look.mixed }, look, all);
  return { title, parts: [part], notes: [...said, ...below] };
}

function framePart(frame: Frame, most: number, style: CellStyle, look: TableLook, all: boolean) {
  const cells = cellsOf(frame, most, style), { height } = cells;
  const { columns, notes } = all ? { columns: cells.columns, notes: [] } : tellingColumns(cells.columns);
  const worded = columns.filter(({ key }) => all || !look.hidden?.includes(key)).map((column) => ({
    ...column,
    name: look.headings?.[column.key] ?? column.name,
    cells: wordsOf(cells, column.key, look) ?? column.cells,
  }));
  return { part: { columns: worded, height }, said: notes };
}

function wordsOf({ rows }: Cells, key: string, look: TableLook): string[] | undefined {
  const words = look.cells?.[key];
  return words && rows.map((row) => row < 0 ? "…" : words[row]);
}
