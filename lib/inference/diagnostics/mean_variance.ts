/** Variances against means, group by group, with what models expect. */
import { checkOptions, type Kinds, kinds } from "../../check.ts";
import {
  type CurvesPlotOptions,
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import type { SketchVariable } from "../../formula/sketch.ts";
import { columnValue } from "../../formula/values.ts";
import { type Frame, readColumn } from "../../frame.ts";
import { mean, quantileSorted, sortedNumbers, variance } from "../../math/descriptive.ts";
import type { Model } from "../../model/result/model.ts";
import { rowsToShow } from "../../model/result/sample.ts";
import { isModel } from "../../model/result/model_argument.ts";
import { modelTitle } from "../../model/result/title.ts";
import { groupColumns, type Grouping, groupRows } from "../describe/groups.ts";
import { namedModels } from "../describe/named_models.ts";
import { responseTitle } from "../predict/response_title.ts";
import { type Expected, expectedOf } from "./expected_variance.ts";

/**
 * Options of {@link meanVariance}.
 *
 * @category Checks
 */
export interface MeanVarianceOptions {
  /** Columns whose combinations of values make the groups. Default: the factors of the first model; without any ten parts of its fitted values. */
  by?: string | string[];
}

const OPTIONS: Kinds<MeanVarianceOptions> = { by: kinds.names };

/** What the figure knows. */
export interface MeanVarianceMeta extends FigureMeta {
  readonly models: readonly string[];
  /** The variance of one observation over its mean, of each model; null where it depends on more. */
  readonly curves: readonly (Expected["curve"])[];
  /** Models whose groups have means that differ within: their expected variance is not on the curve. */
  readonly spread: readonly boolean[];
}

/** Means and variances. */
export const MEAN_VARIANCE: ResultKind<MeanVarianceMeta> = resultKind("meanVariance");

/** Groups of fitted values, and the column that names them. */
const PARTS = 10, FITTED = "fitted values";
/** Share of a group's expected variance that differences of means have to reach to be drawn. */
const MUCH = 0.05;

/**
 * The variance of the response against its mean in groups of rows, and the variance that models expect there: which family has the
 * right relation between the two. It draws the groups as points and each model as a curve.
 *
 * ```ts
 * import { dataset, fit, meanVariance } from "@tidyglmm/tidyglmm";
 *
 * const counts = await dataset("Salamanders");
 * const poisson = fit("count ~ spp * mined + (1 | site)", counts, { family: "poisson" });
 * meanVariance(poisson, fit("count ~ spp * mined + (1 | site)", counts, { family: "nbinom2" }), { by: ["spp", "mined"] });
 * ```
 *
 * @param given models of the same rows, or models by names `{ a: m0, b: m1 }`; options last
 * @returns per group, and model where there are several: the groups' columns, `n`, `mean`, `variance` (of proportions where there are
 *   trials), `model`, `fitted` (mean of the fitted values) and `expected` (of the sample variance: the mean of the rows' variances plus the
 *   variance of their fitted values; random effects at their modes)
 * @throws {RangeError} when the models have different responses or rows, a column is unknown, or the response has categories
 * @throws {TypeError} for what is no model
 * Source: McCullagh & Nelder (1989), chapter 2; Ver Hoef & Boveng (2007), Ecology 88:2766–2772.
 * @category Checks
 */
export function meanVariance(
  ...given: (Model | Readonly<Record<string, Model>> | MeanVarianceOptions)[]
): ResultFrame<CurvesPlotOptions> {
  const last = given.at(-1), options = given.length > 1 && isOptions(last) ? last as MeanVarianceOptions : {};
  checkOptions("meanVariance", options, OPTIONS);
  const named = namedModels(options === last ? given.slice(0, -1) : given, "meanVariance");
  const models = named.map(({ model }) => model), [first] = models, labels = labelsOf(named);
  const expected = models.map(expectedOf), { observed } = expected[0];
  assertAlike(models, expected);
  const grouping = groupsOf(first, options.by, expected[0].mean), { groups } = grouping;
  const at = models.flatMap((_, k) => groups.map((_, g) => ({ k, g })));
  const own = at.map(({ k, g }) => {
    const rows = groups[g].rows, of = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]);
    const within = of(expected[k].variance), means = of(expected[k].mean);
    return {
      y: of(observed),
      fitted: mean(means),
      rowVariance: mean(within),
      ofMeans: rows.length > 1 ? variance(means) : 0,
    };
  });
  const numbers = (value: (each: typeof own[number]) => number) => Float64Array.from(own, value);
  return resultFrame(MEAN_VARIANCE, {
    ...groupColumns(grouping, at.map(({ g }) => g)),
    ...(models.length > 1 ? { model: at.map(({ k }) => labels[k]) } : {}),
    n: Int32Array.from(at, ({ g }) => groups[g].rows.length),
    mean: numbers(({ y }) => mean(y)),
    variance: numbers(({ y }) => y.length > 1 ? variance(y) : NaN),
    fitted: numbers(({ fitted }) => fitted),
    expected: numbers(({ rowVariance, ofMeans }) => rowVariance + ofMeans),
  }, {
    title: `Mean and variance of ${first.response}`,
    response: responseTitle(first),
    models: labels,
    curves: expected.map(({ curve }) => between(curve, own.flatMap(({ y, fitted }) => [mean(y), fitted]))),
    spread: models.map((_, k) =>
      own.some(({ ofMeans, rowVariance }, i) => at[i].k === k && ofMeans > MUCH * (ofMeans + rowVariance))
    ),
    notes: models.map((model, k) =>
      models.length > 1 ? `${labels[k]}: ${modelTitle(model)}.` : `${modelTitle(model)}.`
    ),
  }) as ResultFrame<CurvesPlotOptions>;
}

