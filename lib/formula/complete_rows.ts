/** Rows in which every column used has a value. */
import type { DataColumns } from "./data_columns.ts";
import { quoteList } from "./errors.ts";

/** The rows that a fit can use. */
export interface CompleteRows {
  /** Original numbers of the complete rows. */
  readonly rows: Int32Array;
  /** What was left out, in one sentence. */
  readonly messages: readonly string[];
}

/**
 * Finds the rows without missing values.
 *
 * @param names Columns that the model uses.
 * @throws {RangeError} When no row is complete; or when any is not and `missing` is "fail".
 */
export function completeRows(
  columns: DataColumns,
  names: readonly string[],
  missing: "omit" | "fail",
): CompleteRows {
  const { n } = columns;
  const incomplete = new Uint8Array(n);
  const counts = names
    .map((name) => ({ name, count: markMissing(columns, name, incomplete) }))
    .filter(({ count }) => count > 0);
  let kept = n;
  for (let i = 0; i < n; i++) kept -= incomplete[i];
  const rows = new Int32Array(kept);
  for (let i = 0, k = 0; i < n; i++) if (incomplete[i] === 0) rows[k++] = i;
  return { rows, messages: reportIncomplete(n, kept, counts, missing) };
}

/**
 * What to say of rows with missing values.
 * @param counts missing values by column, where there are some
 * @throws {RangeError} When no row is complete; or when any is not and `missing` is "fail".
 */
export function reportIncomplete(
  n: number,
  kept: number,
  counts: readonly { readonly name: string; readonly count: number }[],
  missing: "omit" | "fail",
): readonly string[] {
  if (n === 0) throw new RangeError("Cannot fit: the data have no rows");
  if (kept === n) return [];
  const where = counts.map(({ name, count }) => `${name} (${count})`).join(", ");
  if (missing === "fail") {
    throw new RangeError(
      `Cannot fit: ${rowsText(n - kept, n)} missing values, in ${where}; ` +
        'remove or fill them, or use missing: "omit" to leave these rows out',
    );
  }
  if (kept === 0) throw nothingLeft(n, counts, where);
  return [`${n - kept} of ${n} rows left out because of missing values: ${where}`];
}

function rowsText(count: number, n: number): string {
  return `${count} of ${n} rows ${count === 1 ? "has" : "have"}`;
}

function nothingLeft(
  n: number,
  counts: readonly { name: string; count: number }[],
  where: string,
): RangeError {
  const empty = counts.filter(({ count }) => count === n).map(({ name }) => name);
  if (empty.length === 0) return new RangeError(`Cannot fit: every row has a missing value, in ${where}`);
  const subject = empty.length === 1 ? `column ${quoteList(empty)} has` : `columns ${quoteList(empty)} have`;
  return new RangeError(`Cannot fit: ${subject} only missing values`);
}

/** Marks the rows in which a column has no value, and counts them. */
export function markMissing(columns: DataColumns, name: string, incomplete: Uint8Array): number {
  const value = columns.read(name);
  let count = 0;
  if (value.kind === "numeric") {
    const { values } = value;
    if (!values.includes(NaN)) return 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] === values[i]) continue;
      incomplete[i] = 1;
      count++;
    }
    return count;
  }
  for (let i = 0; i < value.codes.length; i++) {
    if (value.codes[i] >= 0) continue;
    incomplete[i] = 1;
    count++;
  }
  return count;
}
