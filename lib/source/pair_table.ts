/** Sums of products of the columns of two grouping factors, by pair of levels that meet. */
import type { FactorRows } from "./level_sums.ts";
import { PairIndex } from "./pair_index.ts";
import type { PairSums } from "./source.ts";

/** More pairs, or values of them, are not held: they would take gigabytes. */
const MOST_PAIRS = 16_000_000, MOST_VALUES = 1 << 26;

/** Pairs found so far, in the order in which they appear. */
export class PairTable {
  private readonly index = new PairIndex();
  private blocks = new Float64Array(1024);
  private size = 1;

  constructor(readonly row: number, readonly col: number) {}

  add(a: FactorRows, b: FactorRows, w: Float64Array | null): void {
    const n = a.level.length, r = a.columns.length, at = new Int32Array(n), { index } = this;
    const size = this.size = r * b.columns.length;
    for (let i = 0; i < n; i++) {
      const before = index.size, k = index.of(a.level[i], b.level[i]);
      if (k === before) assertFewPairs(k + 1, size);
      at[i] = k * size;
    }
    this.grow(index.size * size);
    const { blocks } = this;
    b.columns.forEach((y, j) =>
      a.columns.forEach((x, k) => {
        for (let i = 0; i < n; i++) blocks[at[i] + j * r + k] += (w ? w[i] : 1) * x[i] * y[i];
      })
    );
  }

  finish(): PairSums {
    const { row, col, index } = this;
    return { row, col, ...index.finish(), blocks: this.blocks.slice(0, index.size * this.size) };
  }

  private grow(length: number): void {
    if (length <= this.blocks.length) return;
    const larger = new Float64Array(Math.max(length, 2 * this.blocks.length));
    larger.set(this.blocks);
    this.blocks = larger;
  }
}

/** @throws {RangeError} For more pairs, of so many values each, than are held. */
export function assertFewPairs(pairs: number, size: number): void {
  if (pairs <= MOST_PAIRS && pairs * size <= MOST_VALUES) return;
  throw new RangeError(
    `Cannot fit from this source: two crossed grouping factors meet in ${pairs} pairs of levels and more, ` +
      "whose sums would take gigabytes; leave one of them out, or fit a part of the rows",
  );
}
