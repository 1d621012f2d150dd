/** The largest of as many numbers as there are: Math.max(...x) takes no more than fit on the stack, about 100,000. */
export function largestOf(x: Iterable<number>, least = -Infinity): number {
  let most = least;
  for (const v of x) most = Math.max(most, v);
  return most;
}
