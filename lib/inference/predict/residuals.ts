/** Fitted values and residuals of the rows of the fit. */
import {
  type AugmentPlotOptions,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { columnNames, pl, withSeries } from "../../frame.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import { hasPointMass, inflationInWords, type Model } from "../../model/result/model.ts";
import { rowSolution, rowsToShow } from "../../model/result/sample.ts";
import type { Family } from "../../model/families/family.ts";
import { errorTerm } from "../../model/result/term_result.ts";
import { residualRows, whitened } from "./residual_rows.ts";
import { responseTitle } from "./response_title.ts";
import { modelTitle } from "../../model/result/title.ts";
import { type Residuals, residualVector } from "./residual_vector.ts";
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/** Data with fitted values and residuals. */
export const AUGMENT: ResultKind = resultKind("augment");

/**
 * Kinds of residuals.
 *
 * @category The model
 */
export type ResidualType = "response" | "pearson" | "normalized" | "deviance" | "working";

/** Moments of every row of the fit. */
interface RowMoments {
  /** E y: for binomial types the probability, of categories their mean number. */
  readonly mean: Float64Array;
  /** Of an observation whose weight is 1. */
  readonly variance: Float64Array;
  /** The same without the dispersion where that is one number. */
  readonly unitVariance: Float64Array;
  /** Observed response on the same scale as the mean. */
  readonly observed: Float64Array;
  /** The predictors of row i, in storage that the next row uses again. */
  row(i: number): Float64Array;
}

/**
 * Fitted means on the response scale, random effects included (probabilities for binomial types; zero inflation included). What the
 * option `residual` makes correlated are residuals, which are not.
 *
 * ```ts
 * import { dataset, fit, fitted } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * fitted(model)[0];
 * ```
 *
 * @returns one value per row used, in the order of the data
 * @category The model
 */
export function fitted(model: Model): Float64Array {
  model = ownModel(model, "fitted", arguments);
  return momentsOf(model).mean;
}

const OPTIONS: Kinds<{ type?: ResidualType }> = {
  type: kinds.oneOf("response", "pearson", "normalized", "deviance", "working"),
};

/**
 * Residuals of the rows used, as numbers that draw themselves.
 *
 * - "response": y − ŷ
 * - "pearson": √w (y − ŷ)/√V, V the family's variance; for Gaussian and gamma models with one dispersion the variance
 *   function alone (1 and μ²), as in R; for models with the option `residual` the variance at the row's position, as gls has it
 * - "normalized": √w (y − ŷ)/√V with the whole variance of an observation; for models with the option `residual` L⁻¹(y − ŷ), L Lᵀ the
 *   covariance of the rows of a group, in the order of the data: uncorrelated, with variance 1, if the model is right
 * - "deviance": sign(y − ŷ) √(w d), d the unit deviance
 * - "working": (y − μ̂)/(dμ/dη)
 *
 * ```ts
 * import { dataset, fit, residuals } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * residuals(model).plot(); //                                against fitted values, Q–Q, scale-location, histogram
 * residuals(model).plot("qq", { width: 400 });
 * residuals(model, "pearson").plot("fitted", { along: "Days" });
 * Math.max(...residuals(model)); //                           a Float64Array
 * ```
 *
 * @returns one number per row used, in the order of the data; `.plot(kind, options)` draws them, and a notebook shows all four figures
 * @throws RangeError for deviance residuals of a zero-inflated or truncated model, whose saturated model is not defined
 * Source: McCullagh & Nelder (1989), section 2.4; Pinheiro & Bates (2000), section 5.1.3.
 * @category The model
 */
export function residuals(model: Model, given: { type?: ResidualType } | ResidualType = {}): Residuals {
  noMore("residuals", arguments, 2);
  const options = alone<{ type?: ResidualType }>(given, "type");
  model = ownModel(model, "residuals");
  checkOptions("residuals", options, OPTIONS);
  const { type = "response" } = options;
  return residualVector(residualNumbers(model, type), model, type, momentsOf(model).mean);
}

/** Residuals as plain numbers. */
function residualNumbers(model: Model, type: ResidualType): Float64Array<ArrayBuffer> {
  const { family } = model, { design } = rowSolution(model, "residuals");
  const m = momentsOf(model), weights = design.weights ?? design.precision, { trials } = design.response;
  const w = (i: number) => (weights ? weights[i] : 1);
  switch (type) {
    case "response":
      return m.observed.map((y, i) => y - m.mean[i]);
    case "pearson":
      return m.observed.map((y, i) => scaled(y - m.mean[i], w(i) / m.unitVariance[i]));
    case "normalized": {
      const values = m.observed.map((y, i) => scaled(y - m.mean[i], w(i) / m.variance[i]));
      return errorTerm(model.random) ? whitened(values, residualRows(model)!) : values;
    }
    case "working":
      return m.observed.map((y, i) => working(family, m.row(i), y));
    case "deviance":
      if (!family.unitDeviance) throw noDeviance(model);
      return m.observed.map((y, i) => {
        const n = trials ? trials[i] : 1;
        const d = family.unitDeviance!(trials ? design.response.y[i] : y, m.row(i), n);
        return Math.sign(y - m.mean[i]) * Math.sqrt(Math.max(0, w(i) * d));
      });
    default:
      throw new RangeError(
        `Cannot compute residuals of type "${type}": known are "response", "pearson", "normalized", "deviance", "working"`,
      );
  }
}

/**
 * The data's rows used, with fitted values and residuals beside them.
 *
 * ```ts
 * import { augment, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * augment(model).plot({ x: "Days", groupBy: "Subject" });
 * ```
 *
 * @returns the data's columns, `row` (0-based index in the data given), `fitted`, `residual` (response), `pearson`
 * @category The model
 */
export function augment(model: Model): ResultFrame<AugmentPlotOptions> {
  model = ownModel(model, "augment", arguments);
  const { design } = rowSolution(model, "the rows of the fit"), data = rowsToShow(model);
  const added = {
    row: Array.from(design.rows),
    fitted: fitted(model),
    residual: residualNumbers(model, "response"),
    pearson: residualNumbers(model, "pearson"),
  };
  const own = columnNames(data).filter((name) => !Object.hasOwn(added, name));
  const series = Object.entries(added).map(([name, v]) =>
    pl.Series(name, Array.from(v), name === "row" ? pl.Int32 : pl.Float64)
  );
  return resultFrame(AUGMENT, withSeries(data, own, series), {
    title: modelTitle(model),
    response: responseTitle(model),
    range: model.family.usesTrials ? [0, 1] : model.family.support,
    scale: "response",
    variables: recipeVariables(model.recipe).filter((v) =>
      v.roles.some((r) => r.role === "fixed" || r.role === "group")
    ).map((v) => ({
      name: v.name,
      levels: v.levels ?? undefined,
      kind: v.roles.some((r) => r.role === "group")
        ? "group" as const
        : v.kind === "numeric"
        ? "numeric" as const
        : "factor" as const,
    })),
  });
}

/** r √p; 0 where there is no residual, whatever the precision. */
const scaled = (r: number, precision: number) => r === 0 ? 0 : r * Math.sqrt(precision);

/** (y − μ̂)/(dμ/dη), of the mean without point masses. */
function working(family: Family, row: Float64Array, y: number): number {
  const { conditional = family } = family, slopes = new Float64Array(row.length);
  conditional.meanSlopes(row, slopes);
  return (y - conditional.mean(row)) / slopes[0];
}

function noDeviance({ family, ...model }: Model): RangeError {
  const what = hasPointMass({ family, ...model })
    ? `a model with ${inflationInWords({ family, ...model })}`
    : `family "${family.name}"`;
  return new RangeError(
    `Cannot compute deviance residuals: ${what} has no saturated model; use type "pearson" or simulateResiduals()`,
  );
}

function momentsOf(model: Model): RowMoments {
  const solution = rowSolution(model, "fitted values"), { family } = model, { response, n } = solution.design;
  const { trials } = response, observed = trials ? response.y.map((y, i) => y / trials[i]) : response.y;
  const { dispersion, residual } = model.formulas,
    unit = dispersion === undefined && residual === undefined ? family.unitVariance : undefined;
  const row = rowsOf(solution.linearPredictors()), mean = new Float64Array(n), variance = new Float64Array(n);
  const unitVariance = unit ? new Float64Array(n) : variance;
  for (let i = 0; i < n; i++) {
    const eta = row(i);
    mean[i] = family.mean(eta);
    variance[i] = family.variance(eta, trials ? trials[i] : 1);
    if (unit) unitVariance[i] = unit(eta);
  }
  return { mean, variance, unitVariance, observed, row };
}

/** The predictors of one row after the other, in storage that is used again. */
export function rowsOf(eta: readonly Float64Array[]): (i: number) => Float64Array {
  const row = new Float64Array(eta.length);
  return (i) => {
    for (let k = 0; k < row.length; k++) row[k] = eta[k][i];
    return row;
  };
}
