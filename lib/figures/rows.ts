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
