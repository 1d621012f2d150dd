/** Joint tests of the terms of a model: are all contrasts of marginal means zero that make up a main effect or interaction? */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { ColumnValues } from "../../frame.ts";
import { parseExpression } from "../../formula/parse.ts";
import { namesIn } from "../../formula/tree.ts";
import { Matrix, positiveInverse, symmetricEigen } from "../../math/dense.ts";
import { axpy, dot } from "../../math/vectors.ts";
import { pf } from "../../math/distributions.ts";
import { type Model, partOf } from "../../model/result/model.ts";
import { estimateContrasts } from "./estimate_contrasts.ts";
import { checkMeaning, type EmmeansOptions, GRID_OPTIONS } from "./emmeans_options.ts";
import { isGiven } from "./estimates_table.ts";
import { estimateMeans } from "./emmeans.ts";
import { nestsOf } from "./marginal.ts";
import { type Estimates, groupsBy } from "./estimates.ts";
import { factorColumns } from "./estimates_columns.ts";
import { type AtValues, gridDimensions } from "../grid/reference_grid.ts";
import { modelTitle } from "../../model/result/title.ts";
import { MEAN } from "../../model/families/part.ts";
import { checkOptions, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link jointTests}.
 *
 * @category Means and comparisons
 */
export type JointTestsOptions = Omit<
  EmmeansOptions,
  "type" | "level" | "adjust" | "biasAdjust" | "contrasts"
>;

/**
 * Tests each main effect and interaction by the contrasts of estimated marginal means that belong to it:
 *
 *     F = (Lβ̂)ᵀ (L V Lᵀ)⁻¹ (Lβ̂) / q,     H₀: Lβ = 0 (all interaction contrasts of the factors are zero)
 *
 * Unlike tests of coefficients, these do not depend on how factors are coded: a main effect is about means averaged over the
 * other factors with the given weights (for balanced weights, "type III" with sum-to-zero coding). A covariate enters by its
 * slope: contrasts between its mean and one unit above.
 *
 * ```ts
 * import { dataset, fit, jointTests } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * jointTests(model);
 * ```
 *
 * @param options.by test within each level of these factors
 * @returns (by-factors), `term`, `statistic` (F), `df`, `df_residual` (Infinity: χ²/df), `p_value`; terms of which nothing can be
 *   estimated have NA
 * @throws {RangeError} as emmeans
 * Source: Searle, Speed & Milliken (1980); Lenth (2016). Checked against emmeans in tests/reference.
 * @category Means and comparisons
 */
export function jointTests(model: Model, options: JointTestsOptions = {}): ResultFrame {
  noMore("jointTests", arguments, 2);
  model = ownModel(model, "jointTests");
  checkOptions("jointTests", options, GRID_OPTIONS);
  checkMeaning(model, options);
  const by = typeof options.by === "string" ? [options.by] : [...options.by ?? []];
  const { component = MEAN } = options,
    parts = model.parts.some(({ part }) => part === component) ? [component] : [MEAN];
  const at = { ...steps(model, parts, options.at), ...options.at };
  const tests = testedTerms(model, parts, by, at).flatMap(({ factors, within }) => {
    const means = estimateMeans(model, { method: null, factors, by }, { ...options, at });
    const contrasts = estimateContrasts(means, "consec", { interaction: true, by: [...by, ...within] });
    return groupsBy(contrasts, by).map((group) => ({
      term: factors.join(":"),
      group,
      contrasts,
      ...jointTest(contrasts, group),
    }));
  });
  const columns: Record<string, ColumnValues> = {};
  for (const name of by) {
    const factors = tests.map(({ contrasts }) => contrasts.factors.find((f) => f.name === name)!);
    const codes = Int32Array.from(tests, ({ group }, i) => factors[i].codes[group[0]]);
    Object.assign(columns, factorColumns([{ ...factors[0], codes }]));
  }
  return resultFrame("jointTests", {
    ...columns,
    term: tests.map(({ term }) => term),
    statistic: Float64Array.from(tests, ({ F }) => F),
    df: Float64Array.from(tests, ({ q }) => q),
    df_residual: Float64Array.from(tests, ({ df }) => df),
    p_value: Float64Array.from(tests, ({ p }) => p),
  }, {
    title: modelTitle(model),
    notes: [
      "F tests that all contrasts of the estimated marginal means of a term are zero, averaged over the other factors " +
      `(${
        typeof options.weights === "string" ? options.weights : options.weights ? "given" : "equal"
      } weights)`,
      `Degrees-of-freedom method: ${tests[0]?.contrasts.df.name ?? "none"}`,
      ...[...new Set(tests.filter(({ given }) => given).map(({ term }) => term))].map((term) =>
        `${term} is not tested: differences of its means are held at the values given in \`fixed\``
      ),
    ],
  });
}

