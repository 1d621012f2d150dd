/** A model's columns, grouping factors, response and weights in queries, by its recipe. */
import { parseExpression } from "../../formula/parse.ts";
import { type DesignRecipe, designRecipe } from "../../formula/recipe.ts";
import type { Recipe } from "../../formula/types.ts";
import { aggregate, column, type Expr, minus, sum } from "../query/expression.ts";
import { ln } from "../translate/guards.ts";
import { numbersIn } from "../translate/operators.ts";
import { Translator } from "../translate/translator.ts";
import { combinationExpression, type ModelColumn, ModelColumns } from "./model_columns.ts";
import type { SqlRows } from "./rows.ts";
import { groupSlot, type Slot } from "./slots.ts";

/** A grouping factor with the columns of all terms on it. */
export interface GroupColumns {
  readonly group: string;
  /** The factors whose combinations are its groups. */
  readonly components: readonly string[];
  readonly slot: Slot;
  readonly columns: readonly ModelColumn[];
  /** For each term the number of its columns, and how many of them hold the constant. */
  readonly terms: readonly { readonly count: number; readonly leading: number }[];
}

export interface ModelRows {
  readonly recipe: DesignRecipe;
  readonly X: readonly ModelColumn[];
  /** Response − offset − Xβ. */
  readonly response: Expr;
  readonly weights: Expr | null;
  readonly groups: readonly GroupColumns[];
}

/** @param less β, whose Xβ is taken off the response */
export function modelRows(
  given: Recipe,
  rows: SqlRows,
  less: Float64Array | null,
  leadingOf: (layout: DesignRecipe["parts"][number]["layout"], recipe: DesignRecipe) => number,
): ModelRows {
  const recipe = designRecipe(given), [mean] = recipe.parts, translator = new Translator(rows, recipe.states);
  const numbers = (text: string) => numbersIn(translator.translate(parseExpression(text)), text);
  const columns = new ModelColumns(recipe, translator), X = columns.of(mean.layout);
  let response = mean.offsets.reduce((y: Expr, text) => minus(y, numbers(text)), numbers(recipe.response));
  if (less) response = minus(response, combinationExpression(X, less));
  const names = [...new Set(mean.random.map(({ group }) => group))];
  const groups = names.map((group): GroupColumns => {
    const terms = mean.random.filter((term) => term.group === group),
      each = terms.map(({ layout }) => columns.of(layout));
    return {
      group,
      components: terms[0].groups.components.map(({ text }) => text),
      slot: groupSlot(terms[0], translator),
      columns: each.flat(),
      terms: terms.map(({ layout }, t) => ({ count: each[t].length, leading: leadingOf(layout, recipe) })),
    };
  });
  return { recipe, X, response, weights: recipe.weights && numbers(recipe.weights.text), groups };
}

/**
 * Σ w, Σ log w and the smallest weight.
 * @throws {RangeError} For a weight that its meaning does not allow.
 */
export async function measureWeights(
  { recipe, weights }: ModelRows,
  rows: SqlRows,
): Promise<{ total: number; logWeights: number } | null> {
  if (weights === null) return null;
  const { text, role } = recipe.weights!, precise = role === "precision";
  const [total, lowest, logWeights] = await rows.run.row(`the weights ${text}`, {
    select: [
      { name: "t", of: sum(column("w")) },
      { name: "a", of: aggregate("min", column("w")) },
      { name: "l", of: sum(precise ? ln(column("w")) : column("w")) },
    ],
    from: rows.complete([{ name: "w", of: weights }]),
  });
  if (precise ? !(lowest > 0) : !(lowest >= 0)) {
    throw new RangeError(
      `Cannot use weights "${text}" as ${role}: they must be ${
        precise ? "> 0" : ">= 0"
      }, but the smallest is ${lowest}`,
    );
  }
  return { total, logWeights: precise ? logWeights : 0 };
}
