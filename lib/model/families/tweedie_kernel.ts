/** The log-density of Tweedie responses and its derivatives. */
import { type Jets, pair, triple } from "../../math/jets.ts";
import { expit } from "../../math/special.ts";
import type { Kernel, Response } from "./family.ts";
import { type SeriesJet, seriesJet } from "./tweedie_cumulants.ts";
import { TweedieSeries } from "./tweedie_series.ts";

/**
 * With q = p − 1, r = 2 − p, κ = logit q, τ = log φ, u = log μ/y, λ = y^r/(φ r), a = r/q:
 *
 *     ℓ(0) = −A,  A = μ^r/(φ r)     ℓ(y) = L(τ, κ) − H − log y,  H = λ (e^{ru} − 1 + a (e^{−qu} − 1))
 *
 * L from {@link TweedieSeries}; the large parts of the density have cancelled on paper, in the value as in its derivatives. Where φ and p
 * are constants, L is kept from one evaluation to the next: the steps to the modes move μ only.
 * @param fixed κ when the power is given
 */
export function tweedieKernel({ y }: Response, constant: readonly boolean[], fixed: number | null): Kernel {
  const estimated = fixed === null, still = constant[1] && (!estimated || constant[2]);
  const series = new SeriesOfRows(y, still), row = new Row(estimated), logY = y.map(Math.log);
  return {
    evaluate(eta, order, out) {
      const [zeta, tau] = eta, kappa = estimated ? eta[2] : null;
      series.begin(tau[0], kappa ? kappa[0] : fixed!, order);
      for (let i = 0; i < y.length; i++) {
        row.power(kappa ? kappa[i] : fixed!);
        const g = y[i] === 0 ? null : series.at(i, tau[i], row.kappa, order);
        row.add(zeta[i], tau[i], logY[i], g, i, order, out);
      }
    },
  };
}

/** A row without L, and what is known of the power, which is often the row's before. */
class Row {
  kappa = NaN;
  private q = 0;
  private r = 0;
  /** Of the last row: H (A where y = 0) and its derivatives in κ; μ^r/φ, y μ^−q/φ. */
  private H = 0;
  private Hk = 0;
  private Hkk = 0;
  private E = 0;
  private F = 0;

  constructor(private readonly estimated: boolean) {}

  power(kappa: number) {
    if (kappa === this.kappa) return;
    this.kappa = kappa;
    this.q = expit(kappa);
    this.r = expit(-kappa);
  }

  /**
   * Writes the row's density and derivatives.
   * @param l L at y, null for y = 0
   */
  add(zeta: number, tau: number, logY: number, l: SeriesJet | null, i: number, order: number, out: Jets) {
    if (l === null) this.zero(zeta, tau);
    else this.positive(zeta - logY, tau, logY);
    const { q, r, H, Hk, E, F } = this, L = l ?? NONE;
    out.value[i] = l === null ? -H : L.value - logY - H;
    if (order < 1) return;
    out.d1[0][i] = F - E;
    out.d1[1][i] = L.t + H;
    if (this.estimated) out.d1[2][i] = L.k - Hk;
    if (order < 2) return;
    out.d2[MM][i] = -r * E - q * F;
    out.d2[MT][i] = E - F;
    out.d2[TT][i] = L.tt - H;
    if (this.estimated) {
      out.d2[MK][i] = (E - F) * q * r * zeta;
      out.d2[TK][i] = L.tk + Hk;
      out.d2[KK][i] = L.kk - this.Hkk;
    }
    if (order < 3) return;
    out.d3[MMM][i] = q * q * F - r * r * E;
    out.d3[MMT][i] = r * E + q * F;
    out.d3[MTT][i] = F - E;
    out.d3[TTT][i] = E / r + F / q + L.ttt;
    if (this.estimated) this.thirdInPower(zeta, L, i, out);
  }

  /** A, with the derivatives of log A in κ, q (1 − rζ), … */
  private zero(zeta: number, tau: number) {
    const { q, r } = this, E = Math.exp(r * zeta - tau), A = E / r, a1 = q * (1 - r * zeta);
    [this.E, this.F, this.H, this.Hk] = [E, 0, A, A * a1];
    this.Hkk = A * (a1 * a1 + q * r * (1 - r * zeta + q * zeta));
  }

  /**
   * H = λ (P + aM), P = e^{ru} − 1 − ru, M = e^{−qu} − 1 + qu: the linear terms in u have cancelled. With q′ = −r′ = v = qr,
   * (log λ)′ = qs, s = 1 − r log y, and K = (P + aM)′.
   */
  private positive(u: number, tau: number, logY: number) {
    const { q, r } = this, a = r / q, v = q * r, vu = v * u, lambda = Math.exp(r * logY - tau) / r;
    const e = Math.expm1(r * u), m = Math.expm1(-q * u), aM = a * excess(-q * u, m);
    const H = lambda * (excess(r * u, e) + aM), qs = q * (1 - r * logY);
    const lK = -lambda * (vu * (e + a * m) + aM), Hk = qs * H + lK;
    [this.E, this.F, this.H, this.Hk] = [lambda * r * (1 + e), lambda * r * (1 + m), H, Hk];
    const K2 = vu * ((q - r) * (e + a * m) + vu * (1 + e + a * (1 + m)) + 2 * a * m) + aM;
    this.Hkk = v * (1 + (q - r) * logY) * H + qs * (Hk + lK) + lambda * K2;
  }

