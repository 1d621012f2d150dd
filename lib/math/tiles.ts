/**
 * Matrices in strips of 4 × 4 tiles, and what kernels do with them. A strip holds four rows: its tiles one after the other, each
 * column by column, 16 numbers. Strip r of a matrix begins at `at + r · step`, so entry (i, j) lies at
 * `at + (i >> 2) · step + (i & 3) + 4 j`.
 */

/** A matrix in strips: its first number and the distance of its strips. */
export interface Strips {
  readonly at: number;
  readonly step: number;
}

/**
 * C ← [C if `add`] + α A Bᵀ for m strips of A, n of B and sums over k tiles. Row r begins its sum at tile `first + r` and ends before
 * column `last + r`, where these are within. Tile (r, s) of C lies at `c + r · down + s · right`.
 */
export interface Product {
  readonly c: number;
  readonly down: number;
  readonly right: number;
  readonly a: Strips;
  readonly b: Strips;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly first: number;
  readonly last: number;
  readonly alpha: number;
  readonly add: boolean;
}

/** The kernels and the memory that they work in. */
export interface TileKernels {
  readonly memory: Float64Array;
  multiply(product: Product): void;
  /** B ← B L⁻ᵀ for m strips of B and n of L; row r begins at tile `first + r`, where that is within. */
  solve(b: Strips, l: Strips, m: number, n: number, first: number): void;
  /** Cholesky factor in place of n strips (their lower triangle). @returns false where a pivot is not positive */
  factor(l: Strips, n: number): boolean;
}

/** `first` of a product whose rows begin at their first tile, `last` of one whose rows end with the last column. */
export const FROM_START = -(2 ** 30), TO_END = 2 ** 30;
