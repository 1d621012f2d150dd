/** Likelihood-ratio tests between models, and terms dropped one at a time. */
import { effectTerms } from "../../model/result/term_result.ts";
import { formatPValues, layoutText, type ResultFrame, resultFrame } from "../../display.ts";
import { pchisq } from "../../math/distributions.ts";
import type { RandomSpec } from "../../formula/terms.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { type Model, usedRows } from "../../model/result/model.ts";
import { aic, bic, deviance } from "../../model/result/statistics.ts";
import {
  asMaximumLikelihood,
  asRestricted,
  formulaPieces,
  randomText,
  refitModel,
  writeFormula,
} from "../simulate/refit.ts";
import { solutionOrNull } from "../../model/result/solution.ts";
import { modelTitle, shortNames } from "../../model/result/title.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Likelihood-ratio tests of models from the smallest to the largest, each against the one before it.
 *
 * REML fits that differ in their fixed effects are fitted again by maximum likelihood (and the note says so); with the same
 * fixed effects their restricted likelihoods are compared. Where the smaller model sets variances to zero the χ² p-value
 * is conservative: `p_boundary` is that of the 50:50 mixture for one variance.
 *
 * @returns `model`, `npar`, `aic`, `bic`, `log_lik`, `deviance`, `statistic`, `df`, `p_value`, `p_boundary`
 * @throws RangeError when the models use different rows, responses or families' response scales
 * Source: Self & Liang (1987), J. Am. Stat. Assoc. 82:605–610, case 5; Stram & Lee (1994), Biometrics 50:1171–1177.
 */
export function compareModels(models: readonly Model[], names?: readonly string[]): ResultFrame {
  assertComparable(models);
  const notes: string[] = [], refitted = onOneCriterion(models, notes);
  const named = new Map(refitted.map((m, i) => [m, names?.[i]]));
  const sorted = [...refitted].sort((a, b) => a.npar - b.npar);
  const rows = sorted.map((m, i) => {
    const before = sorted[i - 1];
    if (!before) return { m, statistic: NaN, df: NaN, p: NaN, boundary: NaN };
    const statistic = likelihoodRatio(before, m), df = m.npar - before.npar;
    const p = df > 0 ? pchisq(Math.max(0, statistic), df, false) : NaN;
    return { m, statistic, df, p, boundary: boundaryP(before, m, Math.max(0, statistic), df) };
  });
  if (rows.some((r) => r.statistic < -1e-6)) {
    notes.push(
      "A larger model has the smaller likelihood: the models are not nested, and the test does not apply; compare AIC instead.",
    );
  }
  if (rows.some((r) => r.df === 0)) {
    notes.push("Models with the same number of parameters are not nested; compare AIC instead.");
  }
  const columns = {
    model: rows.map(({ m }) => [named.get(m), modelTitle(m)].filter(Boolean).join(": ")),
    npar: Int32Array.from(rows, (r) => r.m.npar),
    aic: Float64Array.from(rows, (r) => aic(r.m)),
    bic: Float64Array.from(rows, (r) => bic(r.m)),
    log_lik: Float64Array.from(rows, (r) => r.m.logLik),
    deviance: Float64Array.from(rows, (r) => deviance(r.m)),
    statistic: Float64Array.from(rows, (r) => r.statistic),
    df: rows.map((r) => (r.df === r.df ? r.df : null)),
    p_value: Float64Array.from(rows, (r) => r.p),
    p_boundary: Float64Array.from(rows, (r) => r.boundary),
  };
  if (rows.some((r) => r.boundary === r.boundary)) {
    notes.push(
      "p_boundary: the null hypothesis sets a variance to zero, the edge of what is possible; half of χ² on each side (Self & Liang 1987).",
    );
  }
  return resultFrame("compare", columns, {
    title: `Likelihood-ratio tests — response: ${sorted[0].response}`,
    notes,
    table: {
      ...shortNames(rows.map(({ m }) => ({ name: named.get(m), model: m }))),
      hidden: ["deviance"], // −2 log_lik
    },
  });
}

/** 2(ℓ₁ − ℓ₀); 0 where the difference is less than an optimum is known by. */
export function likelihoodRatio(small: Model, large: Model): number {
  const statistic = 2 * (large.logLik - small.logLik);
  return Math.abs(statistic) < 1e-8 ? 0 : statistic;
}

