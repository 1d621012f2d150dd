/** Analysis of variance: Wald tests of the terms of one model, or likelihood-ratio tests between several. */
import { MEAN } from "../../model/families/part.ts";
import {
  formatPValues,
  layoutText,
  type ResultFrame,
  resultFrame,
  stars,
  STARS_LEGEND,
} from "../../display.ts";
import { Matrix, positiveInverse } from "../../math/dense.ts";
import { pchisq, pf } from "../../math/distributions.ts";
import type { Component } from "../../model/result/coefficients.ts";
import {
  componentOf,
  isLeastSquares,
  type Model,
  partOf,
  type PartResult,
} from "../../model/result/model.ts";
import { solutionOrNull } from "../../model/result/solution.ts";
import { compareModels } from "./compare.ts";
import { dfMethod, type DfName, meansDf } from "../df/degrees_of_freedom.ts";
import {
  containing,
  type Containment,
  type Hypothesis,
  type HypothesisType,
  termHypotheses,
} from "./hypotheses.ts";
import { ratioTests } from "./ratio_tests.ts";
import { checkOptions, isPromise, type Kinds, kinds } from "../../check.ts";
import { isModel, ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link anova} for one model.
 *
 * @category Tests and intervals
 */
export interface AnovaOptions {
  /** 2 (default): each term after all terms that do not contain it; 3: marginal, sum-to-zero; 1: sequential. */
  type?: HypothesisType;
  /**
   * "Chisq" (default): Wald tests; "F" for Gaussian models with the degrees of freedom of `df` (default for least squares);
   * "LR": likelihood-ratio tests, for which the model is fitted again without each term (types 1 and 2 of the mean).
   */
  test?: "Chisq" | "F" | "LR";
  /** Denominator degrees of freedom of F tests; default Kenward–Roger for REML fits, residual without random effects. */
  df?: "satterthwaite" | "kenward-roger" | "residual";
  /** Part of the model: "cond" (default), "zi", "oi", "disp", or another of its family. */
  component?: Component;
  /** Which terms count as containing another in type 2: all with its variables (car), or SAS's rule for covariates (lmerTest). */
  containment?: Containment;
}

const OPTIONS: Kinds<AnovaOptions> = {
  type: kinds.oneOfNumbers(1, 2, 3),
  test: kinds.oneOf("Chisq", "F", "LR"),
  df: kinds.oneOf("satterthwaite", "kenward-roger", "residual"),
  component: kinds.text,
  containment: kinds.oneOf("all", "sas"),
};

/**
 * `anova(model)`: Wald tests of every term. `anova(m0, m1, …)`, or with names `anova({ m0, m1 })`: likelihood-ratio tests of nested
 * models.
 *
 * Type 2 tests β_A given that the coefficients of the terms that contain it are zero; type 3 the marginal hypothesis with
 * equal weights (sum-to-zero coding), whatever coding the model uses. χ² = (Lβ̂)ᵀ(LVLᵀ)⁻¹Lβ̂.
 *
 * With `test: "LR"` the statistic is twice what the log-likelihood loses without the term (REML fits are fitted again by maximum
 * likelihood): of use where groups are few, and where separation leaves a Wald test a part of the term only.
 *
 * Where combinations of levels have no data, or are separated, the part of a hypothesis is tested that the data determine, with its
 * degrees of freedom (type 3: the estimable contrasts of equally weighted means; where there are none, SAS's type III functions), and
 * notes say so. It does not depend on the order or the coding of levels.
 *
 * ```ts
 * import { anova, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * anova(model, { type: 2 });
 * anova(fit("breaks ~ wool", await dataset("warpbreaks"), { family: "poisson" }), model); // likelihood ratio
 * ```
 *
 * @returns for one model `term`, `statistic`, `df`, `p_value`; with F tests `term`, `statistic`, `df`, `df_residual`,
 *   `p_value`; for several models see {@link compareModels}
 * @throws RangeError when F tests are asked for where they are not defined, or models are not comparable
 * Source: Fox (2016), sections 8.2.6 and 9.4.4; Kenward & Roger (1997); checked against car and lmerTest in tests/reference.
 * @category Tests and intervals
 */