/** A curve as far as the groups go, and a bit. */
function between(curve: Expected["curve"], means: readonly number[]): Expected["curve"] {
  const low = Math.min(...means), high = Math.max(...means), more = 0.05 * (high - low);
  return curve && curve.filter(({ mean }) => mean >= low - more && mean <= high + more);
}

/** Options are an object in which nothing is a model. */
const isOptions = (given: unknown) =>
  kinds.object.is(given) && !isModel(given) && !Object.values(given as object).some(isModel);

/** Names that were given; those of the families where these differ, else M1, M2, … */
function labelsOf(named: ReturnType<typeof namedModels>): string[] {
  const nouns = named.map(({ model }) => model.family.noun), differ = new Set(nouns).size === nouns.length;
  const labels = named.map(({ name }, k) => name ?? (differ ? nouns[k] : `M${k + 1}`));
  const twice = labels.find((label, k) => labels.indexOf(label) !== k);
  if (twice) throw new RangeError(`Cannot compare variances: two models are called "${twice}"`);
  return labels;
}

function assertAlike(models: readonly Model[], expected: readonly Expected[]) {
  const other = models.findIndex((_, k) => !sameNumbers(expected[k].observed, expected[0].observed));
  if (other < 0) return;
  throw new RangeError(
    `Cannot compare variances of ${models[0].response} (${models[0].nobs} rows) and ${
      models[other].response
    } (${
      models[other].nobs
    } rows): the models should have the same response in the same rows; refit(model, { formula: … }) fits again`,
  );
}

const sameNumbers = (a: Float64Array, b: Float64Array) =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Groups by columns; without any by the factors of a model, or by ranks of its fitted values. */
function groupsOf(model: Model, by: string | string[] | undefined, fitted: Float64Array): Grouping {
  const data = rowsToShow(model);
  const names = by === undefined ? factorsOf(model) : [by].flat();
  if (names.length > 0) return groupRows(names.map((name) => variableOf(data, name)), fitted.length);
  const sorted = sortedNumbers(fitted);
  const ends = Array.from({ length: PARTS + 1 }, (_, k) => quantileSorted(sorted, k / PARTS));
  const part = Array.from(fitted, (value) => Math.max(1, ends.findIndex((end) => value <= end)));
  const levels = ends.slice(1).map((end, k) =>
    `${Number(ends[k].toPrecision(3))} to ${Number(end.toPrecision(3))}`
  );
  return groupRows([{ name: FITTED, value: partValue(part, levels), trials: null }], fitted.length);
}

function partValue(part: readonly number[], levels: readonly string[]): SketchVariable["value"] {
  const names = levels.map((level, k) => levels.indexOf(level) === k ? level : `${level} (${k + 1})`);
  return {
    kind: "factor",
    codes: Int32Array.from(part, (k) => k - 1),
    levels: names,
    ordered: false,
    boolean: false,
  };
}

function variableOf(data: Frame, name: string): SketchVariable {
  return { name, value: columnValue(readColumn(data, name)), trials: null };
}

function factorsOf(model: Model): string[] {
  return recipeVariables(model.recipe).filter(({ kind, asFactor, roles }) =>
    (kind !== "numeric" || asFactor) && roles.some(({ role }) => role === "fixed")
  ).map(({ name }) => name);
}