function assertComparable(models: readonly Model[]) {
  const [first, ...others] = models;
  for (const m of others) {
    if (m.response !== first.response) {
      throw new RangeError(
        `Cannot compare the models: they have different responses, ${first.response} and ${m.response}`,
      );
    }
    if (m.nobs !== first.nobs) {
      throw new RangeError(
        `Cannot compare the models: they were fitted to different rows (${first.nobs} and ${m.nobs}), probably because different columns have missing values; ` +
          `fit all of them to the rows that are complete in every column used`,
      );
    }
    const a = solutionOrNull(first)?.design,
      b = solutionOrNull(m)?.design,
      here = first.data !== null && m.data !== null;
    if (!here && differInSums(first, m)) {
      throw new RangeError(
        `Cannot compare the models: the values of ${m.response} that they were fitted to have different sums of squares`,
      );
    }
    if (a && b && here) {
      const row = a.rows.findIndex((r, i) => r !== b.rows[i] || a.response.y[i] !== b.response.y[i]);
      if (row >= 0) {
        throw new RangeError(
          `Cannot compare the models: they were fitted to different rows or values of ${m.response} (first difference at row ${
            a.rows[row]
          })`,
        );
      }
    }
    if ((m.quadrature > 1) !== (first.quadrature > 1)) {
      throw new RangeError(
        "Cannot compare the models: one uses the Laplace approximation and one quadrature; fit both alike",
      );
    }
  }
}

/** Models of rows that are elsewhere: of the same response, if its mean square is the same. */
function differInSums(a: Model, b: Model): boolean {
  const x = solutionOrNull(a)?.responseSize ?? null, y = solutionOrNull(b)?.responseSize ?? null;
  return x !== null && y !== null && Math.abs(x - y) > 1e-9 * x;
}

/** All by ML, unless all are REML fits of the same fixed effects. */
function onOneCriterion(models: readonly Model[], notes: string[]): Model[] {
  const fixed = new Set(models.map((m) => [...m.parts[0].names].sort().join(" ")));
  if (models.every((m) => m.reml) && fixed.size === 1) {
    notes.push("The models have the same fixed effects: their restricted likelihoods (REML) are compared.");
    return [...models];
  }
  if (models.some((m) => m.reml)) {
    notes.push(
      "Models fitted by REML were fitted again by maximum likelihood, because restricted likelihoods of different fixed effects cannot be compared.",
    );
  }
  return models.map(asMaximumLikelihood);
}

/** P-value of the mixture ½χ²(df−1) + ½χ²(df) when the larger model adds one variance (and its covariances). */
function boundaryP(small: Model, large: Model, statistic: number, df: number): number {
  const variances = (m: Model) => m.random.reduce((s, t) => s + t.names.length, 0);
  const sameFixed = small.parts[0].names.length === large.parts[0].names.length;
  if (!sameFixed || variances(large) - variances(small) !== 1 || df < 1) return NaN;
  const upper = pchisq(statistic, df, false),
    lower = df === 1 ? (statistic > 0 ? 0 : 1) : pchisq(statistic, df - 1, false);
  return (upper + lower) / 2;
}

/**
 * Options of {@link drop1}.
 *
 * @category Tests and intervals
 */
export interface Drop1Options {
  /** "fixed" (default): terms that no other term contains; "random": each random term (slopes before whole terms), as ranova. */
  effects?: "fixed" | "random";
}

const OPTIONS: Kinds<Drop1Options> = { effects: kinds.oneOf("fixed", "random") };

/**
 * Likelihood-ratio tests of dropping one term at a time (by maximum likelihood; random terms of REML fits by REML).
 *
 * ```ts
 * import { dataset, drop1, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * drop1(model);
 * ```
 *
 * @returns `term` ("<none>" first), `df`, `aic`, `statistic`, `p_value`; with random effects also `npar` and `log_lik`
 * Source: Chambers & Hastie (1992), section 6.1.3.
 * @category Tests and intervals
 */
