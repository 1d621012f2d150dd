/** Which random effects take part in a prediction or a simulation, as users write it. */
import { type RandomSpec, readFormula } from "../../formula/terms.ts";
import { deparse } from "../../formula/tree.ts";
import type { Model, TermResult } from "../../model/result/model.ts";

/**
 * "all", "none", or terms as a formula: "~ (1 | site)".
 *
 * @category Extend
 */
export type RandomChoice = "all" | "none" | string;

/** Which coefficients of a term take part. */
export type Choice = (term: TermResult) => boolean[];

/**
 * "~ (1 | site) + (x | g)": the coefficients that these terms name.
 * @throws RangeError where it names no term, or one that the model does not have
 */
export function readChoice(text: string, model: Model): Choice {
  const { right: { random } } = readFormula(text.trim().startsWith("~") ? text : `~ ${text}`);
  if (random.length === 0) {
    throw new RangeError(
      `Cannot use randomEffects: "${text}", it should be "all", "none", or random terms such as "~ (1 | site)"`,
    );
  }
  const choices = random.map((written) => coefficientsOf(written, model));
  return (term) => term.names.map((_, j) => choices.some((choice) => choice(term)[j]));
}

/**
 * Those of a model's terms that a written term names: of the same group, columns of the same products of variables. What it does not
 * spell out, the intercept of (x | g), may be missing in the model.
 */
function coefficientsOf(
  { group, label, fixed: { intercept, terms, variables } }: RandomSpec,
  model: Model,
): Choice {
  const named = terms.map((term) => term.variables.map((v) => deparse(variables[v])));
  const ofGroup = (term: TermResult) => sameSet(term.group.split(":"), group.split(":")); // g:h is h:g
  const products = model.random.filter(ofGroup).flatMap(({ variables }) => variables);
  const takes = (product: readonly string[]) =>
    product.length === 0 ? intercept : named.some((each) => sameSet(each, product));
  const missing = named.find((each) => !products.some((product) => sameSet(each, product)));
  if (missing || !products.some(takes)) {
    throw new RangeError(
      `Cannot use the term (${label}) in randomEffects: the model's random terms are ${
        model.random.map((term) => `(${term.label})`).join(", ") || "none"
      }`,
    );
  }
  return (term) => term.variables.map((product) => ofGroup(term) && takes(product));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
