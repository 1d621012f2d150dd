/** Response, weights and predictors of further rows of the data that a model was fitted to, by its recipe. */
import type { Frame } from "../frame.ts";
import { DataColumns } from "./data_columns.ts";
import { Evaluator } from "./evaluate.ts";
import { evaluateColumns, type NewPredictor } from "./evaluate_recipe.ts";
import { assertFinite } from "./finite.ts";
import { readModel } from "./uses.ts";
import { designRecipe } from "./recipe.ts";
import { readResponse, type ResponseData } from "./response.ts";
import type { Options, Spec } from "./spec.ts";
import type { Node } from "./tree.ts";
import type { Recipe } from "./types.ts";
import type { Value } from "./values.ts";
import { Variables } from "./variables.ts";

/** Rows as a design has them. */
export interface FurtherRows extends Omit<ResponseData, "messages"> {
  readonly n: number;
  readonly predictors: readonly NewPredictor[];
}

/**
 * @param spec the formulas of the fit, of which response and weights are read
 * @param frame rows without missing values in the model's columns
 * @throws {RangeError} For levels that the fit has not seen: they are no rows of its data.
 */
export function readFurtherRows(recipe: Recipe, spec: Spec, frame: Frame, options: Options): FurtherRows {
  const { columns: known, states, categories = null } = designRecipe(recipe);
  const levels = known.filter(({ kind }) => kind === "factor").map(({ name, levels }) =>
    [name, levels!] as const
  );
  const columns = new DataColumns(
    frame,
    Object.fromEntries(levels.filter(([name]) => hasColumn(frame, name))),
  );
  const rows = Int32Array.from({ length: columns.n }, (_, i) => i);
  const variables = new RecalledVariables(new Evaluator(columns, states), rows);
  const read = readResponse(readModel(spec, columns.names, options), variables, rows, options, categories);
  const { predictors } = evaluateColumns(recipe, columns);
  for (const { random } of predictors) {
    for (const { level, group, unseen } of random) {
      if (level.some((l) => l < 0)) throw otherRows(group, unseen);
    }
  }
  return { ...read, n: columns.n, predictors };
}

function hasColumn(frame: Frame, name: string): boolean {
  return (frame._df.columns as string[]).includes(name);
}

/** Variables of rows among others: a factor keeps the levels of all. */
class RecalledVariables extends Variables {
  constructor(evaluator: Evaluator, private readonly all: Int32Array) {
    super(evaluator, all, all.length, {});
  }

  protected override take(node: Node): Value {
    const value = this.evaluator.evaluate(node);
    assertFinite(node, value, this.all, this.evaluator);
    return value;
  }
}

function otherRows(group: string, unseen: readonly string[]): RangeError {
  const which = unseen.length > 0 ? ` "${unseen[0]}"` : "";
  return new RangeError(
    `Cannot read these rows as those of the fit: the level${which} of ${group} was not among them; give the source that the model was fitted to`,
  );
}
