/** Puts a recipe together. */
import type { Evaluator } from "./evaluate.ts";
import type { DesignRecipe, PartMemory, RecipeVariable, VariableMemory } from "./recipe.ts";
import { deparse } from "./tree.ts";
import type { ModelFormulas } from "./uses.ts";
import type { Variables } from "./variables.ts";

/** What a design remembers. */
export function remember(
  model: ModelFormulas,
  response: { readonly name: string; readonly categories: readonly string[] | null },
  parts: readonly PartMemory[],
  variables: Variables,
  evaluator: Evaluator,
  columns: readonly RecipeVariable[],
): DesignRecipe {
  return {
    version: 1,
    response: response.name,
    categories: response.categories,
    weights: rememberWeights(model),
    parts,
    variables: rememberVariables(variables),
    states: evaluator.remembered,
    columns,
  };
}

function rememberWeights({ weights }: ModelFormulas): DesignRecipe["weights"] {
  const roles = ["trials", "frequency", "precision"] as const,
    role = roles.find((r) => weights[r] !== undefined);
  return role === undefined ? null : { role, text: deparse(weights[role]!.node) };
}

function rememberVariables(variables: Variables): Record<string, VariableMemory> {
  return Object.fromEntries(
    [...variables.model].map(([text, value]) => [
      text,
      value.kind === "factor"
        ? { kind: value.kind, levels: value.levels, coding: value.coding }
        : { kind: value.kind },
    ]),
  );
}
