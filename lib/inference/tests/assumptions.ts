/** Tests of what a cumulative model takes for granted: the same effects at every threshold, and the same scale in every row. */
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import type { AssumptionPlotOptions, ResultFrame } from "../../display.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { pchisq } from "../../math/distributions.ts";
import { isDispersion, isNominal } from "../../model/families/part.ts";
import type { FitOptions } from "../../model/fit.ts";
import { type Model, partsOf, usedRows } from "../../model/result/model.ts";
import { ownModel } from "../../model/result/model_argument.ts";
import { aic } from "../../model/result/statistics.ts";
import { formulaPieces, randomText, refitModel, writeFormula } from "../simulate/refit.ts";
import { assumptionFrame, type AssumptionTests } from "./assumption_frame.ts";
import { brantTests } from "./brant.ts";
import { likelihoodRatio } from "./compare.ts";
import { nominalEffects, scaleEffects } from "./cut_effects.ts";

/**
 * Options of {@link nominalTest} and {@link scaleTest}.
 *
 * @category Tests and intervals
 */
export interface AssumptionTestOptions {
  /** Terms to test, as the formula has them (all that can be). */
  terms?: string | readonly string[];
}

/**
 * Options of {@link nominalTest}.
 *
 * @category Tests and intervals
 */
export interface NominalTestOptions extends AssumptionTestOptions {
  /**
   * "likelihood-ratio" (default): of the model with nominal effects; "brant": Wald test of the coefficients of separate binary models, one
   * at each threshold, for models without random effects. It needs no larger ordinal model, and tests all terms together too.
   */
  method?: "likelihood-ratio" | "brant";
}

const OPTIONS: Kinds<AssumptionTestOptions> = { terms: kinds.names };
const NOMINAL_OPTIONS: Kinds<NominalTestOptions> = {
  ...OPTIONS,
  method: kinds.oneOf("likelihood-ratio", "brant"),
};

/** A larger model, and what it frees: a term with those that it contains. */
interface Freed {
  readonly term: string;
  readonly labels: readonly string[];
  readonly formula: string;
  readonly options: Partial<FitOptions>;
}

/**
 * Tests of proportional odds: for each term of the location the likelihood ratio of the model that gives it coefficients of its own at
 * every threshold (`nominal`), mixed models too. A small p-value says that the term's effect is not the same for all thresholds.
 *
 * A term that another one contains is tested with that one: with `a * b` in the formula there is one row, of a, b and a:b together.
 *
 * ```ts
 * import { cumulative, dataset, fit, nominalTest } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("tension ~ breaks", await dataset("warpbreaks"), { family: cumulative(), levels: { tension: ["L", "M", "H"] } });
 * nominalTest(model);
 * ```
 *
 * It draws itself: the effects of every term on higher categories at each threshold, beside the one that the model takes for all.
 *
 * @param model of family cumulative(), with any link, random effects, scale effects or structured thresholds
 * @returns `term` ("<none>" first: the model as it is), `df`, `log_lik`, `aic`, `statistic`, `p_value`; null where the larger model has no
 *   optimum (a category that a level has not). By "brant" `term` ("<all>" first), `df`, `statistic` (of Wald, χ² distributed), `p_value`;
 *   null where a binary model has no estimates
 * @throws RangeError when the model is of another family, or has nothing to test; of "brant", when it has random effects, scale or
 *   nominal effects, or structured thresholds
 * Source: Peterson & Harrell (1990), Appl. Stat. 39:205–217 (partial proportional odds); Brant (1990), Biometrics 46:1171–1178. Checked
 * against nominal_test() of R's ordinal, and against binary models of R's glm.
 * @category Tests and intervals
 */
export function nominalTest(
  model: Model,
  options: NominalTestOptions = {},
): ResultFrame<AssumptionPlotOptions> {
  noMore("nominalTest", arguments, 2);
  model = ownModel(model, "nominalTest");
  checkOptions("nominalTest", options, NOMINAL_OPTIONS);
  const freed = asked("nominalTest", model, options.terms, freedThresholds(model));
  if (options.method === "brant") return brantFrame(model, freed);
  const { models, ...tests } = likelihoodRatios(model, freed);
  const effects = freed.flatMap(({ term, labels }, k) =>
    models[k].converged ? nominalEffects(model, models[k], term, labels) : []
  );
  return assumptionFrame(model, "Likelihood-ratio tests of nominal effects", tests, {
    of: "thresholds",
    effects,
  });
}

/** Brant's tests of the terms that are asked for, those that others contain by themselves. */
function brantFrame(model: Model, freed: readonly Freed[]): ResultFrame<AssumptionPlotOptions> {
  const { rows, effects, notes } = brantTests(model, freed.flatMap(({ labels }) => labels));
  const tests = {
    term: rows.map(({ term }) => term),
    df: rows.map(({ df }) => df),
    statistic: rows.map(({ statistic }) => statistic),
    p_value: rows.map(({ p }) => p),
    notes,
  };
  return assumptionFrame(model, "Brant's tests of equal coefficients at all thresholds", tests, {
    of: "thresholds",
    effects,
  });
}

