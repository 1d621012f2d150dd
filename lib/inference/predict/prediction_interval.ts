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
 * σ²/w), with degrees of freedom where the model has them. `std_error` stays that of the mean.
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
  const { family } = model, parts = family.parts.map(({ name }) => p.values(name).map(Math.exp));
  const inflated = model.parts.some((q) => q.part === "zi");
  if (family.name === "gaussian" && family.link.name === "identity" && !inflated) {
    const own = p.residualVariances() ??
      parts[0].map((sigma, i) => sigma * sigma / (size.precision?.[i] ?? 1));
    return gaussianIntervals(p, scaled, level, own);
  }
  mixtureIntervals(model, p, scaled, level, size, parts);
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

/** Quantiles of the family's distribution mixed over the normal distribution of η. */
function mixtureIntervals(
  model: Model,
  p: LinearPredictors,
  scaled: Scaled,
  level: number,
  size: ObservationSize,
  parts: readonly Float64Array[],
) {
  const { family } = model, { nodes, weights } = gaussHermite(21);
  const eta = p.values("cond"), variance = p.covariances(["cond"])[0];
  const inflated = model.parts.some((q) => q.part === "zi") ? p.values("zi") : null;
  const tendency = p.tendencies("cond");
  for (let i = 0; i < p.n; i++) {
    if (eta[i] !== eta[i]) continue;
    const trials = size.trials ? size.trials[i] : 1;
    if (!(trials >= 1)) { // an observation of no trials, or of a number that is missing
      scaled.low[i] = scaled.high[i] = NaN;
      continue;
    }
    const phi = parts.map((v) => v[i]), zero = inflated ? expit(inflated[i]) : 0;
    const means = nodes.map((t) =>
      family.link.mean(eta[i] + Math.SQRT2 * Math.sqrt(Math.max(0, variance[i])) * t)
    );
    const cdf = (y: number) => {
      let sum = 0;
      for (let j = 0; j < nodes.length; j++) {
        sum += weights[j] / Math.sqrt(Math.PI) * family.cdf(y, means[j], phi, trials);
      }
      return (1 - zero) * sum + (y >= 0 ? zero : 0);
    };
    const unit = family.usesTrials ? trials : 1;
    if (tendency[i] !== 0) { // the mean's own interval has no spread to mix over: the quantiles at its two ends
      const [low, high] = [scaled.low[i], scaled.high[i]].map((mean) => Math.max(mean, 1e-300));
      scaled.low[i] = family.quantile((1 - level) / 2, low, phi, trials) / unit;
      scaled.high[i] = family.quantile((1 + level) / 2, high, phi, trials) / unit;
      continue;
    }
    scaled.low[i] = quantile(model, cdf, (1 - level) / 2, Array.from(means), phi, trials) / unit;
    scaled.high[i] = quantile(model, cdf, (1 + level) / 2, Array.from(means), phi, trials) / unit;
  }
}

/** Smallest y with F̄(y) ≥ prob, bracketed by the quantiles at the extreme means. */
function quantile(
  model: Model,
  cdf: (y: number) => number,
  prob: number,
  means: number[],
  phi: number[],
  trials: number,
): number {
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
