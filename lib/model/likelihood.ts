/**
 * The weighted log-density of every row as a function of the K linear predictors: family kernel, then link, then zero
 * inflation, then weights. Conditional on the random effects; knows nothing of them.
 */
import type { Design } from "../formula/types.ts";
import { type Family, Jets, type Kernel } from "./families/family.ts";
import { inflateZeros } from "./families/zero_inflation.ts";
import { composeLink } from "./links/compose.ts";
import type { Composition } from "./links/link.ts";

/** Derivatives of Σ w ℓ row by row; `jets` is reused by every call. */
export class Likelihood {
  readonly jets: Jets;
  readonly K: number;
  private readonly kernel: Kernel;
  private readonly composition: Composition | null;
  private readonly zeta: Float64Array[];
  private readonly slopes: Float64Array[];
  private readonly point = new Float64Array(4);
  private readonly inflated: boolean;

  constructor(readonly design: Design, readonly family: Family) {
    const { n, predictors, response } = design;
    this.K = predictors.length;
    this.inflated = predictors.at(-1)!.part === "zi";
    this.jets = new Jets(n, this.K);
    this.kernel = family.kernel(response, predictors.map(isConstant));
    this.composition = family.link.onto(family.scale);
    this.slopes = this.composition ? [0, 1, 2].map(() => new Float64Array(n)) : [];
    this.zeta = this.composition ? [new Float64Array(n)] : [];
  }

  /** Fills `jets` at these linear predictors, up to derivative `order`, and returns Σ w ℓ. */
  evaluate(eta: readonly Float64Array[], order: 0 | 1 | 2 | 3): number {
    const { jets, K, design, composition } = this;
    if (composition) {
      this.toNaturalScale(eta[0], composition);
      this.kernel.evaluate([this.zeta[0], ...eta.slice(1)], order, jets);
      if (order > 0) composeLink(jets, order, this.slopes[0], this.slopes[1], this.slopes[2]);
    } else this.kernel.evaluate(eta, order, jets);
    if (this.inflated) inflateZeros(jets, design.response.y, this.family.discrete, eta[K - 1], K, order);
    if (design.weights) this.weigh(design.weights, order);
    let sum = 0;
    for (let i = 0; i < jets.n; i++) sum += jets.value[i];
    return sum;
  }

  private toNaturalScale(eta: Float64Array, composition: Composition) {
    const { zeta, slopes, point } = this;
    for (let i = 0; i < eta.length; i++) {
      composition(eta[i], point);
      zeta[0][i] = point[0];
      slopes[0][i] = point[1];
      slopes[1][i] = point[2];
      slopes[2][i] = point[3];
    }
  }

  private weigh(w: Float64Array, order: number) {
    const scale = (x: Float64Array) => {
      for (let i = 0; i < x.length; i++) x[i] *= w[i];
    };
    scale(this.jets.value);
    if (order > 0) this.jets.d1.forEach(scale);
    if (order > 1) this.jets.d2.forEach(scale);
    if (order > 2) this.jets.d3.forEach(scale);
  }
}

/** A predictor with the same value in every row: an intercept alone. */
export function isConstant(p: Design["predictors"][number]): boolean {
  return p.random.length === 0 && !p.offset && p.X.length <= 1 &&
    p.X.every((x) => x.every((v) => v === x[0]));
}
