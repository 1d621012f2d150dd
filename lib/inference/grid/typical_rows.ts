/** New data that name only some of the predictors. */
import { formatSignificant } from "../../display.ts";
import { columnNames, type Frame, frameOf, nearestName, rowCount, withSeries } from "../../frame.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import type { Model } from "../../model/result/model.ts";
import { typicalValues } from "./grids.ts";

/** The rows with typical values for the predictors that they lack, and a note that names them. */
export function withTypical(model: Model, given: Frame): { rows: Frame; note: string } {
  const names = columnNames(given), typical = typicalValues(model, names);
  if (typical.length === 0) return { rows: given, note: "" };
  refuseMisspelt(model, names, typical.map(({ name }) => name));
  const n = rowCount(given),
    filled = frameOf(Object.fromEntries(typical.map(({ name, value }) => [name, new Array(n).fill(value)])));
  const rows = withSeries(given, names, typical.map(({ name }) => filled.getColumn(name)));
  const shown = typical.map(({ name, value }) =>
    `${name} = ${typeof value === "number" ? formatSignificant(value, 4) : value}`
  );
  return { rows, note: `Typical values for the predictors not given: ${shown.join(", ")}.` };
}

/** A column that the model does not use, named nearly like one that is missing, is a typing mistake and not a partial grid. */
function refuseMisspelt(model: Model, given: readonly string[], missing: readonly string[]) {
  const used = new Set(recipeVariables(model.recipe).map((v) => v.name)),
    known = model.data ? new Set(columnNames(model.data)) : used;
  for (const name of given) {
    const near = known.has(name) || used.has(name) ? null : nearestName(name, missing);
    if (near) {
      throw new RangeError(
        `Cannot find column "${near}" in the new data: they have "${name}"; did you mean "${near}"?`,
      );
    }
  }
}