export function anova(
  model: Model | Readonly<Record<string, Model>>,
  ...rest: (Model | AnovaOptions)[]
): ResultFrame {
  if (isNamed(model)) {
    const models = Object.values(model).map((each) => ownModel(each, "anova"));
    if (models.length > 1 && rest.length === 0) return compareModels(models, Object.keys(model));
    return anova(models[0], ...models.slice(1), ...rest);
  }
  model = ownModel(model, "anova");
  const others = rest.filter(isModel), more = rest.filter((each) => !isModel(each));
  if (others.length === 0 && more.length < 2) {
    const options = (more.length === 0 ? {} : more[0]) as AnovaOptions;
    if (isPromise(options)) ownModel(options, "anova");
    checkOptions("anova", options, OPTIONS);
    return options.test === "LR" ? ratioTable(model, options) : waldTable(model, options);
  }
  for (const each of more) {
    if (isPromise(each) || others.length === 0) ownModel(each, "anova");
    throw new TypeError("Cannot combine several models with options of the tests of one model in anova()");
  }
  return compareModels([model, ...others.map((other) => ownModel(other, "anova"))]);
}

/** Models by their names, `{ small, large }`. */
function isNamed(given: unknown): given is Readonly<Record<string, Model>> {
  return kinds.object.is(given) && !isModel(given) && Object.values(given as object).some(isModel);
}

const DF_IN_WORDS: Record<DfName, string> = {
  asymptotic: "infinite",
  residual: "residual",
  satterthwaite: "Satterthwaite",
  "kenward-roger": "Kenward–Roger",
};

function waldTable(model: Model, options: AnovaOptions): ResultFrame {
  const { type = 2, component = MEAN, containment = "all", df, test = defaultTest(model, options) } = options;
  const parts = componentOf(model, component),
    name = test === "F" ? fMethod(model, df, component) : "asymptotic";
  const method = component === MEAN ? dfMethod(model, name) : null;
  const index = parts.flatMap(({ names, start }) => names.map((_, j) => start + j)),
    V = method?.covariance ?? model.covariance.selection(index, index);
  const hypotheses = parts.length === 1
    ? termHypotheses(model, parts[0].part, type, V, containment)
    : jointHypotheses(model, parts, type, containment);
  const beta = Float64Array.from(parts.flatMap((part) => [...part.beta]));
  const rows = hypotheses.map(({ term, L }) => {
    if (L.rows === 0) return { term, statistic: NaN, df: 0, residual: NaN, p: NaN };
    const q = L.rows, chisq = wald(L, beta, V);
    if (test === "Chisq") {
      return { term, statistic: chisq, df: q, residual: Infinity, p: pchisq(chisq, q, false) };
    }
    const joint = method!.jointDf(L), F = joint.scale * chisq / q;
    return { term, statistic: F, df: q, residual: joint.df, p: pf(F, q, joint.df, false) };
  });
  const title = `Analysis of ${test === "F" ? "variance" : "deviance"} table (type ${ROMAN[type]} Wald ${
    test === "F" ? `F tests, ${DF_IN_WORDS[name]} df` : "chi-square tests"
  })${component === MEAN ? "" : `, component ${component}`}`;
  const notes = [
    hypothesisInWords(type, containment),
    ...incompleteInWords(model, parts[0].part, type, hypotheses),
  ];
  return table(model, test === "F" ? "F" : "Chisq", title, rows, notes);
}

