/** How a factor with k levels becomes columns: one file per coding implements {@link Coding}. */

/** A contrast coding. */
export interface Coding {
  readonly name: string;
  /** Columns for k levels: k − 1 arrays of length k. */
  columns(levels: readonly string[]): number[][];
  /** What follows the variable's name in each column's name. */
  suffixes(levels: readonly string[]): string[];
}
