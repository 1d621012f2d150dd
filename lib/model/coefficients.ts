/** Fixed effects: estimates, covariance, tests. */
import { type ResultFrame, resultFrame } from "../display.ts";
import type { DenseMatrix } from "../math/dense.ts";
import { pt } from "../math/distributions.ts";
import { pnorm, qnorm } from "../math/normal.ts";
import { isLeastSquares, type Model, partOf, type PartResult } from "./model.ts";
import { checkOptions, type Kinds, kinds } from "../check.ts";
import { assertModel } from "./model_argument.ts";

/** Name of a component of a model. */
export type Component = "cond" | "zi" | "disp";

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

/**
 * Fixed-effects coefficients.
 * @returns one row per coefficient: `component` ("cond", "zi", "disp"), `term` (R's name), `estimate` (link scale)
 */
export function fixef(model: Model): ResultFrame {
  assertModel(model, "fixef");
  const rows = shownParts(model).flatMap((p) =>
    p.names.map((term, j) => ({ component: p.part, term, estimate: p.beta[j] }))
  );
  return resultFrame("fixef", {
    component: rows.map((r) => r.component),
    term: rows.map((r) => r.term),
    estimate: Float64Array.from(rows, (r) => r.estimate),
  }, { title: `Fixed effects of ${model.formula}` });
}

const OPTIONS: Kinds<{ component?: Component | "all" }> = {
  component: kinds.oneOf("cond", "zi", "disp", "all"),
};

/**
 * Covariance matrix of the coefficients of one component.
 * @param options.component "cond" (default), "zi", "disp", or "all" for the stacked coefficients of these
 * @returns an ml-matrix Matrix, rows in the order of {@link fixef}
 */
export function vcov(model: Model, options: { component?: Component | "all" } = {}): DenseMatrix {
  assertModel(model, "vcov");
  checkOptions("vcov", options, OPTIONS);
  const { component = "cond" } = options;
  const parts = component === "all" ? shownParts(model) : [partOf(model, component)];
  const index = parts.flatMap((p) => p.names.map((_, j) => p.start + j));
  return model.covariance.selection(index, index);
}

/** Wald statistics and two-sided p-values: normal, or of t with the residual df of least squares. */
export function coefficientStatistics(model: Model, part: PartResult): CoefficientStatistics {
  const stdError = part.beta.map((_, j) => Math.sqrt(model.covariance.get(part.start + j, part.start + j)));
  const statistic = part.beta.map((b, j) => b / stdError[j]);
  return {
    names: part.names,
    estimate: part.beta,
    stdError,
    statistic,
    pValue: statistic.map((z) =>
      2 * (isLeastSquares(model) ? pt(-Math.abs(z), model.dfResidual) : pnorm(-Math.abs(z)))
    ),
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
