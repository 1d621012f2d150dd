/** The same model fitted again: with another formula, other options, or another response. */
import { type RandomSpec, readFormula } from "../../formula/terms.ts";
import { deparse } from "../../formula/tree.ts";
import type { Frame } from "../../frame.ts";
import { fit, type FitOptions, planFit } from "../../model/fit.ts";
import { isNamed, parameterPlaces } from "../../model/options/parameter_places.ts";
import { dataOf, engineOf, isLeastSquares, type Model } from "../../model/result/model.ts";
import type { Engine } from "../../model/optimum/engine.ts";
import { optimise } from "../../model/optimum/optimise.ts";
import { makeModel } from "../../model/result/make_model.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { assertModel } from "../../model/result/model_argument.ts";

const CHANGES: Kinds<{ formula?: string; options?: Partial<FitOptions>; data?: Frame }> = {
  formula: kinds.text,
  options: kinds.object,
  data: kinds.frame,
};

/** Fits a model again with a changed formula or options. */
export function refit(
  model: Model,
  changes: { formula?: string; options?: Partial<FitOptions>; data?: Frame } = {},
): Model {
  noMore("refit", arguments, 2);
  assertModel(model, "refit");
  checkOptions("refit", changes, CHANGES);
  const { formula = model.formula, options = {}, data = dataOf(model, "another fit") } = changes;
  const next: FitOptions = { ...model.options, start: undefined, ...options };
  const fixed = formula === model.formula ? next.fixed : heldIn(formula, data, next);
  return fit(formula, data, { ...next, fixed });
}

/** The parameters that stay held when the formula changes: those that it still has. */
function heldIn(formula: string, data: Frame, { fixed, ...options }: FitOptions): FitOptions["fixed"] {
  if (fixed === undefined) return undefined;
  const plan = planFit(formula, data, options),
    left = parameterPlaces(plan.design, plan.family, plan.options);
  return Object.fromEntries(Object.entries(fixed).filter(([name]) => left.some((p) => isNamed(p, name))));
}

/** The maximum-likelihood fit of a REML or least-squares model (itself if it is one already). */
export function asMaximumLikelihood(model: Model): Model {
  if (!model.reml && !isLeastSquares(model)) return model;
  const { engine } = model;
  return engine?.kind === "gaussian" && model.data === null
    ? fromSums(model, engine)
    : refit(model, { options: { reml: false } });
}

/** The maximum-likelihood fit of a model whose rows are elsewhere: its sums are here. */
function fromSums({ formula, family, options }: Model, { design, objective: { sums } }: Gaussian): Model {
  const plan = { design, family, closed: true, reml: false, sums, quadrature: 1, control: options.control };
  return makeModel(formula, null, family, optimise(plan), { ...options, reml: false });
}

type Gaussian = Engine & { kind: "gaussian" };

/** A least-squares model with its restricted log-likelihood, to compare it with REML fits of the same fixed effects. */
export function asRestricted(model: Model): Model {
  if (!isLeastSquares(model)) return model;
  return { ...model, reml: true, logLik: -engineOf(model, "the restricted likelihood").optimum.value };
}

/** The pieces of a model's formula, to put a changed one together. */
export interface FormulaPieces {
  readonly response: string;
  readonly intercept: boolean;
  readonly fixed: readonly string[];
  readonly offsets: readonly string[];
  readonly random: readonly RandomSpec[];
}

/** Reads the formula of a model's mean. */
export function formulaPieces(model: Model): FormulaPieces {
  const { right } = readFormula(`~ ${model.parts[0].formula}`);
  return {
    response: model.response,
    intercept: right.fixed.intercept,
    fixed: right.fixed.terms.map((t) => t.label),
    offsets: right.offsets.map((o) => `offset(${deparse(o)})`),
    random: right.random,
  };
}

/** Writes a formula from its pieces; random terms as text in parentheses. */
export function writeFormula(pieces: Omit<FormulaPieces, "random"> & { random: readonly string[] }): string {
  const terms = [pieces.intercept ? "1" : "0", ...pieces.fixed, ...pieces.offsets, ...pieces.random];
  return `${pieces.response} ~ ${terms.join(" + ")}`;
}

/** A random term as it stands in a formula. */
export function randomText(t: RandomSpec): string {
  const inner = `(${t.label})`;
  return t.structure === "us" || t.structure === "diag" ? inner : `${t.structure}${inner}`;
}
