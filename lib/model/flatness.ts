/** When is a parameter unknown? Where the likelihood hardly bends over effects that matter on the scale of its predictor. */
import type { Laplace } from "./laplace.ts";
import { FLAT } from "./optimum.ts";

/**
 * Curvature of every parameter of ψ below which the likelihood is flat in it: FLAT / unit². The unit of an effect on the mean
 * is what moves it by one standard deviation of the response, |dη/dμ| sd(y) (1 or so on log and logit scales, the response's
 * own unit on the identity scale); other parts are on log and logit scales.
 */
export function flatCurvature({ design, family, first, thetaAt, size, effects }: Laplace): Float64Array {
  const { y, trials } = design.response,
    { n } = design,
    observed = trials ? y.map((v, i) => v / trials[i]) : y;
  const mean = observed.reduce((s, v) => s + v, 0) / n;
  const sd = Math.sqrt(observed.reduce((s, v) => s + (v - mean) ** 2, 0) / n);
  const eta = family.link.eta(mean), unit = sd / Math.abs(family.link.slope(eta));
  const sound = Number.isFinite(unit) && unit > 0 ? unit : 1, below = new Float64Array(size).fill(FLAT);
  below.fill(FLAT / sound ** 2, 0, first[1] ?? thetaAt);
  for (const t of effects.terms) {
    if (t.part === 0) below.fill(FLAT / sound ** 2, thetaAt + t.theta, thetaAt + t.theta + t.thetas);
  }
  return below;
}