export function drop1(model: Model, options: Drop1Options = {}): ResultFrame {
  noMore("drop1", arguments, 2);
  model = ownModel(model, "drop1");
  checkOptions("drop1", options, OPTIONS);
  const { effects = "fixed" } = options;
  if (effects === "random" && effectTerms(model.random).length === 0) {
    throw new RangeError(
      `Cannot drop random terms with drop1(): the model ${model.formula} has none; effects: "fixed" drops the others`,
    );
  }
  const full = effects === "fixed" ? asMaximumLikelihood(model) : model;
  const restrict = full.reml ? asRestricted : (m: Model) => m; // without its random effects a model is least squares
  const rowsUsed = usedRows(full); // rows that a dropped variable leaves out stay out
  const smaller = effects === "fixed" ? withoutFixed(full) : withoutRandom(full);
  const rows = [
    { term: "<none>", m: full },
    ...smaller.map(({ term, formula }) => ({
      term,
      m: restrict(refitModel(full, { formula, data: rowsUsed, options: { reml: full.reml } })),
    })),
  ];
  const df = rows.map(({ m }, i) => (i === 0 ? NaN : full.npar - m.npar));
  const statistic = rows.map(({ m }, i) => df[i] > 0 ? Math.max(0, likelihoodRatio(m, full)) : NaN);
  const p = statistic.map((s, i) => (s === s ? pchisq(s, df[i], false) : NaN));
  const columns = {
    term: rows.map((r) => r.term),
    df: df.map((v) => (v === v ? v : null)),
    aic: Float64Array.from(rows, (r) => aic(r.m)),
    statistic: Float64Array.from(statistic),
    p_value: Float64Array.from(p),
    ...(effects === "random"
      ? { npar: Int32Array.from(rows, (r) => r.m.npar), log_lik: Float64Array.from(rows, (r) => r.m.logLik) }
      : {}),
  };
  const notes = [
    model.reml && effects === "fixed" ? "The REML fit was fitted again by maximum likelihood." : "",
    effects === "random"
      ? "A variance of zero is at the edge of what is possible: these p-values are about twice too large for single variances."
      : "",
  ].filter(Boolean);
  return resultFrame("drop1", columns, {
    title: `Single term deletions — ${modelTitle(model)}`,
    notes,
    text: () =>
      [
        `Single term deletions`,
        `Model: ${model.formula}`,
        layoutText(columns.term, [
          { name: "Df", cells: df.map((v) => (v === v ? String(v) : "")), align: "right" },
          { name: "AIC", cells: rows.map((r) => aic(r.m).toFixed(2)), align: "right" },
          { name: "LRT", cells: statistic.map((v) => (v === v ? v.toFixed(4) : "")), align: "right" },
          { name: "Pr(>Chi)", cells: formatPValues(p).map((t, i) => (i === 0 ? "" : t)), align: "right" },
        ]),
        ...notes,
      ].join("\n"),
  });
}

/** Formulas without each fixed term that no other contains. */
function withoutFixed(model: Model): { term: string; formula: string }[] {
  const pieces = formulaPieces(model), { terms, names, fixed } = model.parts[0];
  const isHeld = (t: FixedTerm) =>
    names.slice(t.start, t.start + t.count).every((name) => fixed.includes(name));
  const isContained = (t: FixedTerm) =>
    terms.some((o) => o !== t && t.factors.every((f) => o.factors.includes(f)));
  return terms.filter((t) => t.label !== "(Intercept)" && !isContained(t) && !isHeld(t)).map((t) => ({
    term: t.label,
    formula: writeFormula({
      ...pieces,
      fixed: pieces.fixed.filter((f) => f !== t.label),
      random: pieces.random.map(randomText),
    }),
  }));
}

/** Formulas with each random term left out; a term with slopes loses one slope at a time instead. */
function withoutRandom(model: Model): { term: string; formula: string }[] {
  const pieces = formulaPieces(model), terms = pieces.random.flatMap(independentTerms);
  return terms.flatMap((t, k) => {
    const others = terms.filter((_, i) => i !== k).map((o) => o.text),
      write = (random: string[]) => writeFormula({ ...pieces, random });
    if (t.slopes.length === 0) return [{ term: t.text, formula: write(others) }];
    return t.slopes.map((slope) => {
      const rest = t.slopes.filter((s) => s !== slope), term = `${slope} in ${t.text}`;
      if (!t.intercept && rest.length === 0) return { term, formula: write(others) };
      return {
        term,
        formula: write([...others, `(${[t.intercept ? "1" : "0", ...rest].join(" + ")} | ${t.group})`]),
      };
    });
  });
}

interface SimpleTerm {
  readonly text: string;
  readonly group: string;
  readonly intercept: boolean;
  readonly slopes: readonly string[];
}

/** (x || g) is (1 | g) + (0 + x | g); every other term stands for itself. */
function independentTerms(t: RandomSpec): SimpleTerm[] {
  const slopes = t.fixed.terms.map((s) => s.label), { intercept } = t.fixed, { group } = t;
  if (t.structure !== "diag") return [{ text: randomText(t), group, intercept, slopes }];
  return [
    ...(intercept ? [{ text: `(1 | ${group})`, group, intercept, slopes: [] }] : []),
    ...slopes.map((s) => ({ text: `(0 + ${s} | ${group})`, group, intercept: false, slopes: [s] })),
  ];
}
