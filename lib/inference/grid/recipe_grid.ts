/** Grid values of a model whose data are not here, from what its recipe remembers of them. */
import type { RecipeVariable } from "../../formula/recipe.ts";

/** One column of a grid. */
export type Values = (number | string | boolean)[];

/** The unique values: levels, or those of a number with few. */
export function rememberedValues({ name, kind, levels, boolean, values }: RecipeVariable): Values {
  if (kind === "factor") return levels!.map((level) => boolean ? level === "TRUE" : level);
  if (values) return [...values];
  throw new RangeError(
    `Cannot list the values of "${name}": the data of the model are not here, and it remembers the range of a number with more ` +
      "than ten values; use range(n), or an array of values",
  );
}

/** n values over the range of a number. */
export function rememberedRange({ name, kind, min, max }: RecipeVariable, n: number): number[] {
  if (kind === "factor") {
    throw new RangeError(`Cannot take a range of "${name}": it is a factor; use true for its levels`);
  }
  return Array.from({ length: n }, (_, k) => k === n - 1 ? max! : min! + (max! - min!) * k / (n - 1));
}

/** No groups without rows. */
export function assertNoGroups(by: readonly string[]): void {
  if (by.length === 0) return;
  throw new RangeError(
    "Cannot make a grid within groups (by): which values each group has is not known without the data of the model; " +
      "give the values of every group in a data frame",
  );
}
