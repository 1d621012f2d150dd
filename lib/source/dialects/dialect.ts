/** What differs from one engine's SQL to the next. A new dialect is one file beside this one and one line in mod.ts. */
import type { AggregateName, FunctionName } from "../query/expression.ts";

/** What a column holds, as a formula sees it. */
export type ColumnKind =
  | "boolean"
  | "enum"
  | "integer"
  | "long"
  | "real"
  | "text"
  | "time"
  | "other";

/** A column as the engine describes it. */
export interface ColumnType {
  readonly name: string;
  /** The engine's word: "DOUBLE", "timestamp with time zone". */
  readonly type: string;
}

/** How an engine draws rows of a table, each with the same probability. */
export interface Sampled {
  /** @returns what stands behind FROM, in parentheses where it is a query */
  readonly from: (relation: string, share: number, seed: number) => string;
  /** The same seed gives the same rows. */
  readonly repeatable: boolean;
  /** Query of one number that is 1 where that can be said of the table, and what stands behind FROM elsewhere, other rows every time. */
  readonly unless?: {
    readonly possible: (relation: string) => string;
    readonly otherwise: (relation: string, share: number) => string;
  };
}

/** An engine's SQL. */
export interface Dialect {
  readonly name: string;
  /** A name as a name, whatever characters it has. */
  readonly identifier: (name: string) => string;
  /** Text as a literal, whatever characters it has. */
  readonly text: (value: string) => string;
  /** A number as a literal of 64 bits floating point with all its digits. */
  readonly number: (value: number) => string;
  readonly call: (name: FunctionName, args: readonly string[]) => string;
  /** Aggregates as floating point numbers; without argument the number of rows. */
  readonly aggregate: (name: AggregateName, of: string | null) => string;
  /** The engine's type as what a formula sees. Whole numbers that may lie beyond 2^53 are "long". */
  readonly kind: (type: string) => ColumnKind;
  /**
   * A column of that type as the fit reads it: floating point numbers, where not a number is missing; 0 and 1 for booleans; text;
   * dates and times as text, "2014-02-15 03:00:00".
   */
  readonly read: (sql: string, type: string) => string;
  /** A type that is read as text: that of whole numbers too long for numbers. */
  readonly longType: string;
  /** A table's name as it stands behind FROM. */
  readonly table: (path: readonly string[]) => string;
  /** The query whose columns `name` and `type` are those of the table, in order. */
  readonly columns: (path: readonly string[]) => string;
  /** Statements around the queries of a fit, so that they see the same rows and can write nothing; null where there are none. */
  readonly transaction: { readonly begin: readonly string[]; readonly end: string } | null;
  /** A random sample of a table. */
  readonly sampled: Sampled;
  /** What stands behind every query. */
  readonly settings?: string;
  /** Statement that has every server of a partitioned table add up its own part, within a transaction. */
  readonly partwise?: string;
}
