/**
 * Sums of the Conway-Maxwell-Poisson distribution given its mean: with m = max(1, μ) and h(j) = log j! − j log m + m, which is small
 * near μ,
 *
 *     P(Y = j) = exp(j τ − ν h(j)) / Σ,   λ = m^ν e^τ,   τ such that E Y = μ
 *
 * Where the distribution lives on few numbers all of them are summed, outwards from the mode, by the ratio of neighbours λ/j^ν. Where it
 * is wide, terms are taken from the points of `whole_sums.ts`, which are not more for a million than for ten thousand. Both leave out
 * what is below 1e-18 of the sum, and give log Σ, and with it the normalising constant, to some 1e-14.
 *
 * Source: Conway & Maxwell (1962); Shmueli et al. (2005), Appl. Stat. 54:127–142; by its mean Huang (2017), Stat. Modelling 17:359–380.
 */
import { logFactorialExcess } from "./binet.ts";
import { log1pmx } from "./special.ts";
import { WholeNodes } from "./whole_sums.ts";

/** Numbers below this are summed one by one. */
const LIMIT = 8192;
/** Terms smaller than this, relative to the sum, do not matter to moments of order four either. */
const NOTHING = 1e-22;
/** A mean is found when it is off by this share of itself or of a standard deviation, or was a step before by that one: steps have third order. */
const EXACT = 1e-15, NEAR = 1e-6;
const STEPS = 100;
/** From this ν on, λ and j^−ν may leave the range of numbers. */
const STEEP = 75;
/** Beyond this the expansion at large means is exact to rounding. */
const LARGE = 1e4;
/** Below this mean cumulants are counted from those of a single event. */
const FEW = 0.1;
/** Means from here on are not told from infinity. */
const MOST = 1e12;

const LOG = Float64Array.from({ length: LIMIT + 1 }, (_, j) => Math.log(j));

/** h(y) = y log(y/m) − (y − m) + (log y! − y log y + y), the last given as `excess`. */
function deviance(y: number, m: number, excess: number, d = y - m): number {
  if (y === 0) return m;
  const t = d / m;
  return (Math.abs(t) > 0.2 ? y * Math.log(y / m) - d : m * ((1 + t) * log1pmx(t) + t * t)) + excess;
}

/** One distribution at a time; nothing is allocated from one to the next. */
export class ComPoisson {
  /** There is such a distribution; else nothing below means anything. */
  possible = false;
  /** τ, and log Σ with the largest term about 1: log P(Y = j) = (j − mode) τ − ν (h(j) − h(mode)) − logSum. */
  tau = 0;
  logSum = 0;
  mode = 0;
  modeDeviance = 0;
  /** Var Y. */
  variance = 0;
  /** E h and Cov(Y, h)/Var Y, h counted from the mode; and cumulants k_ab of Y (a times) and of r = h − E h − c (Y − μ) (b times). */
  meanDeviance = 0;
  slope = 0;
  k30 = 0;
  k40 = 0;
  /** V² − μ k₃₀, with all digits also where V and k₃₀ are μ but for a small part. */
  bend = 0;
  k21 = 0;
  k31 = 0;
  k12 = 0;
  k22 = 0;
  k02 = 0;
  k03 = 0;
  k13 = 0;
  /** Points j − μ, h(j) from the mode on, and terms: `count` of them. */
  count = 0;
  deviation = new Float64Array(LIMIT);
  deviances = new Float64Array(LIMIT);
  term = new Float64Array(LIMIT);
  /** Points are whole numbers in their order, from `lowest` on. */
  whole = true;
  lowest = 0;

  private mu = 0;
  private zeta = 0;
  /** m and log m. */
  private middle = 1;
  private logMiddle = 0;
  private nu = 0;
  private sum = 0;
  private off = 0;
  /** j^−ν of 1 ≤ j ≤ filled, where that stays in the range of numbers. */
  private readonly ratio = new Float64Array(LIMIT + 1);
  private filled = 0;
  private filledNu = NaN;
  private readonly terms = new Float64Array(LIMIT + 1);
  private highest = 0;
  private expanded = false;
  private readonly nodes = new WholeNodes();

