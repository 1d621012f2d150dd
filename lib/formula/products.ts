/** The algebra of terms: lists of products of variables. */

/** A term while it is put together: its variables' numbers in increasing order. */
export type Product = readonly number[];

/** Products without repetition, first occurrences kept. */
export function unique(products: readonly Product[]): Product[] {
  const seen = new Set<string>();
  return products.filter((product) => !seen.has(String(product)) && seen.add(String(product)));
}

/** Every product of one term from each side. */
export function cross(left: readonly Product[], right: readonly Product[]): Product[] {
  return unique(left.flatMap((a) => right.map((b) => joined([a, b]))));
}

/** The product of all terms: the union of their variables. */
export function joined(products: readonly Product[]): Product {
  return [...new Set(products.flat())].sort((a, b) => a - b);
}

/** A sum crossed with itself: all products of up to `exponent` of its terms. */
export function power(base: readonly Product[], exponent: number): Product[] {
  let products = [...base];
  for (let k = 1; k < exponent; k++) products = cross(products, base);
  return products;
}
