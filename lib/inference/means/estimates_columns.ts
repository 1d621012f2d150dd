/** Estimates as the columns of their tables. */
import type { ColumnValues } from "../../frame.ts";
import type { AdjustName } from "./adjust.ts";
import type { EstimateFactor, Estimates } from "./estimates.ts";
import { type Numbers, numbersOf, type TestAgainst } from "./estimates_table.ts";

/** The columns of a table of means. */
export function meansColumns(
  e: Estimates,
  adjust: AdjustName,
): { columns: Record<string, ColumnValues>; numbers: Numbers } {
  const numbers = numbersOf(e, adjust, { null: 0, delta: 0, side: "two-sided" });
  return {
    columns: { ...factorColumns(e.factors), ...estimateColumns(numbers), ...intervalColumns(numbers) },
    numbers,
  };
}

/** The columns of a table of contrasts: those of `by` first, tests before the interval. */
export function contrastColumns(
  e: Estimates,
  adjust: AdjustName,
  hypothesis: TestAgainst,
): { columns: Record<string, ColumnValues>; numbers: Numbers } {
  const numbers = numbersOf(e, adjust, hypothesis);
  const some = (by: boolean) => e.factors.filter(({ name }) => e.by.includes(name) === by);
  const tests = {
    null: numbers.estimate.map((v) => v === v ? numbers.null : NaN),
    statistic: numbers.statistic,
    p_value: numbers.pValue,
  };
  const factors = factorColumns([...some(true), ...some(false)]);
  return {
    columns: { ...factors, ...estimateColumns(numbers), ...tests, ...intervalColumns(numbers) },
    numbers,
  };
}

/** Columns that a table of estimates adds to its factors. */
const OWN = [
  "estimate",
  "std_error",
  "df",
  "null",
  "statistic",
  "p_value",
  "conf_low",
  "conf_high",
  "letters",
];

/** Factors as columns, by name. */
export function factorColumns(factors: readonly EstimateFactor[]): Record<string, ColumnValues> {
  const clash = factors.find(({ name }) => OWN.includes(name));
  if (clash) {
    throw new RangeError(
      `Cannot make the table: a factor is called "${clash.name}", as one of the table's own columns; rename it in the data`,
    );
  }
  return Object.fromEntries(factors.map((factor) => [factor.name, factorColumn(factor)]));
}

function estimateColumns({ estimate, stdError, df }: Numbers) {
  return { estimate, std_error: stdError, df };
}

function intervalColumns({ low, high }: Numbers) {
  return { conf_low: low, conf_high: high };
}

/** A factor as a column of the table. */
function factorColumn({ name, labels, values, ordered, boolean, codes }: EstimateFactor): ColumnValues {
  if (values) return Float64Array.from(codes, (code) => values[code]);
  return { kind: "factor", name, codes, missing: 0, levels: labels, ordered, boolean };
}
