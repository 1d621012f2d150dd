/**
 * Derivatives of the normalising sum of the Tweedie density, L = log Σ_j e^{h_j} (tweedie_series.ts), in τ = log φ and κ = logit(p − 1).
 *
 * With D = j − λ, c = 1 + a, s = 1 − r log y, x = ja and g = log ρ + 1/ρ − 1, the derivatives of a term are
 *
 *     h_τ = −cD     h_κ = sD + e,   e = xg + R′(x) − ½     h_ττ = −cλ     h_τκ = aD + λs
 *     h_κκ = r (q log y − s) D − λs²/c − xg − R″(x)
 *
 * (those of R in log x). With weights π_j ∝ e^{h_j} the derivatives of L are cumulants, L_x = E h_x, L_xy = E h_xy + cov(h_x, h_y), in
 * which var D occurs as δ = c² var D − cλ only, what is left of two numbers as large as λ.
 */
import { binetJet } from "../../math/binet.ts";
import { relativeGamma } from "./tweedie_exponent.ts";
import { type CountedTerms, twiceAsLong } from "./tweedie_bell.ts";
import type { TweedieTerms } from "./tweedie_terms.ts";

/**
 * L = log S and its derivatives in τ and κ = logit(p − 1), κ being −log a; the third ones are those of G = L + λ (1 + a), the part of ℓ
 * without μ.
 */
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

/** Makes them; storage grows with the number of terms, and is used again. */
export class TweedieCumulants {
  private rest = new Float64Array(64); // e
  private bend = new Float64Array(64); // xg + R″
  private wkkk = new Float64Array(64);
  private readonly jet = new Float64Array(4);

  /**
   * Writes the derivatives of L.
   * @param table that holds the terms, where one does
   * @param wide whether the terms are every Δ-th, Δ > 1
   */
  write(
    terms: CountedTerms,
    table: TweedieTerms | null,
    wide: boolean,
    lambda: number,
    a: number,
    logY: number,
    order: number,
    out: SeriesJet,
  ): void {
    const c = 1 + a, q = 1 / c, r = a * q, s = 1 - r * logY, { weight, gap, count } = terms;
    this.reach(count);
    if (table) this.ofTable(terms, table, lambda, a, q * logY, order);
    else this.ofTerms(terms, lambda, a, q * logY, order);
    const { rest, bend, wkkk } = this;
    let mD = 0, me = 0;
    for (let i = 0; i < count; i++) {
      mD += weight[i] * gap[i];
      me += weight[i] * rest[i];
    }
    if (wide) {
      terms.settleBell(lambda, a);
      mD = terms.mean;
    }
    out.t = -c * mD;
    out.k = s * mD + me;
    if (order < 2) return;
    let jj = 0, je = 0, ee = 0, mBend = 0;
    for (let i = 0; i < count; i++) {
      const dj = gap[i] - mD, de = rest[i] - me, wj = weight[i] * dj;
      jj += wj * dj;
      je += wj * de;
      ee += weight[i] * de * de;
      mBend += weight[i] * bend[i];
    }
    const sq = s * q, excess = wide ? terms.excess : c * (c * jj - lambda);
    out.tt = excess;
    out.tk = a * mD - sq * excess - c * je;
    out.kk = sq * sq * excess + r * (q * logY - s) * mD - mBend + 2 * s * je + ee;
    if (order < 3) return;
    let jjj = 0, jjk = 0, jkk = 0, kkk = 0, jSecond = 0, kSecond = 0, mkkk = 0;
    for (let i = 0; i < count; i++) {
      const w = weight[i], dj = gap[i] - mD, dk = s * dj + rest[i] - me, wj = w * dj, wkd = w * dk;
      const second = r * (q * logY - s) * dj - bend[i] + mBend; // h_κκ
      jjj += wj * dj * dj;
      jjk += wj * dj * dk;
      jkk += wj * dk * dk;
      kkk += wkd * dk * dk;
      jSecond += wj * second;
      kSecond += wkd * second;
      mkkk += w * wkkk[i];
    }
    const mj = lambda + mD, jk = s * jj + je;
    out.ttt = -c * c * c * jjj; // w_τ = −jc, w_τκ = ja
    out.ttk = -2 * c * a * jj + c * c * jjk;
    out.tkk = -a * mj + 2 * a * jk - c * (jSecond + jkk);
    out.kkk = mkkk + 3 * kSecond + kkk;
  }

  /** e and xg + R″ of every term; and with u = log ρ − q log y ∂³w/∂κ³ = x (u + 1 − a/c − a (2 + a)/c²) + R‴, w = h + λc. */
  private ofTerms(
    { index, gap, count }: CountedTerms,
    lambda: number,
    a: number,
    qLogY: number,
    order: number,
  ) {
    const third = thirdOf(a) - qLogY;
    for (let i = 0; i < count; i++) {
      const j = index[i], x = j * a, xg = x * relativeGamma(lambda / j, -gap[i], j);
      binetJet(x, order, this.jet);
      this.rest[i] = xg + this.jet[1] - 0.5;
      if (order >= 2) this.bend[i] = xg + this.jet[2];
      if (order >= 3) this.wkkk[i] = x * (Math.log(j / lambda) + third) + this.jet[3];
    }
  }

  /** The same from the tables. */
  private ofTable(
    { index, count }: CountedTerms,
    table: TweedieTerms,
    lambda: number,
    a: number,
    qLogY: number,
    order: number,
  ) {
    const third = thirdOf(a) - qLogY, logLambda = Math.log(lambda);
    for (let i = 0; i < count; i++) {
      const j = index[i],
        x = j * a,
        logRho = table.logIndex[j] - logLambda,
        xg = x * (logRho - 1) + a * lambda;
      this.rest[i] = xg + table.first[j] - 0.5;
      if (order >= 2) this.bend[i] = xg + table.second[j];
      if (order >= 3) this.wkkk[i] = x * (logRho + third) + table.third[j];
    }
  }

  private reach(count: number) {
    while (this.rest.length < count) {
      [this.rest, this.bend, this.wkkk] = [this.rest, this.bend, this.wkkk].map(twiceAsLong);
    }
  }
}

/** 1 − a/c − a (2 + a)/c². */
const thirdOf = (a: number) => 1 - a / (1 + a) - a * (2 + a) / (1 + a) ** 2;

/** Says that there is none. */
export function undefinedJet(out: SeriesJet) {
  out.value =
    out.t =
    out.k =
    out.tt =
    out.tk =
    out.kk =
    out.ttt =
    out.ttk =
    out.tkk =
    out.kkk =
      NaN;
}
