/** Sums of smooth functions over many whole numbers from few of them: Gauss quadrature for sums. */
import { Matrix, symmetricEigen } from "./dense.ts";

/** Points of a block; sums of polynomials up to degree 31 are exact. */
const POINTS = 16;
/** Below this number every whole number counts by itself, and in blocks shorter than that. */
const SINGLE = 32;

/** Points and weights of Σ_{j=0}^{length−1} f(j). */
interface Block {
  readonly at: Float64Array;
  readonly weight: Float64Array;
}

const blocks = new Map<number, Block>();

/**
 * Gauss quadrature for the sum over 0 … length − 1: the zeros of the discrete Chebyshev polynomials, from their recurrence
 * α = (length − 1)/2, β_k = k² (length² − k²)/(4 (4k² − 1)), as eigenvalues of the Jacobi matrix.
 * Source: Gautschi (2004), Orthogonal Polynomials, section 1.5; Golub & Welsch (1969), Math. Comp. 23:221–230.
 */
function blockOf(length: number): Block {
  let block = blocks.get(length);
  if (block) return block;
  const J = Matrix.zeros(POINTS, POINTS);
  for (let k = 1; k < POINTS; k++) { // on −½ … ½, so that long blocks lose nothing
    const beta = Math.sqrt((1 - (k / length) ** 2) / (4 * (4 - 1 / (k * k))));
    J.set(k, k - 1, beta);
    J.set(k - 1, k, beta);
  }
  const { values, vectors } = symmetricEigen(J);
  block = {
    at: Float64Array.from(values, (v) => (length - 1) / 2 + length * v),
    weight: Float64Array.from(values, (_, i) => length * vectors.get(0, i) ** 2),
  };
  blocks.set(length, block);
  return block;
}

/**
 * Points and weights for sums over first … last. Blocks are not longer than their distance from 0, where densities of counts have
 * their singularities, and than twice the `scale` over which the function changes.
 */
export class WholeNodes {
  /** The points, counted from the origin; the first {@link WholeNodes.count} count. */
  at = new Float64Array(1024);
  /** Their weights. */
  weight = new Float64Array(1024);
  /** How many there are. */
  count = 0;

  /**
   * Fills points and weights; they stay until the next call.
   * @param origin a whole number from which points are counted, near those that matter where numbers are large: differences keep their digits
   */
  fill(first: number, last: number, scale: number, origin = 0): void {
    this.count = 0;
    for (let j = first; j <= last;) {
      const room = Math.min(j, 2 * scale, last - j + 1),
        length = 2 ** Math.floor(Math.log2(Math.max(1, room)));
      if (length < SINGLE) this.add(j++ - origin, 1);
      else {
        const { at, weight } = blockOf(length);
        for (let k = 0; k < POINTS; k++) this.add(j - origin + at[k], weight[k]);
        j += length;
      }
    }
  }

  private add(at: number, weight: number): void {
    if (this.count === this.at.length) {
      for (const name of ["at", "weight"] as const) {
        const longer = new Float64Array(2 * this.count);
        longer.set(this[name]);
        this[name] = longer;
      }
    }
    this.at[this.count] = at;
    this.weight[this.count++] = weight;
  }
}

const nodes = new WholeNodes();

/** Σ f(j) over first ≤ j ≤ last, of a function that changes over `scale`. */
export function wholeSum(f: (y: number) => number, first: number, last: number, scale: number): number {
  nodes.fill(first, last, scale);
  let sum = 0;
  for (let k = 0; k < nodes.count; k++) sum += nodes.weight[k] * f(nodes.at[k]);
  return sum;
}
