/** Computed values must be finite: otherwise say which expression, in which row, and why. */
import type { Evaluator } from "./evaluate.ts";
import { formatNumber } from "./numbers.ts";
import { childrenOf, deparse, namesIn, type Node } from "./tree.ts";
import type { Value } from "./values.ts";

/**
 * Throws when an expression is NaN or infinite in a row that is used.
 *
 * @param value Its value in all rows.
 * @param rows Rows used; they have no missing values, so NaN can only come from the computation.
 * @throws {RangeError} Naming the innermost expression that is not finite, the row (original number) and the values it
 *   is computed from.
 */
export function assertFinite(node: Node, value: Value, rows: Int32Array, evaluator: Evaluator): void {
  if (firstBadRow(value, rows) < 0) return;
  const guilty = innermost(node, rows, evaluator);
  const row = firstBadRow(evaluator.evaluate(guilty), rows);
  const found = shown(at(evaluator.evaluate(guilty), row));
  if (guilty.kind === "name") {
    throw new RangeError(
      `Cannot use column "${guilty.name}": row ${row} is ${found}, but values must be finite`,
    );
  }
  const causes = namesIn(guilty)
    .map((name) => ({ name, value: evaluator.evaluate({ kind: "name", name, start: 0, end: 0 }) }))
    .filter((cause) => cause.value.kind === "numeric")
    .map((cause) => `${cause.name} = ${shown(at(cause.value, row))}`);
  const because = causes.length > 0 ? ` (${causes.join(", ")})` : "";
  throw new RangeError(
    `Cannot use ${deparse(guilty)}: row ${row} is ${found}${because}, but values must be finite`,
  );
}

/** The deepest expression that is not finite: its own arguments are. */
function innermost(node: Node, rows: Int32Array, evaluator: Evaluator): Node {
  for (const child of childrenOf(node)) {
    if (firstBadRow(evaluator.evaluate(child), rows) >= 0) return innermost(child, rows, evaluator);
  }
  return node;
}

function firstBadRow(value: Value, rows: Int32Array): number {
  if (value.kind === "numeric") return badRow(value.values, rows);
  if (value.kind !== "matrix") return -1;
  const found = value.columns.map((column) => badRow(column, rows)).filter((row) => row >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

function badRow(values: Float64Array, rows: Int32Array): number {
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]];
    if (value - value !== 0) return rows[i];
  }
  return -1;
}

function at(value: Value, row: number): number {
  if (value.kind === "numeric") return value.values[row];
  if (value.kind !== "matrix") return NaN;
  return value.columns.map((column) => column[row]).find((each) => !Number.isFinite(each)) ??
    value.columns[0][row];
}

function shown(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value)
    ? formatNumber(value)
    : value > 0
    ? "Infinity"
    : "-Infinity";
}
