/**
 * The weighted log-density of every row as a function of the K linear predictors: family kernel, then link, then zero
 * inflation, then weights. Conditional on the random effects; knows nothing of them.
 */
import type { Design, Units } from "../../formula/types.ts";
import type { Family, Kernel } from "../families/family.ts";
import { Jets } from "../../math/jets.ts";
import { inflateZeros } from "../families/zero_inflation.ts";
import { composeLink } from "../links/compose.ts";
import type { Composition } from "../links/link.ts";

/**
 * Σ w ℓ and its derivatives row by row, those in the mean's predictor in units of η (so that nothing over- or underflows
 * whatever the unit of y is); `jets` is reused by every call.
 */
export class Likelihood {
  readonly jets: Jets;
  readonly K: number;
  private readonly kernel: Kernel;
  private readonly composition: Composition | null;
  /** What the kernel is given in place of η, where that differs. */
  private readonly own: (Float64Array | null)[];
  private readonly slopes: Float64Array[];
  private readonly point = new Float64Array(4);
  private readonly inflated: boolean;

  constructor(readonly design: Design, readonly family: Family, readonly units: Units) {
    const { n, predictors, response } = design, { parts } = family;
    this.K = predictors.length;
    this.inflated = predictors.at(-1)!.part === "zi";
    this.jets = new Jets(n, this.K);
    const y = units.response === 1 ? response.y : response.y.map((v) => v / units.response);
    this.kernel = family.kernel({ ...response, y }, predictors.map(isConstant));
    this.composition = family.link.onto(family.scale);
    this.slopes = this.composition ? [0, 1, 2].map(() => new Float64Array(n)) : [];
    const moved = [
      this.composition !== null || units.eta !== 1,
      ...parts.map((_, k) => units.parts[k] !== 0),
    ];
    this.own = moved.map((differs) => differs ? new Float64Array(n) : null);
  }

  /** Fills `jets` at these linear predictors, up to derivative `order`, and returns Σ w ℓ. */
  evaluate(eta: readonly Float64Array[], order: 0 | 1 | 2 | 3): number {
    const { jets, K, design, composition, units, own } = this;
    if (composition) this.toNaturalScale(eta[0], composition);
    else if (own[0]) { for (let i = 0; i < jets.n; i++) own[0][i] = eta[0][i] / units.eta; }
    for (let k = 1; k < own.length; k++) {
      const zeta = own[k], shift = units.parts[k - 1];
      if (zeta) { for (let i = 0; i < jets.n; i++) zeta[i] = eta[k][i] - shift; }
    }
    this.kernel.evaluate(eta.map((e, k) => own[k] ?? e), order, jets);
    if (composition && order > 0) composeLink(jets, order, this.slopes[0], this.slopes[1], this.slopes[2]);
    if (units.response !== 1) {
      const jacobian = Math.log(units.response);
      for (let i = 0; i < jets.n; i++) jets.value[i] -= jacobian;
    }
    if (this.inflated) inflateZeros(jets, design.response.y, this.family.discrete, eta[K - 1], K, order);
    if (design.weights) this.weigh(design.weights, order);
    let sum = 0;
    for (let i = 0; i < jets.n; i++) sum += jets.value[i];
    return sum;
  }

  /** ζ and its derivatives in η/unit: of the response in its unit, or, where it has none, by the chain rule. */
  private toNaturalScale(eta: Float64Array, composition: Composition) {
    const { own, slopes, point, units } = this, zeta = own[0]!;
    const inside = this.family.unitShift ? 1 / units.eta : 1, f = this.family.unitShift ? 1 : units.eta;
    for (let i = 0; i < eta.length; i++) {
      composition((eta[i] - units.shift) * inside, point);
      zeta[i] = point[0];
      slopes[0][i] = point[1] * f;
      slopes[1][i] = point[2] * f * f;
      slopes[2][i] = point[3] * f * f * f;
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
