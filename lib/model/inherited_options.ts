/** Options that a model's fit hands on to one of another formula. */
import type { Frame } from "../frame.ts";
import { parseExpression, parseFormula } from "../formula/parse.ts";
import { designRecipe } from "../formula/recipe.ts";
import { namesIn } from "../formula/tree.ts";
import type { Design } from "../formula/types.ts";
import { codingNames } from "../formula/variables.ts";
import { type FitOptions, planFit } from "./fit.ts";
import { isNamed, parameterPlaces } from "./options/parameter_places.ts";

/** Options of a fit for another formula: the parameters, factors and groups that they name are those that it still has. */
export function optionsIn(formula: string, data: Frame, given: FitOptions): FitOptions {
  const { fixed, contrasts, known, ...others } = given, mentioned = known && namesInFormulas(formula, given);
  const options: FitOptions = { ...others, known: known && pick(known, (name) => mentioned!.includes(name)) };
  if (contrasts) {
    const coded = namesOfFactors(planFit(formula, data, options).design);
    options.contrasts = pick(contrasts, (name) => coded.includes(name));
  }
  if (fixed) {
    const { design, family, options: own } = planFit(formula, data, options),
      left = parameterPlaces(design, family, own);
    options.fixed = pick(fixed, (name) => left.some((p) => isNamed(p, name)));
  }
  return options;
}

function namesInFormulas(formula: string, options: FitOptions): string[] {
  const { dispersion, zeroInflation, oneInflation, residual, shape = {} } = options;
  const written = [formula, dispersion, zeroInflation, oneInflation, residual, ...Object.values(shape)];
  return written.filter((text) => text !== undefined)
    .flatMap((text) => namesIn(parseFormula(text.includes("~") ? text : `~ ${text}`).right));
}

/** By what the factors of the terms may be named. */
function namesOfFactors({ recipe }: Design): string[] {
  const { variables } = designRecipe(recipe);
  return Object.keys(variables).filter((text) => variables[text].kind === "factor")
    .flatMap((text) => codingNames(parseExpression(text)));
}

/** The entries with such names. */
function pick<T>(entries: Record<string, T>, has: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => has(name)));
}