/** Hypotheses of each term in all parts of a component, such as the thresholds: that its coefficients are zero in every one. */
function jointHypotheses(
  model: Model,
  parts: readonly PartResult[],
  type: HypothesisType,
  containment: Containment,
): Hypothesis[] {
  const each = parts.map(({ part, names, start }) => {
    const index = names.map((_, j) => start + j);
    return termHypotheses(model, part, type, model.covariance.selection(index, index), containment)
      .filter(({ term }) => term !== "(Intercept)");
  });
  const size = parts.reduce((sum, { beta }) => sum + beta.length, 0);
  return each[0].map((first, t) => {
    const own = each.map((hypotheses) => hypotheses[t]), rows = own.reduce((sum, { L }) => sum + L.rows, 0);
    const L = Matrix.zeros(rows, size), whole = own.reduce((sum, h) => sum + (h.nominal ?? h.L.rows), 0);
    let row = 0, column = 0;
    own.forEach((h, k) => {
      if (h.L.rows > 0) L.setSubMatrix(h.L, row, column);
      row += h.L.rows;
      column += parts[k].beta.length;
    });
    return { term: first.term, L, nominal: rows < whole ? whole : null, sas: own.some((h) => h.sas) };
  });
}

function defaultTest(model: Model, { df, component = MEAN }: AnovaOptions): "Chisq" | "F" {
  return df || (isLeastSquares(model) && component === MEAN) ? "F" : "Chisq";
}

function ratioTable(
  model: Model,
  { type = 2, component = MEAN, containment = "all", df }: AnovaOptions,
): ResultFrame {
  if (type === 3 || component !== MEAN || df) {
    throw new RangeError(
      `Cannot make likelihood-ratio tests ${
        df ? "with denominator df" : component !== MEAN ? `of component "${component}"` : "of type 3"
      }: they drop terms of the mean, after those before them (type: 1) or after all that do not contain them (type: 2); ` +
        "other hypotheses are comparisons of two models, anova(m0, m1)",
    );
  }
  const rows = ratioTests(
    model,
    (term, all) =>
      type === 1 ? all.slice(all.indexOf(term) + 1) : all.filter(containing(model, term, containment)),
  );
  const lost = rows.filter((r) => r.df > 0 && r.statistic !== r.statistic).map((r) => r.term);
  const notes = [
    hypothesisInWords(type, containment),
    model.reml || isLeastSquares(model) ? "The likelihoods are those of maximum-likelihood fits." : "",
    lost.length > 0
      ? `No test of ${
        lost.join(", ")
      }: a model that it compares did not reach an optimum that can be certified.`
      : "",
  ].filter(Boolean);
  const all = rows.map((r) => ({ ...r, residual: Infinity }));
  return table(
    model,
    "Chisq",
    `Analysis of deviance table (type ${ROMAN[type]} likelihood-ratio tests)`,
    all,
    notes,
  );
}

const ROMAN = { 1: "I", 2: "II", 3: "III" } as const;

interface TableRow {
  readonly term: string;
  readonly statistic: number;
  readonly df: number;
  readonly residual: number;
  readonly p: number;
}

function table(
  model: Model,
  test: "Chisq" | "F",
  title: string,
  rows: readonly TableRow[],
  notes: readonly string[],
): ResultFrame {
  const columns = {
    term: rows.map((r) => r.term),
    statistic: Float64Array.from(rows, (r) => r.statistic),
    df: Int32Array.from(rows, (r) => r.df),
    ...(test === "F" ? { df_residual: Float64Array.from(rows, (r) => r.residual) } : {}),
    p_value: Float64Array.from(rows, (r) => r.p),
  };
  return resultFrame("anova", columns, {
    title: `${title} — response: ${model.response}`,
    notes: [...notes],
    text: () => [title, `Response: ${model.response}`, printed(columns, test), ...notes].join("\n"),
  });
}

function fMethod(model: Model, df: AnovaOptions["df"], component: string): DfName {
  if (component !== MEAN) {
    throw new RangeError(`Cannot make F tests of component "${component}": use test: "Chisq"`);
  }
  const name = df ?? meansDf(model);
  if (name === "asymptotic") {
    if (model.family.residual && model.random.length > 0 && solutionOrNull(model)?.closed) {
      return "satterthwaite";
    }
    throw new RangeError(
      `Cannot make F tests for a ${model.family.name} model: its denominator degrees of freedom are not defined; use test: "Chisq", or compare models with anova(m0, m1)`,
    );
  }
  return name;
}

