/**
 * What the formula language hands to the model: one response and K linear predictors
 * η_k = X_k β_k + Σ_terms Z b + offset_k, for the rows that are complete.
 */
import type { DesignColumn } from "../math/columns.ts";

/**
 * The levels of a factor as positions.
 *
 * @category Fit
 */
export interface Positions {
  /** Levels of the factor. */
  readonly labels: readonly string[];
  /** Position of each row. */
  readonly codes: Int32Array;
}

/**
 * A sparse symmetric precision matrix over named levels: what the option `known` says of a grouping factor.
 *
 * @category Fit
 */
export interface GroupPrecision {
  /** Names of the levels. */
  readonly labels: readonly string[];
  /** Diagonal entries, then those at (rows[e], cols[e]) below the diagonal. */
  readonly diagonal: Float64Array;
  /** Rows of the entries below the diagonal. */
  readonly rows: Int32Array;
  /** Columns of the entries below the diagonal. */
  readonly cols: Int32Array;
  /** The entries below the diagonal. */
  readonly values: Float64Array;
  /** Sums that have a precision of their own, which is added at every pair of their levels; none where absent. */
  readonly sums?: readonly LevelSum[];
}

/**
 * Levels, by their places, whose sum has a precision.
 *
 * @category Fit
 */
export interface LevelSum {
  /** Places of the levels. */
  readonly members: Int32Array;
  /** 1 over the variance of their sum. */
  readonly precision: number;
}

/**
 * A covariance of named levels, to which that of a term is proportional.
 *
 * @category Fit
 */
export interface Relation {
  /** Names of the levels. */
  readonly labels: readonly string[];
  /** Their covariance, row by row. */
  readonly covariance: readonly (readonly number[])[];
}

/**
 * What (x | g, by = f) says: the levels of f, and which of them each group has.
 *
 * @category Fit
 */
export interface ByLevel {
  /** The factor as written. */
  readonly text: string;
  /** Its levels. */
  readonly labels: readonly string[];
  /** Level of every group, −1 where the group has no rows. */
  readonly of: readonly number[];
  /** Positions of the left side, where it is one factor without intercept. */
  readonly positions: readonly string[] | null;
}

/**
 * What a term in the residual's place is: effects that are part of the mean, so that nothing is left of the response, as glmmTMB has it,
 * or the errors about it, as gls has it.
 *
 * @category Extend
 */
export type ResidualPlace = "effects" | "errors";

/** One random-effects term (x | g) of one linear predictor. */
export interface RandomTerm {
  /** As written: "Days | Subject". */
  readonly label: string;
  /** Covariance structure: "us" (|), "diag" (||), "cs", "ar1", … */
  readonly structure: string;
  /** The structure itself where the caller made it (option `structures`), as the model knows it. */
  readonly own?: object;
  /** Further arguments of the structure by name (or position "1", "2", …): { d: 2 } for rr(x | g, d = 2). */
  readonly structureArguments?: Readonly<Record<string, number | string | boolean>>;
  /** Grouping factor as printed: "Subject", "cask:batch" (lme4 prints nested a/b as b:a). */
  readonly group: string;
  /** Names of the c coefficients: "(Intercept)", "Days". */
  readonly names: readonly string[];
  /** For each coefficient the variables of the term that it is a column of: ["Days"]; none for the intercept. */
  readonly variables: readonly (readonly string[])[];
  /** c columns of length n; null is a column of ones. */
  readonly columns: readonly (Float64Array | null)[];
  /**
   * Where the left side is one factor without intercept, as in (0 + time | id): its levels and the level of each row. The columns
   * are then its indicators, and a row touches one of them.
   */
  readonly position: Positions | null;
  /** A covariance for the groups of every level of a factor: coefficient a · k + b is column a in the rows of level b of k. */
  readonly by?: ByLevel;
  /** Values at which the caller holds the term's parameters, by their names. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** The matrix that its structure names: V in propto(0 + f | g, V). */
  readonly relation?: Relation;
  /**
   * The term stands in the residual's place of a Gaussian model: as "effects" of the mean (`dispersion: "~ 0"`), or as the "errors" of the
   * rows (option `residual`).
   */
  readonly residual?: ResidualPlace;
  /** Level index of each row, 0 … levels.length − 1 (−1: a level not seen in fitting, only in new data). */
  readonly level: Int32Array;
  readonly levels: readonly string[];
  /** Rows of each level, where the rows themselves are elsewhere. */
  readonly rowsPerLevel?: Int32Array;
}

