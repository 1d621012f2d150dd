/**
 * The normalising sum of the Tweedie density with power 1 < p < 2, a Poisson number of gamma amounts. With q = p − 1, r = 2 − p,
 * a = r/q the shape of an amount, φ = e^τ, and λ = y^r/(φ r) the Poisson mean at μ = y:
 *
 *     S(y, φ, p) = y Σ_j Poisson(j; λ) · gamma density of y with shape ja and mean jy/λ = Σ_j e^{h_j}
 *
 *     h_j = −λ (ρ log ρ − ρ + 1) − ja (log ρ + 1/ρ − 1) − R(j) − R(ja) + ½ log a − log 2π,   ρ = j/λ,  R Binet's function
 *
 * in which nothing cancels however large λ is. The terms are a bell of standard deviation s = √(λ/(1 + a)) about λ; where it is
 * wide, every Δ-th term with Δ ≤ s/2 gives the sum to e^{−2π²(s/Δ)²} < 1e-34 (trapezoidal rule), so that there are never more
 * than some forty.
 *
 * Source: Dunn & Smyth (2005), Stat. Comput. 15:267–280, for the series; Jørgensen (1987).
 */
import { binet, binetJet } from "../../math/binet.ts";
import { log1pmx } from "../../math/special.ts";
import { LARGEST_SHAPE, TweedieTerms } from "./tweedie_terms.ts";

/** Terms that much below the largest in the exponent no longer count. */
const NEGLIGIBLE = 37;
const LEAST = Math.exp(-NEGLIGIBLE);
const LOG_2PI = Math.log(2 * Math.PI);

/** Poisson mean from which j = 0 is so unlikely that a sum over every Δ-th j does not see where the terms begin. */
const MANY = 50;

/** Δ, for terms whose bell about λ has this standard deviation. */
export const strideOf = (lambda: number, sd: number): number =>
  lambda > MANY ? Math.max(1, Math.floor(sd / 2)) : 1;

/** log S and its derivatives in τ and κ = logit(p − 1), κ being −log a. */
export interface SeriesJet {
  value: number;
  t: number;
  k: number;
  tt: number;
  tk: number;
  kk: number;
  ttt: number;
  ttk: number;
  tkk: number;
  kkk: number;
}

/** Room for a {@link SeriesJet}. */
export const seriesJet = (): SeriesJet => ({
  value: 0,
  t: 0,
  k: 0,
  tt: 0,
  tk: 0,
  kk: 0,
  ttt: 0,
  ttk: 0,
  tkk: 0,
  kkk: 0,
});

/**
 * Sums the series; its storage grows with the number of terms and is used again.
 *
 * Derivatives are those of G = log Σ_j e^{w_j}, w_j = jc − log Γ(j + 1) − log Γ(ja), the part of ℓ without μ. With weights
 * π_j ∝ e^{w_j} they are cumulants: G_x = E w_x, G_xy = E w_xy + cov(w_x, w_y), and so on.
 */
export class TweedieSeries {
  private weight = new Float64Array(64);
  private wk = new Float64Array(64);
  private wkk = new Float64Array(64);
  private wkkk = new Float64Array(64);
  private index = new Float64Array(64);
  private count = 0;
  private readonly jet = new Float64Array(4);
  private readonly terms = new TweedieTerms();

  /** @param a shape of an amount, e^{−κ}; the derivatives are those of G, the value is log S */
  evaluate(y: number, tau: number, a: number, order: number, out: SeriesJet): void {
    const q = 1 / (1 + a), r = a * q, logY = Math.log(y);
    const lambda = Math.exp(r * logY - tau) / r;
    const tabled = lambda <= MANY && a < LARGEST_SHAPE;
    const shift = tabled ? this.multiply(lambda, a) : this.collect(lambda, a);
    let total = 0;
    for (let i = 0; i < this.count; i++) total += this.weight[i];
    out.value = Math.log(total) + shift.largest + Math.log(shift.step);
    if (order < 1) return;
    for (let i = 0; i < this.count; i++) this.weight[i] /= total;
    if (tabled) this.tabledDerivatives(Math.log(lambda) + q * logY, a, order);
    else this.derivativesOfTerms(lambda, a, q * logY, order);
    this.cumulants(a, order, out);
  }

  /** The terms that count, as weights relative to the largest. */
  private collect(lambda: number, a: number): { largest: number; step: number } {
    const sd = Math.sqrt(lambda / (1 + a)), step = strideOf(lambda, sd);
    const first = Math.max(1, Math.round(lambda));
    let largest = -Infinity;
    this.count = 0;
    const visit = (j: number) => {
      const h = exponent(j, lambda, a);
      if (h < largest - NEGLIGIBLE) return false;
      largest = Math.max(largest, h);
      if (this.count === this.index.length) this.grow();
      this.index[this.count] = j;
      this.weight[this.count++] = h;
      return true;
    };
    for (let j = first; visit(j); j += step);
    for (let j = first - step; j >= 1 && visit(j); j -= step);
    for (let i = 0; i < this.count; i++) this.weight[i] = Math.exp(this.weight[i] - largest);
    return { largest, step };
  }

