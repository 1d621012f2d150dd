/** Families whose mean is μ = link⁻¹(η₀): written as functions of μ and of the other parts' parameters φ. */
import type { Random } from "../../math/random.ts";
import type { Scale } from "../links/link.ts";
import type { Family, Part, Predictors } from "./family.ts";
import { hasNaN } from "./on_numbers.ts";
import { meanPart } from "./part.ts";

/**
 * φ: the parameters of the parts beyond the mean, in their order.
 *
 * @category Extend
 */
export type Parameters = readonly number[];

/**
 * Members that are functions of the predictors of a {@link Family}, and of (μ, φ) here.
 *
 * @category Extend
 */
export type OfPredictors = "mean" | "meanSlopes" | "variance" | "unitVariance" | "unitDeviance";
/**
 * Members of the distribution that are functions of (μ, φ) here.
 *
 * @category Extend
 */
export type OfDistribution = "simulate" | "cdf" | "quantile" | "parts" | "mass";

/**
 * A family as a function of μ and φ.
 *
 * @category Extend
 */
export interface MeanFamily extends Omit<Family, OfPredictors | OfDistribution> {
  /** What the kernel takes of the mean. */
  readonly scale: Scale;
  /** Parts beyond the mean: dispersion first, then shapes. */
  readonly parts: readonly Part[];
  /** Variance of y (of the proportion y/trials for trials families): V(μ; φ…). */
  variance(mu: number, phi: Parameters, trials: number): number;
  /** V(μ) where the variance is a constant times V(μ). */
  unitVariance?(mu: number): number;
  /** Unit deviance 2(ℓ_saturated − ℓ) ≥ 0 of one row. */
  unitDeviance?(y: number, mu: number, phi: Parameters, trials: number): number;
  /** One random response (successes for trials families). */
  simulate(random: Random, mu: number, phi: Parameters, trials: number): number;
  /** P(Y ≤ y). */
  cdf(y: number, mu: number, phi: Parameters, trials: number): number;
  /** Smallest y with P(Y ≤ y) ≥ p. */
  quantile(p: number, mu: number, phi: Parameters, trials: number): number;
  /** Has y a positive probability? All values of discrete families have, where absent, and none of continuous ones. */
  mass?(y: number): boolean;
}

/**
 * The family of linear predictors behind a family of means.
 *
 * @category Extend
 */
export function meanFamily({ scale, parts: others, ...given }: MeanFamily): Family {
  const { link, discrete, usesTrials, support, unitVariance, unitDeviance } = given;
  const parts = [meanPart(link, scale, usesTrials ? [0, 1] : support), ...others];
  const links = others.map((part) => part.link), phi = others.map(() => 0);
  /** μ, with φ filled from the other predictors: no allocation per row. */
  const read = (eta: Predictors) => {
    for (let k = 0; k < phi.length; k++) phi[k] = links[k].mean(eta[k + 1]);
    return link.mean(eta[0]);
  };
  /** Is a parameter of the last row read no number? Families need not expect that. */
  const unknown = (mu: number) => Number.isNaN(mu) || hasNaN(phi);
  return {
    ...given,
    parts: () => parts,
    mass: given.mass ?? (() => discrete),
    mean: (eta) => link.mean(eta[0]),
    meanSlopes: (eta, out) => {
      out.fill(0);
      out[0] = link.slope(eta[0]);
    },
    variance: (eta, trials) => given.variance(read(eta), phi, trials),
    unitVariance: unitVariance && ((eta) => unitVariance(link.mean(eta[0]))),
    unitDeviance: unitDeviance && ((y, eta, trials) => unitDeviance(y, read(eta), phi, trials)),
    simulate(random, eta, trials) {
      const mu = read(eta);
      return unknown(mu) ? NaN : given.simulate(random, mu, phi, trials);
    },
    cdf(y, eta, trials) {
      const mu = read(eta);
      return unknown(mu) ? NaN : given.cdf(y, mu, phi, trials);
    },
    quantile(p, eta, trials) {
      const mu = read(eta);
      return unknown(mu) ? NaN : given.quantile(p, mu, phi, trials);
    },
  };
}