/**
 * A fixed-effects term: label as R prints it, with the columns of X that it owns.
 *
 * @category Extend
 */
export interface FixedTerm {
  /** "extract:gen"; "(Intercept)" for the intercept. */
  readonly label: string;
  /** Variables (as expressions) that make up the term, e.g. ["extract", "gen"]. */
  readonly factors: readonly string[];
  /** First column, after rank-deficient columns are dropped. */
  readonly start: number;
  /** Number of columns. */
  readonly count: number;
}

/** One linear predictor. */
export interface PredictorDesign {
  /** "cond", "zi", "disp", or the name of a shape parameter. */
  readonly part: string;
  /** The formula's right-hand side as text, e.g. "Days + (Days | Subject)". */
  readonly formula: string;
  /** Columns of X, each of length n; of columns that are mostly zeros, where there are many, only the entries. */
  readonly X: readonly DesignColumn[];
  /** R's coefficient names. */
  readonly names: readonly string[];
  readonly terms: readonly FixedTerm[];
  readonly random: readonly RandomTerm[];
  readonly offset: Float64Array | null;
  /** Values at which the caller holds coefficients, NaN for those that are estimated; absent where none is held. */
  readonly held?: Float64Array;
  /** Coefficient names of columns dropped because they are linear combinations of earlier ones. */
  readonly dropped: readonly string[];
}

/** Scales of the response and of the mean's linear predictor. */
export interface Units {
  /** s: a power of two near the spread of y (near its mean when y is positive by nature), 1 for counts and proportions. */
  readonly response: number;
  /** What a coefficient of 1 moves η by. */
  readonly eta: number;
  /** Constant that a change of unit adds to η (log links). */
  readonly shift: number;
  /** Constants that it adds to the other parts. */
  readonly parts: readonly number[];
}

/** Everything a fit needs from the data. */
export interface Design {
  readonly n: number;
  readonly response: {
    readonly name: string;
    readonly y: Float64Array;
    readonly trials: Float64Array | null;
    /** What terms of the log-likelihood without a parameter add to a row, in their place: of rows that stand for others. */
    readonly constant?: number;
    /** Categories in their order, whose numbers from 1 on `y` holds; null for other responses. */
    readonly categories?: readonly string[] | null;
  };
  readonly predictors: readonly PredictorDesign[];
  /** Weights that multiply the log-likelihood (frequency), or null. */
  readonly weights: Float64Array | null;
  /** lme4's prior (precision) weights, which divide the residual variance, or null. */
  readonly precision: Float64Array | null;
  /** Known precisions of grouping factors, by the factor's name. */
  readonly known?: Readonly<Record<string, GroupPrecision>>;
  /** Original row index (0-based) of every row used. */
  readonly rows: Int32Array;
  /** Number of rows of the data given. */
  readonly rowsGiven: number;
  /** How many rows of the data the rows of the design stand for, where these are the different ones among them, or some. */
  readonly counted?: number;
  /** Units in which the engine computes; absent where they are still to be chosen from the response. */
  readonly units?: Units;
  /** Plain-language messages: rows dropped, columns dropped, … */
  readonly messages: readonly string[];
  /** Plain JSON that rebuilds X, Z and offsets for new data ({@link evaluateRecipe}); holds levels, codings, transform states. */
  readonly recipe: Recipe;
}

/**
 * Serialisable memory of a design; its fields belong to `design.ts`.
 *
 * @category Extend
 */
export interface Recipe {
  /** Of the format. */
  readonly version: 1;
  /** Levels, codings, transform states, column types. */
  readonly [field: string]: unknown;
}