/** An F test, NaN where there is none. */
interface JointTest {
  readonly F: number;
  readonly q: number;
  readonly df: number;
  readonly p: number;
  /** What is tested is held, so that there is no test. */
  readonly given: boolean;
}

/** F test that the rows of a group are all zero, as far as the data determine them. */
function jointTest(e: Estimates, group: readonly number[]): JointTest {
  const values = e.rows.times(e.beta),
    theta = Matrix.columnVector(group.map((i) => values[i] + e.constant[i]));
  const C = estimableCombinations(group.length, beyond(e, group)),
    all = C.mmul(e.rows.dense(group)),
    variance = all.mmul(e.covariance).mmul(all.transpose()),
    use = independentRows(all);
  const none = { F: NaN, q: use.length, df: NaN, p: NaN, given: false };
  if (use.length === 0) return none;
  const L = all.selection(use, [...Array(all.columns).keys()]), effect = C.mmul(theta).selection(use, [0]);
  const V = variance.selection(use, use), held = heldCombinations(e, L, V);
  if (!held) return fTest(e, L, effect, V) ?? none;
  if (held.given.mmul(effect).norm() > 1e-9 * effect.norm()) return { ...none, given: true };
  const { free } = held;
  if (free.rows === 0) return { ...none, given: true };
  return fTest(e, free.mmul(L), free.mmul(effect), free.mmul(V).mmul(free.transpose())) ?? none;
}

function fTest(e: Estimates, L: Matrix, effect: Matrix, variance: Matrix): JointTest | null {
  const inverse = L.rows > 0 ? positiveInverse(variance) : null;
  if (!inverse) return null;
  const { df, scale } = e.df.jointDf(L), q = L.rows;
  const F = scale * effect.transpose().mmul(inverse).mmul(effect).get(0, 0) / q;
  return { F, q, df, p: pf(F, q, df, false), given: false };
}

/**
 * Combinations of the rows of L that coefficients which the caller holds make up, and a basis of the others; null where there are
 * none of the first kind.
 */
function heldCombinations(e: Estimates, L: Matrix, V: Matrix): { given: Matrix; free: Matrix } | null {
  if (!e.beta.some((_, j) => e.covariance.get(j, j) === 0)) return null;
  const size = V.diagonal().map((v, i) => isGiven(e, L.getRow(i), v) ? Infinity : Math.sqrt(v));
  const R = Matrix.zeros(V.rows, V.rows);
  for (let i = 0; i < V.rows; i++) {
    for (let j = 0; j < V.rows; j++) R.set(i, j, V.get(i, j) / (size[i] * size[j]));
  }
  const { values, vectors } = symmetricEigen(R), least = 1e-10; // of correlations
  const basis = (belongs: (value: number) => boolean) => {
    const chosen = values.flatMap((v, k) => belongs(v) ? [k] : []),
      rows = Matrix.zeros(chosen.length, V.rows);
    chosen.forEach((k, r) =>
      size.forEach((s, i) => rows.set(r, i, vectors.get(i, k) / (s === Infinity ? 1 : s)))
    );
    return rows;
  };
  const given = basis((v) => v <= least);
  return given.rows === 0 ? null : { given, free: basis((v) => v > least) };
}

/** What the rows ask beyond the data: combinations of levels that do not occur, and directions along which the likelihood is flat. */
function beyond({ defect, runaway, rows }: Estimates, group: readonly number[]): Matrix | null {
  const size = Math.max(...rows.dense(group).to1DArray().map(Math.abs));
  const isNoise = (column: number[]) => column.every((v) => Math.abs(v) <= 1e-9 * size); // differences of averages over cells
  const columns = defect === null
    ? []
    : defect.dense(group).transpose().to2DArray().filter((column) => !isNoise(column));
  if (runaway) {
    const parts = group.map((i) => runaway.components(i));
    parts[0].forEach((_, k) => columns.push(parts.map((c) => c[k])));
  }
  return columns.length === 0 ? null : new Matrix(columns).transpose();
}

