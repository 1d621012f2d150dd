/** New data must have every predictor: a value that nobody gave would be a silent guess. */
import { columnNames, type Frame, nearestName } from "../../frame.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import type { Model } from "../../model/result/model.ts";
import { typicalValues } from "./grids.ts";

/**
 * Throws unless new data have a column for every predictor and offset of the fixed effects.
 * @throws RangeError that names the columns and how to fill them
 */
export function assertRequired(model: Model, given: Frame): void {
  const names = columnNames(given), missing = typicalValues(model, names).map(({ name }) => name);
  if (missing.length === 0) return;
  const variables = recipeVariables(model.recipe).filter(({ roles }) =>
    roles.some(({ role }) => role !== "response")
  );
  const used = variables.map((v) => v.name), known = model.data ? columnNames(model.data) : used;
  for (const name of names) {
    const near = known.includes(name) || used.includes(name) ? null : nearestName(name, missing);
    if (near) {
      throw new RangeError(
        `Cannot find column "${near}" in the new data: they have "${name}"; did you mean "${near}"?`,
      );
    }
  }
  const grid = names.filter((name) => used.includes(name)).map((name) => `${key(name)}: true`);
  throw new RangeError(
    `Cannot predict: the new data lack ${missing.length === 1 ? "the column" : "the columns"} ${
      missing.map((name) => `"${name}"`).join(", ")
    }, which the model needs; dataGrid(model, { ${
      grid.length > 0 ? grid.join(", ") : `${key(missing[0])}: true`
    } }) makes rows in which predictors that are not named have typical values`,
  );
}

/** A name as a key of an object. */
function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
