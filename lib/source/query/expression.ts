/** What a query computes: trees that a dialect prints, so that no text of data or formula is ever part of a statement as it stands. */

/** Functions of numbers that every engine has; they are called only where they are defined ({@link ./guards.ts}). */
export type FunctionName = "abs" | "ceil" | "cos" | "exp" | "floor" | "ln" | "power" | "sin" | "sqrt" | "tan";

/** Functions of groups. */
export type AggregateName = "count" | "countDistinct" | "max" | "min" | "sum";

export type BinaryOperator = "+" | "-" | "*" | "/" | "<" | "<=" | ">" | ">=" | "=" | "<>" | "and" | "or";

export type Expr =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "null" }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "not"; readonly of: Expr }
  | { readonly kind: "isNull"; readonly of: Expr }
  | { readonly kind: "call"; readonly name: FunctionName; readonly of: readonly Expr[] }
  | { readonly kind: "case"; readonly cases: readonly (readonly [Expr, Expr])[]; readonly otherwise: Expr }
  /** A column of the data as numbers or text. */
  | { readonly kind: "read"; readonly name: string; readonly type: string }
  | { readonly kind: "aggregate"; readonly name: AggregateName; readonly of: Expr | null };

export const column = (name: string): Expr => ({ kind: "column", name });
export const number = (value: number): Expr => ({ kind: "number", value });
export const text = (value: string): Expr => ({ kind: "text", value });
export const NULL: Expr = { kind: "null" };
export const binary = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: "binary",
  operator,
  left,
  right,
});
export const not = (of: Expr): Expr => ({ kind: "not", of });
export const isNull = (of: Expr): Expr => ({ kind: "isNull", of });
export const call = (name: FunctionName, ...of: readonly Expr[]): Expr => ({ kind: "call", name, of });
export const choose = (cases: readonly (readonly [Expr, Expr])[], otherwise: Expr = NULL): Expr => ({
  kind: "case",
  cases,
  otherwise,
});
export const aggregate = (name: AggregateName, of: Expr | null): Expr => ({ kind: "aggregate", name, of });
export const count = (): Expr => aggregate("count", null);
export const sum = (of: Expr): Expr => aggregate("sum", of);

export const plus = (a: Expr, b: Expr): Expr => binary("+", a, b);
export const minus = (a: Expr, b: Expr): Expr => b.kind === "number" && b.value === 0 ? a : binary("-", a, b);
export const times = (a: Expr, b: Expr): Expr => binary("*", a, b);

/** All of the conditions. */
export function every(conditions: readonly Expr[]): Expr {
  return joined("and", conditions);
}

/** One of the conditions. */
export function some(conditions: readonly Expr[]): Expr {
  return joined("or", conditions);
}

/** The sum of the terms. */
export function total(terms: readonly Expr[]): Expr {
  return joined("+", terms);
}

/** A balanced tree: thousands of operands in a row would be as deep as they are many. */
function joined(operator: "and" | "or" | "+", conditions: readonly Expr[]): Expr {
  if (conditions.length === 1) return conditions[0];
  const half = conditions.length >> 1;
  return binary(
    operator,
    joined(operator, conditions.slice(0, half)),
    joined(operator, conditions.slice(half)),
  );
}

/** 1 where a condition holds, 0 where it does not, missing where that is not known. */
export function truth(condition: Expr): Expr {
  return choose([[condition, number(1)], [not(condition), number(0)]]);
}
