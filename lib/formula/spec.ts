/** What a design is built from. */
import type { LevelOrders } from "./data_columns.ts";
import type { CodingName } from "./model_matrix.ts";

/** The formulas of a model. */
export interface Spec {
  /** "response ~ terms": the part "cond". */
  readonly formula: string;
  /** Further linear predictors in order, such as { part: "disp", formula: "~ 1" }. */
  readonly predictors: readonly { readonly part: string; readonly formula: string }[];
}

/** How formulas and data are to be read. */
export interface Options {
  /** The response counts successes out of trials. */
  readonly usesTrials: boolean;
  /** A column name or expression: trials when `usesTrials`, else frequencies; or named by meaning. */
  readonly weights?:
    | string
    | { readonly trials?: string; readonly precision?: string; readonly frequency?: string };
  /** A column name or expression added to the linear predictor of the mean. */
  readonly offset?: string;
  /** Coding of factors by name; "treatment" otherwise, "poly" for ordered factors. */
  readonly contrasts?: Readonly<Record<string, CodingName>>;
  /** Level order of columns by name, or the level that comes first. */
  readonly levels?: LevelOrders;
  /** Rows with missing values: leave out (and say so), or throw. */
  readonly missing?: "omit" | "fail";
}
