/** The same model fitted again: with another formula, other options, or another response. */
import { type RandomSpec, readFormula } from "../../formula/terms.ts";
import { deparse } from "../../formula/tree.ts";
import type { Frame } from "../../frame.ts";
import { fitModel, type FitOptions, optionsOfRows } from "../../model/fit.ts";
import { optionsIn } from "../../model/inherited_options.ts";
import { likelihoodFromSums } from "../../model/refits.ts";
import { dataOf, derived, isLeastSquares, type Model } from "../../model/result/model.ts";
import { published } from "../../model/result/value.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

const CHANGES: Kinds<{ formula?: string; options?: Partial<FitOptions>; data?: Frame }> = {
  formula: kinds.text,
  options: kinds.object,
  data: kinds.frame,
};

/**
 * Fits a model again with a changed formula or options.
 *
 * ```ts
 * import { dataset, fit, refit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * refit(model, { formula: "breaks ~ tension" });
 * ```
 *
 * @category The model
 */
export function refit(
  model: Model,
  changes: { formula?: string; options?: Partial<FitOptions>; data?: Frame } = {},
): Model {
  noMore("refit", arguments, 2);
  model = ownModel(model, "refit");
  checkOptions("refit", changes, CHANGES);
  const own = changes.data ? derived(model, { options: optionsOfRows(model.options) }) : model;
  return published(refitModel(own, changes));
}

/** The same for other functions: the model inside. */
export function refitModel(
  model: Model,
  { formula = model.formula, options = {}, data = dataOf(model, "another fit") }: {
    formula?: string;
    options?: Partial<FitOptions>;
    data?: Frame;
  },
): Model {
  const next: FitOptions = { ...model.options, start: undefined, ...options };
  if (formula === model.formula) return fitModel(formula, data, next);
  return fitModel(formula, data, { ...optionsIn(formula, data, next), ...named(options) });
}

/** Options that name what a model has: who gives them anew is told where it has not. */
function named({ contrasts, known }: Partial<FitOptions>): Partial<FitOptions> {
  return { ...(contrasts && { contrasts }), ...(known && { known }) };
}

/** The maximum-likelihood fit of a REML or least-squares model (itself if it is one already). */
export function asMaximumLikelihood(model: Model): Model {
  if (!model.reml && !isLeastSquares(model)) return model;
  return likelihoodFromSums(model) ?? refitModel(model, { options: { reml: false } });
}

/** A least-squares model with its restricted log-likelihood, to compare it with REML fits of the same fixed effects. */
export function asRestricted(model: Model): Model {
  if (!isLeastSquares(model)) return model;
  return derived(model, { reml: true, logLik: -solutionOf(model, "the restricted likelihood").value });
}

/** The pieces of a model's formula, to put a changed one together. */
export interface FormulaPieces {
  readonly response: string;
  readonly intercept: boolean;
  readonly fixed: readonly string[];
  readonly offsets: readonly string[];
  readonly random: readonly RandomSpec[];
}

/** Reads the formula of a model's mean. The term of the option `residual`, its last one, is no piece of it: the option puts it there. */
export function formulaPieces(model: Model): FormulaPieces {
  const { right } = readFormula(`~ ${model.parts[0].formula}`),
    errors = model.formulas.residual !== undefined;
  return {
    response: model.response,
    intercept: right.fixed.intercept,
    fixed: right.fixed.terms.map((t) => t.label),
    offsets: right.offsets.map((o) => `offset(${deparse(o)})`),
    random: errors ? right.random.slice(0, -1) : right.random,
  };
}

/** Writes a formula from its pieces; random terms as text in parentheses. */
export function writeFormula(pieces: Omit<FormulaPieces, "random"> & { random: readonly string[] }): string {
  const terms = [pieces.intercept ? "1" : "0", ...pieces.fixed, ...pieces.offsets, ...pieces.random];
  return `${pieces.response} ~ ${terms.join(" + ")}`;
}

/** A random term as it stands in a formula. */
export function randomText(t: RandomSpec): string {
  if (t.structure === "us" || t.structure === "diag") return `(${t.label})`;
  const given = t.structureArguments.map(({ name, value }) =>
    name === null ? deparse(value) : `${name} = ${deparse(value)}`
  );
  return `${t.structure}(${[t.label, ...given].join(", ")})`;
}
