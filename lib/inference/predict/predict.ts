/** predict(): means and their uncertainty at new rows, on any scale of the model. */
import type { PredictPlotOptions, ResultFrame } from "../../display.ts";
import { assertFrame, type Frame } from "../../frame.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import { qt } from "../../math/distributions.ts";
import { normalQuantile } from "../../model/result/coefficients.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import { rowsToShow } from "../../model/result/sample.ts";
import { averageNotes, levelNotes } from "./level_note.ts";
import { LinearPredictors } from "./linear_predictor.ts";
import { observationSize } from "./observation_size.ts";
import { byCategory, categoriesOf, crossingRows } from "./class_probabilities.ts";
import { predictionIntervals } from "./prediction_interval.ts";
import { type PredictionType, predictionType, typeNames } from "./prediction_type.ts";
import { limitNote } from "./limit_note.ts";
import { checkMeaning, PREDICT_OPTIONS, type PredictOptions } from "./predict_options.ts";
import { predictionFrame } from "./prediction_frame.ts";
import { onScale, partsNeeded, populationAverage } from "./prediction_scales.ts";
import { dataGrid, type GridValues } from "../grid/grids.ts";
import { assertRequired } from "../grid/required_columns.ts";
import { checkOptions, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

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
  const { type = "response", randomEffects = "all", interval = "confidence", level = 0.95 } = options;
  checkOptions("predict", { type }, { type: kinds.oneOf(...typeNames(model)) });
  checkMeaning(model, options);
  const what = predictionType(model, type), categories = categoriesOf(model, type);
  const rows = rowsFor(model, newdata), population = options.average === "population";
  assertRequired(model, rows);
  const predictors = new LinearPredictors(model, rows, randomEffects, options.newLevels ?? "error");
  const reach = reachOf(predictors, what, interval, level);
  const predictOne = (one: PredictionType) =>
    population
      ? populationAverage(model, rows, predictors, one, reach)
      : onScale(model, predictors, one, reach, interval === "none");
  const scaled = categories ? byCategory(model, categories, what, predictOne) : predictOne(what);
  const needed = what.quantity ? partsNeeded(model, what.quantity) : [what.part];
  const behind = interval === "prediction" ? partsOf(model).map(({ name }) => name) : needed;
  const notes = [
    ...population
      ? averageNotes(model, needed)
      : levelNotes(model, randomEffects, predictors.asked, behind, what),
    limitNote(
      predictors,
      what.quantity ? undefined : what.part,
      needed,
      behind,
      scaled,
      interval,
      crossingRows(model, predictors, scaled),
    ),
  ];
  if (interval === "prediction") {
    const { size, note } = observationSize(model, rows, options.trials);
    predictionIntervals(model, predictors, scaled, level, size);
    notes.push(note);
  }
  return predictionFrame({
    model,
    rows,
    type,
    what,
    categories,
    randomEffects,
    interval,
    level,
    scaled,
    notes,
  });
}

/** The rows to predict for: those given, of a grid, or of the fit. */
function rowsFor(model: Model, newdata: Frame | Record<string, GridValues> | undefined): Frame {
  if (newdata === undefined) return rowsToShow(model);
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

/** Standard errors from the estimate to the ends of its interval: t with the degrees of freedom of the row. */
function reachOf(p: LinearPredictors, type: PredictionType, interval: string, level: number): Float64Array {
  const z = normalQuantile(level);
  if (interval === "none" || !type.ofMean) return new Float64Array(p.n).fill(z);
  return p.degreesOfFreedom(null).map((df) => df === Infinity ? z : qt((1 + level) / 2, df));
}