  /** Third derivatives in κ: of A, with those of log A, q (1 − rζ), …, and of B = F/q, with those of log B, −r (1 + qζ), … */
  private thirdInPower(zeta: number, g: SeriesJet, i: number, out: Jets) {
    const { q, r, E, F } = this, qr = q * r, A = E / r, B = F / q;
    const a1 = q * (1 - r * zeta), b1 = -r * (1 + q * zeta);
    const a2 = qr * (1 - r * zeta + q * zeta), b2 = qr * (1 + q * zeta) - qr * r * zeta;
    const bend = -qr * zeta, turn = -qr * (r - q) * zeta; // κ-derivatives of the logarithms of E and F
    const A2 = a1 * a1 + a2, B2 = b1 * b1 + b2;
    const a3 = qr * (r - q) * (1 - r * zeta) + qr * qr * zeta + zeta * q * qr * (2 * r - q);
    const b3 = qr * (r - q) * (1 + q * zeta) + qr * qr * zeta - zeta * qr * r * (r - 2 * q);
    out.d3[MMK][i] = -E * (r * bend - qr) - F * (q * bend + qr);
    out.d3[MTK][i] = (E - F) * bend;
    out.d3[MKK][i] = (F - E) * (bend * bend + turn);
    out.d3[TTK][i] = -A * a1 - B * b1 + g.ttk;
    out.d3[TKK][i] = A * A2 + B * B2 + g.tkk;
    out.d3[KKK][i] = g.kkk - A * (a1 ** 3 + 3 * a1 * a2 + a3) - B * (b1 ** 3 + 3 * b1 * b2 + b3);
  }
}

/** Positions of the derivatives in log mean, log φ (T) and logit of p − 1 (K). */
const MM = pair(0, 0), MT = pair(1, 0), TT = pair(1, 1), MK = pair(2, 0), TK = pair(2, 1), KK = pair(2, 2);
const MMM = triple(0, 0, 0), MMT = triple(1, 0, 0), MTT = triple(1, 1, 0), TTT = triple(1, 1, 1);
const MMK = triple(2, 0, 0), MTK = triple(2, 1, 0), TTK = triple(2, 1, 1);
const MKK = triple(2, 2, 0), TKK = triple(2, 2, 1), KKK = triple(2, 2, 2);

const NONE = seriesJet();

/** λ (e^{ru} − 1 + a (e^{−qu} − 1)), u = log μ/y, λ = y^r/(φ r). */
export function halfDeviance(logY: number, zeta: number, tau: number, q: number, r: number): number {
  const u = zeta - logY, [p, m] = [r * u, -q * u];
  return Math.exp(r * logY - tau) / r * (excess(p, Math.expm1(p)) + r / q * excess(m, Math.expm1(m)));
}

/** e^x − 1 − x, given e^x − 1. */
function excess(x: number, expm1: number): number {
  if (Math.abs(x) > 0.5) return expm1 - x;
  let sum = 1;
  for (let k = TERMS; k >= 3; k--) sum = 1 + sum * x / k;
  return sum * x * x / 2;
}

/** Terms of e^x up to which it is exact for |x| ≤ ½. */
const TERMS = 14;

/** The sums of all rows; kept where φ and p are the same for all of them and have not moved. */
class SeriesOfRows {
  private readonly series = new TweedieSeries();
  private readonly one = seriesJet();
  private readonly kept: SeriesJet[];
  private last = { tau: NaN, kappa: NaN, order: -1 };
  private known: Uint8Array;

  constructor(private readonly y: Float64Array, private readonly still: boolean) {
    this.kept = still ? Array.from(y, seriesJet) : [];
    this.known = new Uint8Array(still ? y.length : 0);
  }

  begin(tau: number, kappa: number, order: number) {
    if (!this.still) return;
    if (tau !== this.last.tau || kappa !== this.last.kappa || order > this.last.order) this.known.fill(0);
    else order = this.last.order;
    this.last = { tau, kappa, order };
  }

  at(i: number, tau: number, kappa: number, order: number): SeriesJet {
    const out = this.still ? this.kept[i] : this.one;
    if (this.still && this.known[i] === 1) return out;
    this.series.evaluate(this.y[i], tau, Math.exp(-kappa), this.still ? this.last.order : order, out);
    if (this.still) this.known[i] = 1;
    return out;
  }
}
