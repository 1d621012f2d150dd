/** Did you mean …? */

/** The candidate that a mistyped name most likely means (at most a third of its letters wrong), or null. */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  // Every one-letter name is near every other: no guess is better than a wild one.
  const most = name.length < 2 ? 0 : Math.max(1, Math.floor(name.length / 3));
  let best: string | null = null, least = most + 0.5;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/**
 * The fewest insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment,
 * Damerau 1964).
 */
function editDistance(a: string, b: string): number {
  let before: number[] = [], row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
