/** What an expression of a formula is in a query: numbers, a factor told by its keys, several columns, or constants. */
import type { ConstantValue } from "../../formula/values.ts";
import type { Expr } from "../query/expression.ts";

/** A value of a key as the engine gives it. */
export type KeyValue = number | string;

/** Numbers; missing where the expression is not finite. */
export interface SqlNumbers {
  readonly kind: "numeric";
  readonly of: Expr;
}

/** A factor: rows with equal keys have equal levels. */
export interface SqlFactor {
  readonly kind: "factor";
  readonly keys: readonly Expr[];
  /** The level's name of one row's keys. */
  readonly label: (keys: readonly KeyValue[]) => string;
  /** The condition of a row to have that level. */
  readonly is: (level: string) => Expr;
  /** All levels, where they are known. */
  readonly levels: () => readonly string[];
  /** Levels FALSE and TRUE: the key is 0 or 1. */
  readonly boolean: boolean;
}

export interface SqlMatrix {
  readonly kind: "matrix";
  readonly columns: readonly Expr[];
  readonly suffixes: readonly string[];
}

export type SqlValue = SqlNumbers | SqlFactor | SqlMatrix | ConstantValue;

export const numbers = (of: Expr): SqlNumbers => ({ kind: "numeric", of });
