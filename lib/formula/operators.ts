/** Arithmetic, comparison and logic on columns, row by row. */
import { formatNumber } from "./numbers.ts";
import { numbersOf } from "./transforms/transform.ts";
import type { ConstantValue, FactorValue, Value } from "./values.ts";

type Operation = (a: number, b: number) => number;

const arithmetic: Record<string, Operation> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => b === 2 ? a * a : Math.pow(a, b),
  "%%": (a, b) => a - Math.floor(a / b) * b,
  "%/%": (a, b) => Math.floor(a / b),
};

const logic: Record<string, Operation> = {
  "<": (a, b) => a < b ? 1 : 0,
  ">": (a, b) => a > b ? 1 : 0,
  "<=": (a, b) => a <= b ? 1 : 0,
  ">=": (a, b) => a >= b ? 1 : 0,
  "==": (a, b) => a === b ? 1 : 0,
  "!=": (a, b) => a !== b ? 1 : 0,
  "&": (a, b) => a !== 0 && b !== 0 ? 1 : 0,
  "&&": (a, b) => a !== 0 && b !== 0 ? 1 : 0,
  "|": (a, b) => a !== 0 || b !== 0 ? 1 : 0,
  "||": (a, b) => a !== 0 || b !== 0 ? 1 : 0,
};

/**
 * Applies a binary operator. Missing values (NaN, code −1) stay missing.
 *
 * @param text The expression, for messages.
 * @returns Numbers for arithmetic; a factor with levels FALSE and TRUE for comparison and logic; a constant when both
 *   operands are constants.
 * @throws {TypeError} When an operand is not of a kind that the operator takes.
 */
export function applyBinary(operator: string, left: Value, right: Value, n: number, text: string): Value {
  const labels = labelComparison(operator, left, right);
  if (labels !== null) return labels;
  const operation = arithmetic[operator] ?? logic[operator];
  if (operation === undefined) throw new TypeError(`Cannot compute ${text}: ${operator} has no meaning here`);
  const a = operand(left, n, text), b = operand(right, n, text);
  if (typeof a === "number" && typeof b === "number") {
    const item = operation(a, b);
    return { kind: "constant", items: [operator in logic ? item === 1 : item] };
  }
  return operator in logic
    ? truths(operation, a, b, n)
    : { kind: "numeric", values: numbers(operation, a, b, n) };
}

/** Applies a sign or "not". */
export function applyUnary(operator: string, value: Value, n: number, text: string): Value {
  if (operator === "+") return value;
  if (operator === "-") return applyBinary("-", { kind: "constant", items: [0] }, value, n, text);
  return applyBinary("==", { kind: "constant", items: [0] }, value, n, text);
}

/** A single number, or one number per row. */
function operand(value: Value, n: number, text: string): number | Float64Array {
  if (value.kind === "constant" && value.items.length === 1 && typeof value.items[0] !== "string") {
    return Number(value.items[0]);
  }
  return numbersOf(value, n, text).values;
}

function numbers(
  operation: Operation,
  a: number | Float64Array,
  b: number | Float64Array,
  n: number,
): Float64Array {
  const values = new Float64Array(n);
  if (typeof a === "number") { for (let i = 0; i < n; i++) values[i] = operation(a, (b as Float64Array)[i]); }
  else if (typeof b === "number") { for (let i = 0; i < n; i++) values[i] = operation(a[i], b); }
  else for (let i = 0; i < n; i++) values[i] = operation(a[i], b[i]);
  return values;
}

function truths(
  operation: Operation,
  a: number | Float64Array,
  b: number | Float64Array,
  n: number,
): FactorValue {
  const codes = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const x = typeof a === "number" ? a : a[i];
    const y = typeof b === "number" ? b : b[i];
    codes[i] = x !== x || y !== y ? -1 : operation(x, y);
  }
  return truthFactor(codes);
}

function truthFactor(codes: Int32Array): FactorValue {
  return { kind: "factor", codes, levels: ["FALSE", "TRUE"], ordered: false, boolean: true };
}

/** factor == "level", factor != "level", x %in% c(…); null when it is none of these. */
function labelComparison(operator: string, left: Value, right: Value): FactorValue | null {
  if (operator !== "==" && operator !== "!=" && operator !== "%in%") return null;
  if (left.kind === "constant" && operator !== "%in%") [left, right] = [right, left];
  if (right.kind !== "constant") return null;
  if (left.kind === "numeric" && operator === "%in%") return among(left.values, right);
  if (left.kind !== "factor" || (left.boolean && typeof right.items[0] !== "string")) return null;
  const wanted = new Set(
    right.items.map((item) => typeof item === "number" ? formatNumber(item) : String(item)),
  );
  const hit = left.levels.map((level) => wanted.has(level) !== (operator === "!=") ? 1 : 0);
  return truthFactor(left.codes.map((code) => code < 0 ? code : hit[code]));
}

function among(values: Float64Array, wanted: ConstantValue): FactorValue {
  const set = new Set(wanted.items.map(Number));
  return truthFactor(Int32Array.from(values, (value) => value !== value ? -1 : set.has(value) ? 1 : 0));
}
