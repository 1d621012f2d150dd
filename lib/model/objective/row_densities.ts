/**
 * The weighted log-density of rows as a function of the K linear predictors: family kernel, then links, then weights. Conditional on the
 * random effects; knows nothing of them.
 */
import type { Units } from "../../formula/types.ts";
import type { Family, Kernel, Part, Response } from "../families/family.ts";
import type { Jets } from "../../math/jets.ts";
import { composeLink } from "../links/compose.ts";
import type { Composition } from "../links/link.ts";
import { unitOf } from "./units.ts";

/** What rows are, beside their family. */
export interface DensityData {
  readonly response: Response;
  readonly weights: Float64Array | null;
  /** Predictor k has the same value in every row. */
  readonly constant: readonly boolean[];
  readonly units: Units;
}

/** How one part's η becomes what the kernel takes. */
interface Channel {
  readonly composition: Composition | null;
  /** What the kernel is given in place of η, where that differs. */
  readonly own: Float64Array | null;
  readonly slopes: readonly Float64Array[];
  /** What its η is in. */
  readonly unit: number;
}

/**
 * Σ w ℓ and its derivatives row by row, those in the mean's predictor, and in others that hold a part of it, in units of η (so that
 * nothing over- or underflows whatever the unit of y is).
 */
export class RowDensities {
  private readonly kernel: Kernel;
  private readonly channels: readonly Channel[];
  /** What the kernel is given. */
  private readonly given: Float64Array[];
  private readonly point = new Float64Array(4);

  /** @param jets what is filled */
  constructor(
    readonly data: DensityData,
    private readonly family: Family,
    parts: readonly Part[],
    private readonly jets: Jets,
  ) {
    const { response, constant, units } = data, { n } = jets;
    const y = units.response === 1 ? response.y : response.y.map((v) => v / units.response);
    this.kernel = family.kernel({ ...response, y }, constant);
    this.channels = parts.map((part, k) => {
      const composition = part.scale === "own" ? null : part.link.onto(part.scale),
        unit = unitOf(units, part, k);
      const moved = composition !== null || unit !== 1 || (k > 0 && shiftOf(units, k) !== 0);
      return {
        composition,
        own: moved ? new Float64Array(n) : null,
        slopes: composition ? [0, 1, 2].map(() => new Float64Array(n)) : [],
        unit,
      };
    });
    this.given = this.channels.map(({ own }) => own ?? new Float64Array(0));
  }

  /** Fills the jets at these linear predictors, up to derivative `order`, and returns Σ w ℓ. */
  evaluate(eta: readonly Float64Array[], order: 0 | 1 | 2 | 3): number {
    const { jets, data: { units, weights }, channels, given } = this;
    channels.forEach((channel, k) => {
      if (channel.own === null) given[k] = eta[k];
      else this.toNaturalScale(channel, eta[k], k);
    });
    this.kernel.evaluate(given, order, jets);
    if (order > 0) {
      channels.forEach(({ composition, slopes }, k) => {
        if (composition) composeLink(jets, k, order, slopes[0], slopes[1], slopes[2]);
      });
    }
    if (units.response !== 1) this.changeUnit(Math.log(units.response));
    if (weights) this.weigh(weights, order);
    return sumOf(jets.value);
  }

  /** A density per unit of y is 1/s of one per s units; a point mass is the same in all. */
  private changeUnit(jacobian: number) {
    const { jets, family, data: { response: { y } } } = this;
    for (let i = 0; i < jets.n; i++) if (!family.mass(y[i])) jets.value[i] -= jacobian;
  }

  /**
   * ζ of a part. That of the mean and its derivatives are in η/unit: of the response in its unit, or, where it has none, by
   * the chain rule.
   */
  private toNaturalScale({ composition, own: zeta, slopes, unit }: Channel, eta: Float64Array, k: number) {
    const { data: { units }, point } = this, mean = k === 0;
    if (!composition) {
      const shift = mean ? 0 : shiftOf(units, k);
      for (let i = 0; i < eta.length; i++) zeta![i] = eta[i] / unit - shift;
      return;
    }
    const inside = this.family.unitShift ? 1 / unit : 1, f = this.family.unitShift ? 1 : unit;
    const before = mean ? units.shift : 0, after = mean ? 0 : shiftOf(units, k);
    for (let i = 0; i < eta.length; i++) {
      composition((eta[i] - before) * inside, point);
      zeta![i] = point[0] - after;
      slopes[0][i] = point[1] * f;
      slopes[1][i] = point[2] * f * f;
      slopes[2][i] = point[3] * f * f * f;
    }
  }

  private weigh(w: Float64Array, order: number) {
    const { zero } = this.jets;
    const scale = (x: Float64Array) => {
      if (x === zero) return;
      for (let i = 0; i < x.length; i++) x[i] *= w[i];
    };
    scale(this.jets.value);
    if (order > 0) this.jets.d1.forEach(scale);
    if (order > 1) this.jets.d2.forEach(scale);
    if (order > 2) this.jets.d3.forEach(scale);
  }
}

/** In a function of its own, as are the passes of row_passes.ts: beside other loops it would run uncompiled. */
function sumOf(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum;
}

/** What a change of the response's unit adds to part k ≥ 1. */
const shiftOf = ({ parts }: Units, k: number): number => parts[k - 1] ?? 0;
