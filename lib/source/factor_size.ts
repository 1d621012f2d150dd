/**
 * What the Cholesky factor of the random effects takes, from levels and pairs alone. The factor with most levels is eliminated first: its
 * levels do not meet, so that a level has a column for each of its effects over those that it meets. What is left depends on each other:
 * where a level has met several, the rest is taken for dense, whose factor and inverse share T² numbers of T effects.
 */

/** Levels of a grouping factor, and effects of each. */
export interface FactorShape {
  readonly levels: number;
  readonly width: number;
}

/** Pairs of levels of two factors, by their places, that meet. */
export interface MeetingPairs {
  readonly row: number;
  readonly col: number;
  readonly pairs: number;
}

/** Factor and inverse are kept. */
const BOTH = 2;

/** Bytes of the factor and its inverse. */
export function factorBytes(factors: readonly FactorShape[], meetings: readonly MeetingPairs[]): number {
  const order = [...factors.keys()].sort((a, b) => factors[b].levels - factors[a].levels);
  const meet = (a: number, b: number) =>
    meetings.find(({ row, col }) => (row === a && col === b) || (row === b && col === a))?.pairs ?? 0;
  let numbers = 0;
  for (let k = 0; k < order.length; k++) {
    const at = order[k], later = order.slice(k + 1), { levels, width } = factors[at];
    const below = later.reduce((sum, b) => sum + meet(at, b) * factors[b].width, 0);
    numbers += BOTH * width * (levels * width + below);
    // a level that meets one level of every other factor couples these no more than they are coupled
    if (later.every((b) => meet(at, b) <= levels)) continue;
    const tail = later.reduce((sum, b) => sum + factors[b].levels * factors[b].width, 0);
    return 8 * (numbers + tail ** 2);
  }
  return 8 * numbers;
}
