/** predict(): means and their uncertainty at new rows, on any scale of the model. */
import {
  type FigureMeta,
  type FigureVariable,
  type PredictPlotOptions,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { assertFrame, columnNames, type Frame, pl, withSeries } from "../../frame.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import { qt } from "../../math/distributions.ts";
import { normalQuantile } from "../../model/result/coefficients.ts";
import { type Model, partsOf, usedRows } from "../../model/result/model.ts";
import { averageNotes, levelNotes } from "./level_note.ts";
import { LinearPredictors } from "./linear_predictor.ts";
import type { RandomChoice } from "./random_choice.ts";
import { observationSize } from "./observation_size.ts";
import { byCategory, categoriesOf, CATEGORY, repeatedRows } from "./class_probabilities.ts";
import { predictionIntervals } from "./prediction_interval.ts";
import { type PredictionType, predictionType, typeNames } from "./prediction_type.ts";
import { limitNote } from "./limit_note.ts";
import { AS_IT_IS, type DataScale, figureData } from "./figure_data.ts";
import { linkTitle, responseTitle } from "./response_title.ts";
import { onScale, partsNeeded, populationAverage } from "./prediction_scales.ts";
import { modelTitle } from "../../model/result/title.ts";
import { dataGrid, type GridValues } from "../grid/grids.ts";
import { assertRequired } from "../grid/required_columns.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/** What predictions know beyond their columns. */
export interface PredictMeta extends FigureMeta {
  /** The estimates of the same rows without the effects of groups; null where they hold none. */
  readonly population?: () => ArrayLike<number> | null;
}

/** Tables of predictions. */
export const PREDICT: ResultKind<PredictMeta> = resultKind("predict");

/**
 * Options of {@link predict}.
 *
 * @category Predict and simulate
 */
export interface PredictOptions {
  /**
   * Scale: "response" (the mean of y, zero inflation included; default), "link" (η of the mean), "conditional" (the mean
   * without zero inflation), "zprob" and "zlink" (probability of an extra zero, and its logit), "disp" (dispersion), or the name
   * of another parameter of the family ("df", "power"). Of ordered categories "response" is the probability of each, one row per
   * category, and "mean" the mean number of the category.
   */
  type?: string;
  /** "all" (default), "none" for the population level b = 0, or terms: "~ (1 | site)". */
  randomEffects?: RandomChoice;
  /**
   * What "no random effects" means on the response scale: the typical group, b = 0 ("typical", default), or the average
   * over all groups, the integral over the random effects ("population"; with randomEffects "none").
   */
  average?: "typical" | "population";
  /** Interval of the mean ("confidence", default), of a new observation ("prediction"), or "none". */
  interval?: "confidence" | "prediction" | "none";
  /** Confidence level of the interval (0.95). */
  level?: number;
  /**
   * Number of trials of a new observation, for prediction intervals of binomial types; the limits are proportions. Default: what
   * the rows say in the columns that the fit read the trials from, else 1. Precision weights are read from their column likewise.
   */
  trials?: number;
  /** Groups that the fit has not seen: "error" (default), or "population" with their variance in the standard error. */
  newLevels?: "population" | "error";
}

/** The kind of every option of {@link predict}. */
export const PREDICT_OPTIONS: Kinds<PredictOptions> = {
  type: kinds.text,
  randomEffects: kinds.text,
  average: kinds.oneOf("typical", "population"),
  interval: kinds.oneOf("confidence", "prediction", "none"),
  level: kinds.level,
  trials: kinds.count,
  newLevels: kinds.oneOf("population", "error"),
};

/**
 * Predictions with standard errors and intervals.
 *
 * η̂ = xᵀβ̂ + zᵀb̂; its variance holds the uncertainty of β, of the variance parameters and of b. Intervals are made on
 * the link scale and transformed, so they stay inside the range of the response. Of Gaussian models they take t quantiles with
 * the model's degrees of freedom: n − p of least squares; of REML fits Kenward–Roger's for the fixed effects, Satterthwaite's of
 * the whole variance where random effects or a new observation take part.
 *
 * ```ts
 * import { dataGrid, dataset, fit, predict, range } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * predict(model, dataGrid(model, { Days: range(10) }), { randomEffects: "none" }); // estimate and interval
 * ```
 *
 * @param newdata rows to predict for, or what dataGrid(model, …) makes them of, `{ Days: range(30), Subject: true }`, other predictors
 *   at typical values; default the rows of the fit. Rows must have every predictor
 * @returns newdata's columns, then `estimate`, `std_error` (delta method on the scale asked for), `conf_low`, `conf_high`
 *   Rows whose estimate is infinite (separation) have an interval by profile likelihood, with one end at the edge of what is
 *   possible, and no standard error on the scale of the response. Rows that the data do not determine (a combination of levels
 *   that does not occur, where the model has their interaction) are null.
 * @throws RangeError for a missing column, an unknown level of a fixed factor, or a new group (see `newLevels`)
 * Source: Kass & Steffey (1989); checked against predict() of glmmTMB and lme4 in tests/reference.
 * @category Predict and simulate
 */
export function predict(
  model: Model,
  newdata?: Frame | Record<string, GridValues>,
  options: PredictOptions = {},
): ResultFrame<PredictPlotOptions> {
  noMore("predict", arguments, 3);
  model = ownModel(model, "predict");
  checkOptions("predict", options, PREDICT_OPTIONS);
  const {
    type = "response",
    randomEffects = "all",
    interval = "confidence",
    level = 0.95,
    newLevels = "error",
    average = "typical",
  } = options;
  checkOptions("predict", { type }, { type: kinds.oneOf(...typeNames(model)) });
  const what = predictionType(model, type), categories = categoriesOf(model, type);
  checkAverage(model, options);
  if (options.trials !== undefined && interval !== "prediction") {
    throw new RangeError(
      'Cannot use trials: they belong to prediction intervals, write interval: "prediction" too',
    );
  }
  const rows = rowsFor(model, newdata);
  assertRequired(model, rows);
  const predictors = new LinearPredictors(model, rows, randomEffects, newLevels);
  const reach = reachOf(predictors, what, interval, level);
  const predictOne = (one: PredictionType) =>
    average === "population"
      ? populationAverage(model, rows, predictors, one, reach)
      : onScale(model, predictors, one, reach, interval === "none");
  const scaled = categories ? byCategory(model, categories, what, predictOne) : predictOne(what);
  const needed = what.quantity ? partsNeeded(model, what.quantity) : [what.part];
  const behind = interval === "prediction" ? partsOf(model).map(({ name }) => name) : needed;
  const notes = [
    ...average === "population"
      ? averageNotes(model, needed)
      : levelNotes(model, randomEffects, predictors.asked, behind, what),
    limitNote(predictors, what.quantity ? undefined : what.part, needed, scaled, interval),
  ];
  if (interval === "prediction") {
    if (type !== "response" || categories) {
      throw new RangeError(
        categories
          ? "Cannot make prediction intervals of categories: the probabilities say how likely each of them is"
          : `Cannot make prediction intervals with type: "${type}", they are on the scale of the response`,
      );
    }
    const { size, note } = observationSize(model, rows, options.trials);
    predictionIntervals(model, predictors, scaled, level, size);
    notes.push(note);
  }
  const columns: Record<string, Float64Array> = interval === "none"
    ? { estimate: scaled.estimate }
    : { estimate: scaled.estimate, std_error: scaled.stdError, conf_low: scaled.low, conf_high: scaled.high };
  const all = categories ? repeatedRows(rows, categories, model.response) : rows;
  const names = columnNames(all).filter((name) => !Object.hasOwn(columns, name));
  const values = Object.entries(columns).map(([name, v]) =>
    pl.Series(name, Array.from(v, (x) => (x === x ? x : null)), pl.Float64)
  );
  const frame = withSeries(all, names, values);
  return resultFrame(PREDICT, frame, {
    title: modelTitle(model),
    response: titleOf(model, type, categories !== null),
    range: categories ? [0, 1] : what.range,
    level,
    interval: interval === "prediction" ? "prediction" : "confidence",
    scale: what.isLink ? "link" : "response",
    variables: [
      ...categories ? [{ name: CATEGORY, kind: "factor" as const, levels: categories }] : [],
      ...figureVariables(model, randomEffects, names.filter((name) => name !== CATEGORY || !categories)),
    ],
    data: figureData(model, dataScale(model, type, what, categories !== null)),
    population: () => populationOf(model, rows, what, randomEffects),
    notes: notes.filter(Boolean),
  });
}

/** What the estimates are, for an axis. */
function titleOf(model: Model, type: string, categories: boolean): string {
  if (categories) return `probability of ${model.response}`;
  if (type === "link") return linkTitle(model);
  if (type === "mean") return `mean ${model.response}`;
  return type === "response" || type === "conditional" ? responseTitle(model) : type;
}

/** What of the data belongs under predictions of a type. */
function dataScale(model: Model, type: string, what: PredictionType, categories: boolean): DataScale {
  if (categories) return { of: "categories", category: CATEGORY, map: null };
  if (!what.ofMean) return { of: { absent: `the data have no values of "${type}"` }, map: null };
  if (!what.isLink) return { of: "response", map: what.quantity ? null : model.family.link };
  return {
    of: model.family.categories ? { absent: "the data are categories" } : "link",
    map: what.quantity ? null : AS_IT_IS,
  };
}

/** The same rows without the effects of groups: the line that those of the groups lie around. */
function populationOf(
  model: Model,
  rows: Frame,
  what: PredictionType,
  choice: RandomChoice,
): Float64Array | null {
  if (choice === "none" || model.random.length === 0 || what.quantity) return null;
  return onScale(
    model,
    new LinearPredictors(model, rows, "none", "population"),
    what,
    new Float64Array(0),
    true,
  ).estimate;
}

/** The rows to predict for: those given, of a grid, or of the fit. */
function rowsFor(model: Model, newdata: Frame | Record<string, GridValues> | undefined): Frame {
  if (newdata === undefined) return usedRows(model);
  if (kinds.object.is(newdata)) {
    assertNoOptions(model, newdata);
    return dataGrid(model, newdata as Record<string, GridValues>);
  }
  assertFrame(newdata as Frame);
  return newdata as Frame;
}

/** predict(model, { type: "link" }) forgets the new data. */
function assertNoOptions(model: Model, newdata: object) {
  const names = Object.keys(newdata), variables = recipeVariables(model.recipe).map(({ name }) => name);
  if (
    names.length === 0 ||
    !names.every((name) => Object.hasOwn(PREDICT_OPTIONS, name) && !variables.includes(name))
  ) {
    return;
  }
  throw new TypeError(
    "Cannot use predict(): options stand where the new data belong; for the rows of the fit write " +
      `predict(model, undefined, { ${names[0]}: … })`,
  );
}

function checkAverage(
  model: Model,
  { average = "typical", type = "response", randomEffects = "all", interval }: PredictOptions,
) {
  if (average === "typical") return;
  if (randomEffects !== "none" && model.random.length > 0) {
    throw new RangeError(
      'Cannot average over the groups and hold their effects: use randomEffects: "none" with average: "population"',
    );
  }
  if (!["response", "conditional", "mean"].includes(type)) {
    throw new RangeError(
      `Cannot average over the groups with type: "${type}", the average is on the scale of the response`,
    );
  }
  if (interval === "prediction") {
    throw new RangeError(
      'Cannot make prediction intervals with average: "population": they are of one observation in one group',
    );
  }
}

/** Standard errors from the estimate to the ends of its interval: t with the degrees of freedom of the row. */
function reachOf(p: LinearPredictors, type: PredictionType, interval: string, level: number): Float64Array {
  const z = normalQuantile(level);
  if (interval === "none" || !type.ofMean) return new Float64Array(p.n).fill(z);
  return p.degreesOfFreedom(null).map((df) => df === Infinity ? z : qt((1 + level) / 2, df));
}

function figureVariables(model: Model, choice: RandomChoice, present: readonly string[]): FigureVariable[] {
  const variables = recipeVariables(model.recipe).filter((v) =>
    present.includes(v.name) && v.roles.some((r) => r.role === "fixed" || r.role === "group")
  );
  const isFixed = (v: typeof variables[number]) => v.roles.some((r) => r.role === "fixed");
  const groups = choice === "none" ? [] : variables.filter((v) => !isFixed(v));
  return [...variables.filter(isFixed), ...groups].map((v) => ({
    name: v.name,
    kind: isFixed(v)
      ? (v.kind === "numeric" && !v.asFactor ? "numeric" as const : "factor" as const)
      : "group" as const,
    levels: v.levels ?? undefined,
  }));
}
