/** What an expression of a formula evaluates to: one entry per row, or a constant. */
import type { Column, FactorOrigin } from "../frame.ts";
import { formatNumber } from "./numbers.ts";

/** Numbers, NaN where missing. */
export interface NumericValue {
  readonly kind: "numeric";
  readonly values: Float64Array;
}

/**
 * A categorical variable. Codes: −1 missing, −2 a level that is not in `levels` (only in new data).
 *
 * @category Extend
 */
export interface FactorValue {
  /** What it is. */
  readonly kind: "factor";
  /** Level of each row; −1 missing, −2 not among the levels. */
  readonly codes: Int32Array;
  /** The levels in their order. */
  readonly levels: readonly string[];
  /** Whether the order has a meaning. */
  readonly ordered: boolean;
  /** Levels are FALSE and TRUE. */
  readonly boolean: boolean;
  /** What a column's levels were made from, where neither the data nor the formula lists them. */
  readonly from?: FactorOrigin;
  /** Places of a column's levels in an order that travels with the data. */
  readonly places?: readonly number[];
}

/** Several columns under one name: poly(x, 2), cbind(a, b). */
export interface MatrixValue {
  readonly kind: "matrix";
  readonly columns: readonly Float64Array[];
  /** What follows the variable's name in each column's name. */
  readonly suffixes: readonly string[];
}

/** Numbers, texts and TRUE/FALSE written in the formula; several in c(…). */
export interface ConstantValue {
  readonly kind: "constant";
  readonly items: readonly (number | string | boolean)[];
}

export type Value = NumericValue | FactorValue | MatrixValue | ConstantValue;

/**
 * What a fit must remember of a transform: plain JSON.
 *
 * @category Extend
 */
export type State = Readonly<Record<string, number | boolean | null | readonly (number | string)[]>>;

/** A column of the data as a value. */
export function columnValue(column: Column): NumericValue | FactorValue {
  if (column.kind === "numeric") return { kind: "numeric", values: column.values };
  const { codes, levels, ordered, boolean, from, places } = column;
  return { kind: "factor", codes, levels, ordered, boolean, from, ...(places ? { places } : {}) };
}

/** Number of rows of a value (1 for a constant). */
export function rowsOf(value: Value): number {
  if (value.kind === "numeric") return value.values.length;
  if (value.kind === "factor") return value.codes.length;
  return value.kind === "matrix" ? value.columns[0].length : 1;
}

/** The rows of a value that `rows` lists. */
export function takeRows<V extends Value>(value: V, rows: Int32Array): V {
  if (value.kind === "numeric") return { ...value, values: takeNumbers(value.values, rows) };
  if (value.kind === "factor") {
    const codes = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = value.codes[rows[i]];
    return { ...value, codes };
  }
  if (value.kind === "matrix") {
    return {
      ...value,
      columns: value.columns.map((column) => takeNumbers(column, rows)),
    };
  }
  return value;
}

function takeNumbers(values: Float64Array, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return taken;
}

/**
 * A factor of the distinct numbers, in increasing order; −1 where NaN. Numbers that print alike with 15 significant digits
 * are one level, as in R: 0.1 + 0.2 and 0.3 differ by rounding only. Whole numbers within a moderate range go
 * through a lookup table, others through a hash map.
 */
export function factorOfNumbers(values: Float64Array): FactorValue & { readonly numbers: readonly number[] } {
  const { codes, numbers } = wholeNumberCodes(values) ?? numberCodes(values);
  const levels = numbers.map(levelOfNumber);
  return { kind: "factor", codes, levels, ordered: false, boolean: false, numbers };
}

/** Whole numbers are printed without an exponent, as R does for integers. */
function levelOfNumber(x: number): string {
  return Number.isSafeInteger(x) ? String(x) : formatNumber(x);
}

interface NumberCodes {
  readonly codes: Int32Array;
  readonly numbers: number[];
}

function wholeNumberCodes(values: Float64Array): NumberCodes | null {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) continue;
    if (Math.floor(value) !== value) return null;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high || !(high - low <= 4 * values.length + 1000)) return null; // no values, or too wide
  const table = new Int32Array(high - low + 1);
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) table[values[i] - low] = 1;
  const numbers: number[] = [];
  for (let k = 0; k < table.length; k++) if (table[k] === 1) table[k] = numbers.push(low + k) - 1;
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) codes[i] = values[i] === values[i] ? table[values[i] - low] : -1;
  return { codes, numbers };
}

function numberCodes(values: Float64Array): NumberCodes {
  const first = new Map<number, number>();
  const seen: number[] = [];
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) {
      codes[i] = -1;
      continue;
    }
    let code = first.get(value);
    if (code === undefined) first.set(value, code = seen.push(value) - 1);
    codes[i] = code;
  }
  const order = Int32Array.from(seen.keys()).sort((a, b) => seen[a] - seen[b]);
  const rank = new Int32Array(seen.length), numbers: number[] = [];
  let last = "";
  for (const code of order) {
    const label = levelOfNumber(seen[code]);
    if (numbers.length === 0 || label !== last) numbers.push(seen[code]);
    rank[code] = numbers.length - 1;
    last = label;
  }
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) codes[i] = rank[codes[i]];
  return { codes, numbers };
}

/** Without the levels that no row has; the same object when all occur. */
export function dropUnusedLevels(factor: FactorValue): FactorValue {
  const used = new Uint8Array(factor.levels.length);
  for (let i = 0; i < factor.codes.length; i++) if (factor.codes[i] >= 0) used[factor.codes[i]] = 1;
  if (used.every((each) => each === 1)) return factor;
  return withLevels(factor, factor.levels.filter((_, code) => used[code] === 1));
}

/** The same factor coded by the given levels; −2 where the level is not among them. */
export function withLevels(factor: FactorValue, levels: readonly string[]): FactorValue {
  const position = new Map(levels.map((level, i) => [level, i]));
  const recode = Int32Array.from(factor.levels, (level) => position.get(level) ?? -2);
  const codes = new Int32Array(factor.codes.length);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = factor.codes[i] < 0 ? factor.codes[i] : recode[factor.codes[i]];
  }
  return { ...factor, codes, levels };
}

/** Where columns come from. */
export interface ColumnSource {
  readonly n: number;
  has(name: string): boolean;
  read(name: string): Value;
}
