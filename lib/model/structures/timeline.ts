/** The cells of a term in the order of their times, level by level: neighbours, the gaps between them, and who is next to a time. */
import type { Cells } from "./cells.ts";

/** Every level's cells in time. */
export class Timeline {
  /** Cells in the order of their times, level by level. */
  readonly order: Int32Array;
  /** Neighbours k, each pair a later and an earlier cell of one level. */
  readonly later: Int32Array;
  readonly earlier: Int32Array;
  /** The distinct gaps, and which of them lies between the neighbours k. */
  readonly gaps: Float64Array;
  readonly gapOf: Int32Array;

  /** @param time of every position */
  constructor(readonly cells: Cells, readonly time: ArrayLike<number>) {
    const { first, position } = cells, levels = first.length - 1, at = (k: number) => time[position[k]];
    this.order = Int32Array.from(position.keys());
    const later: number[] = [],
      earlier: number[] = [],
      gapOf: number[] = [],
      gaps = new Map<number, number>();
    for (let l = 0; l < levels; l++) {
      this.order.subarray(first[l], first[l + 1]).sort((a, b) => at(a) - at(b));
      for (let k = first[l] + 1; k < first[l + 1]; k++) {
        const [a, b] = [this.order[k - 1], this.order[k]], gap = at(b) - at(a);
        if (!gaps.has(gap)) gaps.set(gap, gaps.size);
        earlier.push(a);
        later.push(b);
        gapOf.push(gaps.get(gap)!);
      }
    }
    this.later = Int32Array.from(later);
    this.earlier = Int32Array.from(earlier);
    this.gapOf = Int32Array.from(gapOf);
    this.gaps = Float64Array.from(gaps.keys());
  }

  /** The cells of a level next to a time, the last one not after it and the first one after it; −1 where there is none. */
  around(level: number, t: number): { before: number; after: number } {
    const { order, cells: { first, position }, time } = this;
    let low = first[level], high = first[level + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (time[position[order[middle]]] <= t) low = middle + 1;
      else high = middle;
    }
    return {
      before: low > first[level] ? order[low - 1] : -1,
      after: low < first[level + 1] ? order[low] : -1,
    };
  }

  /** Time of a cell. */
  timeOf(cell: number): number {
    return this.time[this.cells.position[cell]];
  }
}
