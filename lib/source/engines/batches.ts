/** What engines hand over as batches: arrays by column, Arrow tables, or rows. */
import { describe } from "../../check.ts";
import type { Batch } from "./engine.ts";

/**
 * A piece of a query's result: columns by name, an Arrow table or record batch, or rows (objects, or arrays of values).
 *
 * @category Fit
 */
export type QueryBatch =
  | Readonly<Record<string, ArrayLike<unknown>>>
  | { readonly numRows: number; getChildAt(place: number): { toArray(): ArrayLike<unknown> } | null }
  | readonly Readonly<Record<string, unknown>>[]
  | readonly (readonly unknown[])[];

/** As Apache Arrow's tables and record batches have it. */
type Arrow = Extract<QueryBatch, { readonly numRows: number }>;

/** @throws {TypeError} For what is none of these. */
export function batchOf(given: unknown): Batch {
  if (Array.isArray(given)) return batchOfRows(given);
  const arrow = given as Arrow;
  if (typeof arrow?.numRows === "number" && typeof arrow.getChildAt === "function") {
    return { rows: arrow.numRows, column: (k) => arrow.getChildAt(k)!.toArray() };
  }
  const columns = given !== null && typeof given === "object"
    ? Object.values(given) as ArrayLike<unknown>[]
    : [];
  if (columns.length > 0 && columns.every((each) => typeof each?.length === "number")) {
    return { rows: columns[0].length, column: (k) => columns[k] };
  }
  throw new TypeError(
    `Cannot read the answer of query(): it gave ${
      describe(given)
    }, it should give arrays by column, Arrow batches, or rows`,
  );
}

function batchOfRows(rows: readonly unknown[]): Batch {
  if (rows.length === 0) return { rows: 0, column: () => [] };
  const first = rows[0];
  if (Array.isArray(first)) {
    return {
      rows: rows.length,
      column: (k) => rows.map((row) => (row as unknown[])[k]),
    };
  }
  const names = Object.keys(first as object);
  return {
    rows: rows.length,
    column: (k) => rows.map((row) => (row as Record<string, unknown>)[names[k]]),
  };
}
