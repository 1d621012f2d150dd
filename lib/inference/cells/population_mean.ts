/** Means over normally distributed random effects: E h(η + b), b ~ N(0, s²). */
import type { Link } from "../../model/links/link.ts";

/** E h(η + b) and its derivatives in η and in s². */
export interface PopulationMean {
  readonly mean: number;
  readonly byEta: number;
  readonly byVariance: number;
}

/** Beyond this many standard deviations the normal density is below rounding error. */
const REACH = 8.6;

/**
 * E h(η + s z), z ~ N(0, 1), by the trapezoidal rule, whose error falls off as e^{−2πd/Δ} for an integrand analytic within
 * ± d of the real line (the mean functions have their poles at ± iπ/s): with Δ = min(½, ½/s) below 1e-15.
 *
 * ∂/∂s² = E h′(η + s z) z / (2s) (Stein's identity).
 *
 * @param s standard deviation of the random effects in the linear predictor
 * @throws {RangeError} for links whose mean over normal random effects does not exist
 * Source: Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule, SIAM Rev. 56:385–458.
 */
export function populationMean(
  link: Pick<Link, "name" | "mean" | "slope">,
  eta: number,
  s: number,
): PopulationMean {
  if (link.name === "inverse" || link.name === "1/mu^2") {
    throw new RangeError(
      `Cannot average over the random effects with link "${link.name}": 1/(η + b) has no mean for normal b; ` +
        `leave out average: "population", or fit with the log link`,
    );
  }
  if (s < 1e-7) return { mean: link.mean(eta), byEta: link.slope(eta), byVariance: curvature(link, eta) / 2 };
  const step = Math.min(0.5, 0.5 / s), reach = REACH + s; // e^{sz} moves the mass of a log link to z = s
  let mean = 0, byEta = 0, byZ = 0, total = 0;
  for (let k = -Math.ceil(reach / step), end = -k; k <= end; k++) {
    const z = k * step, weight = Math.exp(-z * z / 2), slope = link.slope(eta + s * z);
    total += weight;
    mean += weight * link.mean(eta + s * z);
    byEta += weight * slope;
    byZ += weight * slope * z;
  }
  return { mean: mean / total, byEta: byEta / total, byVariance: byZ / total / (2 * s) };
}

/** A function of a row's predictors averaged over their random effects, with its derivatives by predictor. */
export interface AveragedQuantity {
  mean: number;
  readonly byEta: Float64Array;
  readonly byVariance: Float64Array;
}

/**
 * E f(η + b) with independent b_k ~ N(0, s_k²) for the predictors whose s is not 0, by the rule of {@link populationMean} in
 * every one of them.
 * @param out filled; its arrays have the length of η
 */
export function averageQuantity(
  f: { value(eta: Float64Array): number; slopes(eta: Float64Array, out: Float64Array): void },
  eta: Float64Array,
  s: Float64Array,
  out: AveragedQuantity,
): void {
  const random = Array.from(s.keys()).filter((k) => s[k] >= 1e-7), z = new Float64Array(eta.length);
  const at = eta.slice(), slopes = new Float64Array(eta.length);
  let total = 0;
  out.mean = 0;
  out.byEta.fill(0);
  out.byVariance.fill(0);
  const visit = (depth: number, weight: number) => {
    if (depth < random.length) {
      const k = random[depth], step = Math.min(0.5, 0.5 / s[k]), last = Math.ceil((REACH + s[k]) / step);
      for (let j = -last; j <= last; j++) {
        z[k] = j * step;
        at[k] = eta[k] + s[k] * z[k];
        visit(depth + 1, weight * Math.exp(-z[k] * z[k] / 2));
      }
      return;
    }
    f.slopes(at, slopes);
    total += weight;
    out.mean += weight * f.value(at);
    for (let k = 0; k < slopes.length; k++) {
      out.byEta[k] += weight * slopes[k];
      if (s[k] > 0) out.byVariance[k] += weight * slopes[k] * z[k] / (2 * s[k]);
    }
  };
  visit(0, 1);
  out.mean /= total;
  for (let k = 0; k < slopes.length; k++) {
    out.byEta[k] /= total;
    out.byVariance[k] /= total;
  }
}

/** h″(η). */
function curvature({ slope }: Pick<Link, "slope">, eta: number): number {
  const d = 1e-4 * Math.max(1, Math.abs(eta));
  return (slope(eta + d) - slope(eta - d)) / (2 * d);
}
