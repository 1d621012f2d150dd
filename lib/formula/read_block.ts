/** A block of rows as the model sees it: response, weights, X and Z by the recipe. */
import type { NamedColumns } from "./data_columns.ts";
import { Evaluator } from "./evaluate.ts";
import { evaluateColumns, type NewRandomTerm } from "./evaluate_recipe.ts";
import { assertFinite } from "./finite.ts";
import { parseExpression } from "./parse.ts";
import { designRecipe } from "./recipe.ts";
import { checkWeightValues } from "./response.ts";
import { numbersOf } from "./transforms/transform.ts";
import type { Recipe } from "./types.ts";
import { MEAN } from "./uses.ts";

/** Rows of the mean's predictor. */
export interface Block {
  readonly n: number;
  /** Response less offset. */
  readonly y: Float64Array;
  /** Frequency or precision weights. */
  readonly weights: Float64Array | null;
  readonly X: readonly Float64Array[];
  readonly random: readonly NewRandomTerm[];
}

/**
 * Evaluates rows of data, none of which has a missing value in a column of the model.
 * @throws {RangeError} For a value that is not finite, a weight out of range, a level that the recipe does not know.
 */
export function readBlock(given: Recipe, columns: NamedColumns): Block {
  const recipe = designRecipe(given);
  const evaluator = new Evaluator(columns, recipe.states),
    rows = Int32Array.from({ length: columns.n }, (_, i) => i);
  const numbers = (text: string) => {
    const node = parseExpression(text), value = evaluator.evaluate(node);
    assertFinite(node, value, rows, evaluator);
    return numbersOf(value, columns.n, text).values;
  };
  const { predictors: [{ X, random, offset }], n } = evaluateColumns(recipe, columns, { parts: [MEAN] });
  const response = numbers(recipe.response), { weights } = recipe;
  const w = weights && numbers(weights.text);
  if (w) checkWeightValues(w, weights.text, weights.role, (i) => `row ${i}`);
  return { n, y: offset ? response.map((v, i) => v - offset[i]) : response, weights: w, X, random };
}