  /** The same by the ratios of neighbours, relative to the term at the Poisson mean. */
  private multiply(lambda: number, a: number): { largest: number; step: number } {
    const first = Math.max(1, Math.round(lambda)),
      own = Math.exp((1 + a) * Math.log(lambda)),
      { terms } = this;
    terms.prepare(a);
    terms.reach(first + 1);
    this.count = 0;
    for (let j = first, w = 1; w > LEAST; j++) {
      this.keep(j, w);
      terms.reach(j + 1);
      w *= own * terms.ratio[j];
    }
    for (let j = first - 1, w = 1; j >= 1; j--) {
      w /= own * terms.ratio[j];
      if (!(w > LEAST)) break;
      this.keep(j, w);
    }
    const remainder = terms.remainder[first];
    return { largest: exponentBeside(first, lambda, a) - remainder, step: 1 };
  }

  private keep(j: number, weight: number) {
    if (this.count === this.index.length) this.grow();
    this.index[this.count] = j;
    this.weight[this.count++] = weight;
  }

  private grow() {
    const twice = (x: Float64Array) => {
      const out = new Float64Array(2 * x.length);
      out.set(x);
      return out;
    };
    this.weight = twice(this.weight);
    this.index = twice(this.index);
    this.wk = twice(this.wk);
    this.wkk = twice(this.wkk);
    this.wkkk = twice(this.wkkk);
  }

  /**
   * ∂w/∂κ and its derivatives of every term: with x = ja, u = log ρ − q log y and log Γ(x) by Binet's function,
   *
   *     w_κ = x (u − 1) + j − ½ + R′     w_κκ = x (a/(1 + a) − u) − R″     w_κκκ = x (u + 1 − a/(1 + a) − a (2 + a)/(1 + a)²) + R‴
   *
   * (derivatives of R in log x).
   */
  private derivativesOfTerms(lambda: number, a: number, qLogY: number, order: number) {
    const part = a / (1 + a), third = 1 - part - a * (2 + a) / (1 + a) ** 2;
    for (let i = 0; i < this.count; i++) {
      const j = this.index[i], x = j * a, u = Math.log(j / lambda) - qLogY;
      binetJet(x, order, this.jet);
      this.wk[i] = x * (u - 1) + j - 0.5 + this.jet[1];
      if (order >= 2) this.wkk[i] = x * (part - u) - this.jet[2];
      if (order >= 3) this.wkkk[i] = x * (u + third) + this.jet[3];
    }
  }

  /** The same from the tables; `shift` is log λ + q log y. */
  private tabledDerivatives(shift: number, a: number, order: number) {
    const part = a / (1 + a), third = 1 - part - a * (2 + a) / (1 + a) ** 2, { terms } = this;
    for (let i = 0; i < this.count; i++) {
      const j = this.index[i], x = j * a, u = terms.logIndex[j] - shift;
      this.wk[i] = x * (u - 1) + j - 0.5 + terms.first[j];
      if (order >= 2) this.wkk[i] = x * (part - u) - terms.second[j];
      if (order >= 3) this.wkkk[i] = x * (u + third) + terms.third[j];
    }
  }

  private cumulants(a: number, order: number, out: SeriesJet) {
    const { weight, index, wk, wkk, wkkk, count } = this, slope = -(1 + a); // w_τ = −j (1 + a)
    let mj = 0, mk = 0, mkk = 0, mkkk = 0;
    for (let i = 0; i < count; i++) {
      mj += weight[i] * index[i];
      mk += weight[i] * wk[i];
      if (order >= 2) mkk += weight[i] * wkk[i];
      if (order >= 3) mkkk += weight[i] * wkkk[i];
    }
    out.t = slope * mj;
    out.k = mk;
    if (order < 2) return;
    let jj = 0, jk = 0, kk = 0, jjj = 0, jjk = 0, jkk = 0, kkk = 0, jSecond = 0, kSecond = 0;
    for (let i = 0; i < count; i++) {
      const w = weight[i], dj = index[i] - mj, dk = wk[i] - mk, wj = w * dj, wkd = w * dk;
      jj += wj * dj;
      jk += wj * dk;
      kk += wkd * dk;
      if (order < 3) continue;
      jjj += wj * dj * dj;
      jjk += wj * dj * dk;
      jkk += wj * dk * dk;
      kkk += wkd * dk * dk;
      jSecond += wj * (wkk[i] - mkk);
      kSecond += wkd * (wkk[i] - mkk);
    }
    out.tt = slope * slope * jj;
    out.tk = a * mj + slope * jk; // w_τκ = ja
    out.kk = mkk + kk;
    if (order < 3) return;
    out.ttt = slope ** 3 * jjj;
    out.ttk = 2 * slope * a * jj + slope * slope * jjk;
    out.tkk = -a * mj + 2 * a * jk + slope * (jSecond + jkk);
    out.kkk = mkkk + 3 * kSecond + kkk;
  }
}

/** h_j. */
function exponent(j: number, lambda: number, a: number): number {
  return exponentBeside(j, lambda, a) - binet(j) - binet(j * a);
}

/** h_j + R(j) + R(ja). */
function exponentBeside(j: number, lambda: number, a: number): number {
  return -lambda * relative(j / lambda, j - lambda, lambda) -
    j * a * relativeGamma(lambda / j, lambda - j, j) + 0.5 * Math.log(a) - LOG_2PI;
}

/** ρ log ρ − ρ + 1 for ρ = 1 + gap/unit. */
function relative(rho: number, gap: number, unit: number): number {
  const e = gap / unit;
  return Math.abs(e) < 0.2 ? (1 + e) * log1pmx(e) + e * e : rho * Math.log(rho) - e;
}

/** t − 1 − log t for t = 1 + gap/unit. */
function relativeGamma(t: number, gap: number, unit: number): number {
  const e = gap / unit;
  return Math.abs(e) < 0.2 ? -log1pmx(e) : e - Math.log(t);
}
