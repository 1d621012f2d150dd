/** What a design is built from. */
import type { LevelOrders } from "./data_columns.ts";
import type { CodingName } from "./model_matrix.ts";
import type { State } from "./values.ts";

/** A linear predictor beyond the first. */
export interface FurtherPart {
  readonly part: string;
  readonly formula: string;
  /** It has no intercept, because another part holds it. */
  readonly intercept?: "elsewhere";
}

/** What the number of predictors may depend on: the categories of the response, null before it is read. */
export interface ResponseKind {
  readonly categories: readonly string[] | null;
}

/** The formulas of a model. */
export interface Spec {
  /** "response ~ terms": the part "cond". */
  readonly formula: string;
  /** Further linear predictors in order, such as { part: "disp", formula: "~ 1" }; as far as they depend on it, from the response. */
  readonly predictors: readonly FurtherPart[] | ((response: ResponseKind) => readonly FurtherPart[]);
}

/** How formulas and data are to be read. */
export interface Options {
  /** The response counts successes out of trials. */
  readonly usesTrials: boolean;
  /** The response is one of several ordered categories. */
  readonly categories?: boolean;
  /** The first predictor has no intercept, because others hold it: factors are coded as if it had one. */
  readonly intercept?: "elsewhere";
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
  /** What functions of the formula remember, by the call's text, where that is not to be learned from these rows. */
  readonly states?: Readonly<Record<string, State>>;
  /** Rows with missing values: leave out (and say so), or throw. */
  readonly missing?: "omit" | "fail";
}
