/** fit(): formula → design → objective → optimum → model. */
import { noMore } from "../check.ts";
import { columnNames, copyOfFrame, type Frame } from "../frame.ts";
import { wasBlocked } from "../runtime.ts";
import { buildDesign } from "../formula/design.ts";
import { changedTerm } from "../formula/changed_term.ts";
import { designRecipe } from "../formula/recipe.ts";
import type { Design, PredictorDesign, RandomTerm, Recipe } from "../formula/types.ts";
import { assertSmooth } from "./cell_question.ts";
import type { Family } from "./families/family.ts";
import { checkArguments } from "./options/check_options.ts";
import { checkResponse } from "./options/check_response.ts";
import { familyOf, partFormulas, withMassFormulas } from "./options/part_formulas.ts";
import { isConstant } from "../formula/constant_predictor.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";
import { type Engine, engineAt, searchedEngine } from "./optimum/engine.ts";
import { type FitPlan, optimise } from "./optimum/optimise.ts";
import type { FitOptions } from "./options/options.ts";
import { holdsScale, withFixed } from "./options/fixed_parameters.ts";
import { cellsOf, withCellFacts, withCells } from "./options/cells.ts";
import { ownOptions } from "./options/own_options.ts";
import { startValues } from "./options/start_values.ts";
import { isEmpty, settleOptions } from "./options/settle_options.ts";
import { checkNominal } from "./options/nominal_terms.ts";
import { withResidual } from "./options/residual_option.ts";
import { withResidualTerm } from "./options/residual_term.ts";
import { withKnown } from "./options/known_precision.ts";
import { unitsOf } from "./objective/units.ts";
import { published } from "./result/value.ts";
import { bindTerm } from "./structures/bind.ts";

export { optionsOfRows } from "./options/cells.ts";
export { FIT_OPTIONS } from "./options/check_options.ts";
export { partFormulas } from "./options/part_formulas.ts";
export type { FamilyName, FitControl, FitOptions } from "./options/options.ts";

/**
 * Fits a (generalized) linear mixed model.
 *
 * η_k = X_k β_k + Z_k b_k + offset_k for the mean, zero inflation, dispersion; b ~ N(0, Σ(θ)). Gaussian identity models
 * are fitted by REML or ML in closed form (by least squares, as R's lm, without random effects), all others by maximum
 * likelihood with the Laplace approximation.
 *
 * ```ts
 * import { dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const yarn = await dataset("warpbreaks");
 * fit("breaks ~ wool * tension", yarn, { family: "nbinom2", levels: { tension: ["L", "M", "H"] } });
 *
 * const sleep = await dataset("sleepstudy");
 * fit("Reaction ~ Days + (Days | Subject)", sleep); // REML, as lmer
 * ```
 *
 * @param formula R's formula language: "y ~ x * g + offset(log(n)) + (x | group)"
 * @param data a polars DataFrame; rows with missing values are left out and counted in `model.messages`
 * @returns the fitted model, which shows itself as R's summary() does
 * @throws SyntaxError, TypeError, RangeError naming the place in the formula, the column, row, level or value
 * Source: Laplace approximation Breslow & Clayton (1993); Gaussian models Bates et al. (2015); checked against lme4 and
 * glmmTMB in tests/reference.
 * @category Fit
 */
export function fit(formula: string, data: Frame, options: FitOptions = {}): Model {
  noMore("fit", arguments, 3);
  return published(fitModel(formula, data, options));
}

/** The same for other functions: the model inside. */
export function fitModel(formula: string, data: Frame, options: FitOptions = {}): Model {
  const plan = planFit(formula, data, options), own = copyOfFrame(data);
  const engine = optimise(plan);
  wasBlocked("fit()");
  const again = engineAgain(formula, own, plan, engine);
  return makeModel(formula, own, plan.family, engine, plan.options, again);
}

/** Makes the engine of a fit once more, from the data, where its search ended. */
export function engineAgain(
  formula: string,
  data: Frame,
  { options, family }: Pick<FitPlan, "family"> & { readonly options: FitOptions },
  engine: Engine,
): () => Engine {
  const { optimum, objective } = searchedEngine(engine);
  objective.modesAt(optimum.psi);
  const standing = objective.standing();
  return () => engineAt(planFit(formula, data, { ...options, family }), { ...optimum, standing });
}

/** Everything that a fit computes with: formula and data read, options checked. */
export function planFit(
  formula: string,
  data: Frame,
  given: FitOptions,
): FitPlan & { readonly options: FitOptions } {
  checkArguments(formula, given);
  const written = withResidual(formula, given),
    settled = ownOptions(settleOptions(given)),
    named = familyOf(settled);
  const cells = cellsOf(given);
  if (cells) assertSmooth(formula, columnNames(data), given, cells.binned);
  const options = withCells(withMassFormulas(settled, named, given), cells),
    whole = readDesign(written, data, named, options);
  const family = named.as?.({ categories: whole.response.categories?.length }) ?? named;
  checkNominal(whole, family);
  const free = withResidualTerm(whole, family, options),
    read = withFixed(free, family, options),
    exact = isClosedForm(read, family, options),
    scaled = exact && holdsScale(read),
    closed = exact && !scaled;
  const messages = scaled ? [BY_LIKELIHOOD, ...read.messages] : read.messages,
    own: Design = { ...read, units: unitsOf(read, family), messages },
    design = cells ? withCellFacts(own, data, family, cells) : own,
    quadrature = readQuadrature(options.quadrature, closed);
  if (scaled) checkHeldScale(design, options);
  checkResponse(design, family);
  checkPrecision(design, closed);
  return {
    design,
    family,
    closed,
    reml: !scaled && readReml(options.reml, exact, family),
    start: startValues(free, family, options),
    quadrature,
    control: options.control,
    options,
  };
}

