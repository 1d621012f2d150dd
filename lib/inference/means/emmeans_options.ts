/** Options of marginal means and trends: what they mean for a model, and what is not allowed. */
import { MEAN } from "../../model/families/part.ts";
import { identity } from "../../model/links/identity.ts";
import { type Kinds, kinds } from "../../check.ts";
import {
  hasPointMass,
  hasResidual,
  inflationInWords,
  type Model,
  partOf,
  partsOf,
  partSpec,
} from "../../model/result/model.ts";
import { dfResidual } from "../../model/result/statistics.ts";
import { ADJUSTMENTS, type AdjustName } from "./adjust.ts";
import type { Averages } from "../cells/averages.ts";
import { fromLink, fromResponse, type ScaleMap } from "../cells/back_transform.ts";
import { dfMethod, type DfName, meansDf } from "../df/degrees_of_freedom.ts";
import { categoryQuantity, isOfCategories, isProbability, type Quantity } from "./category_components.ts";
import type { OwnContrasts } from "./contrast_methods.ts";
import type { DfRule, Estimates } from "./estimates.ts";
import {
  type CellFunction,
  linearPredictor,
  locationFunction,
  onResponse,
  responseMean,
} from "../cells/grid_values.ts";
import { locationQuantity, meanQuantity } from "../cells/row_quantity.ts";
import { WEIGHTS, type Weights } from "../grid/grid_weights.ts";
import type { Marginal } from "./marginal.ts";
import type { AtValues } from "../grid/reference_grid.ts";
import { runawayOf } from "./runaway.ts";
import type { TableAt } from "./runaway_table.ts";
import { modelTitle } from "../../model/result/title.ts";

/**
 * Options of {@link emmeans}.
 *
 * @category Means and comparisons
 */
export interface EmmeansOptions {
  /** Factors within whose levels comparisons stay; the same as "| a" in the specs. */
  by?: string | readonly string[];
  /** Values of predictors in the grid: { Days: [0, 9], treatment: ["a", "b"], length: range(5) }. */
  at?: AtValues;
  /** "link": scale of the linear predictor (default); "response": back-transformed, contrasts as ratios where there are logs. */
  type?: "link" | "response";
  /**
   * Weights of the levels averaged over: "equal" (default), "proportional" to their frequency in the data, "outer" (product of
   * each factor's own frequencies), "cells" (frequencies within each row's cells), "flat" (equal over cells that occur), or one
   * number per combination.
   */
  weights?: Weights | readonly number[];
  /** Confidence level (0.95). */
  level?: number;
  /** Adjustment of the intervals for the number of means ("none"). */
  adjust?: AdjustName;
  /**
   * Degrees of freedom: "kenward-roger", "satterthwaite", "residual", "asymptotic", or a number. Default: Kenward–Roger for
   * REML fits (Satterthwaite where tidy() has it), residual for Gaussian models without random effects, asymptotic elsewhere.
   */
  df?: DfName | number;
  /**
   * "cond": the mean's predictor, without zero and one inflation (default); "zi": probability of an extra zero; "oi": of a one; "disp": dispersion, or the
   * name of another parameter; "response": E y, with extra zeros and ones, truncation, and the mean class of ordered categories;
   * of ordered categories "probability": P(Y = k) of every category (a factor named as the response), "cumulative": P(Y ≤ k),
   * "exceedance": P(Y > k) and "predictor": the linear predictor g(P(Y ≤ k)) of every threshold (a factor "cut").
   */
  component?: string;
  /**
   * Whose mean: "typical" is the typical group, random effects at 0 on the link scale (default); "population" is the mean over all
   * groups, the exact integral over the random effects.
   */
  average?: "typical" | "population";
  /**
   * Scale on which levels are averaged: "link" (default), or "response", which averages means instead of linear predictors, so
   * that contrasts are differences of means.
   */
  averageOn?: "link" | "response";
  /** Second-order correction of back-transformed means for the random effects; a number is their standard deviation. */
  biasAdjust?: boolean | number;
  /** Value of the offset in place of that at mean covariates, on the link scale. */
  offset?: number;
  /** Contrast methods of your own by the name that the specs call them: `{ williams }` for "williams ~ dose". */
  contrasts?: OwnContrasts;
}

