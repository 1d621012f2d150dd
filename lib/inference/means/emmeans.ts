/** Estimated marginal means: what a model says of each level of a factor, averaged over the others. */
import type { MeansPlotOptions, ResultFrame } from "../../display.ts";
import { isMassPart, MEAN } from "../../model/families/part.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import { categoryAxis, isOfCategories } from "./category_components.ts";
import { contrastFrameOf } from "./contrast.ts";
import { methodByName } from "./contrast_methods.ts";
import {
  assemble,
  biasOf,
  checkMeaning,
  type EmmeansOptions,
  levelNotes,
  MEANS_OPTIONS,
  quantityOf,
  rangeOf,
  RESPONSE,
} from "./emmeans_options.ts";
import type { Estimates } from "./estimates.ts";
import { meansFrame } from "./estimates_frame.ts";
import { fromResponse } from "../cells/back_transform.ts";
import { AS_IT_IS, type DataScale, figureData } from "../predict/figure_data.ts";
import { responseTitle } from "../predict/response_title.ts";
import { marginalise } from "./marginal.ts";
import { type MeansSpec, readSpecs } from "./specs.ts";
import { checkOptions, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

export type { EmmeansOptions } from "./emmeans_options.ts";

/**
 * A table of means; with "pairwise ~ …" the comparisons are in `contrasts`.
 *
 * @category Means and comparisons
 */
export interface MeansFrame extends ResultFrame<MeansPlotOptions> {
  /** Contrasts asked for before the tilde of the specs. */
  readonly contrasts?: ResultFrame;
}

/**
 * Estimated marginal means (least-squares means).
 *
 * Each is a weighted mean of predictions over the reference grid, l'β̂ with variance l'Vl, and with random effects at 0.
 *
 * ```ts
 * import { dataset, emmeans, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * emmeans(model, "tension", { type: "response" });
 * emmeans(model, "pairwise ~ tension"); // and their comparisons
 * ```
 *
 * @param specs "~ a", "~ a * b", "~ a | b" (comparisons within levels of b), "pairwise ~ a" (comparisons too), "a", ["a", "b"]
 * @returns one row per combination, the first factor fastest: the factors, then `estimate`, `std_error`, `df` (Infinity: normal),
 *   `conf_low`, `conf_high`; NA where the data do not determine a mean, ±Infinity with a one-sided interval by profile likelihood
 *   where the likelihood has its maximum there (separation). contrast(), pairs() and cld() work on it.
 * @throws {RangeError} for a factor, level or option that does not exist
 * @throws {SyntaxError} when the specs cannot be read
 * Source: Searle, Speed & Milliken (1980), Am. Stat. 34:216–221; Lenth (2016), J. Stat. Softw. 69(1). Checked against emmeans in
 * tests/reference.
 * @category Means and comparisons
 */
export function emmeans(
  model: Model,
  specs: string | readonly string[],
  options: EmmeansOptions = {},
): MeansFrame {
  noMore("emmeans", arguments, 3);
  model = ownModel(model, "emmeans");
  checkOptions("emmeans", options, MEANS_OPTIONS);
  const spec = readSpecs(specs, options.by), adjust = options.adjust ?? "none";
  const means = estimateMeans(model, spec, options);
  if (spec.method === null) return meansFrame(means, adjust);
  const contrasts = contrastFrameOf(means, methodByName(spec.method, options.contrasts));
  return Object.defineProperty(meansFrame(means, adjust, contrasts), "contrasts", { value: contrasts });
}

/** The estimates behind a table of means, without the table. */
export function estimateMeans(model: Model, spec: MeansSpec, options: EmmeansOptions = {}): Estimates {
  checkMeaning(model, options);
  const { component = MEAN, average = "typical", averageOn = "link" } = options;
  const population = average === "population" &&
    model.random.some(({ part }) => part === MEAN || component !== MEAN);
  const quantity = quantityOf(model, options, population);
  const type = options.type ??
    (population || component === RESPONSE || averageOn === "response" ? "response" : "link");
  const further = quantity.dimension ? [quantity.dimension] : [];
  const averages = marginalise(model, spec, options, quantity.parts, quantity.cell, further);
  const at = (moved: Model) => {
    const { cell } = quantityOf(moved, options, population);
    const { rows, constant } = averages.averages.again(cell);
    return { rows, values: rows.times(cell.beta).map((v, i) => v + constant[i]) };
  };
  const scale = averageOn === "response" ? null : quantity.scale;
  const sigma = biasOf(model, options, averages.averages);
  return {
    ...assemble(model, options, averages, quantity.cell, at),
    kind: "means",
    by: spec.by,
    scale,
    ends: quantity.ends ?? null,
    ...component === "probability" && quantity.dimension && { whole: quantity.dimension.name },
    type,
    bias: scale === null ? null : sigma,
    axis: axisOf(model, component),
    range: rangeOf(model, component),
    data: figureData(model, dataScale(model, component, type, averageOn, quantity)),
    notes: [
      ...averages.notes,
      ...levelNotes(model, options, population),
      ...(model.family.variant?.nominal && averages.averages.constant.some(Number.isNaN) ? [CROSSING] : []),
      ...(averageOn === "response" ? ["Means are averaged on the scale of the response"] : []),
    ],
  };
}

const CROSSING = "NA where thresholds cross, which nominal effects may do beyond the data";

/** What the means are of: the response, a probability, or the parameter that a component is. */
function axisOf(model: Model, component: string): string {
  if (isOfCategories(component)) return categoryAxis(model, component);
  const part = partsOf(model).find(({ name }) => name === component);
  return part && isMassPart(part) ? part.meaning : responseTitle(model);
}

/** What of the data belongs under the means. */
function dataScale(
  model: Model,
  component: string,
  type: "link" | "response",
  averageOn: "link" | "response",
  { scale, parts }: ReturnType<typeof quantityOf>,
): DataScale {
  if (component === "probability") return { of: "categories", category: model.response, map: null };
  if (component !== MEAN && component !== RESPONSE) {
    return { of: { absent: `the data have no values of component "${component}"` }, map: null };
  }
  const onResponse = type === "response" || averageOn === "response",
    undo = fromResponse(model.response) ?? undefined;
  if (model.family.categories && !onResponse) return { of: { absent: "the data are categories" }, map: null };
  const alone = parts.length === 1 && parts[0] === MEAN, { link } = model.family;
  if (!onResponse) return { of: "link", map: alone ? AS_IT_IS : null };
  return {
    of: "response",
    undo: link.name === "identity" && scale ? undo : undefined,
    map: alone ? scale ?? (link.name === "identity" ? AS_IT_IS : link) : null,
  };
}
