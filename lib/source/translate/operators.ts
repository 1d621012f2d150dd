/** Arithmetic, comparison and logic as the formula has them ({@link ../../formula/operators.ts}), in a query. */
import { applyBinary } from "../../formula/operators.ts";
import { formatNumber } from "../../formula/numbers.ts";
import type { ConstantValue } from "../../formula/values.ts";
import {
  binary,
  type BinaryOperator,
  call,
  choose,
  every,
  type Expr,
  isNull,
  minus,
  NULL,
  number,
  plus,
  some,
  times,
} from "../query/expression.ts";
import { condition, truthFactor } from "./factors.ts";
import { any, divide, power } from "./guards.ts";
import { numbers, type SqlFactor, type SqlValue } from "./value.ts";

const arithmetic: Readonly<Record<string, (a: Expr, b: Expr) => Expr>> = {
  "+": plus,
  "-": minus,
  "*": times,
  "/": divide,
  "^": power,
  "%%": (a, b) => minus(a, times(call("floor", divide(a, b)), b)),
  "%/%": (a, b) => call("floor", divide(a, b)),
};

const comparisons: Readonly<Record<string, BinaryOperator>> = {
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
  "==": "=",
  "!=": "<>",
};

const zero = number(0);

/** @throws {TypeError} Where an operand is not of a kind that the operator takes, in the formula's words. */
export function sqlBinary(operator: string, left: SqlValue, right: SqlValue, user: string): SqlValue {
  if (left.kind === "constant" && right.kind === "constant") {
    return applyBinary(operator, left, right, 1, user) as ConstantValue;
  }
  const labels = labelComparison(operator, left, right);
  if (labels !== null) return labels;
  const a = numbersIn(left, user), b = numbersIn(right, user);
  if (Object.hasOwn(arithmetic, operator)) return numbers(arithmetic[operator](a, b));
  if (Object.hasOwn(comparisons, operator)) return condition(binary(comparisons[operator], a, b));
  const [x, y] = [a, b].map((each) => binary("<>", each, zero)), both = operator[0] === "&";
  if (operator[0] !== "&" && operator[0] !== "|") {
    throw new TypeError(`Cannot compute ${user}: ${operator} has no meaning here`);
  }
  return truthFactor(
    choose([[some([isNull(a), isNull(b)]), NULL], [both ? every([x, y]) : some([x, y]), number(1)]], zero),
  );
}

export function sqlUnary(operator: string, value: SqlValue, user: string): SqlValue {
  if (operator === "+") return value;
  return sqlBinary(operator === "-" ? "-" : "==", { kind: "constant", items: [0] }, value, user);
}

/** The value as numbers; TRUE and FALSE count as 1 and 0. */
export function numbersIn(value: SqlValue, user: string): Expr {
  if (value.kind === "numeric") return value.of;
  if (value.kind === "matrix" && value.columns.length === 1) return value.columns[0];
  if (value.kind === "factor" && value.boolean) return value.keys[0];
  if (value.kind === "constant" && value.items.length === 1 && typeof value.items[0] !== "string") {
    return number(Number(value.items[0]));
  }
  const found = value.kind === "factor"
    ? "a factor"
    : value.kind === "matrix"
    ? `a matrix of ${value.columns.length} columns`
    : "text";
  throw new TypeError(`Cannot compute ${user}: it needs numbers, but is given ${found}`);
}

/** factor == "level", factor != "level", x %in% c(…); null where it is none of these. */
function labelComparison(operator: string, left: SqlValue, right: SqlValue): SqlFactor | null {
  if (operator !== "==" && operator !== "!=" && operator !== "%in%") return null;
  if (left.kind === "constant" && operator !== "%in%") [left, right] = [right, left];
  if (right.kind !== "constant") return null;
  const { items } = right;
  if (left.kind === "numeric" && operator === "%in%") {
    const { of } = left;
    return condition(any(items.map((item) => binary("=", of, number(Number(item))))));
  }
  if (left.kind !== "factor" || (left.boolean && typeof items[0] !== "string")) return null;
  const factor = left,
    wanted = items.map((item) => typeof item === "number" ? formatNumber(item) : String(item));
  const known = factor.levels().filter((level) => wanted.includes(level));
  const hit = any(known.map(factor.is)), missing = some(factor.keys.map(isNull));
  const [yes, no] = operator === "!=" ? [0, 1] : [1, 0];
  return truthFactor(choose([[missing, NULL], [hit, number(yes)]], number(no)));
}
