/** What functions ask of the engine to learn what they remember. */
import type { Expr } from "../query/expression.ts";
import type { SqlFactor, SqlNumbers } from "./value.ts";

export interface Ask {
  /** Aggregates over all rows; questions that are asked together are one query. */
  aggregates(of: readonly Expr[]): Promise<number[]>;
  /** Distinct numbers in order; of more than `most` only that they are more: null. */
  distinct(of: SqlNumbers, most: number): Promise<readonly number[] | null>;
  /** The levels that occur. */
  levels(of: SqlFactor): Promise<readonly string[]>;
}
