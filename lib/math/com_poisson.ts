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
import { ComPoissonSums, deviance, LIMIT, NOTHING } from "./com_poisson_sums.ts";

/** A mean is found when it is off by this share of itself or of a standard deviation, or was a step before by that one: steps have third order. */
const EXACT = 1e-15, NEAR = 1e-6;
const STEPS = 100;
/** Beyond this the expansion at large means is exact to rounding. */
const LARGE = 1e4;
/** Below this mean cumulants are counted from those of a single event. */
const FEW = 0.1;
/** Means from here on are not told from infinity. */
const MOST = 1e12;

/** One distribution at a time; nothing is allocated from one to the next. */
export class ComPoisson extends ComPoissonSums {
  /** There is such a distribution; else nothing below means anything. */
  possible = false;
  /** E h and Cov(Y, h)/Var Y, h counted from the mode; and cumulants k_ab of Y (a times) and of r = h − E h − c (Y − μ) (b times). */
  meanDeviance = 0;
  slope = 0;
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

  private zeta = 0;
  private expanded = false;

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

  /** Cumulants of order two and three of Y and of what is left of h, of order four where asked for; after {@link ComPoisson.regress}. */
  cumulate(four: boolean): void {
    const { count, term, deviation, deviances, sum, variance, meanDeviance, slope } = this;
    let m21 = 0, m02 = 0, m12 = 0;
    for (let k = 0; k < count; k++) {
      const d = deviation[k], r = deviances[k] - meanDeviance - slope * d, w = term[k];
      const wd = w * d, rr = r * r;
      m21 += wd * r * d;
      m02 += w * rr;
      m12 += wd * rr;
    }
    this.bend = this.mu < FEW ? this.factorialBend() : variance * variance - this.mu * this.k30;
    this.k21 = m21 / sum;
    this.k02 = m02 / sum;
    this.k12 = m12 / sum;
    if (four) this.cumulateFour();
  }

  /** Those that third derivatives of the log-density need beside. */
  private cumulateFour(): void {
    const { count, term, deviation, deviances, sum, variance, meanDeviance, slope } = this;
    let m40 = 0, m31 = 0, m22 = 0, m03 = 0, m13 = 0;
    for (let k = 0; k < count; k++) {
      const d = deviation[k], r = deviances[k] - meanDeviance - slope * d, w = term[k];
      const wd = w * d, wr = w * r, dd = d * d, rr = r * r, wdr = wd * r;
      m40 += wd * dd * d;
      m31 += wdr * dd;
      m22 += wd * rr * d;
      m03 += wr * rr;
      m13 += wdr * rr;
    }
    if (!this.expanded) this.k40 = m40 / sum - 3 * variance * variance;
    this.k31 = m31 / sum;
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
