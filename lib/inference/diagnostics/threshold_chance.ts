/** How the chance of a residual below τ moves with the linear predictors, the threshold staying where it is. */
import type { Design } from "../../formula/types.ts";
import type { Family } from "../../model/families/family.ts";
import { conditionalSize } from "../../model/families/part.ts";

/** First and second derivatives of P(r_i < τ) by the linear predictor of every part. */
export interface ChanceDerivatives {
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
}

/** Steps of the differences: this part of a standard deviation of the response, and of a unit on log and logit scales. */
const STEP = 0.02, MOST = 0.2;

/** The distribution function of every row, ties broken at random, as a function of the linear predictors. */
export class ThresholdChance {
  constructor(
    readonly family: Family,
    readonly design: Design,
    readonly eta: readonly Float64Array[],
  ) {}

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
    const { family } = this,
      { conditional = family } = family,
      [{ scale }] = family.parts(this.design.response);
    const row = eta.subarray(0, conditionalSize(family, eta.length)), slopes = new Float64Array(row.length);
    conditional.meanSlopes(row, slopes);
    const sd = Math.sqrt(conditional.variance(row, this.#trials(i))), slope = Math.abs(slopes[0]);
    const h = Number.isFinite(sd) && slope > 0 ? STEP * sd / slope : STEP;
    return scale === "identity" ? h : Math.min(h, MOST);
  }

  /** The response at which the residual is τ: all below y, and a share of those equal to y. */
  #threshold(tau: number, eta: Float64Array, i: number): { y: number; share: number } {
    const { family } = this, n = this.#trials(i);
    let y = family.quantile(tau, eta, n);
    if (!family.mass(y)) return { y, share: 1 };
    while (family.discrete && y > 0 && family.cdf(y - 1, eta, n) >= tau) y--;
    const below = this.#less(y, eta, n), mass = family.cdf(y, eta, n) - below;
    return { y, share: mass > 0 ? Math.min(1, Math.max(0, (tau - below) / mass)) : 1 };
  }

  /** P(Y < y) + share P(Y = y) at other linear predictors. */
  #below(y: number, share: number, eta: Float64Array, i: number): number {
    const { family } = this, n = this.#trials(i), upper = family.cdf(y, eta, n);
    if (!family.mass(y)) return upper;
    const lower = this.#less(y, eta, n);
    return lower + share * (upper - lower);
  }

  /** P(Y < y) at a value of positive probability. */
  #less(y: number, eta: Float64Array, n: number): number {
    const { family } = this, before = family.discrete ? y - 1 : y - 1e-9 * Math.max(1e-9, Math.abs(y));
    return before < family.support[0] ? 0 : family.cdf(before, eta, n);
  }

  #trials(i: number): number {
    return this.design.response.trials ? this.design.response.trials[i] : 1;
  }
}
