/** Rows by the values of some columns: every combination that occurs, in the order of the levels. */
import type { SketchVariable } from "../../formula/sketch.ts";
import { factorOfNumbers, type FactorValue, type Value } from "../../formula/values.ts";
import type { FactorColumn, NumericColumn } from "../../frame.ts";

/** The rows of one combination. */
export interface Group {
  /** Level of each variable; −1 where it is missing. */
  readonly codes: readonly number[];
  /** The levels as text. */
  readonly labels: readonly string[];
  readonly rows: Int32Array;
}

/** Groups, and the factors that make them. */
export interface Grouping {
  readonly names: readonly string[];
  readonly factors: readonly (FactorValue & { readonly numbers?: readonly number[] })[];
  readonly groups: readonly Group[];
}

/** A variable as a factor: numbers by their values. */
export function factorOf(
  value: Exclude<Value, { kind: "matrix" | "constant" }>,
): Grouping["factors"][number] {
  return value.kind === "factor" ? value : factorOfNumbers(value.values);
}

/** Groups of n rows; one of all rows without variables. Rows where a variable is missing are a group of their own. */
export function groupRows(variables: readonly SketchVariable[], n: number): Grouping {
  const factors = variables.map(({ value }) => factorOf(value)), rows = new Map<string, number[]>();
  if (variables.length === 0) rows.set("", []); // also of no rows
  for (let i = 0; i < n; i++) {
    let key = "";
    for (const { codes } of factors) key += `${codes[i]} `;
    const own = rows.get(key);
    if (own) own.push(i);
    else rows.set(key, [i]);
  }
  const groups = [...rows.values()].map((own): Group => {
    const codes = factors.map((factor) => factor.codes[own[0]]);
    const labels = factors.map(({ levels }, k) => codes[k] < 0 ? "missing" : levels[codes[k]]);
    return { codes, labels, rows: Int32Array.from(own) };
  });
  const place = (code: number) => code < 0 ? Infinity : code; // missing last
  groups.sort((a, b) => {
    const k = a.codes.findIndex((code, j) => code !== b.codes[j]);
    return k < 0 ? 0 : place(a.codes[k]) - place(b.codes[k]);
  });
  return { names: variables.map(({ name }) => name), factors, groups };
}

/** The columns that name the group of each row of a table; `at` is the group of each. */
export function groupColumns(
  { names, factors, groups }: Grouping,
  at: readonly number[],
): Record<string, NumericColumn | FactorColumn> {
  return Object.fromEntries(names.map((name, k) => {
    const { levels, ordered, boolean, numbers } = factors[k], codes = at.map((g) => groups[g].codes[k]);
    const missing = codes.filter((code) => code < 0).length;
    return [
      name,
      numbers
        ? {
          kind: "numeric",
          name,
          values: Float64Array.from(codes, (code) => code < 0 ? NaN : numbers[code]),
          missing,
          integer: numbers.every(Number.isInteger),
        }
        : { kind: "factor", name, codes: Int32Array.from(codes), levels, ordered, boolean, missing },
    ];
  }));
}
