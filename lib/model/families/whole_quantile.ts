/** Quantiles of distributions on whole numbers from their distribution functions. */

/**
 * Smallest whole k between `first` and `last` with F(k) ≥ p, by bisection.
 * @param cdf rising
 */
export function smallestWhole(
  p: number,
  first: number,
  last: number,
  cdf: (k: number) => number,
): number {
  if (!(p > 0)) return p === 0 ? first : NaN;
  if (cdf(first) >= p) return first;
  let low = first, high = last; // F(low) < p ≤ F(high)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (cdf(middle) >= p) high = middle;
    else low = middle;
  }
  return high;
}
