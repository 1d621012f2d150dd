/**
 * Sums over the terms of a Conway-Maxwell-Poisson distribution at one τ, in the notation of `com_poisson.ts`: over all numbers, outwards
 * from the mode by the ratio of neighbours, or over the points of `whole_sums.ts`.
 */
import { logFactorialExcess } from "./binet.ts";
import { log1pmx } from "./special.ts";
import { WholeNodes } from "./whole_sums.ts";

/** Numbers below this are summed one by one. */
export const LIMIT = 8192;
/** Terms smaller than this, relative to the sum, do not matter to moments of order four either. */
export const NOTHING = 1e-22;
/** From this ν on, λ and j^−ν may leave the range of numbers. */
const STEEP = 75;

const LOG = Float64Array.from({ length: LIMIT + 1 }, (_, j) => Math.log(j));

/** h(y) = y log(y/m) − (y − m) + (log y! − y log y + y), the last given as `excess`. */
export function deviance(y: number, m: number, excess: number, d = y - m): number {
  if (y === 0) return m;
  const t = d / m;
  return (Math.abs(t) > 0.2 ? y * Math.log(y / m) - d : m * ((1 + t) * log1pmx(t) + t * t)) + excess;
}

/** The terms of one distribution at a time; nothing is allocated from one to the next. */
export class ComPoissonSums {
  /** τ, and log Σ with the largest term about 1: log P(Y = j) = (j − mode) τ − ν (h(j) − h(mode)) − logSum. */
  tau = 0;
  logSum = 0;
  mode = 0;
  modeDeviance = 0;
  /** Var Y, and its third cumulant. */
  variance = 0;
  k30 = 0;
  /** Points j − μ, h(j) from the mode on, and terms: `count` of them. */
  count = 0;
  deviation = new Float64Array(LIMIT);
  deviances = new Float64Array(LIMIT);
  term = new Float64Array(LIMIT);
  /** Points are whole numbers in their order, from `lowest` on. */
  whole = true;
  lowest = 0;

  protected mu = 0;
  /** m and log m. */
  protected middle = 1;
  protected logMiddle = 0;
  protected nu = 0;
  protected sum = 0;
  protected off = 0;
  /** j^−ν of 1 ≤ j ≤ filled, where that stays in the range of numbers. */
  protected readonly ratio = new Float64Array(LIMIT + 1);
  protected filled = 0;
  protected filledNu = NaN;
  protected readonly terms = new Float64Array(LIMIT + 1);
  protected highest = 0;
  protected readonly nodes = new WholeNodes();

  protected prepareRatios(): void {
    if (this.filledNu === this.nu) return;
    this.filledNu = this.nu;
    this.filled = 0;
  }

  /** Ratios up to j, from where they are known. */
  protected fill(j: number): void {
    const { ratio, nu } = this;
    for (let i = this.filled + 1; i <= j; i++) ratio[i] = Math.exp(-nu * LOG[i]);
    this.filled = Math.max(this.filled, j);
  }

  /** Σ, E Y − μ and Var Y over all numbers, outwards from the mode; false where there are too many. */
  protected sumWhole(): boolean {
    const { mu, nu, logMiddle, tau, ratio, terms } = this, theta = tau + nu * logMiddle;
    const steep = nu >= STEEP, factor = Math.exp(theta);
    const mode = theta <= 0 ? 0 : Math.floor(Math.min(LIMIT, Math.exp(theta / nu)));
    if (mode >= LIMIT - 1) return false;
    let room = Math.min(LIMIT - 1, mode + 32);
    if (!steep && room > this.filled) this.fill(room);
    let rest = 0, s1 = mode - mu, s2 = s1 * s1, s3 = s2 * s1, w = 1, j = mode;
    terms[mode] = 1;
    for (; j > 0 && w > NOTHING * (1 + rest); j--) {
      w /= steep ? Math.exp(tau + nu * (logMiddle - LOG[j])) : factor * ratio[j];
      terms[j - 1] = w;
      const d = j - 1 - mu, t = w * d;
      rest += w;
      s1 += t;
      s2 += t * d;
      s3 += t * d * d;
    }
    this.lowest = j;
    w = 1;
    for (j = mode;; j++) {
      if (j === room) {
        if (room === LIMIT - 1) return false;
        room = Math.min(LIMIT - 1, 2 * room);
        if (!steep && room > this.filled) this.fill(room);
      }
      const r = steep ? Math.exp(tau + nu * (logMiddle - LOG[j + 1])) : factor * ratio[j + 1], d = j + 1 - mu;
      w *= r;
      if (d > 0 && w < NOTHING * (1 + rest) * (1 - r)) break;
      terms[j + 1] = w;
      const t = w * d;
      rest += w;
      s1 += t;
      s2 += t * d;
      s3 += t * d * d;
    }
    this.highest = j;
    this.mode = mode;
    this.logSum = Math.log1p(rest);
    this.moments(1 + rest, s1, s2, s3);
    return true;
  }

  protected moments(s0: number, s1: number, s2: number, s3: number): void {
    const off = this.off = s1 / s0;
    this.sum = s0;
    this.variance = Math.max(1e-200, s2 / s0 - off * off);
    this.k30 = s3 / s0 - off * (3 * this.variance + off * off);
  }

  /** Terms and points after a search over all numbers. */
  protected wholePoints(): void {
    const { lowest, highest, mode, mu, logMiddle, terms, term, deviation, deviances } = this;
    this.count = highest - lowest + 1;
    let h = 0;
    for (let j = mode; j <= highest; h += LOG[++j] - logMiddle) deviances[j - lowest] = h;
    h = 0;
    for (let j = mode; j > lowest;) deviances[--j - lowest] = h -= LOG[j + 1] - logMiddle;
    for (let k = 0; k < this.count; k++) {
      term[k] = terms[lowest + k];
      deviation[k] = lowest + k - mu;
    }
    this.modeDeviance = deviance(mode, this.middle, logFactorialExcess(mode));
  }

  /** Points over all numbers that matter about μ, `reach` spreads upwards. */
  protected placeNodes(spread: number, reach: number): void {
    const { mu, middle, nu, nodes } = this, below = Math.sqrt(100 * (mu + 2) / nu) + 2, mode = Math.round(mu);
    nodes.fill(Math.max(0, Math.floor(mu - below)), Math.ceil(mu + reach * spread), spread, mode);
    this.count = nodes.count;
    if (this.term.length < nodes.count) {
      this.term = new Float64Array(2 * nodes.count);
      this.deviation = new Float64Array(2 * nodes.count);
      this.deviances = new Float64Array(2 * nodes.count);
    }
    this.mode = mode;
    this.modeDeviance = deviance(mode, middle, logFactorialExcess(mode));
    for (let k = 0; k < nodes.count; k++) {
      const y = mode + nodes.at[k], d = nodes.at[k] + (mode - middle);
      this.deviation[k] = nodes.at[k] + (mode - mu);
      this.deviances[k] = deviance(y, middle, logFactorialExcess(y), d) - this.modeDeviance;
    }
  }

  /** The same sums over points. */
  protected sumNodes(): boolean {
    const { tau, nu, count, term, deviation, deviances, nodes: { weight } } = this,
      from = this.mode - this.mu;
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (let k = 0; k < count; k++) {
      const d = deviation[k], w = weight[k] * Math.exp((d - from) * tau - nu * deviances[k]), t = w * d;
      term[k] = w;
      s0 += w;
      s1 += t;
      s2 += t * d;
      s3 += t * d * d;
    }
    if (!(s0 < Infinity)) return false;
    this.moments(s0, s1, s2, s3);
    return true;
  }
}
