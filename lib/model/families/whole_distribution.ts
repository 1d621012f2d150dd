/** Distribution functions and quantiles of densities on 0, 1, 2, … that are known by their terms alone. */
import { smallest } from "../../math/distributions.ts";
import { wholeSum } from "../../math/whole_sums.ts";

/** Beyond so many times its scale below the mean a distribution of counts has nothing left. */
const FAR = 40;
/** Distributions on more numbers than these are summed anew for every question, from few points. */
const TABLE = 4096;
/** What is left out of sums, relative to them. */
const NOTHING = 1e-18;

/** Probabilities of whole numbers, as a function that is smooth between them. */
export interface WholeDensity {
  /** P(Y = y), times {@link WholeDensity.total}. */
  at(y: number): number;
  readonly mean: number;
  readonly sd: number;
  /** Over which the density changes; the tail falls at least by half over it. */
  readonly scale: number;
  /** They sum to 1. Else they are divided by their sum. */
  readonly proper: boolean;
}

/** The distribution of a density with two parameters; the tables of the last two are kept. */
export class WholeDistribution {
  private mu = NaN;
  private phi = NaN;
  private density!: WholeDensity;
  private first = 0;
  private count = 0;
  private sum = 1;
  private readonly lower = new Float64Array(TABLE);
  private readonly upper = new Float64Array(TABLE + 1);

  constructor(private readonly of: (mu: number, phi: number) => WholeDensity) {}

  /** P(Y ≤ y), from the side where less is. */
  cdf(y: number, mu: number, phi: number): number {
    const k = Math.floor(y);
    if (Number.isNaN(k) || k < 0) return k < 0 ? 0 : NaN;
    if (mu === 0 || k === Infinity) return 1;
    this.settle(mu, phi);
    const { density } = this;
    if (Number.isNaN(this.sum)) return NaN;
    return k < density.mean
      ? Math.min(1, this.below(k) / this.sum)
      : Math.max(0, 1 - this.above(k + 1) / this.sum);
  }

  /** Smallest y with P(Y ≤ y) ≥ p. */
  quantile(p: number, mu: number, phi: number): number {
    if (mu === 0) return p >= 0 && p <= 1 ? 0 : NaN;
    this.settle(mu, phi);
    return smallest(p, mu, this.density.sd, Infinity, true, false, (k) => this.cdf(k, mu, phi));
  }

  /** Σ of all terms. */
  total(mu: number, phi: number): number {
    this.settle(mu, phi);
    return this.sum;
  }

  /** Tables of both sums, where they are short enough. */
  private settle(mu: number, phi: number): void {
    if (mu === this.mu && phi === this.phi) return;
    [this.mu, this.phi] = [mu, phi];
    const { at, mean, scale, proper } = this.density = this.of(mu, phi), { lower, upper } = this;
    this.sum = NaN;
    if (!(mean + FAR * scale < Infinity)) return;
    this.first = Math.max(0, Math.floor(mean - FAR * scale));
    let sum = 0, k = 0;
    for (let p = Infinity; k < TABLE; k++) {
      if (this.first + k > mean && p * 2 * scale <= NOTHING * sum) break;
      lower[k] = sum += upper[k] = p = at(this.first + k);
    }
    this.count = k < TABLE ? k : 0;
    upper[k] = 0;
    for (let j = k - 1; j >= 0; j--) upper[j] += upper[j + 1];
    const middle = Math.floor(mean);
    this.sum = proper ? 1 : this.count > 0 ? sum : this.below(middle) + this.above(middle + 1);
  }

  /** Σ over j ≤ k. */
  private below(k: number): number {
    const { density: { at, mean, scale }, first, count } = this;
    if (count > 0) return k < first ? 0 : this.lower[Math.min(k - first, count - 1)];
    return wholeSum(at, Math.max(0, Math.floor(Math.min(k, mean) - FAR * scale)), k, scale);
  }

  /** Σ over j ≥ k, in stretches of growing length until one adds nothing. */
  private above(k: number): number {
    const { density: { at, mean, scale }, first, count } = this;
    if (count > 0) return this.upper[Math.max(0, Math.min(k - first, count))];
    let sum = 0, from = Math.max(k, first), length = Math.ceil(8 * scale);
    for (;;) {
      const to = Math.max(from + length, Math.ceil(mean)), part = wholeSum(at, from, to, scale);
      sum += part;
      if (!(part > NOTHING * sum)) return sum; // also where it is not a number
      from = to + 1;
      length *= 2;
    }
  }
}
