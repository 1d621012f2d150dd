/** Tests of what a cumulative model takes for granted: the same effects at every threshold, and the same scale in every row. */
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { formatPValues, layoutText, type ResultFrame, resultFrame } from "../../display.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { pchisq } from "../../math/distributions.ts";
import { isDispersion, isNominal } from "../../model/families/part.ts";
import type { FitOptions } from "../../model/fit.ts";
import { type Model, partsOf, usedRows } from "../../model/result/model.ts";
import { ownModel } from "../../model/result/model_argument.ts";
import { aic } from "../../model/result/statistics.ts";
import { modelTitle } from "../../model/result/title.ts";
import { formulaPieces, randomText, refitModel, writeFormula } from "../simulate/refit.ts";
import { likelihoodRatio } from "./compare.ts";

/**
 * Options of {@link nominalTest} and {@link scaleTest}.
 *
 * @category Tests and intervals
 */
export interface AssumptionTestOptions {
  /** Terms to test, as the formula has them (all that can be). */
  terms?: string | readonly string[];
}

const OPTIONS: Kinds<AssumptionTestOptions> = { terms: kinds.names };

/** A larger model, and what it frees. */
interface Freed {
  readonly term: string;
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
 * @param model of family cumulative(), with any link, random effects, scale effects or structured thresholds
 * @returns `term` ("<none>" first: the model as it is), `df`, `log_lik`, `aic`, `statistic`, `p_value`; null where the larger model has no
 *   optimum (a category that a level has not)
 * @throws RangeError when the model is of another family, or has nothing to test
 * Source: Peterson & Harrell (1990), Appl. Stat. 39:205–217 (partial proportional odds); checked against nominal_test() of R's ordinal.
 * @category Tests and intervals
 */
export function nominalTest(model: Model, options: AssumptionTestOptions = {}): ResultFrame {
  noMore("nominalTest", arguments, 2);
  model = ownModel(model, "nominalTest");
  checkOptions("nominalTest", options, OPTIONS);
  return tested("nominalTest", "nominal effects", model, options, freedThresholds(model));
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
 * @param model of family cumulative(), with any link, random effects, nominal effects or structured thresholds
 * @returns as {@link nominalTest}
 * @throws RangeError when the model is of another family, or has nothing to test
 * Source: McCullagh (1980), section 6.1; checked against scale_test() of R's ordinal.
 * @category Tests and intervals
 */
export function scaleTest(model: Model, options: AssumptionTestOptions = {}): ResultFrame {
  noMore("scaleTest", arguments, 2);
  model = ownModel(model, "scaleTest");
  checkOptions("scaleTest", options, OPTIONS);
  return tested("scaleTest", "scale effects", model, options, freedScale(model));
}

/** Every term that no other contains, moved with those that it contains to the formula of the thresholds. */
function freedThresholds(model: Model): Freed[] {
  const terms = ownTerms(model.parts[0].terms), pieces = formulaPieces(model);
  return terms.filter((t) => !terms.some((o) => o !== t && contains(o, t))).map((t) => {
    const moved = terms.filter((o) => contains(t, o)).map(({ label }) => label);
    const fixed = pieces.fixed.filter((label) => !moved.includes(label));
    return {
      term: moved.length > 1 ? moved.join(" + ") : t.label,
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

function tested(
  caller: string,
  what: string,
  model: Model,
  { terms }: AssumptionTestOptions,
  all: readonly Freed[],
): ResultFrame {
  const rows = [
    { term: "<none>", m: model },
    ...asked(caller, model, terms, all).map(({ term, formula, options }) => ({
      term,
      m: refitModel(model, { formula, data: usedRows(model), options }),
    })),
  ];
  const df = rows.map(({ m }, i) => i === 0 ? NaN : m.npar - model.npar);
  const statistic = rows.map(({ m }, i) =>
    i > 0 && m.converged ? Math.max(0, likelihoodRatio(model, m)) : NaN
  );
  const p = statistic.map((s, i) => (s === s && df[i] > 0 ? pchisq(s, df[i], false) : NaN));
  const notes = rows.slice(1).filter(({ m }) => !m.converged).map(({ term, m }) =>
    `${term}: ${m.messages[0]}`
  );
  const columns = {
    term: rows.map((r) => r.term),
    df: df.map((v) => (v === v ? v : null)),
    log_lik: Float64Array.from(rows, ({ m }, i) => i === 0 || m.converged ? m.logLik : NaN),
    aic: Float64Array.from(rows, ({ m }, i) => i === 0 || m.converged ? aic(m) : NaN),
    statistic: Float64Array.from(statistic),
    p_value: Float64Array.from(p),
  };
  const text = (values: ArrayLike<number>, digits: number) =>
    Array.from(values, (v) => (v === v ? v.toFixed(digits) : ""));
  return resultFrame(caller, columns, {
    title: `Likelihood-ratio tests of ${what} — ${modelTitle(model)}`,
    notes,
    text: () =>
      [
        `Likelihood-ratio tests of ${what}`,
        `Model: ${model.formula}`,
        layoutText(columns.term, [
          { name: "Df", cells: df.map((v) => (v === v ? String(v) : "")), align: "right" },
          { name: "logLik", cells: text(columns.log_lik, 3), align: "right" },
          { name: "AIC", cells: text(columns.aic, 2), align: "right" },
          { name: "LRT", cells: text(statistic, 4), align: "right" },
          {
            name: "Pr(>Chi)",
            cells: formatPValues(p).map((t, i) => (p[i] === p[i] ? t : "")),
            align: "right",
          },
        ]),
        ...notes,
      ].join("\n"),
  });
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