/** Combinations of rows that the data determine: the null space of Dᵀ, each column of D scaled to its largest entry. */
function estimableCombinations(n: number, D: Matrix | null): Matrix {
  if (D === null) return Matrix.eye(n);
  const largest = D.transpose().to2DArray().map((column) => Math.max(...column.map(Math.abs)) || 1);
  const unit = Matrix.zeros(n, D.columns);
  for (let i = 0; i < n; i++) for (let k = 0; k < D.columns; k++) unit.set(i, k, D.get(i, k) / largest[k]);
  const { values, vectors } = symmetricEigen(unit.mmul(unit.transpose()));
  const free = values.flatMap((v, k) => v <= 1e-12 * Math.max(1, ...values) ? [k] : []);
  const C = Matrix.zeros(free.length, n);
  free.forEach((k, row) => {
    for (let i = 0; i < n; i++) C.set(row, i, vectors.get(i, k));
  });
  return C;
}

/** Rows that are not combinations of earlier ones (modified Gram–Schmidt). */
function independentRows(L: Matrix): number[] {
  const basis: Float64Array[] = [];
  return [...Array(L.rows).keys()].filter((i) => {
    const row = Float64Array.from(L.getRow(i)), size = Math.hypot(...row);
    if (!(size > 1e-12)) return false;
    for (const q of basis) {
      const c = dot(q, row);
      axpy(-c, q, row);
    }
    const left = Math.hypot(...row);
    if (left < 1e-8 * size) return false;
    basis.push(row.map((v) => v / left));
    return true;
  });
}

/** A term: its factors, and those of them within whose levels the others are compared because these are nested in them. */
interface TestedTerm {
  readonly factors: readonly string[];
  readonly within: readonly string[];
}

/**
 * The terms to test outside `by`. A factor that is nested in another is compared within its levels: drugs within routes are
 * "route:drug", whether the formula says route + drug, route / drug or drug. So is one that the formula nests, as x in
 * drug + drug:x, which has no effect of its own beside the interaction. Where no factor of an interaction has one (a:b alone),
 * the effect of each is tested too.
 */
function testedTerms(
  model: Model,
  parts: readonly string[],
  by: readonly string[],
  at: AtValues,
): TestedTerm[] {
  const nests = nestsOf(model, parts, at), given = termsOf(model, parts[0]);
  /** Factors of a term that a term within it holds too. */
  const held = (names: readonly string[]) => {
    const inner = given.filter((other) =>
      other.length < names.length && other.every((v) => names.includes(v))
    );
    return names.filter((name) => inner.some((other) => other.includes(name)));
  };
  const crossed = given.filter((names) => names.length > 1 && held(names).length === 0).flat();
  const terms = [...crossed.map((name) => [name]), ...given].map((names): TestedTerm => {
    const own = names.filter((name) => !by.includes(name));
    const parents = nests.filter(({ child }) => own.includes(child)).map(({ parent }) => parent);
    const outer = held(names), nested = outer.length < names.length;
    const within = [...new Set([...parents, ...(nested ? outer : [])])].filter((name) => !by.includes(name));
    return { factors: [...within, ...own.filter((name) => !within.includes(name))], within };
  }).filter(({ factors }) => factors.length > 0);
  const distinct = [...new Map(terms.map((term) => [term.factors.join(":"), term])).values()];
  return distinct.sort((a, b) => a.factors.length - b.factors.length);
}

/** The variables of every term, simple terms first. */
function termsOf(model: Model, part: string): string[][] {
  const terms = partOf(model, part).terms.filter(({ factors }) => factors.length > 0).map(({ factors }) => [
    ...new Set(factors.flatMap((text) => namesIn(parseExpression(text)))),
  ]);
  // poly(x, 2):a and x:a are about the same variables: one test of all that they do.
  return [...new Map(terms.map((names) => [[...names].sort().join(":"), names])).values()];
}

/** Covariates at their mean and one unit above, so that contrasts are slopes. */
function steps(model: Model, parts: readonly string[], at: AtValues = {}): Record<string, number[]> {
  const out: Record<string, number[]> = {};
  for (const { name, values } of gridDimensions(model, parts)) {
    if (values?.length === 1 && !(name in at)) out[name] = [values[0] - 0.5, values[0] + 0.5];
  }
  return out;
}
