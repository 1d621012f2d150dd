/** Quantile of sorted values by linear interpolation (Hyndman & Fan 1996, type 7); NaN of none. */
export function percentile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1), low = Math.floor(at), high = Math.min(sorted.length - 1, low + 1);
  return sorted.length > 0 ? sorted[low] + (at - low) * (sorted[high] - sorted[low]) : NaN;
}
