/** Digits that count: what a search finds twice, for groups with equal data, agrees in more. */
const DIGITS = 6;

/** Items by decreasing value; those with equal values, but for the last digits of a search, in the order in which they come. */
export function decreasing<T>(items: Iterable<T>, value: (item: T) => number): T[] {
  const rounded = Array.from(items, (item) => ({ item, at: Number(value(item).toPrecision(DIGITS)) }));
  return rounded.sort((a, b) => b.at - a.at).map(({ item }) => item);
}
