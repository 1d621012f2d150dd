/** Intervals of a new observation: the response's distribution mixed over the uncertainty of its mean. */
import { qt } from "../../math/distributions.ts";
import { expit } from "../../math/special.ts";
import type { Model } from "../../model/result/model.ts";
import { gaussHermite } from "../../math/quadrature.ts";
import type { ObservationSize } from "./observation_size.ts";
import type { LinearPredictors } from "./linear_predictor.ts";
import type { Scaled } from "./prediction_scales.ts";

/**
 * Replaces `low` and `high` by the (1 ∓ level)/2 quantiles of F̄(y) = ∫ F(y | h(η), φ) N(η; η̂, se²) dη, integrated by
 * 21-point Gauss–Hermite quadrature; zero inflation puts mass p₀ at 0. Gaussian responses have them in closed form, η̂ ± t √(se² +
 * σ²/w), with degrees of freedom where the model has them: a REML fit whose variances are 0 has
 * those of the linear model. `std_error` stays that of the mean.
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
  const { family } = model, inflated = model.parts.some((q) => q.part === "zi");
  if (family.name === "gaussian" && family.link.name === "identity" && !inflated) {
    const own = p.residualVariances() ?? p.values(family.parts[0].name).map((logSigma, i) =>
      Math.exp(2 * logSigma) / (size.precision?.[i] ?? 1)
    );
    return gaussianIntervals(p, scaled, level, own);
  }
  mixtureIntervals(model, p, scaled, level, size);
}

/** η̂ ± t √(se² + σ²/w). */
function gaussianIntervals(p: LinearPredictors, scaled: Scaled, level: number, own: Float64Array) {
  const eta = p.values("cond"), variance = p.covariances(["cond"])[0], df = p.degreesOfFreedom(own);
  eta.forEach((e, i) => {
    const half = qt((1 + level) / 2, df[i]) * Math.sqrt(Math.max(0, variance[i]) + own[i]);
    scaled.low[i] = e - half;
    scaled.high[i] = e + half;
  });
}

/** The distribution of a new observation of a row, mixed over the normal distribution of η, with what its quantiles start from. */
export interface Predictive {
  readonly cdf: (y: number) => number;
  readonly means: readonly number[];
  readonly phi: readonly number[];
  readonly trials: number;
}

/** Predictive distributions of the rows; null where the row is missing, or is an observation of no trials. */
export function predictives(
  model: Model,
  p: LinearPredictors,
  size: ObservationSize,
): (row: number) => Predictive | null {
  const { family } = model, { nodes, weights } = gaussHermite(21);
  const parts = family.parts.map(({ name }) => p.values(name).map(Math.exp));
  const eta = p.values("cond"), variance = p.covariances(["cond"])[0];
  const inflated = model.parts.some((q) => q.part === "zi") ? p.values("zi") : null;
  return (i) => {
    const trials = size.trials ? size.trials[i] : 1;
    if (eta[i] !== eta[i] || !(trials >= 1)) return null;
    const phi = parts.map((v) => v[i]), zero = inflated ? expit(inflated[i]) : 0;
    const means = Array.from(
      nodes,
      (t) => family.link.mean(eta[i] + Math.SQRT2 * Math.sqrt(Math.max(0, variance[i])) * t),
    );
    const cdf = (y: number) => {
      let sum = 0;
      for (let j = 0; j < nodes.length; j++) {
        sum += weights[j] / Math.sqrt(Math.PI) * family.cdf(y, means[j], phi, trials);
      }
      return (1 - zero) * sum + (y >= 0 ? zero : 0);
    };
    return { cdf, means, phi, trials };
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
  const { family } = model, at = predictives(model, p, size), tendency = p.tendencies("cond");
  for (let i = 0; i < p.n; i++) {
    const d = at(i);
    if (!d) {
      low[i] = high[i] = NaN;
      continue;
    }
    const unit = family.usesTrials ? d.trials : 1;
    if (tendency[i] !== 0) { // the mean's own interval has no spread to mix over: the quantiles at its two ends
      const [lowest, highest] = [low[i], high[i]].map((mean) => Math.max(mean, 1e-300));
      low[i] = family.quantile((1 - level) / 2, lowest, d.phi, d.trials) / unit;
      high[i] = family.quantile((1 + level) / 2, highest, d.phi, d.trials) / unit;
      continue;
    }
    low[i] = quantile(model, d, (1 - level) / 2) / unit;
    high[i] = quantile(model, d, (1 + level) / 2) / unit;
  }
}

/** Smallest y with F̄(y) ≥ prob, bracketed by the quantiles at the extreme means. */
function quantile(model: Model, { cdf, means, phi, trials }: Predictive, prob: number): number {
  const { family } = model, tail = Math.min(prob, 1 - prob) * 1e-3;
  const ends = means.flatMap((
    m,
  ) => [family.quantile(tail, m, phi, trials), family.quantile(1 - tail, m, phi, trials)])
    .filter(Number.isFinite);
  let low = Math.max(family.support[0], Math.min(...ends)),
    high = Math.min(family.usesTrials ? trials : family.support[1], Math.max(...ends));
  if (family.discrete) {
    if (cdf(0) >= prob && low <= 0) return 0;
    low = Math.floor(Math.min(low, 0)) - 1;
    while (high - low > 1) {
      const mid = Math.floor((low + high) / 2);
      if (cdf(mid) >= prob) high = mid;
      else low = mid;
    }
    return high;
  }
  if (cdf(low) >= prob) return low;
  if (cdf(0) >= prob && low <= 0 && cdf(-1e-300) < prob) return 0; // the point mass of zero inflation
  for (let k = 0; k < 200 && high - low > 1e-12 * (Math.abs(low) + Math.abs(high)); k++) {
    const mid = (low + high) / 2;
    if (cdf(mid) >= prob) high = mid;
    else low = mid;
  }
  return (low + high) / 2;
}
