/** Many rows as a few ranges, of which every thread passes over some. */
import { MANY_ROWS } from "../../math/shared_memory.ts";
import type { Design } from "../../formula/types.ts";

/** Rows of a range about, and the most ranges: more threads than memory can feed are of no use. */
const RANGE = 50_000, MOST = 4;
/** Share of a range in which its end is looked for. */
const NEAR = 1 / 8;

/**
 * Where ranges of rows begin, and n at the end. They depend on the data alone. Where the largest grouping factor's levels come one after the
 * other, a range ends with one of them, so that no two add to the same level's sums.
 */
export function cutRows({ n, predictors }: Pick<Design, "n" | "predictors">): readonly number[] {
  if (n < MANY_ROWS) return [0, n];
  const terms = predictors.flatMap(({ random }) => random), ranges = Math.min(MOST, Math.round(n / RANGE));
  const [largest] = [...terms].sort((a, b) => b.levels.length - a.levels.length);
  const cuts = Array.from({ length: ranges - 1 }, (_, s) => Math.round(n * (s + 1) / ranges));
  return [0, ...cuts.map((cut) => largest ? endOfLevel(largest.level, cut, NEAR * n / ranges) : cut), n];
}

/** The next row with another level than the one before it, if it is near. */
function endOfLevel(level: Int32Array, cut: number, near: number): number {
  let at = cut;
  while (at < cut + near && level[at] === level[at - 1]) at++;
  return at < cut + near ? at : cut;
}
