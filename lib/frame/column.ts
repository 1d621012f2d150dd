/** The two kinds of columns that formulas and figures read. */

/** A numeric column. */
export interface NumericColumn {
  /** Tells the two kinds of columns apart. */
  readonly kind: "numeric";
  /** Column name. */
  readonly name: string;
  /** One value per row; NaN where missing. */
  readonly values: Float64Array;
  /** Number of missing values (null or NaN). */
  readonly missing: number;
  /** Every value present is a whole number. */
  readonly integer: boolean;
}

/** A categorical column. */
export interface FactorColumn {
  /** Tells the two kinds of columns apart. */
  readonly kind: "factor";
  /** Column name. */
  readonly name: string;
  /** Level index of each row; −1 where missing. */
  readonly codes: Int32Array;
  /** Number of missing values. */
  readonly missing: number;
  /** Level names; the first is the reference level. */
  readonly levels: readonly string[];
  /** An ordered factor, as R's `ordered()`. */
  readonly ordered: boolean;
  /** The column holds booleans (levels "FALSE", "TRUE"). */
  readonly boolean: boolean;
  /** What the levels were made from, where nobody listed them. */
  readonly from?: FactorOrigin;
  /** Places of the levels in an order that travels with the data, which further rows may have more levels of. */
  readonly places?: readonly number[];
}

/** A column that a formula can use. */
export type Column = NumericColumn | FactorColumn;

/**
 * Plain text; dates or times; whole numbers beyond 2^53, which identify something and are no quantities.
 *
 * @category Data and grids
 */
export type FactorOrigin = "text" | "time" | "long";
