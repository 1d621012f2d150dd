/** p-values adjusted for the number of tests. */

/**
 * Holm's step-down p-values: the chance of any false alarm among all tests stays at the level.
 * Source: Holm (1979), Scand. J. Stat. 6:65–70.
 */
export function holm(p: ArrayLike<number>): number[] {
  const order = increasing(p), m = order.length, out = new Array<number>(m);
  let running = 0;
  order.forEach((i, k) => out[i] = running = Math.max(running, Math.min(1, (m - k) * p[i])));
  return out;
}

/**
 * Benjamini–Hochberg's step-up p-values; their minimum is Simes' test of all hypotheses together.
 * Source: Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289–300.
 */
export function benjaminiHochberg(p: ArrayLike<number>): number[] {
  const order = increasing(p).reverse(), m = order.length, out = new Array<number>(m);
  let running = 1;
  order.forEach((i, k) => out[i] = running = Math.min(running, m / (m - k) * p[i]));
  return out;
}

function increasing(p: ArrayLike<number>): number[] {
  return Array.from(p, (_, i) => i).sort((a, b) => p[a] - p[b]);
}
