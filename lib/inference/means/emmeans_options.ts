/** Options of marginal means and trends: what they mean for a model, and what is not allowed. */
import { logit } from "../../model/links/logit.ts";
import { type Kinds, kinds } from "../../check.ts";
import { type Model, partOf } from "../../model/result/model.ts";
import { dfResidual } from "../../model/result/statistics.ts";
import { ADJUSTMENTS, type AdjustName } from "./adjust.ts";
import type { Averages } from "../cells/averages.ts";
import { type BackTransform, fromLink, fromResponse, type ScaleMap } from "../cells/back_transform.ts";
import { dfMethod, type DfName, meansDf } from "../df/degrees_of_freedom.ts";
import type { DfRule, Estimates } from "./estimates.ts";
import { type CellFunction, linearPredictor, onResponse, responseMean } from "../cells/grid_values.ts";
import { WEIGHTS, type Weights } from "../grid/grid_weights.ts";
import type { Marginal } from "./marginal.ts";
import type { AtValues } from "../grid/reference_grid.ts";
import { runawayOf } from "./runaway.ts";
import { modelTitle } from "../../model/result/title.ts";

/** Options of {@link emmeans}. */
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
   * REML fits, residual for Gaussian models without random effects, asymptotic elsewhere.
   */
  df?: DfName | number;
  /** "cond": mean without zero inflation (default); "zi": probability of an extra zero; "response": (1 − p₀) μ; "disp". */
  component?: "cond" | "zi" | "disp" | "response";
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
}

/** Options that means, trends and joint tests have in common. */
export const GRID_OPTIONS = {
  by: kinds.names,
  at: kinds.object,
  weights: kinds.anyOf(kinds.oneOf(...WEIGHTS), kinds.values),
  df: kinds.anyOf(kinds.oneOf("asymptotic", "satterthwaite", "kenward-roger", "residual"), kinds.degrees),
  component: kinds.oneOf("cond", "zi", "disp", "response"),
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
};

/** What is estimated in each cell, of which parts, and how it is undone. */
interface Quantity {
  readonly parts: readonly string[];
  readonly cell: CellFunction;
  readonly scale: BackTransform | null;
}

const EXP: BackTransform = {
  name: "log",
  difference: "ratio",
  isRatio: false,
  eta: Math.log,
  mean: Math.exp,
  slope: Math.exp,
};

/** The quantity that the options ask for. */
export function quantityOf(model: Model, options: EmmeansOptions, population: boolean): Quantity {
  const { component = "cond", averageOn = "link", offset } = options, link = responseLink(model);
  const variance = options.biasAdjust === true;
  if (component === "response" || (population && component === "cond")) {
    const inflated = component === "response" && model.parts.some(({ part }) => part === "zi");
    const cell = responseMean(model, { inflated, population, offset, link });
    return {
      parts: inflated ? ["cond", "zi"] : ["cond"],
      cell: averageOn === "response" ? onResponse(cell, link) : cell,
      scale: fromLink(link),
    };
  }
  const eta = linearPredictor(model, component, { offset, variance });
  const scale = component === "zi" ? fromLink(logit) : component === "disp" ? EXP : fromLink(link);
  const cell = averageOn === "response" && scale ? onResponse(eta, scale) : eta;
  return { parts: [component], cell, scale };
}

/** What leads from the linear predictor to the response: the link, or the transformation in log(y) or sqrt(y). */
function responseLink(model: Model): ScaleMap {
  const { link } = model.family;
  return link.name === "identity" ? fromResponse(model.response) ?? link : link;
}

/** What means and trends have in common. */
export function assemble(model: Model, options: EmmeansOptions, marginal: Marginal, cell: CellFunction) {
  const { averages, kept } = marginal, component = options.component ?? "cond";
  const rule = dfRule(model, options.df, component === "cond" || component === "response" ? cell : null);
  return {
    factors: kept.map((d, k) => ({ ...d, codes: averages.codes[k] })),
    rows: averages.rows,
    constant: averages.constant,
    defect: averages.defect,
    runaway: runawayOf(model, cell),
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
  const { name, link } = model.family;
  if (name !== "gaussian" || link.name !== "identity" || model.formulas.dispersion) return null;
  return { sigma: model.sigma, df: model.random.length === 0 ? dfResidual(model) : NaN };
}

export function rangeOf(model: Model, component: string): readonly [number, number] {
  if (component === "zi") return [0, 1];
  return component === "disp" ? [0, Infinity] : model.family.usesTrials ? [0, 1] : model.family.support;
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
  { component = "cond" }: EmmeansOptions,
  population: boolean,
): string[] {
  const link = component === "zi" ? "logit" : component === "disp" ? "log" : model.family.link.name;
  const inflated = component === "cond" && model.parts.some(({ part }) => part === "zi");
  const notes = inflated ? ['Means leave out zero inflation; component: "response" holds it'] : [];
  const random = model.random.some(({ part }) => part === component || component === "response");
  if (random && population && link === "identity" && fromResponse(model.response)) {
    notes.push(
      `Population level: groups' values averaged over the random effects on the scale behind ${model.response} (exact ` +
        `integral); the residual's part of a mean is left out, biasAdjust: true holds it`,
    );
  }
  if (!random || link === "identity") return notes;
  if (!population) {
    notes.push(
      `Typical group: random effects at 0 on the ${link} scale, which is not the average over groups; ` +
        `average: "population" gives that`,
    );
    return notes;
  }
  notes.push("Population level: averaged over the random effects (exact integral)");
  if (model.engine === null) {
    notes.push("Standard errors take the random effects' variances as known: the model was loaded from JSON");
  }
  return notes;
}

/** Throws unless the options have a meaning for the model. */
export function checkMeaning(model: Model, options: EmmeansOptions) {
  const { component, average } = options;
  if (component === "zi" || component === "disp") partOf(model, component);
  if (
    average === "population" && component !== undefined && component !== "cond" && component !== "response"
  ) {
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
