/** Intervals of a new observation: the response's distribution mixed over the uncertainty of its mean. */
import { qt } from "../../math/distributions.ts";
import type { Family } from "../../model/families/family.ts";
import type { Link } from "../../model/links/link.ts";
import { normalQuantile } from "../../model/result/coefficients.ts";
import type { Ends } from "../profiles/one_sided.ts";
import { MEAN } from "../../model/families/part.ts";
import { hasZeroInflation, type Model, partsOf } from "../../model/result/model.ts";
import { gaussHermite } from "../../math/quadrature.ts";
import type { ObservationSize } from "./observation_size.ts";
import type { LinearPredictors } from "./linear_predictor.ts";
import type { Scaled } from "./prediction_scales.ts";

/**
 * Replaces `low` and `high` by the (1 ∓ level)/2 quantiles of F̄(y) = ∫ F(y | η) N(η₀; η̂₀, se²) dη₀, integrated by
 * 21-point Gauss–Hermite quadrature. Gaussian responses have them in closed form, η̂ ± t √(se² + σ²/w), with degrees of freedom
 * where the model has them: a REML fit whose variances are 0 has those of the linear model. `std_error` stays that of the mean.
 *
 * @param size trials of the new observations (families with trials; their limits are proportions), and precision weights w
 */
export function predictionIntervals(
  model: Model,
  p: LinearPredictors,
  scaled: Scaled,
  level: number,
  size: ObservationSize,
) {
  const [mean, scale] = partsOf(model);
  if (model.family.residual && mean.link.name === "identity" && !hasZeroInflation(model)) {
    const own = p.residualVariances() ??
      p.values(scale.name).map((eta, i) => scale.link.mean(eta) ** 2 / (size.precision?.[i] ?? 1));
    return gaussianIntervals(p, scaled, level, own);
  }
  mixtureIntervals(model, p, scaled, level, size);
}

/** η̂ ± t √(se² + σ²/w). */
function gaussianIntervals(p: LinearPredictors, scaled: Scaled, level: number, own: Float64Array) {
  const eta = p.values(MEAN), variance = p.covariances([MEAN])[0], df = p.degreesOfFreedom(own);
  eta.forEach((e, i) => {
    const half = qt((1 + level) / 2, df[i]) * Math.sqrt(Math.max(0, variance[i]) + own[i]);
    scaled.low[i] = e - half;
    scaled.high[i] = e + half;
  });
}

/** Predictive distributions of the rows, mixed over the normal distribution of η; null where a predictor has no value, or for an
 * observation of no trials. */
export function predictives(
  model: Model,
  p: LinearPredictors,
  size: ObservationSize,
): (row: number) => Mixture | null {
  const { nodes, weights } = gaussHermite(21), variance = p.covariances([MEAN])[0];
  const names = partsOf(model).map(({ name }) => name), eta = names.map((name) => p.values(name));
  const absent = p.absent(names);
  return (i) => {
    const trials = size.trials ? size.trials[i] : 1, sd = Math.sqrt(Math.max(0, variance[i]));
    if (absent[i] === 1 || !(trials >= 1)) return null;
    const at = (e: number) => Float64Array.from(eta, (column, k) => k === 0 ? e : column[i]);
    return new Mixture(
      model.family,
      at,
      Array.from(nodes, (t) => eta[0][i] + Math.SQRT2 * sd * t),
      weights,
      trials,
    );
  };
}

/** Quantiles of the predictive distributions. */
function mixtureIntervals(
  model: Model,
  p: LinearPredictors,
  { low, high }: Scaled,
  level: number,
  size: ObservationSize,
) {
  const [{ link }] = partsOf(model), z = normalQuantile(level), tendency = p.tendencies(MEAN);
  const distribution = predictives(model, p, size), probs = [(1 - level) / 2, (1 + level) / 2];
  const eta = p.values(MEAN), variance = p.covariances([MEAN])[0];
  for (let i = 0; i < p.n; i++) {
    const d = distribution(i);
    // η's own interval has no spread to mix over where it runs to infinity: the quantiles at its two ends
    const ends = d && tendency[i] !== 0 ? risingEnds(link, p.ends(MEAN, i, eta[i], variance[i], z)) : null;
    low[i] = !d ? NaN : ends ? d.quantileAt(ends[0], probs[0]) : d.quantile(probs[0]);
    high[i] = !d ? NaN : ends ? d.quantileAt(ends[1], probs[1]) : d.quantile(probs[1]);
  }
}

/** Predictor of a mean that is as good as 0. */
const NOTHING = -690;

/** The ends of an interval of η, that of the smaller mean first, and none where a mean of 0 would divide by it. */
function risingEnds({ slope }: Link, { low, high }: Ends): [number, number] {
  const ends: [number, number] = [Math.max(low, NOTHING), Math.max(high, NOTHING)];
  return slope(1) < 0 ? [ends[1], ends[0]] : ends;
}

/** A family's distribution at several values of the mean's predictor, with weights; quantiles are shares of the trials. */
class Mixture {
  private readonly rows: readonly Float64Array[];
  private readonly unit: number;

  constructor(
    private readonly family: Family,
    private readonly at: (eta: number) => Float64Array,
    nodes: readonly number[],
    private readonly weights: ArrayLike<number>,
    private readonly trials: number,
  ) {
    this.rows = nodes.map(at);
    this.unit = family.usesTrials ? trials : 1;
  }

  readonly cdf = (y: number): number => {
    const { family, rows, weights, trials } = this;
    let sum = 0;
    for (let j = 0; j < rows.length; j++) {
      sum += weights[j] / Math.sqrt(Math.PI) * family.cdf(y, rows[j], trials);
    }
    return sum;
  };

  /** At one predictor. */
  quantileAt(eta: number, prob: number): number {
    return this.family.quantile(prob, this.at(eta), this.trials) / this.unit;
  }

  /** Smallest y with F̄(y) ≥ prob, bracketed by the quantiles at the extreme predictors. */
  quantile(prob: number): number {
    const { family, rows, trials } = this, tail = Math.min(prob, 1 - prob) * 1e-3;
    const ends = [rows[0], rows[rows.length - 1]].flatMap((eta) =>
      [tail, 1 - tail].map((p) => family.quantile(p, eta, trials))
    )
      .filter(Number.isFinite);
    const low = Math.max(family.support[0], Math.min(...ends));
    const high = Math.min(family.usesTrials ? trials : family.support[1], Math.max(...ends));
    return (family.discrete ? this.wholeNumber(prob, low, high) : this.number(prob, low, high)) / this.unit;
  }

  private wholeNumber(prob: number, from: number, high: number): number {
    if (this.cdf(0) >= prob && from <= 0) return 0;
    let low = Math.floor(Math.min(from, 0)) - 1;
    while (high - low > 1) {
      const mid = Math.floor((low + high) / 2);
      if (this.cdf(mid) >= prob) high = mid;
      else low = mid;
    }
    return high;
  }

  private number(prob: number, low: number, high: number): number {
    if (this.cdf(low) >= prob) return low;
    if (this.cdf(0) >= prob && low <= 0 && this.cdf(-1e-300) < prob) return 0; // a point mass at 0
    for (let k = 0; k < 200 && high - low > 1e-12 * (Math.abs(low) + Math.abs(high)); k++) {
      const mid = (low + high) / 2;
      if (this.cdf(mid) >= prob) high = mid;
      else low = mid;
    }
    return (low + high) / 2;
  }
}
