/** Which columns each term becomes: contrasts or a full set of indicators for each factor in it. */
import type { FixedSpec } from "./terms.ts";
import { deparse } from "./tree.ts";

/** One variable of a term. */
export interface VariableLayout {
  readonly variable: string;
  /** One indicator per level instead of contrasts (no meaning for numbers). */
  readonly full: boolean;
}

export interface TermLayout {
  readonly label: string;
  readonly variables: readonly VariableLayout[];
}

/** The columns of a sum of terms, as plain JSON. */
export interface Layout {
  readonly intercept: boolean;
  readonly terms: readonly TermLayout[];
}

/**
 * Decides the coding of every factor in every term.
 *
 * A factor is coded by contrasts when the term without it is contained in an earlier term (its span is in the model
 * already); otherwise by indicators. Without an intercept the first factor of the first term that has one is coded by
 * indicators, because nothing else spans the constant.
 *
 * @param isFactor Is the variable with that text a factor?
 *
 * Source: Chambers & Hastie (1992), Statistical Models in S, section 2.4.1; checked against R's model.matrix().
 */
export function layOut(spec: FixedSpec, isFactor: (variable: string) => boolean): Layout {
  const texts = spec.variables.map(deparse);
  let constantSpanned = spec.intercept;
  const terms = spec.terms.map((term, position) => {
    const variables = term.variables.map((v) => {
      const rest = term.variables.filter((each) => each !== v);
      let full = !spec.terms.slice(0, position).some((earlier) => contains(earlier.variables, rest)) &&
        rest.length > 0;
      if (!constantSpanned && isFactor(texts[v])) full = constantSpanned = true;
      return { variable: texts[v], full: full && isFactor(texts[v]) };
    });
    return { label: term.label, variables };
  });
  return { intercept: spec.intercept, terms };
}

function contains(all: readonly number[], some: readonly number[]): boolean {
  return some.every((each) => all.includes(each));
}
