/** Fixed effects: estimates, covariance, tests. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { DenseMatrix } from "../../math/dense.ts";
import { pt } from "../../math/distributions.ts";
import { pnorm, qnorm } from "../../math/normal.ts";
import { MEAN } from "../families/part.ts";
import { componentOf, isLeastSquares, type Model, type PartResult } from "./model.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "./model_argument.ts";
import { tendencies } from "./tendency.ts";

/**
 * Name of a component of a model: "cond", "zi", "oi", "disp", or a part that the family names.
 *
 * @category The model
 */
export type Component = string;

/** Wald statistics of one part's coefficients. */
export interface CoefficientStatistics {
  readonly names: readonly string[];
  readonly estimate: Float64Array;
  readonly stdError: Float64Array;
  /** estimate / stdError: z, or t for least squares and REML fits. */
  readonly statistic: Float64Array;
  readonly pValue: Float64Array;
}

/** Parts whose coefficients a user reads: the mean, zero inflation, and a dispersion formula. */
export function shownParts(model: Model): PartResult[] {
  return model.parts.filter((p) => p.shown);
}

/** The same, those of one component together. */
export function shownComponents(model: Model): PartResult[][] {
  return [...Map.groupBy(shownParts(model), (p) => p.component).values()];
}

/**
 * Fixed-effects coefficients.
 *
 * ```ts
 * import { dataset, fit, fixef } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * fixef(model); // (Intercept) 251.4, Days 10.47
 * ```
 *
 * @returns one row per coefficient: `component` ("cond", "zi", "oi", "disp", "threshold"), `term` (R's name), `estimate` (link scale; of a coefficient
 *   that runs to infinity, as {@link tidy} says, the number at which the likelihood no longer rose)
 * @category The model
 */
export function fixef(model: Model): ResultFrame {
  model = ownModel(model, "fixef", arguments);
  const rows = shownParts(model).flatMap((p) =>
    p.names.map((term, j) => ({ component: p.component, term, estimate: p.beta[j] }))
  );
  return resultFrame("fixef", {
    component: rows.map((r) => r.component),
    term: rows.map((r) => r.term),
    estimate: Float64Array.from(rows, (r) => r.estimate),
  }, { title: `Fixed effects of ${model.formula}` });
}

const OPTIONS: Kinds<{ component?: Component | "all" }> = { component: kinds.text };

/**
 * Covariance matrix of the coefficients of one component.
 *
 * ```ts
 * import { dataset, fit, vcov } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * Math.sqrt(vcov(model).get(1, 1)); // the standard error of Days
 * ```
 *
 * @param options.component "cond" (default), "zi", "oi", "disp", another of the model's components, or "all" for the stacked coefficients
 * @returns an ml-matrix Matrix, rows in the order of {@link fixef}; a coefficient that the data do not determine has variance
 *   Infinity and covariances NaN
 * @category The model
 */
export function vcov(model: Model, options: { component?: Component | "all" } = {}): DenseMatrix {
  noMore("vcov", arguments, 2);
  model = ownModel(model, "vcov");
  checkOptions("vcov", options, OPTIONS);
  const { component = MEAN } = options;
  const parts = component === "all" ? shownParts(model) : componentOf(model, component);
  const index = parts.flatMap((p) => p.names.map((_, j) => p.start + j));
  const V = model.covariance.selection(index, index);
  index.forEach((i, a) => {
    if (tendencies(model).of(unitVector(model, i)) === 0) return;
    index.forEach((_, b) => {
      V.set(a, b, NaN);
      V.set(b, a, NaN);
    });
    V.set(a, a, Infinity);
  });
  return V;
}

/** The j-th coefficient of a part: where the maximum of the likelihood is, be it at ±∞. */
export function coefficientEstimate(model: Model, part: PartResult, j: number): number {
  const tendency = tendencies(model).of(unitVector(model, part.start + j));
  return tendency === 0 ? part.beta[j] : tendency * Infinity;
}

/** Selects one of the stacked coefficients. */
export function unitVector({ covariance }: Model, i: number): Float64Array {
  const l = new Float64Array(covariance.rows);
  l[i] = 1;
  return l;
}

/**
 * Wald statistics and two-sided p-values: normal, or of t with the residual df of least squares; a coefficient that is not determined has an infinite standard error and no
 * test, one that is held (option `fixed`) the standard error 0 and no test.
 */
export function coefficientStatistics(model: Model, part: PartResult): CoefficientStatistics {
  const estimate = part.beta.map((_, j) => coefficientEstimate(model, part, j));
  const stdError = part.beta.map((_, j) =>
    Number.isFinite(estimate[j]) ? Math.sqrt(model.covariance.get(part.start + j, part.start + j)) : Infinity
  );
  const statistic = estimate.map((b, j) => part.fixed.includes(part.names[j]) ? NaN : b / stdError[j]);
  return {
    names: part.names,
    estimate,
    stdError,
    statistic,
    pValue: statistic.map((z) =>
      2 * (isLeastSquares(model) ? pt(-Math.abs(z), model.dfResidual) : pnorm(-Math.abs(z)))
    ),
  };
}

/** The same of several parts, one after the other. */
export function componentStatistics(model: Model, parts: readonly PartResult[]): CoefficientStatistics {
  const each = parts.map((part) => coefficientStatistics(model, part));
  const all = (of: (s: CoefficientStatistics) => Float64Array) =>
    Float64Array.from(each.flatMap((s) => [...of(s)]));
  return {
    names: each.flatMap((s) => s.names),
    estimate: all((s) => s.estimate),
    stdError: all((s) => s.stdError),
    statistic: all((s) => s.statistic),
    pValue: all((s) => s.pValue),
  };
}

/** Half-width of a normal interval in standard errors. */
export function normalQuantile(level: number): number {
  checkLevel(level);
  return qnorm((1 + level) / 2);
}

/** Throws unless 0 < level < 1. */
export function checkLevel(level: number) {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot use level: ${level}, it should be between 0 and 1, for instance 0.95`);
  }
}
