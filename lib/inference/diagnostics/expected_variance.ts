/** What a model expects of each row: mean and variance of the response, and the one as a function of the other. */
import { modelTitle } from "../../model/result/title.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution } from "../../model/result/sample.ts";
import { residualTerm } from "../../model/result/term_result.ts";
import { rowsOf } from "../predict/residuals.ts";

/** Row by row. */
export interface Expected {
  /** The response; proportions where there are trials. */
  readonly observed: Float64Array;
  readonly mean: Float64Array;
  /** Of one observation, random effects at their modes. */
  readonly variance: Float64Array;
  /** The variance over the mean, where everything else is the same in all rows; null elsewhere. */
  readonly curve: readonly { readonly mean: number; readonly variance: number }[] | null;
}

/** Places on a curve. */
const STEPS = 400;

/** @throws {RangeError} For responses of categories, and where rows have no variance of their own. */
export function expectedOf(model: Model): Expected {
  const { family } = model;
  if (family.categories || residualTerm(model.random)) {
    throw new RangeError(
      `Cannot compare mean and variance of ${modelTitle(model)}: ${
        family.categories ? "its response has categories" : "a term stands in the place of its residuals"
      }`,
    );
  }
  const solution = rowSolution(model, "the rows of the fit"), { response, precision } = solution.design;
  const eta = solution.linearPredictors(), row = rowsOf(eta), { trials, y } = response;
  const size = (i: number) => trials ? trials[i] : 1, weight = (i: number) => precision ? precision[i] : 1;
  return {
    observed: trials ? y.map((successes, i) => successes / trials[i]) : Float64Array.from(y),
    mean: y.map((_, i) => family.mean(row(i))),
    variance: y.map((_, i) => family.variance(row(i), size(i)) / weight(i)),
    curve: precision ? null : curveOf(model, eta, trials),
  };
}

/** The variance function: at the trials whose variance is the average one (their harmonic mean). */
function curveOf(
  { family }: Model,
  eta: readonly Float64Array[],
  trials: Float64Array | null,
): Expected["curve"] {
  const [mean, ...others] = eta;
  if (others.some((values) => values.some((value) => value !== values[0]))) return null;
  const n = trials ? trials.length / trials.reduce((sum, each) => sum + 1 / each, 0) : 1;
  const low = mean.reduce((a, b) => Math.min(a, b)), high = mean.reduce((a, b) => Math.max(a, b));
  const more = 0.05 * (high - low), row = Float64Array.of(0, ...others.map(([value]) => value));
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    row[0] = low - more + (high - low + 2 * more) * i / STEPS;
    return { mean: family.mean(row), variance: family.variance(row, n) };
  }).filter(({ mean, variance }) => Number.isFinite(mean) && variance >= 0);
}
