/** effectPlot(): predictions over a grid, drawn with the data. */
import type { FigureElement, FigureOptions, LevelPlotOptions } from "../display.ts";
import { checkValue, kinds, noMore } from "../check.ts";
import { recipeVariables } from "../formula/recipe.ts";
import type { GridValues } from "../inference/grid/grids.ts";
import { predict } from "../inference/predict/predict.ts";
import { PREDICT_OPTIONS, type PredictOptions } from "../inference/predict/predict_options.ts";
import type { Model } from "../model/result/model.ts";
import { ownModel } from "../model/result/model_argument.ts";

/**
 * The effect of some variables in one line: predictions over their grid, other predictors at typical values, drawn with the data.
 *
 * ```ts
 * import { dataset, effectPlot, fit, range } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * effectPlot(model, { Days: range(20) }); // of the typical subject
 * effectPlot(model, { Days: range(20), Subject: true }, { title: "Every subject" });
 * ```
 *
 * @param vars what varies, as dataGrid() takes it: `true` for the values of the data, values, or range(n)
 * @param options those of predict() and those of its figure. Random effects take part where the grid names their group, unless
 *   `randomEffects` says otherwise
 * @returns the figure element, which a notebook shows
 * @throws {RangeError} for a variable or an option that does not exist
 * @category Predict and simulate
 */
export function effectPlot(
  model: Model,
  vars: Record<string, GridValues>,
  options: PredictOptions & LevelPlotOptions = {},
): FigureElement {
  noMore("effectPlot", arguments, 3);
  model = ownModel(model, "effectPlot");
  checkValue("effectPlot", "vars", vars, kinds.object);
  checkValue("effectPlot", "options", options, kinds.object);
  const names = Object.keys(PREDICT_OPTIONS), all = Object.entries(options);
  const own = Object.fromEntries(all.filter(([name]) => names.includes(name)));
  const plot = Object.fromEntries(all.filter(([name]) => !names.includes(name)));
  const random = groupsIn(model, vars) ? {} : { randomEffects: "none" as const };
  return predict(model, vars, { ...random, ...own }).plot(plot as FigureOptions as LevelPlotOptions);
}

/** Does the grid name a grouping factor of random effects? */
function groupsIn(model: Model, vars: object): boolean {
  return recipeVariables(model.recipe).some(({ name, roles }) =>
    Object.hasOwn(vars, name) && roles.some(({ role }) => role === "group")
  );
}
