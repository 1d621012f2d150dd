/** What the formula layer must know of rows that stay elsewhere, to make a recipe without them. */
import type { LevelOrders } from "./data_columns.ts";
import type { GroupMemory } from "./grouping.ts";
import type { FactorValue, State } from "./values.ts";

/**
 * What is asked. Expressions are written as in a formula; rows with a missing value in a used column do not count.
 *
 * @category Fit
 */
export interface Question {
  /** Columns that the model uses: a row is complete when it has a value in each of them. */
  readonly used: readonly string[];
  /** Level order of columns, or the level to come first, as the caller of the fit listed them. */
  readonly levels: LevelOrders;
  /** Expression of frequency weights, by which levels and means count; null for 1. */
  readonly frequency: string | null;
  /** Numeric columns that the formula makes factors of: all of their distinct values are wanted. */
  readonly categories: readonly string[];
  /** Calls whose state is wanted, such as `scale(x)` and `poly(x, 2)`; what a call contains stands before it. */
  readonly calls: readonly string[];
  /** Expressions whose levels are wanted where they are factors. */
  readonly factors: readonly string[];
  /** Grouping factors, each as the expressions whose combinations are its groups. */
  readonly groups: readonly (readonly string[])[];
}

/**
 * The answer.
 *
 * @category Fit
 */
export interface Description {
  /** All rows. */
  readonly rowsGiven: number;
  /** The complete ones. */
  readonly rows: number;
  /** Missing values of the used columns. */
  readonly missing: Readonly<Record<string, number>>;
  /** The used columns. */
  readonly columns: Readonly<Record<string, ColumnDescription>>;
  /** What the calls remember, by their text. */
  readonly states: Readonly<Record<string, State>>;
  /** Of the expressions that are factors: levels in any row, and those in complete rows, in order. */
  readonly factors: Readonly<Record<string, FactorLevels>>;
  /** The groups that occur in complete rows, in the order of the question. */
  readonly groups: readonly GroupMemory[];
}

/**
 * Levels of a factor in their order.
 *
 * @category Fit
 */
export interface FactorLevels {
  /** Of any row. */
  readonly occurring: readonly string[];
  /** Of complete rows. */
  readonly used: readonly string[];
}

/**
 * A column over the complete rows.
 *
 * @category Fit
 */
export type ColumnDescription =
  | {
    readonly kind: "numeric";
    readonly mean: number;
    readonly min: number;
    readonly max: number;
    /** Distinct values in order: all where the question wants them, else at most ten, null when there are more. */
    readonly values: readonly number[] | null;
  }
  | Pick<FactorValue, "kind" | "ordered" | "boolean" | "from"> & {
    /** All levels: as listed, or as they occur in any row. */
    readonly levels: readonly string[];
    /** Rows of each level, by their frequencies. */
    readonly counts: readonly number[];
  };