/** Options that means, trends and joint tests have in common. */
export const GRID_OPTIONS = {
  by: kinds.names,
  at: kinds.object,
  weights: kinds.anyOf(kinds.oneOf(...WEIGHTS), kinds.values),
  df: kinds.anyOf(kinds.oneOf("asymptotic", "satterthwaite", "kenward-roger", "residual"), kinds.degrees),
  component: kinds.text,
  average: kinds.oneOf("typical", "population"),
  averageOn: kinds.oneOf("link", "response"),
  offset: kinds.number,
};

/** Options of {@link emmeans}. */
export const MEANS_OPTIONS: Kinds<EmmeansOptions> = {
  ...GRID_OPTIONS,
  type: kinds.oneOf("link", "response"),
  level: kinds.level,
  adjust: kinds.oneOf(...ADJUSTMENTS),
  biasAdjust: kinds.anyOf(kinds.flag, kinds.notNegative),
  contrasts: kinds.object,
};

/** The component that is no single predictor: E y. Those of categories are in `category_components.ts`. */
export const RESPONSE = "response";

/** The quantity that the options ask for. */
export function quantityOf(model: Model, options: EmmeansOptions, population: boolean): Quantity {
  const { component = MEAN, averageOn = "link", offset } = options, link = responseLink(model);
  const all = partsOf(model), location = component === MEAN ? locationQuantity(model) : null;
  if (isOfCategories(component)) return categoryQuantity(model, component, population, offset);
  if (component === RESPONSE || (population && component === MEAN) || location && wantsMean(options)) {
    const quantity = component === MEAN && !location ? null : meanQuantity(model);
    const scale = quantity ? meansScale(quantity.scale, model) : link;
    const cell = responseMean(model, { quantity, population, offset, link: scale });
    return {
      parts: quantity ? quantity.parts.map((k) => all[k].name) : [MEAN],
      cell: averageOn === "response" ? onResponse(cell, scale) : cell,
      scale: fromLink(scale),
      ...quantity && scale !== quantity.scale && { ends: quantity.scale },
    };
  }
  if (location) {
    const parts = location.parts.map((k) => all[k].name);
    return { parts, cell: locationFunction(model, location, { offset }), scale: null };
  }
  const eta = linearPredictor(model, component, { offset, variance: options.biasAdjust === true });
  const scale = fromLink(component === MEAN ? link : partSpec(model, component).link);
  return {
    parts: [component],
    cell: averageOn === "response" && scale ? onResponse(eta, scale) : eta,
    scale,
  };
}

/** Means of categories are compared as they are. */
const meansScale = (scale: ScaleMap, { family }: Model): ScaleMap => (family.categories ? identity : scale);

const wantsMean = ({ type, averageOn }: EmmeansOptions) => type === "response" || averageOn === "response";

/** What leads from the linear predictor to the response: the link, or the transformation in log(y) or sqrt(y). */
function responseLink(model: Model): ScaleMap {
  const [{ link }] = partsOf(model);
  return link.name === "identity" ? fromResponse(model.response) ?? link : link;
}

/** What means and trends have in common. */
export function assemble(
  model: Model,
  options: EmmeansOptions,
  marginal: Marginal,
  cell: CellFunction,
  at?: (moved: Model) => TableAt,
) {
  const { averages, kept } = marginal, component = options.component ?? MEAN;
  const rule = dfRule(model, options.df, isOfMean(component) ? cell : null);
  return {
    factors: kept.map((d, k) => ({ ...d, codes: averages.codes[k] })),
    rows: averages.rows,
    constant: averages.constant,
    defect: averages.defect,
    runaway: runawayOf(model, cell, averages, at),
    beta: cell.beta,
    covariance: rule.covariance ?? cell.covariance,
    df: rule,
    level: options.level ?? 0.95,
    adjust: "none" as AdjustName,
    pairwise: false,
    title: modelTitle(model),
    residual: residualOf(model),
  };
}

/**
 * Degrees of freedom by name or number, with the covariance that belongs to them. Of a mean that is not linear, or is averaged
 * over random effects, they are those of its tangent in the coefficients of the linear predictor, which come first in φ.
 * @param mean the quantity, when it is a mean of the response; null for zero inflation and dispersion
 */
