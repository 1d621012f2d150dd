/** Which positions the levels of a term have: where every position is a node of its own, a level has those that it has rows at. */
import type { RandomTerm } from "../../formula/types.ts";

/**
 * Positions by level: cell k of level l for first[l] ≤ k < first[l + 1] is its position `position[k]`, in increasing order.
 *
 * @category Extend
 */
export interface Cells {
  /** First cell of every level, and the number of cells. */
  readonly first: Int32Array;
  /** Position of every cell. */
  readonly position: Int32Array;
}

/** The cells with rows. */
export function cellsOf({ levels, level, position }: RandomTerm): Cells {
  const { codes, labels } = position!, c = labels.length;
  const found = Float64Array.from(new Set(Float64Array.from(level, (l, i) => l * c + codes[i]))).sort();
  const first = new Int32Array(levels.length + 1), at = new Int32Array(found.length);
  found.forEach((cell, k) => {
    at[k] = cell % c;
    first[Math.floor(cell / c) + 1]++;
  });
  for (let l = 0; l < levels.length; l++) first[l + 1] += first[l];
  return { first, position: at };
}

/** Every position of every level. */
export function allCells(levels: number, positions: number): Cells {
  return {
    first: Int32Array.from({ length: levels + 1 }, (_, l) => l * positions),
    position: Int32Array.from({ length: levels * positions }, (_, k) => k % positions),
  };
}

/** Up to so many effects every level has all positions, as glmmTMB tells them; beyond, those that it has rows at. */
const ALL = 10_000;

/** The cells of a chain. @param count of positions */
export function chainCells(
  { cells, levels }: { cells?: Cells; levels: readonly string[] },
  count: number,
): Cells {
  return cells && count * levels.length > ALL ? cells : allCells(levels.length, count);
}

/** The cells but those of one position. */
export function withoutPosition({ first, position }: Cells, gone: number): Cells {
  const kept = new Int32Array(first.length), at: number[] = [];
  for (let l = 0; l + 1 < first.length; l++) {
    for (let k = first[l]; k < first[l + 1]; k++) if (position[k] !== gone) at.push(position[k]);
    kept[l + 1] = at.length;
  }
  return { first: kept, position: Int32Array.from(at) };
}

/** The cell of a position of a level, −1 where the level does not have it. */
export function cellOf({ first, position }: Cells, level: number, wanted: number): number {
  let low = first[level], high = first[level + 1] - 1;
  while (low <= high) {
    const middle = (low + high) >> 1, found = position[middle];
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The level of a cell. */
export function levelOfCell({ first }: Cells, cell: number): number {
  let low = 0, high = first.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (first[middle] <= cell) low = middle;
    else high = middle - 1;
  }
  return low;
}
