/** Interaction contrasts: products of contrasts of several factors. */
import { combinationsOf } from "./combinations.ts";
import type { Combination, ContrastChoices, ContrastMethod } from "./contrasts/contrast_method.ts";
import { bracketed, type EstimateFactor, type Estimates, factorLabels } from "./estimates.ts";

/** A product of one contrast per factor. */
export interface Product extends Combination {
  /** The names of its factors' contrasts. */
  readonly parts: readonly string[];
}

/**
 * All products of the factors' contrasts in one group of rows, the first factor fastest.
 *
 * @param rows the rows of the group, which must hold every combination of the levels that occur in it
 * @param rules one method per factor outside `by`
 * @throws {RangeError} when a combination of levels is absent
 */
export function interactionCombinations(
  means: Estimates,
  by: readonly string[],
  rows: readonly number[],
  rules: readonly ContrastMethod[],
  minus: ContrastChoices["minus"],
): Product[] {
  const factors = means.factors.filter(({ name }) => !by.includes(name));
  const present = factors.map(({ codes }) => [...new Set(rows.map((i) => codes[i]))].sort((a, b) => a - b));
  const place = new Map(rows.map((i, k) => [factors.map(({ codes }) => codes[i]).join(" "), k]));
  const products = crossedContrasts(factors, present, rules, minus);
  const rowAt = (levels: readonly number[]) => {
    const at = place.get(levels.join(" "));
    if (at !== undefined) return at;
    const missing = factors.map(({ name, labels }, f) => `${name} = ${labels[levels[f]]}`).join(", ");
    throw new RangeError(`Cannot form interaction contrasts: there is no mean for ${missing}`);
  };
  return products.map(({ parts, terms }) => ({
    parts,
    name: parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(" : "),
    index: terms.map(({ levels }) => rowAt(levels)),
    coefficient: terms.map(({ coefficient }) => coefficient),
  }));
}

/** Names and terms of the products, the levels of each term by factor. */
function crossedContrasts(
  factors: readonly EstimateFactor[],
  present: readonly (readonly number[])[],
  rules: readonly ContrastMethod[],
  minus: ContrastChoices["minus"],
) {
  let products: { parts: string[]; terms: { levels: number[]; coefficient: number }[] }[] = [
    { parts: [], terms: [{ levels: [], coefficient: 1 }] },
  ];
  factors.forEach((factor, f) => {
    const labels = factorLabels(factor), shown = present[f].map((code) => bracketed(labels[code]));
    const values = factor.values && present[f].map((code) => factor.values![code]);
    products = combinationsOf(rules[f], shown, { minus, values }).flatMap((c) =>
      products.map(({ parts, terms }) => ({
        parts: [...parts, c.name],
        terms: terms.flatMap(({ levels, coefficient }) =>
          c.index.map((k, a) => ({
            levels: [...levels, present[f][k]],
            coefficient: coefficient * c.coefficient[a],
          }))
        ),
      }))
    );
  });
  return products;
}