  /**
   * Finds τ of mean e^ζ, by itself alone: the same numbers give the same result whatever was asked before.
   */
  solve(zeta: number, nu: number): void {
    this.zeta = zeta;
    this.nu = nu;
    this.mu = Math.exp(zeta);
    this.middle = Math.max(1, this.mu);
    this.logMiddle = Math.max(0, zeta);
    this.possible = nu > 0 && nu < Infinity && this.mu > 0 && this.mu < MOST;
    if (!this.possible) return;
    this.tau = this.guess();
    const spread = this.spread(), { mu } = this;
    this.whole = mu + (spread < 0.15 * mu ? 14 : 60) * spread < LIMIT - 64;
    this.expanded = false;
    if (this.whole) {
      this.prepareRatios();
      if (this.search()) return this.wholePoints();
      this.whole = false;
      this.tau = this.guess();
    }
    for (let reach = spread < 0.1 * mu ? 16 : 60;; reach *= 2) {
      this.placeNodes(spread, reach);
      this.search();
      const last = this.count - 1, tail = this.term[last] / (this.nodes.weight[last] * this.sum);
      if (tail < NOTHING || reach > 1e4) break;
    }
    this.logSum = Math.log(this.sum);
    this.expand();
  }

  /** h(y) from the mode on; `excess` is what log y! adds to y log y − y. */
  devianceOf(y: number, excess: number): number {
    return deviance(y, this.middle, excess) - this.modeDeviance;
  }

  /** log P(Y = y). */
  logProbability(y: number, excess: number): number {
    return (y - this.mode) * this.tau - this.nu * this.devianceOf(y, excess) - this.logSum;
  }

  /** Over which the probabilities change: the standard deviation of a Gaussian centre or of an exponential tail, roughly. */
  spread(): number {
    return Math.min(Math.sqrt((this.mu + 1) / this.nu), 2 * Math.sqrt(this.mu * (1 + this.mu)));
  }

  /** μ ≈ λ^{1/ν} − (ν − 1)/(2ν) where it is large; else to second order in μ, exact for the geometric (ν = 0) and two-point limits. */
  private guess(): number {
    const { mu, nu, zeta } = this, root = (nu - 1) / (2 * nu * mu);
    if (root > -0.5 && (mu > 0.9 || nu < 1)) return nu * (zeta - this.logMiddle + Math.log1p(root));
    return zeta - nu * this.logMiddle - Math.log1p(mu * (2 ** (1 - nu) - 1));
  }

  /** Halley's steps on log E Y, inside what is known to bracket τ. */
  private search(): boolean {
    let low = -Infinity, high = Infinity, near = false;
    for (let i = 0; i < STEPS; i++) {
      const found = this.whole ? this.sumWhole() : this.sumNodes(),
        share = Math.abs(this.off) / Math.min(this.mu, Math.sqrt(this.variance));
      if (!found) high = this.tau;
      else if (near || share <= EXACT) return true;
      else if (this.off > 0) high = this.tau;
      else low = this.tau;
      near = found && share <= NEAR;
      const most = 2 + this.nu / (this.mu + 1), wanted = this.halley();
      const step = Math.max(
        -most,
        Math.min(most, found && Number.isFinite(wanted) ? wanted : found && this.off < 0 ? most : -most),
      );
      const next = this.tau + step, middle = (low + high) / 2;
      const inside = next > low && next < high;
      if (!inside && (near || !(middle > low && middle < high))) return found; // no better number
      this.tau = inside ? next : middle;
    }
    return false;
  }

  /** With g = log E Y − log μ: g′ = V/E, g″ = k₃/E − g′². */
  private halley(): number {
    const mean = this.mu + this.off, g = Math.log1p(this.off / this.mu), g1 = this.variance / mean;
    const newton = g / g1, bend = newton * (this.k30 / mean / g1 - g1) / 2;
    return -newton / (Math.abs(bend) < 0.5 ? 1 - bend : 1);
  }

  private prepareRatios(): void {
    if (this.filledNu === this.nu) return;
    this.filledNu = this.nu;
    this.filled = 0;
  }

  /** Ratios up to j, from where they are known. */
  private fill(j: number): void {
    const { ratio, nu } = this;
    for (let i = this.filled + 1; i <= j; i++) ratio[i] = Math.exp(-nu * LOG[i]);
    this.filled = Math.max(this.filled, j);
  }

