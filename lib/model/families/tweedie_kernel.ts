/** The log-density of Tweedie responses and its derivatives. */
import { type Jets, pair, triple } from "../../math/jets.ts";
import { expit } from "../../math/special.ts";
import type { Kernel, Response } from "./family.ts";
import { seriesJet, TweedieSeries } from "./tweedie_series.ts";

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
  const series = new SeriesOfRows(y, still), jet = { A: new Power(), B: new Power() };
  return {
    evaluate(eta, order, out) {
      const [zeta, tau] = eta, kappa = estimated ? eta[2] : null;
      series.begin(tau[0], kappa ? kappa[0] : fixed!, order);
      for (let i = 0; i < y.length; i++) {
        const k = kappa ? kappa[i] : fixed!, row = { zeta: zeta[i], tau: tau[i], kappa: k };
        addRow(jet, series, row, y[i], i, order, estimated, out);
      }
    },
  };
}

/** One row's predictors. */
interface Row {
  zeta: number;
  tau: number;
  kappa: number;
}

/** ±e^{log}/c and its factors: E = e^{cζ − τ}, the exponents' derivatives in κ. */
class Power {
  E = 0;
  whole = 0;
  first = 0;
  second = 0;
  third = 0;
}

function addRow(
  { A, B }: { A: Power; B: Power },
  series: SeriesOfRows,
  row: Row,
  y: number,
  i: number,
  order: number,
  estimated: boolean,
  out: Jets,
) {
  const { zeta, tau, kappa } = row, q = expit(kappa), r = expit(-kappa), qr = q * r;
  // A = E/r with κ-derivatives of its logarithm q (1 − rζ), …
  A.E = Math.exp(r * zeta - tau);
  A.whole = A.E / r;
  A.first = q * (1 - r * zeta);
  A.second = qr * (1 - r * zeta + q * zeta);
  A.third = qr * (r - q) * (1 - r * zeta) + qr * qr * zeta + zeta * q * qr * (2 * r - q);
  // B = F/q with −r (1 + qζ), …
  B.E = y === 0 ? 0 : y * Math.exp(-q * zeta - tau);
  B.whole = B.E / q;
  B.first = -r * (1 + q * zeta);
  B.second = qr * (1 + q * zeta) - qr * r * zeta;
  B.third = qr * (r - q) * (1 + q * zeta) + qr * qr * zeta - zeta * qr * r * (r - 2 * q);
  const g = y === 0 ? NONE : series.at(i, row, order);
  out.value[i] = y === 0 ? -A.whole : g.value - Math.log(y) - halfDeviance(y, zeta, tau, q, r);
  if (order < 1) return;
  out.d1[0][i] = B.E - A.E;
  out.d1[1][i] = A.whole + B.whole + g.t;
  if (estimated) out.d1[2][i] = -A.whole * A.first - B.whole * B.first + g.k;
  if (order < 2) return;
  const bend = -qr * zeta, turn = -qr * (r - q) * zeta; // κ-derivatives of the logarithms of E and F
  const A2 = A.first ** 2 + A.second, B2 = B.first ** 2 + B.second;
  out.d2[MM][i] = -r * A.E - q * B.E;
  out.d2[MT][i] = A.E - B.E;
  out.d2[TT][i] = -A.whole - B.whole + g.tt;
  if (estimated) {
    out.d2[MK][i] = (B.E - A.E) * bend;
    out.d2[TK][i] = A.whole * A.first + B.whole * B.first + g.tk;
    out.d2[KK][i] = -A.whole * A2 - B.whole * B2 + g.kk;
  }
  if (order < 3) return;
  out.d3[MMM][i] = q * q * B.E - r * r * A.E;
  out.d3[MMT][i] = r * A.E + q * B.E;
  out.d3[MTT][i] = B.E - A.E;
  out.d3[TTT][i] = A.whole + B.whole + g.ttt;
  if (!estimated) return;
  out.d3[MMK][i] = -A.E * (r * bend - qr) - B.E * (q * bend + qr);
  out.d3[MTK][i] = (A.E - B.E) * bend;
  out.d3[MKK][i] = (B.E - A.E) * (bend * bend + turn);
  out.d3[TTK][i] = -A.whole * A.first - B.whole * B.first + g.ttk;
  out.d3[TKK][i] = A.whole * A2 + B.whole * B2 + g.tkk;
  out.d3[KKK][i] = g.kkk - A.whole * (A.first ** 3 + 3 * A.first * A.second + A.third) -
    B.whole * (B.first ** 3 + 3 * B.first * B.second + B.third);
}

/** Positions of the derivatives in log mean, log φ (T) and logit of p − 1 (K). */
const MM = pair(0, 0), MT = pair(1, 0), TT = pair(1, 1), MK = pair(2, 0), TK = pair(2, 1), KK = pair(2, 2);
const MMM = triple(0, 0, 0), MMT = triple(1, 0, 0), MTT = triple(1, 1, 0), TTT = triple(1, 1, 1);
const MMK = triple(2, 0, 0), MTK = triple(2, 1, 0), TTK = triple(2, 1, 1);
const MKK = triple(2, 2, 0), TKK = triple(2, 2, 1), KKK = triple(2, 2, 2);

const NONE = seriesJet();

/** λ (e^{ru} − 1 + a (e^{−qu} − 1)), u = log μ/y, λ = y^r/(φ r): the linear terms in u cancel. */
export function halfDeviance(y: number, zeta: number, tau: number, q: number, r: number): number {
  const logY = Math.log(y), u = zeta - logY;
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
  private readonly kept: ReturnType<typeof seriesJet>[];
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

  at(i: number, { tau, kappa }: Row, order: number) {
    const out = this.still ? this.kept[i] : this.one;
    if (this.still && this.known[i] === 1) return out;
    this.series.evaluate(this.y[i], tau, Math.exp(-kappa), this.still ? this.last.order : order, out);
    if (this.still) this.known[i] = 1;
    return out;
  }
}
