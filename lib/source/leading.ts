/** Where a sum of terms holds the constant: constants that are taken off other columns go there. */
import type { Layout } from "../formula/layout.ts";
import type { DesignRecipe } from "../formula/recipe.ts";

/**
 * Number of first columns whose sum is 1 in every row: 1 for an intercept, the levels of a factor that comes first and has a column
 * for each; 0 where there are none.
 */
export function leadingColumns({ intercept, terms }: Layout, { variables }: DesignRecipe): number {
  if (intercept) return 1;
  const [first] = terms;
  if (first === undefined || first.variables.length !== 1 || !first.variables[0].full) return 0;
  const memory = variables[first.variables[0].variable];
  return memory.kind === "factor" ? memory.levels.length : 0;
}
