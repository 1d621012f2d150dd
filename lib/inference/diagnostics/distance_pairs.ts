/** Pairs of rows by their distance: which bin of distances each is in. */

/** Pairs (i[k], j[k]) in bins of increasing distance. */
export interface DistancePairs {
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly bin: Int32Array;
  /** Mean distance and number of pairs of every bin. */
  readonly distance: Float64Array;
  readonly count: Int32Array;
  /** Every bin is one distance. */
  readonly exact: boolean;
}

/** Up to so many distances each is a bin of its own. */
const MOST_DISTANCES = 24;
/** Distances nearer to each other than this share of the largest are the same. */
const SAME = 1e-9;

/**
 * All pairs of rows of one group at most `most` apart. Distances that are few have a bin each; else there are `bins` of equal width, and
 * one of distance 0 where rows share a place.
 *
 * @param groups rows by group
 */
export function distancePairs(
  groups: readonly (readonly number[])[],
  distance: (i: number, j: number) => number,
  most: number,
  bins: number | undefined,
): DistancePairs {
  const first: number[] = [], second: number[] = [], apart: number[] = [];
  for (const rows of groups) {
    for (let a = 1; a < rows.length; a++) {
      for (let b = 0; b < a; b++) {
        const d = distance(rows[a], rows[b]);
        if (d > most) continue;
        first.push(rows[a]);
        second.push(rows[b]);
        apart.push(d);
      }
    }
  }
  const edges = edgesOf(apart, bins), bin = Int32Array.from(apart, edges.of), exact = edges.exact;
  const used = [...new Set(bin)].sort((a, b) => a - b), place = new Map(used.map((b, k) => [b, k]));
  const sum = new Float64Array(used.length), count = new Int32Array(used.length);
  bin.forEach((b, k) => {
    const at = bin[k] = place.get(b)!;
    sum[at] += apart[k];
    count[at]++;
  });
  return {
    i: Int32Array.from(first),
    j: Int32Array.from(second),
    bin,
    distance: sum.map((s, k) => s / count[k]),
    count,
    exact,
  };
}

/** The bin of a distance. */
function edgesOf(apart: readonly number[], bins: number | undefined) {
  const largest = apart.reduce((a, b) => Math.max(a, b), 0), step = SAME * largest || 1;
  if (bins === undefined) {
    const known: number[] = [];
    for (const d of apart) {
      if (known.length > MOST_DISTANCES) break;
      if (!known.some((v) => Math.abs(v - d) <= step)) known.push(d);
    }
    known.sort((a, b) => a - b);
    if (known.length <= MOST_DISTANCES) {
      return { exact: true, of: (d: number) => known.findIndex((v) => Math.abs(v - d) <= step) };
    }
  }
  const width = largest / (bins ?? 15);
  return {
    exact: false,
    of: (d: number) => d <= step ? -1 : Math.min((bins ?? 15) - 1, Math.ceil(d / width - SAME) - 1),
  };
}

/** Mean of (r_i − r_j)²/2 in every bin. */
export function semivariances({ i, j, bin, count }: DistancePairs, r: ArrayLike<number>): Float64Array {
  const out = new Float64Array(count.length);
  for (let k = 0; k < bin.length; k++) out[bin[k]] += (r[i[k]] - r[j[k]]) ** 2 / 2;
  for (let b = 0; b < out.length; b++) out[b] /= count[b];
  return out;
}
