/** Estimated marginal trends: slopes of a covariate at each level of a factor. */
import type { ResultFrame } from "../../display.ts";
import { nearestName } from "../../frame.ts";
import type { Model } from "../../model/result/model.ts";
import {
  assemble,
  checkMeaning,
  type EmmeansOptions,
  GRID_OPTIONS,
  levelNotes,
  quantityOf,
} from "./emmeans_options.ts";
import { meansFrame } from "./estimates_frame.ts";
import { type Range, slopeOf } from "../cells/slope.ts";
import { marginalise } from "./marginal.ts";
import { predictors, quoted } from "../grid/reference_grid.ts";
import { readSpecs } from "./specs.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ADJUSTMENTS } from "./adjust.ts";
import { figureData } from "../predict/figure_data.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link emtrends}.
 *
 * @category Means and comparisons
 */
export interface EmtrendsOptions extends Omit<EmmeansOptions, "type" | "biasAdjust" | "contrasts"> {
  /** The covariate. */
  var: string;
  /** "link", the only scale of slopes that is not an average; slopes of the mean: averageOn "response". */
  type?: "link";
}

const OPTIONS: Kinds<EmtrendsOptions> = {
  ...GRID_OPTIONS,
  var: kinds.column,
  type: kinds.oneOf("link"),
  level: kinds.level,
  adjust: kinds.oneOf(...ADJUSTMENTS),
};

/**
 * Slopes of the linear predictor in a covariate, averaged over the reference grid as {@link emmeans} averages means.
 *
 * Differences at the covariate's value in the grid: exact for polynomials of degree four, relative error below 1e-7
 * for logs, roots, splines and other smooth functions.
 *
 * ```ts
 * import { dataset, emtrends, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("yield ~ nitro * Variety + (1 | Block)", await dataset("Oats"));
 * emtrends(model, "Variety", { var: "nitro" });
 * ```
 *
 * @param specs as for emmeans; "~ 1" for one slope
 * @param options.var the covariate; its values in the grid are its mean, or those of `at`
 * @param options.averageOn "response" for slopes of the mean instead of the linear predictor
 * @returns the factors, then `estimate` (slope per unit of the covariate), `std_error`, `df`, `conf_low`, `conf_high`
 * @throws {RangeError} when `var` is not a numeric predictor, and as emmeans
 * Source: Lenth (2016). Checked against emmeans in tests/reference.
 * @category Means and comparisons
 */
export function emtrends(
  model: Model,
  specs: string | readonly string[],
  options: EmtrendsOptions,
): ResultFrame {
  noMore("emtrends", arguments, 3);
  model = ownModel(model, "emtrends");
  checkOptions("emtrends", options, OPTIONS);
  const spec = readSpecs(specs, options.by), adjust = options.adjust ?? "none";
  checkMeaning(model, options);
  if (spec.method !== null) {
    throw new RangeError(`Cannot compare within emtrends(): call pairs() or contrast() on its result`);
  }
  const population = options.average === "population";
  const quantity = quantityOf(model, options, population), variable = options.var;
  const cell = slopeOf(quantity.cell, variable, rangeOf(model, variable, quantity.parts));
  const marginal = marginalise(
    model,
    spec,
    options,
    quantity.parts,
    cell,
    quantity.dimension ? [quantity.dimension] : [],
  );
  const scale = options.averageOn === "response" || quantity.scale === null
    ? ""
    : ` (${quantity.scale.name} scale)`;
  return meansFrame({
    ...assemble(model, options, marginal, cell),
    kind: "trends",
    ends: null,
    by: spec.by,
    scale: null,
    type: "link",
    bias: null,
    axis: `slope of ${variable}${scale}`,
    data: figureData(model, {
      of: { absent: "a slope has no data of its own; the means have, emmeans() draws them" },
      map: null,
    }),
    range: [-Infinity, Infinity],
    notes: [
      `Slopes of ${variable}${scale}`,
      ...marginal.notes,
      ...(options.averageOn === "response" ? levelNotes(model, options, population) : []),
    ],
  }, adjust);
}

function rangeOf(model: Model, variable: string, parts: readonly string[]): Range {
  const numeric = predictors(model, parts).filter(({ kind, asFactor }) => kind === "numeric" && !asFactor);
  const found = numeric.find(({ name }) => name === variable);
  if (found) return { min: found.min!, max: found.max! };
  const names = numeric.map(({ name }) => name),
    near = variable === undefined ? null : nearestName(variable, names);
  throw new RangeError(
    `Cannot find the slope of ${
      variable === undefined ? "nothing: give var" : `"${variable}"`
    }: the numeric predictors are ${quoted(names)}` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}