  /** Σ, E Y − μ and Var Y over all numbers, outwards from the mode; false where there are too many. */
  private sumWhole(): boolean {
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

  private moments(s0: number, s1: number, s2: number, s3: number): void {
    const off = this.off = s1 / s0;
    this.sum = s0;
    this.variance = Math.max(1e-200, s2 / s0 - off * off);
    this.k30 = s3 / s0 - off * (3 * this.variance + off * off);
  }

  /** Terms and points after a search over all numbers. */
  private wholePoints(): void {
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
  private placeNodes(spread: number, reach: number): void {
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
  private sumNodes(): boolean {
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

  /**
   * Cumulants of Y at large means, where those of order three and four are what is left of sums a million times as large:
   * with x = λ^{1/ν}, E Y = x − (ν − 1)/(2ν) − b/x − c/x², b = (ν² − 1)/(24ν²), c = b/ν, and k_{n+1} = (x/ν) dk_n/dx.
   * Source: Gaunt, Iyengar, Olde Daalhuis & Simsek (2019), Ann. Inst. Stat. Math. 71:163–180.
   */
  private expand(): void {
    const { mu, nu } = this;
    this.expanded = mu > LARGE && nu * mu > LARGE && mu / nu > LARGE / 10;
    if (!this.expanded) return;
    const b = (nu * nu - 1) / (24 * nu * nu),
      c = b / nu,
      a = mu + (nu - 1) / (2 * nu),
      x = a + b / a + c / (a * a);
    this.variance = (x + b / x + 2 * c / (x * x)) / nu;
    this.k30 = (x - b / x - 4 * c / (x * x)) / (nu * nu);
    this.k40 = (x + b / x + 8 * c / (x * x)) / (nu * nu * nu);
  }

  /** E h and the regression of h on Y. */
  regress(): void {
    const { count, term, deviation, deviances, sum, variance } = this;
    let su = 0, sud = 0;
    for (let k = 0; k < count; k++) {
      const t = term[k] * deviances[k];
      su += t;
      sud += t * deviation[k];
    }
    this.meanDeviance = su / sum;
    this.slope = sud / sum / variance;
  }

  /** Cumulants of order two to four of Y and of what is left of h; after {@link ComPoisson.regress}. */
  cumulate(): void {
    const { count, term, deviation, deviances, sum, variance, meanDeviance, slope } = this;
    let m40 = 0, m21 = 0, m31 = 0, m02 = 0, m12 = 0, m22 = 0, m03 = 0, m13 = 0;
    for (let k = 0; k < count; k++) {
      const d = deviation[k], r = deviances[k] - meanDeviance - slope * d, w = term[k];
      const wd = w * d, wr = w * r, dd = d * d, rr = r * r, wdr = wd * r;
      m40 += wd * dd * d;
      m21 += wdr * d;
      m31 += wdr * dd;
      m02 += w * rr;
      m12 += wd * rr;
      m22 += wd * rr * d;
      m03 += wr * rr;
      m13 += wdr * rr;
    }
    this.bend = this.mu < FEW ? this.factorialBend() : variance * variance - this.mu * this.k30;
    if (!this.expanded) this.k40 = m40 / sum - 3 * variance * variance;
    this.k21 = m21 / sum;
    this.k31 = m31 / sum;
    this.k02 = m02 / sum;
    this.k12 = m12 / sum;
    this.k22 = m22 / sum - variance * this.k02;
    this.k03 = m03 / sum;
    this.k13 = m13 / sum;
  }

  /** With factorial moments f_k: V = μ + v, v = f₂ − μ², k₃₀ = μ + q, q = f₃ + 3f₂ − 3μ(f₂ + μ) + 2μ³, V² − μ k₃₀ = 2μv + v² − μq. */
  private factorialBend(): number {
    const { count, term, sum, mu } = this; // from 0 on
    let f2 = 0, f3 = 0;
    for (let j = 2; j < count; j++) {
      const t = term[j] * j * (j - 1) / sum;
      f2 += t;
      f3 += t * (j - 2);
    }
    const v = f2 - mu * mu, q = f3 + 3 * f2 - 3 * mu * (f2 + mu) + 2 * mu * mu * mu;
    return 2 * mu * v + v * v - mu * q;
  }
}
