/** A recipe in sum-to-zero coding. */
import { designRecipe } from "../../formula/recipe.ts";
import type { Recipe } from "../../formula/types.ts";

/** The recipe with every factor coded by sum-to-zero contrasts; null when there is no factor. */
export function recode(recipe: Recipe): Recipe | null {
  const { variables, ...rest } = designRecipe(recipe);
  if (!Object.values(variables).some((v) => v.kind === "factor")) return null;
  const coded = Object.fromEntries(
    Object.entries(variables).map(([name, v]) => [name, v.kind === "factor" ? { ...v, coding: "sum" } : v]),
  );
  return { ...rest, variables: coded } as Recipe;
}