/**
 * Tests of a constant scale: for each term of the model the likelihood ratio of the model whose latent variable has a scale that depends
 * on it (`dispersion`), mixed models too. A small p-value says that the spread changes with the term.
 *
 * ```ts
 * import { cumulative, dataset, fit, scaleTest } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("tension ~ breaks", await dataset("warpbreaks"), { family: cumulative(), levels: { tension: ["L", "M", "H"] } });
 * scaleTest(model);
 * ```
 *
 * It draws itself: the effects on the log scale, 0 where the spread stays as it is.
 *
 * @param model of family cumulative(), with any link, random effects, nominal effects or structured thresholds
 * @returns as {@link nominalTest}
 * @throws RangeError when the model is of another family, or has nothing to test
 * Source: McCullagh (1980), section 6.1; checked against scale_test() of R's ordinal.
 * @category Tests and intervals
 */
export function scaleTest(
  model: Model,
  options: AssumptionTestOptions = {},
): ResultFrame<AssumptionPlotOptions> {
  noMore("scaleTest", arguments, 2);
  model = ownModel(model, "scaleTest");
  checkOptions("scaleTest", options, OPTIONS);
  const freed = asked("scaleTest", model, options.terms, freedScale(model));
  const { models, ...tests } = likelihoodRatios(model, freed);
  const effects = freed.flatMap(({ term }, k) => models[k].converged ? scaleEffects(models[k], term) : []);
  return assumptionFrame(model, "Likelihood-ratio tests of scale effects", tests, { of: "scale", effects });
}

/** Every term that no other contains, moved with those that it contains to the formula of the thresholds. */
function freedThresholds(model: Model): Freed[] {
  const terms = ownTerms(model.parts[0].terms), pieces = formulaPieces(model);
  return terms.filter((t) => !terms.some((o) => o !== t && contains(o, t))).map((t) => {
    const moved = terms.filter((o) => contains(t, o)).map(({ label }) => label);
    const fixed = pieces.fixed.filter((label) => !moved.includes(label));
    return {
      term: moved.length > 1 ? moved.join(" + ") : t.label,
      labels: moved,
      formula: writeFormula({ ...pieces, intercept: true, fixed, random: pieces.random.map(randomText) }),
      options: { nominal: joined(model.formulas.nominal, moved) },
    };
  });
}

/** Every term of the location and of the thresholds, added to the formula of the scale. */
function freedScale(model: Model): Freed[] {
  const specs = partsOf(model),
    part = (is: (p: typeof specs[number]) => boolean) => model.parts[specs.findIndex(is)];
  const scale = ownTerms(part(isDispersion)?.terms ?? []).map(({ label }) => label);
  const nominal = model.formulas.nominal === undefined ? [] : ownTerms(part(isNominal).terms);
  return [...ownTerms(model.parts[0].terms), ...nominal].filter(({ label }) => !scale.includes(label)).map((
    t,
  ) => ({
    term: t.label,
    labels: [t.label],
    formula: model.formula,
    options: { dispersion: joined(model.formulas.dispersion, [t.label]) },
  }));
}

const ownTerms = (terms: readonly FixedTerm[]) => terms.filter(({ label }) => label !== "(Intercept)");

const contains = (outer: FixedTerm, inner: FixedTerm) =>
  inner.factors.every((f) => outer.factors.includes(f));

/** A part's formula with further terms. */
const joined = (formula: string | undefined, terms: readonly string[]) =>
  `~ ${[...(formula === undefined ? [] : [formula.replace(/^\s*~/, "").trim()]), ...terms].join(" + ")}`;

/** The larger models, against the model. */
function likelihoodRatios(
  model: Model,
  freed: readonly Freed[],
): AssumptionTests & { readonly models: readonly Model[] } {
  const models = freed.map(({ formula, options }) =>
    refitModel(model, { formula, data: usedRows(model), options })
  );
  const df = models.map((m) => m.npar - model.npar);
  const statistic = models.map((m) => m.converged ? Math.max(0, likelihoodRatio(model, m)) : NaN);
  const known = <T>(of: (m: Model) => T, none: T) => models.map((m) => m.converged ? of(m) : none);
  return {
    models,
    term: ["<none>", ...freed.map(({ term }) => term)],
    df: [NaN, ...df],
    log_lik: [model.logLik, ...known((m) => m.logLik, NaN)],
    aic: [aic(model), ...known(aic, NaN)],
    statistic: [NaN, ...statistic],
    p_value: [NaN, ...statistic.map((s, k) => (s === s && df[k] > 0 ? pchisq(s, df[k], false) : NaN))],
    notes: freed.flatMap(({ term }, k) => models[k].converged ? [] : [`${term}: ${models[k].messages[0]}`]),
  };
}

/** The tests that were asked for. */
function asked(
  caller: string,
  { family, formula }: Model,
  wanted: AssumptionTestOptions["terms"],
  all: readonly Freed[],
): readonly Freed[] {
  if (!family.as) {
    throw new RangeError(
      `Cannot test with ${caller}(): the model is of family "${family.name}", it should be of cumulative(), which has thresholds`,
    );
  }
  if (all.length === 0) {
    throw new RangeError(
      `Cannot test with ${caller}(): the model ${formula} has no term that could be tested`,
    );
  }
  if (wanted === undefined) return all;
  const names = [wanted].flat(), unknown = names.find((name) => !all.some(({ term }) => term === name));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot find term "${unknown}" for ${caller}(): the terms that can be tested are ${
        all.map(({ term }) => `"${term}"`).join(", ")
      }`,
    );
  }
  return all.filter(({ term }) => names.includes(term));
}
