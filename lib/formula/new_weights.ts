/** Numbers of trials and precision weights of new rows. */
import type { Frame } from "../frame.ts";
import { DataColumns } from "./data_columns.ts";
import { Evaluator } from "./evaluate.ts";
import { parseExpression } from "./parse.ts";
import { designRecipe } from "./recipe.ts";
import { numbersOf } from "./transforms/transform.ts";
import { namesIn } from "./tree.ts";
import type { Recipe } from "./types.ts";

/** One number per row; null where the fit had none, or the new data lack its columns. */
export interface NewWeights {
  readonly trials: Float64Array | null;
  readonly precision: Float64Array | null;
  /** The expression of trials or precision weights whose columns the new data lack. */
  readonly absent: string | null;
}

/**
 * Reads the trials (weights, or cbind(successes, failures)) and precision weights of new rows as the fit read them.
 * @throws {RangeError} when precision weights are not positive, or trials not whole numbers >= 0
 */
export function newWeights(recipe: Recipe, frame: Frame): NewWeights {
  const { response, weights, states } = designRecipe(recipe);
  const columns = new DataColumns(frame, {}, "the new data"), evaluator = new Evaluator(columns, states);
  const isTwoColumns = /^cbind\(/.test(response), text = isTwoColumns ? response : weights?.text;
  const none: NewWeights = { trials: null, precision: null, absent: null };
  if (text === undefined || (!isTwoColumns && weights!.role === "frequency")) return none;
  const node = parseExpression(text);
  if (!namesIn(node).every((name) => columns.has(name))) return { ...none, absent: text };
  const value = evaluator.evaluate(node);
  const numbers = value.kind === "matrix"
    ? value.columns[0].map((successes, i) => successes + value.columns[1][i])
    : numbersOf(value, columns.n, text).values;
  const precision = !isTwoColumns && weights!.role === "precision";
  const wrong = numbers.findIndex((v) => v === v && !(precision ? v > 0 : v >= 0 && Number.isInteger(v)));
  if (wrong >= 0) {
    throw new RangeError(
      `Cannot use ${text} of the new data as ${
        precision ? "precision weights" : "numbers of trials"
      }: they must be ` +
        `${precision ? "> 0" : "whole numbers >= 0"}, but row ${wrong} is ${numbers[wrong]}`,
    );
  }
  return precision ? { ...none, precision: numbers } : { ...none, trials: numbers };
}
