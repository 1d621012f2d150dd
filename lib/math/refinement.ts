/**
 * Iterative refinement with residuals of twice the digits, for a matrix S that is known to 32 of them: S⁻¹b is then right to its last digit,
 * however the factor is rounded (Wilkinson 1963, Rounding Errors in Algebraic Processes, chapter 3).
 */
import { dot } from "./vectors.ts";
import { addProduct, addTwofold } from "./double_double.ts";
import { type BlockPattern, dimension, entriesOf, valuesLength } from "./sparse.ts";

/**
 * A correction d of which dᵀSd is more than this share of bᵀS⁻¹b is not the last one. The next is as much smaller as this one is than the
 * solution, so that what is then left of bᵀS⁻¹b is its square root times this share.
 */
const SHARE = 1e-13;
const MOST = 3;

/** A matrix, and storage for solutions. */
export class Refinement {
  private readonly values: Float64Array;
  private readonly right: Float64Array;
  /** b − S x, and its low part. */
  private readonly left: Float64Array;
  private readonly low: Float64Array;
  /** What rounding left of x. */
  private readonly rest: Float64Array;

  constructor(private readonly pattern: BlockPattern) {
    this.values = new Float64Array(valuesLength(pattern));
    [this.right, this.left, this.low, this.rest] = [0, 1, 2, 3].map(() =>
      new Float64Array(dimension(pattern))
    );
  }

  /** The values of S. */
  set(values: Float64Array) {
    this.values.set(values);
  }

  /** x ← S⁻¹ x. @param once the same by a rounded factor */
  solve(x: Float64Array, once: (x: Float64Array) => void) {
    const { right, left, low, rest } = this;
    right.set(x);
    rest.fill(0);
    once(x);
    const whole = Math.abs(dot(right, x));
    for (let step = 0; step < MOST; step++) {
      this.subtractFrom(right, x);
      low.set(left);
      once(left);
      addTwofold(x, rest, left);
      if (!(Math.abs(dot(left, low)) > SHARE * whole)) return;
    }
  }

  /** left = b − S (x + rest). */
  private subtractFrom(b: Float64Array, x: Float64Array) {
    const { values, left, low, rest, pattern } = this, { nodes, start, row, col, at } = pattern;
    const half = entriesOf(pattern);
    left.set(b);
    low.fill(0);
    for (let block = 0; block < row.length; block++) {
      const r0 = start[row[block]], r1 = start[row[block] + 1];
      const c0 = start[col[block]], c1 = start[col[block] + 1];
      for (let c = c0, v = at[block]; c < c1; c++) {
        for (let r = r0; r < r1; r++, v++) {
          addProduct(left, low, r, -values[v], -values[half + v], x[c], rest[c]);
          if (block >= nodes) addProduct(left, low, c, -values[v], -values[half + v], x[r], rest[r]);
        }
      }
    }
  }
}
