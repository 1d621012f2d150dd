/** The log-density of Tweedie responses and its derivatives. */
import { type Jets, pair, triple } from "../../math/jets.ts";
import { expit } from "../../math/special.ts";
import type { Kernel, Response } from "./family.ts";
import { type SeriesJet, seriesJet, TweedieSeries } from "./tweedie_series.ts";

/**
 * With q = p − 1, r = 2 − p, κ = logit q, τ = log φ, A = μ^r/(φ r) and B = y μ^−q/(φ q):
 *
 *     ℓ(0) = −A,     ℓ(y) = −A − B + G(y, τ, κ) − log y
 *
 * G from {@link TweedieSeries}; its value is computed as −λ (e^{ru} − 1 + a (e^{−qu} − 1)) + log S − log y with u = log μ/y, in
 * which the large parts of A, B and G have cancelled on paper. Where φ and p are constants, G is kept from one evaluation to the
 * next: the steps to the modes move μ only.
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

/** λ (1 + a) up to which the large parts of the value may be subtracted from each other: they cost three of sixteen digits. */
const SMALL = 100;

/** The terms A and B of a row, and what is known of the power, which is often the row's before. */
class Row {
  kappa = NaN;
  private q = 0;
  private r = 0;

  constructor(private readonly estimated: boolean) {}

  power(kappa: number) {
    if (kappa === this.kappa) return;
    this.kappa = kappa;
    this.q = expit(kappa);
    this.r = expit(-kappa);
  }

  /**
   * Writes the row's density and derivatives.
   * @param g G at y, null for y = 0
   */
  add(zeta: number, tau: number, logY: number, g: SeriesJet | null, i: number, order: number, out: Jets) {
    const { q, r } = this, zero = g === null, G = g ?? NONE;
    const E = Math.exp(r * zeta - tau), F = zero ? 0 : Math.exp(logY - q * zeta - tau), A = E / r, B = F / q;
    out.value[i] = zero ? -A : G.value - logY - this.halfDeviance(zeta, tau, logY, A + B);
    if (order < 1) return;
    out.d1[0][i] = F - E;
    out.d1[1][i] = A + B + G.t;
    if (order >= 2) {
      out.d2[MM][i] = -r * E - q * F;
      out.d2[MT][i] = E - F;
      out.d2[TT][i] = -A - B + G.tt;
    }
    if (order >= 3) {
      out.d3[MMM][i] = q * q * F - r * r * E;
      out.d3[MMT][i] = r * E + q * F;
      out.d3[MTT][i] = F - E;
      out.d3[TTT][i] = A + B + G.ttt;
    }
    if (this.estimated) this.addPower(zeta, E, F, G, i, order, out);
  }

  /** λ (e^{ru} − 1 + a (e^{−qu} − 1)) = A + B − λ (1 + a). */
  private halfDeviance(zeta: number, tau: number, logY: number, sum: number): number {
    const { q, r } = this, whole = Math.exp(r * logY - tau) / (q * r); // 1 + a = 1/q
    return whole < SMALL && sum < SMALL ? sum - whole : halfDeviance(logY, zeta, tau, q, r);
  }

  /** Derivatives in κ: with those of log A, q (1 − rζ), …, and of log B, −r (1 + qζ), … */
  private addPower(zeta: number, E: number, F: number, g: SeriesJet, i: number, order: number, out: Jets) {
    const { q, r } = this, qr = q * r, A = E / r, B = F / q;
    const a1 = q * (1 - r * zeta), b1 = -r * (1 + q * zeta);
    out.d1[2][i] = -A * a1 - B * b1 + g.k;
    if (order < 2) return;
    const a2 = qr * (1 - r * zeta + q * zeta), b2 = qr * (1 + q * zeta) - qr * r * zeta;
    const bend = -qr * zeta, turn = -qr * (r - q) * zeta; // κ-derivatives of the logarithms of E and F
    const A2 = a1 * a1 + a2, B2 = b1 * b1 + b2;
    out.d2[MK][i] = (F - E) * bend;
    out.d2[TK][i] = A * a1 + B * b1 + g.tk;
    out.d2[KK][i] = -A * A2 - B * B2 + g.kk;
    if (order < 3) return;
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

/** λ (e^{ru} − 1 + a (e^{−qu} − 1)), u = log μ/y, λ = y^r/(φ r): the linear terms in u cancel. */
export function halfDeviance(logY: number, zeta: number, tau: number, q: number, r: number): number {
  const u = zeta - logY;
  return Math.exp(r * logY - tau) / r * (expm1mx(r * u) + r / q * expm1mx(-q * u));
}

/** e^x − 1 − x. */
function expm1mx(x: number): number {
  if (Math.abs(x) > 0.5) return Math.expm1(x) - x;
  let term = x * x / 2, sum = term;
  for (let k = 3; Math.abs(term) > 1e-17 * sum; k++) sum += term *= x / k;
  return sum;
}

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
