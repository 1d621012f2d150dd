/** The algebra of terms: lists of products of variables. */

/** A term while it is put together: its variables' numbers in increasing order. */
export type Product = readonly number[];

/** Products without repetition, first occurrences kept. */
export function unique(products: readonly Product[]): Product[] {
  const seen = new Set<string>();
  return products.filter((product) => !seen.has(String(product)) && seen.add(String(product)));
}

/** More terms than any data determine: a formula that makes them is not computed. */
export const MOST_TERMS = 20_000;

/** Every product of one term from each side; null when there are more than {@link MOST_TERMS} to look at. */
export function cross(left: readonly Product[], right: readonly Product[]): Product[] | null {
  if (left.length * right.length > 10 * MOST_TERMS) return null;
  const products = unique(left.flatMap((a) => right.map((b) => joined([a, b]))));
  return products.length > MOST_TERMS ? null : products;
}

/** The product of all terms: the union of their variables. */
export function joined(products: readonly Product[]): Product {
  return [...new Set(products.flat())].sort((a, b) => a - b);
}

/** A sum crossed with itself: all products of up to `exponent` of its terms; null as in {@link cross}. */
export function power(base: readonly Product[], exponent: number): Product[] | null {
  let products: Product[] | null = [...base];
  for (let k = 1; k < Math.min(exponent, base.length) && products !== null; k++) {
    products = cross(products, base);
  }
  return products;
}
