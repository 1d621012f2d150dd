/**
 * Order statistics of values that are counted in passes: between two bounds, thresholds are laid, and how many values lie at or below each
 * says between which of them the wanted one is. After every pass the bounds are values of the data, so that the search ends with one.
 */

/** Thresholds of one pass. */
const SPLITS = 31;

/** What a pass says of a threshold. */
export interface Below {
  /** Values at or below it. */
  readonly count: number;
  /** The largest of them, and the smallest of the others; ∓Infinity for none. */
  readonly below: number;
  readonly above: number;
}

/** The search for the value of one rank, counted from 1. */
export class RankSearch {
  /** Known to be less than the wanted value, and at least as large as it. */
  private low = -Infinity;
  private high: number;
  private next: number;

  /** @param min, max of the values */
  constructor(readonly rank: number, min: number, max: number) {
    this.next = min;
    this.high = max;
  }

  /** The value, once it is found. */
  get value(): number | null {
    return this.next >= this.high ? this.high : null;
  }

  /** What is to be counted next: the smallest value that is possible, and points between it and the largest. */
  get thresholds(): number[] {
    const { next, high } = this, step = (high - next) / (SPLITS + 1);
    const inside = Array.from({ length: SPLITS }, (_, k) => next + (k + 1) * step);
    return [next, ...new Set(inside.filter((c) => c > next && c < high))];
  }

  /** The answer to {@link thresholds}, in their order. */
  tell(answers: readonly Below[]): void {
    for (const { count, below, above } of answers) {
      if (count >= this.rank) {
        this.high = Math.min(this.high, below);
        return;
      }
      this.low = Math.max(this.low, below);
      this.next = above;
    }
  }
}

/** The ranks whose values make quantiles, and how: R's type 7, (1 − h) x_lo + h x_hi at 1 + (n − 1) p. */
export function quantileRanks(n: number, shares: readonly number[]): { lo: number; hi: number; h: number }[] {
  return shares.map((p) => {
    const index = 1 + (n - 1) * p, lo = Math.floor(index + 4 * Number.EPSILON);
    return { lo, hi: Math.min(n, Math.ceil(index - 4 * Number.EPSILON)), h: Math.max(0, index - lo) };
  });
}
