/** Predictions of a response of categories: one row per category. */
import { columnNames, type Frame, frameOf, withSeries } from "../../frame.ts";
import { recipeCategories } from "../../formula/recipe.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import { probabilityQuantity } from "../cells/row_quantity.ts";
import type { LinearPredictors } from "./linear_predictor.ts";
import type { PredictionType } from "./prediction_type.ts";
import type { Scaled } from "./prediction_scales.ts";

/** The column that says which category a row is about. */
export const CATEGORY = "category";

/** The categories that predictions of a type have a row for each of; null where they have one row per row. */
export function categoriesOf(model: Model, type: string): readonly string[] | null {
  return type === "response" ? recipeCategories(model.recipe) : null;
}

/** Predictions of every category, for each row of the new data the categories in their order. */
export function byCategory(
  model: Model,
  categories: readonly string[],
  type: PredictionType,
  predictOne: (type: PredictionType) => Scaled,
): Scaled {
  const each = categories.map((_, c) => predictOne({ ...type, quantity: probabilityQuantity(model, c) }));
  const K = categories.length, n = each[0].estimate.length;
  const interleaved = (of: (s: Scaled) => Float64Array) =>
    Float64Array.from({ length: n * K }, (_, j) => of(each[j % K])[Math.floor(j / K)]);
  return {
    estimate: interleaved((s) => s.estimate),
    stdError: interleaved((s) => s.stdError),
    low: interleaved((s) => s.low),
    high: interleaved((s) => s.high),
  };
}

/** Number of rows with predictions of nothing because thresholds cross in them. */
export function crossingRows(model: Model, p: LinearPredictors, { estimate }: Scaled): number {
  const { cut, variant } = model.family;
  if (!variant?.nominal || !cut || !estimate.some(Number.isNaN)) return 0;
  const eta = partsOf(model).map(({ name }) => p.values(name)), row = new Float64Array(eta.length);
  let count = 0;
  for (let i = 0; i < p.n; i++) {
    for (let k = 0; k < row.length; k++) row[k] = eta[k][i];
    if (!row.some(Number.isNaN) && Number.isNaN(cut(row, 0))) count++;
  }
  return count;
}

/** The rows, each once per category. @throws {RangeError} where their column `category` would be lost */
export function repeatedRows(rows: Frame, categories: readonly string[], response: string): Frame {
  const names = columnNames(rows);
  if (names.includes(CATEGORY) && response !== CATEGORY) {
    throw new RangeError(
      `Cannot predict probabilities of categories: the new data have a column "${CATEGORY}", which the result needs; rename it`,
    );
  }
  const own = names.filter((name) => name !== CATEGORY);
  return withSeries(rows, own).join(frameOf({ [CATEGORY]: [...categories] }), { how: "cross" });
}