function checkPrecision({ precision }: Design, closed: boolean): void {
  if (!precision || closed) return;
  throw new RangeError(
    `Cannot use weights as precision: they divide the residual variance of Gaussian models with identity link, no dispersion formula ` +
      `and no standard deviation that is held; use { frequency: … } to multiply the log-likelihood, or a dispersion formula`,
  );
}

const BY_LIKELIHOOD =
  "Standard deviations are held at given values: the model is fitted by maximum likelihood, with z tests.";

/** What a Gaussian model cannot be when its standard deviations are held. */
function checkHeldScale({ predictors: [{ random }] }: Design, { reml }: FitOptions): void {
  const what = "standard deviations or correlations that are held (option fixed)";
  if (reml === true) {
    throw new RangeError(
      `Cannot fit by REML with ${what}: such a model is fitted by maximum likelihood, leave reml out`,
    );
  }
  const own = random.find((t) => t.residual);
  if (own) {
    throw new RangeError(
      `Cannot fit with ${what}: they are relative to (${own.label}), which stands in the residual's place`,
    );
  }
}

/** More points than this change nothing that is printed and cost as much each as the Laplace approximation. */
const MANY_POINTS = 101;

function readQuadrature(points = 1, closed: boolean): number {
  if (closed && points > 1) {
    throw new RangeError(
      "Cannot use quadrature: a Gaussian identity model is integrated exactly, leave the option out",
    );
  }
  if (points > MANY_POINTS) {
    throw new RangeError(
      `Cannot use quadrature: ${points}, it should be ${MANY_POINTS} points at most; 9 to 25 settle what is printed`,
    );
  }
  return points;
}

function readDesign(formula: string, data: Frame, family: Family, options: FitOptions): Design {
  const { weights, offset, contrasts, levels, missing } = options;
  const design = buildDesign({ formula, predictors: (shape) => partFormulas(family, shape, options) }, data, {
    usesTrials: family.usesTrials,
    categories: family.categories,
    intercept: family.intercept,
    weights,
    offset,
    contrasts,
    levels,
    missing,
    states: cellsOf(options)?.states,
  });
  family.check(design.response, design.rows, false);
  return withoutConstantGroups(withKnown(withStructures(design, options.structures), options.known));
}

/** Terms whose structure the caller made hold it. */
function withStructures(design: Design, own: FitOptions["structures"]): Design {
  if (own === undefined) return design;
  const named = (t: RandomTerm) =>
    Object.hasOwn(own, t.structure) ? changedTerm(t, { own: own[t.structure] }) : t;
  return { ...design, predictors: design.predictors.map((p) => ({ ...p, random: p.random.map(named) })) };
}

/**
 * `(x | 1)`: nothing to pool over. The fit is that of the fixed effects, and a message says so. A structure over positions is a
 * model in one group too.
 */
function withoutConstantGroups(design: Design): Design {
  const messages: string[] = [], left = new Set<RandomTerm>();
  for (const p of design.predictors) {
    for (const t of p.random) {
      const { freedom } = bindTerm(t, null);
      if (t.group === "1" && (freedom !== "scalar" || t.position === null)) left.add(t);
    }
  }
  const predictors = design.predictors.map((p): PredictorDesign => {
    const random = p.random.filter((t) => !left.has(t));
    for (const t of p.random) {
      if (!left.has(t)) continue;
      messages.push(
        `The term (${t.label}) has one constant group: there is nothing to pool over, so it is left out and the fit equals ` +
          `the model without it. For effects that vary by group write the grouping column after the bar.`,
      );
    }
    return { ...p, random };
  });
  if (left.size === 0) return design;
  const recipe = designRecipe(design.recipe),
    parts = recipe.parts.map((part, k) => ({
      ...part,
      random: part.random.filter((_, j) => !left.has(design.predictors[k].random[j])),
    }));
  return {
    ...design,
    predictors,
    recipe: { ...recipe, parts } as Recipe,
    messages: [...messages, ...design.messages],
  };
}

/** Gaussian with identity link, without inflation. */
function isGaussian({ residual, link, made }: Family): boolean {
  return residual === true && link.name === "identity" && made === undefined;
}

/** Gaussian, identity link, one residual variance: the likelihood is a quadratic form in the residuals. */
function isClosedForm(design: Design, family: Family, { dispersion }: FitOptions): boolean {
  return isGaussian(family) && (dispersion === undefined || isEmpty(dispersion)) &&
    isConstant(design.predictors[1]);
}

function readReml(reml: boolean | undefined, exact: boolean, family: Family): boolean {
  if (reml === true && !exact && !isGaussian(family)) {
    throw new RangeError(
      `Cannot fit by REML: it is defined here for Gaussian models with identity link; ` +
        `leave reml out (maximum likelihood) for family "${family.name}"`,
    );
  }
  return reml ?? exact;
}
