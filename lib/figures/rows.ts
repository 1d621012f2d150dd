/** Result tables as rows that marks can read. */
import { formatCount, formatSignificant } from "../display.ts";
import { columnNames, type Frame, readColumn } from "../frame.ts";

/** One row: numbers (NaN where missing), text (null where missing). */
export type Row = Record<string, number | string | null>;

/** Most points that a figure draws. */
export const MOST_POINTS = 2000;

/** The rows of a data frame; columns that no formula could use (dates, lists) are left out. */
export function rowsOf(frame: Frame): Row[] {
  const columns = columnNames(frame).flatMap((name) => {
    try {
      return [readColumn(frame, name)];
    } catch {
      return [];
    }
  });
  const height = columns.length === 0 ? 0 : lengthOf(columns[0]);
  return Array.from({ length: height }, (_, i) => {
    const row: Row = {};
    for (const column of columns) {
      row[column.name] = column.kind === "numeric"
        ? column.values[i]
        : column.levels[column.codes[i]] ?? null;
    }
    return row;
  });
}

/** Levels in order, of a factor; the distinct numbers in increasing order as text, of a numeric column. */
export function levelsOf(frame: Frame, name: string): string[] {
  const column = readColumn(frame, name);
  if (column.kind === "factor") return [...column.levels];
  return [...new Set(column.values)].filter((value) => value === value).sort((a, b) => a - b).map(
    formatValue,
  );
}

/** At most {@link MOST_POINTS} rows, evenly spread, with a sentence for the caption when some are left out. */
export function thin<T>(
  rows: readonly T[],
  most = MOST_POINTS,
): { rows: readonly T[]; note: string | undefined } {
  if (rows.length <= most) return { rows, note: undefined };
  const step = rows.length / most;
  const kept = Array.from({ length: most }, (_, i) => rows[Math.floor((i + 0.5) * step)]);
  return { rows: kept, note: `${formatCount(most)} of ${formatCount(rows.length)} points are drawn.` };
}

/** Names that a caption lists. */
const MOST_LISTED = 4;

/**
 * For the caption: which rows a figure leaves out because their estimate is infinite or missing, and which have no bar because their
 * interval is. Nothing where bars are not drawn at all.
 *
 * @param name what a reader calls a row; without it rows are counted
 */
export function notDrawn(rows: readonly Row[], name?: (row: Row) => string): string | undefined {
  const finite = (value: Row[string]) => Number.isFinite(value);
  const absent = rows.filter((row) => !finite(row.estimate));
  const drawn = rows.filter((row) => finite(row.estimate)),
    whole = (row: Row) => finite(row.conf_low) && finite(row.conf_high);
  const bare = drawn.some(whole) ? drawn.filter((row) => !whole(row)) : [];
  const list = (some: readonly Row[]) => {
    if (!name) return some.length === 1 ? "one row" : `${formatCount(some.length)} rows`;
    const names = [...new Set(some.map(name))];
    return names.length <= MOST_LISTED
      ? names.join(", ")
      : `${names.slice(0, MOST_LISTED - 1).join(", ")} and ${names.length - MOST_LISTED + 1} more`;
  };
  return [
    absent.length > 0 && `Not drawn, without a finite estimate: ${list(absent)}.`,
    bare.length > 0 && `Without a bar, as an end of the interval is not finite: ${list(bare)}.`,
  ].filter(Boolean).join(" ") || undefined;
}

/** A value of a numeric or text column as a label. */
export function formatValue(value: number | string | null): string {
  if (typeof value !== "number") return value ?? "missing";
  return Number.isInteger(value)
    ? String(value)
    : formatSignificant(value, 4).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** "estimate 0.512 (0.463 to 0.561)", for hovering. */
export function formatInterval(row: Row, digits = 3): string {
  const text = formatSignificant(row.estimate as number, digits);
  const low = row.conf_low as number, high = row.conf_high as number;
  return Number.isFinite(low) && Number.isFinite(high)
    ? `${text} (${formatSignificant(low, digits)} to ${formatSignificant(high, digits)})`
    : text;
}

function lengthOf(column: ReturnType<typeof readColumn>): number {
  return column.kind === "numeric" ? column.values.length : column.codes.length;
}
