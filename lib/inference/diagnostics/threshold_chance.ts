/** How the chance of a residual below τ moves with the linear predictors, the threshold staying where it is. */
import { expit } from "../../math/special.ts";
import type { Design } from "../../formula/types.ts";
import type { Family } from "../../model/families/family.ts";

/** First and second derivatives of P(r_i < τ) by the linear predictor of every part. */
export interface ChanceDerivatives {
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
}

/** Steps of the differences: this part of a standard deviation of the response, and of a unit on log and logit scales. */
const STEP = 0.02, MOST = 0.2;

/** The distribution function of every row, ties broken at random, as a function of the linear predictors. */
export class ThresholdChance {
  readonly #phi: number[];
  readonly #inflated: boolean;

  constructor(
    readonly family: Family,
    readonly design: Design,
    readonly eta: readonly Float64Array[],
  ) {
    this.#phi = family.parts.map(() => 0);
    this.#inflated = design.predictors.at(-1)!.part === "zi";
  }

  /** Derivatives at the rows of `index`; 0 where a step leaves the link's domain. */
  derivatives(tau: number, index: Int32Array): ChanceDerivatives {
    const { eta } = this, K = eta.length, e = new Float64Array(K);
    const first = eta.map(() => new Float64Array(index.length)),
      second = eta.map(() => new Float64Array(index.length));
    index.forEach((i, a) => {
      for (let k = 0; k < K; k++) e[k] = eta[k][i];
      const { y, share } = this.#threshold(tau, e, i), middle = this.#below(y, share, e, i);
      for (let k = 0; k < K; k++) {
        const h = k === 0 ? this.#stepOfMean(e, i) : STEP;
        e[k] = eta[k][i] + h;
        const up = this.#below(y, share, e, i);
        e[k] = eta[k][i] - h;
        const down = this.#below(y, share, e, i);
        e[k] = eta[k][i];
        if (!Number.isFinite(up + down)) continue;
        first[k][a] = (up - down) / (2 * h);
        second[k][a] = (up - 2 * middle + down) / (h * h);
      }
    });
    return { first, second };
  }

  #stepOfMean(eta: Float64Array, i: number): number {
    const { family } = this, mu = this.#set(eta);
    const sd = Math.sqrt(family.variance(mu, this.#phi, this.#trials(i))),
      slope = Math.abs(family.link.slope(eta[0]));
    const h = Number.isFinite(sd) && slope > 0 ? STEP * sd / slope : STEP;
    return family.scale === "identity" ? h : Math.min(h, MOST);
  }

  /** The response at which the residual is τ: all below y, and a share of those equal to y. */
  #threshold(tau: number, eta: Float64Array, i: number): { y: number; share: number } {
    const { family } = this, zero = this.#zero(eta), mu = this.#set(eta), n = this.#trials(i);
    const inner = (tau - zero) / (1 - zero);
    if (!family.discrete) {
      return inner <= 0
        ? { y: 0, share: tau / zero }
        : { y: family.quantile(inner, mu, this.#phi, n), share: 1 };
    }
    let y = inner <= 0 ? 0 : Math.max(0, family.quantile(inner, mu, this.#phi, n));
    const cdf = (k: number) => k < 0 ? 0 : zero + (1 - zero) * family.cdf(k, mu, this.#phi, n);
    while (y > 0 && cdf(y - 1) >= tau) y--;
    const below = cdf(y - 1), mass = cdf(y) - below;
    return { y, share: mass > 0 ? Math.min(1, Math.max(0, (tau - below) / mass)) : 1 };
  }

  /** P(Y < y) + share P(Y = y) at other linear predictors. */
  #below(y: number, share: number, eta: Float64Array, i: number): number {
    const { family } = this, zero = this.#zero(eta), mu = this.#set(eta), n = this.#trials(i);
    if (!family.discrete) {
      return zero > 0 && y === 0 ? share * zero : zero + (1 - zero) * family.cdf(y, mu, this.#phi, n);
    }
    const upper = zero + (1 - zero) * family.cdf(y, mu, this.#phi, n);
    const lower = y <= 0 ? 0 : zero + (1 - zero) * family.cdf(y - 1, mu, this.#phi, n);
    return lower + share * (upper - lower);
  }

  /** The mean at these predictors; the parameters go to #phi. */
  #set(eta: Float64Array): number {
    for (let k = 0; k < this.#phi.length; k++) this.#phi[k] = Math.exp(eta[k + 1]);
    return this.family.link.mean(eta[0]);
  }
  #zero(eta: Float64Array): number {
    return this.#inflated ? expit(eta[eta.length - 1]) : 0;
  }
  #trials(i: number): number {
    return this.design.response.trials ? this.design.response.trials[i] : 1;
  }
}
