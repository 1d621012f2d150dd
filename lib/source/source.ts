/**
 * Where rows come from, when they are too many to be here. A source answers three questions about its rows; a model is fitted from
 * the answers, which are of the size of the groups and not of the rows.
 */
import type { Description, Question } from "../formula/description.ts";
import type { Frame } from "../frame.ts";
import type { Recipe } from "../formula/types.ts";

/**
 * Rows that stay where they are: of files, of an engine that aggregates them, of a generator ({@link fromBlocks}).
 *
 * @category Fit
 */
export interface Source {
  /** Names of the columns. */
  columns(): Promise<readonly string[]>;
  /** Levels, ranges, means and counts over the rows that are complete, and what transforms such as `scale(x)` remember. */
  describe(question: Question): Promise<Description>;
  /** Sums of products over the same rows. */
  crossProducts(plan: SumsPlan): Promise<Sums>;
  /** The rows themselves, for {@link sampleFrom} and {@link augmentFrom}; absent where a source does not hand them out. */
  rows?(wanted: RowsWanted): AsyncIterable<Frame>;
}

/**
 * Which rows a source is to hand out.
 *
 * @category Fit
 */
export interface RowsWanted {
  /** Columns that a row must have values in to count. */
  readonly used: readonly string[];
  /** Further columns, in which values may be missing. */
  readonly further: readonly string[];
}

/**
 * Which products are to be added up.
 *
 * @category Fit
 */
export interface SumsPlan {
  /** How X, Z, response, offset and weights are computed from the columns: all of them JSON. */
  readonly recipe: Recipe;
  /** Columns that a row must have values in to count. */
  readonly used: readonly string[];
  /** Coefficients β of X: the response is y − offset − Xβ. None for 0. */
  readonly less: Float64Array | null;
}

/**
 * Sums over rows with weights w (1 where there are none) of the columns x_1 … x_p of X, and x_{p+1} = y − offset − Xβ. Constants near the
 * means are taken off first, so that no digit is lost to values far from 0.
 *
 * @category Fit
 */
export interface Sums {
  /** Number of rows. */
  readonly rows: number;
  /** Σ w. */
  readonly total: number;
  /** Σ log w. */
  readonly logWeights: number;
  /** What was taken off each of the p + 1 columns: 0, or a constant near its mean where there are leading columns. */
  readonly centre: Float64Array;
  /** Number of first columns that hold the constant ({@link leadingColumns}); nothing is taken off them. */
  readonly leading: number;
  /** Σ w x_j of columns less their centre. */
  readonly sums: Float64Array;
  /** The lower triangle of Σ w x_j x_k of columns less their centre. */
  readonly products: readonly Float64Array[];
  /** Of every grouping factor of the recipe, in the order in which its terms mention it first. */
  readonly factors: readonly FactorSums[];
  /** Of every pair of factors, (2, 1), (3, 1), (3, 2), … */
  readonly pairs: readonly PairSums[];
}

/**
 * Sums by level of one grouping factor, over the c columns z of all terms on it, one term after the other.
 *
 * @category Fit
 */
export interface FactorSums {
  /** The factor as the formula prints it. */
  readonly group: string;
  /** Rows of each level. */
  readonly rows: Int32Array;
  /** What was taken off each of the c columns. */
  readonly centre: Float64Array;
  /** For each term the number of its leading columns. */
  readonly leading: readonly number[];
  /** Σ w z zᵀ of each level: c × c values one after the other. */
  readonly own: Float64Array;
  /** Σ w z x_j of each level, c values one after the other, for each of the p + 1 columns. */
  readonly products: readonly Float64Array[];
}

/**
 * Σ w z z'ᵀ of the pairs of levels of two factors that meet in a row.
 *
 * @category Fit
 */
export interface PairSums {
  /** Number of the later factor. */
  readonly row: number;
  /** Number of the earlier one. */
  readonly col: number;
  /** Level of the later factor in each pair. */
  readonly rows: Int32Array;
  /** Level of the earlier factor in each pair. */
  readonly cols: Int32Array;
  /** c_row × c_col values of each pair, column by column. */
  readonly blocks: Float64Array;
}