/** (Lβ)ᵀ (L V Lᵀ)⁻¹ Lβ. */
export function wald(L: Matrix, beta: Float64Array, V: Matrix): number {
  const h = L.mmul(Matrix.columnVector(Array.from(beta))), S = L.mmul(V).mmul(L.transpose());
  for (let i = 0; i < S.rows; i++) for (let j = 0; j < i; j++) S.set(i, j, S.get(j, i));
  const inverse = positiveInverse(S);
  return inverse ? h.transpose().mmul(inverse).mmul(h).get(0, 0) : NaN;
}

function hypothesisInWords(type: HypothesisType, containment: Containment): string {
  if (type === 1) {
    return "Hypotheses: each term after those before it (sequential); the order of the terms matters.";
  }
  if (type === 2) {
    return `Hypotheses: each term after all others except those that contain it${
      containment === "sas"
        ? " (SAS's rule: an interaction with a covariate does not contain a factor's main effect)"
        : ""
    } (the principle of marginality).`;
  }
  return "Hypotheses: each term averaged over the levels of the others with equal weights, covariates at 0 (sum-to-zero coding, whatever coding the model was fitted with).";
}

/** What of the hypotheses is tested, where the data do not determine all of them. */
function incompleteInWords(
  model: Model,
  component: string,
  type: HypothesisType,
  hypotheses: readonly Hypothesis[],
): string[] {
  const part = partOf(model, component), out: string[] = [];
  const flat = model.flat.directions.length > 0;
  const why = part.dropped.length === 0
    ? "separation"
    : flat
    ? "combinations of levels without data, and separation"
    : "combinations of levels without data";
  const list = (found: readonly Hypothesis[]) =>
    found.map((h) => `${h.term} (${h.L.rows} of ${h.nominal})`).join(", ");
  const reduced = hypotheses.filter((h) => h.nominal !== null && h.L.rows > 0);
  if (reduced.length > 0) {
    out.push(
      `Of some terms the data determine a part only (${why}), which is tested, with its degrees of freedom: ${
        list(reduced)
      }.${
        flat && component === MEAN
          ? ` anova(model, { test: "LR" }) tests the whole of each by its likelihood.`
          : ""
      }`,
    );
  }
  const sas = hypotheses.filter((h) => h.sas && h.L.rows > 0).map((h) => h.term);
  if (sas.length > 0) {
    out.push(
      `No difference of equally weighted means can be estimated for ${
        sas.join(", ")
      } (${why}): the hypotheses are SAS's type III, over the cells that occur; interpret with care.`,
    );
  }
  if (part.fixed.length > 0) {
    out.push(`Held at given values (option fixed), so not tested: ${part.fixed.join(", ")}.`);
  }
  const none = [
    ...hypotheses.filter((h) => h.L.rows === 0).map((h) => h.term),
    ...part.terms.filter((t) => t.count === 0).map((t) => t.label),
  ];
  if (none.length > 0 && (type === 3 || flat)) {
    out.push(`Nothing of ${none.join(", ")} can be told from the other terms (${why}): no test.`);
  }
  return out;
}

function printed(
  c: {
    term: string[];
    statistic: Float64Array;
    df: Int32Array;
    df_residual?: Float64Array;
    p_value: Float64Array;
  },
  test: "Chisq" | "F",
): string {
  const cells = (values: ArrayLike<number>, digits: number) =>
    Array.from(values, (v) => (Number.isFinite(v) ? v.toFixed(digits) : String(v)));
  const columns = [
    { name: test, cells: cells(c.statistic, 4), align: "right" as const },
    { name: "Df", cells: Array.from(c.df, String), align: "right" as const },
    ...(c.df_residual ? [{ name: "Df.res", cells: cells(c.df_residual, 2), align: "right" as const }] : []),
    { name: `Pr(>${test})`, cells: formatPValues(c.p_value, 4), align: "right" as const },
    { name: "", cells: Array.from(c.p_value, (p) => stars(p)), align: "left" as const },
  ];
  return layoutText(c.term, columns) + (c.p_value.some((p) => p <= 0.1) ? `\n---\n${STARS_LEGEND}` : "");
}
