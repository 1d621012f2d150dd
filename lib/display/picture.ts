/** The picture of a table: what is written of a result, the same in every format. */

/**
 * One column of a table as it is written.
 *
 * @category Figures and tables
 */
export interface CellColumn {
  /** Header. */
  readonly name: string;
  /** One text per row; "" where there is nothing to say. */
  readonly cells: readonly string[];
  /** Side to which header and cells are aligned. */
  readonly align: "left" | "right";
  /** The name by which it is chosen and relabelled, where that is not the header. */
  readonly key?: string;
}

/**
 * One block of a table: columns of the same length below a heading.
 *
 * @category Figures and tables
 */
export interface TablePart {
  /** Above the columns, where a table has several parts. */
  readonly heading?: string;
  /** From left to right. */
  readonly columns: readonly CellColumn[];
  /** Rows before which a rule is drawn (0-based), e.g. where the statistics of fit begin. */
  readonly rules?: readonly number[];
  /** Number of rows of the result behind it, where more than those written. */
  readonly height?: number;
}

/**
 * A table in words: title, parts, notes.
 *
 * @category Figures and tables
 */
export interface TablePicture {
  /** Above the table. */
  readonly title?: string;
  /** One after the other. */
  readonly parts: readonly TablePart[];
  /** Sentences below. */
  readonly notes: readonly string[];
}

/** Number of rows of a part. */
export const rowsOfPart = ({ columns }: TablePart): number => columns[0]?.cells.length ?? 0;

/**
 * How numbers are written.
 *
 * @category Figures and tables
 */
export interface NumberStyle {
  /** Significant digits of the smallest standard error (3). */
  readonly digits?: number;
  /** P-values with three decimals ("short"), or to three significant digits as R prints them. */
  readonly pValues?: "short" | "exact";
}

/**
 * A table whose columns mix quantities, such as a mean above a count: each quantity has decimals of its own.
 *
 * @category Figures and tables
 */
export interface MixedQuantities {
  /** The columns that do. */
  readonly columns: readonly string[];
  /** Of which quantity they tell, row by row: rows of one quantity share their decimals. */
  readonly of: readonly string[];
  /** Quantities that are counted, and so written without decimals. */
  readonly counts?: readonly string[];
  /** Standard errors or deviations that decimals go by, row by row. Without them, the numbers themselves. */
  readonly errors?: ArrayLike<number>;
}

const makers = new WeakMap<object, (style: NumberStyle) => TablePicture>();

/** Tells how the table of a value that is no data frame looks: models have one. */
export function pictured<T extends object>(value: T, make: (style: NumberStyle) => TablePicture): T {
  makers.set(value, make);
  return value;
}

/** What {@link pictured} was told; undefined of any other value. */
export function makerOf(value: unknown): ((style: NumberStyle) => TablePicture) | undefined {
  return typeof value === "object" && value !== null ? makers.get(value) : undefined;
}