function dfRule(
  model: Model,
  wanted: DfName | number | undefined,
  mean: CellFunction | null,
): DfRule & Partial<Pick<Estimates, "covariance">> {
  if (typeof wanted === "number") {
    const name = wanted === Infinity ? "asymptotic" : "given";
    return { name, df: () => wanted, jointDf: () => ({ df: wanted, scale: 1 }) };
  }
  if (mean === null) {
    if (wanted === undefined || wanted === "asymptotic") {
      return { name: "asymptotic", df: () => Infinity, jointDf: () => ({ df: Infinity, scale: 1 }) };
    }
    throw new RangeError(
      `Cannot use "${wanted}" degrees of freedom for this quantity: use df: "asymptotic" or a number`,
    );
  }
  const method = dfMethod(model, wanted ?? meansDf(model)), p = method.covariance.rows;
  if (mean.size === p) return method;
  const covariance = mean.covariance.clone();
  if (p > 0) covariance.setSubMatrix(method.covariance, 0, 0);
  return {
    name: method.name,
    covariance,
    df: (l) => method.df(l.subarray(0, p)),
    jointDf: (L) => method.jointDf(L.subMatrix(0, L.rows - 1, 0, p - 1)),
  };
}

function residualOf(model: Model): Estimates["residual"] {
  if (!hasResidual(model) || model.family.link.name !== "identity") return null;
  return { sigma: model.sigma, df: model.random.length === 0 ? dfResidual(model) : NaN };
}

export function rangeOf(model: Model, component: string): readonly [number, number] {
  if (isProbability(component)) return [0, 1];
  if (isOfCategories(component)) return [-Infinity, Infinity];
  if (!isOfMean(component)) return partSpec(model, component).range;
  return model.family.usesTrials ? [0, 1] : model.family.support;
}

export function biasOf(
  model: Model,
  { biasAdjust = false }: EmmeansOptions,
  { variance, rows }: Averages,
): Float64Array | null {
  if (biasAdjust === false) return null;
  if (typeof biasAdjust === "number") {
    return new Float64Array(rows.rows).fill(biasAdjust);
  }
  // A transformed response is averaged over its residuals too.
  const residual = model.family.link.name === "identity" && fromResponse(model.response)
    ? model.sigma ** 2
    : 0;
  return (variance ?? new Float64Array(rows.rows)).map((v) => Math.sqrt(v + residual));
}

/** What a reader should know about whose mean it is: the typical group or the population, with or without extra zeros. */
export function levelNotes(
  model: Model,
  { component = MEAN }: EmmeansOptions,
  population: boolean,
): string[] {
  const link = isOfMean(component) ? model.family.link.name : partSpec(model, component).link.name;
  const inflated = component === MEAN && hasPointMass(model);
  const notes = inflated
    ? [`Means leave out ${inflationInWords(model)}; component: "response" holds it`]
    : [];
  const random = model.random.some(({ part }) =>
    part === component || component === RESPONSE || isOfCategories(component)
  );
  if (random && population && link === "identity" && fromResponse(model.response)) {
    notes.push(
      `Population average: groups' values, averaged over the random effects on the scale behind ${model.response} (exact ` +
        `integral); the residual's part of a mean is left out, biasAdjust: true holds it`,
    );
  }
  if (!random || link === "identity") return notes;
  if (!population) {
    notes.push(
      `Typical group: random effects at 0 on the ${link} scale, which is not the average over groups${
        isOfMean(component) ? '; average: "population" gives that' : ""
      }`,
    );
    return notes;
  }
  notes.push("Population average: averaged over the random effects (exact integral)");
  return notes;
}

/** Is the component the mean or its predictor? */
const isOfMean = (component: string) =>
  component === MEAN || component === RESPONSE || isOfCategories(component);

/** Throws unless the options have a meaning for the model. */
export function checkMeaning(model: Model, options: EmmeansOptions) {
  const { component = MEAN, average } = options;
  if (component !== RESPONSE && !isOfCategories(component)) partOf(model, component);
  if (isOfCategories(component) && !model.family.categories) {
    throw new RangeError(
      `Cannot use component "${component}": family "${model.family.name}" has no categories; it is for ordered responses`,
    );
  }
  if (average === "population" && !isOfMean(component)) {
    throw new RangeError(
      `Cannot average component "${component}" over the population: use "cond" or "response"`,
    );
  }
  if (average === "population" && options.biasAdjust) {
    throw new RangeError(
      `Cannot use biasAdjust with average: "population": the integral needs no correction; leave one out`,
    );
  }
}
