import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { type Jets, pair, triple } from "../../math/jets.ts";
import { expit } from "../../math/special.ts";
import { between } from "../links/between.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart, part } from "./part.ts";
import { positiveMean, requireSupport, weightedMean } from "./response.ts";
import { tweedieCdf, tweedieQuantile, tweedieVariate } from "./tweedie_distribution.ts";
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
function kernel({ y }: Response, constant: readonly boolean[], fixed: number | null): Kernel {
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
function halfDeviance(y: number, zeta: number, tau: number, q: number, r: number): number {
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

/**
 * Options of {@link tweedie}.
 *
 * @category Extend
 */
export interface TweedieOptions {
  /** From the mean to the linear predictor; default log. */
  readonly link?: LinkName | Link;
  /** The power, between 1 and 2, when it is not to be estimated. */
  readonly power?: number;
}

const OPTIONS: Kinds<TweedieOptions> = {
  link: { should: "a link", is: () => true }, // resolveLink() knows them
  power: { ...kinds.number, should: "a number between 1 and 2", within: (p: number) => p > 1 && p < 2 },
};

/** The power p, on the logit scale between 1 and 2. */
const POWER = part({
  name: "power",
  link: between(1, 2),
  scale: "own",
  range: [1, 2],
  meaning: "power p",
  detail: "with variance φ μ^p",
  title: "Power model",
  heading: "Power (logit scale between 1 and 2)",
  latex: { parameter: "p", coefficient: "\\kappa" },
  start: () => 0,
});

/**
 * Tweedie response: exact zeros and positive numbers, a Poisson number of gamma amounts; variance φ μ^p (part "disp": log φ; part
 * "power": p between 1 and 2).
 *
 * ```ts
 * import { dataset, fit, tweedie } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: tweedie() });
 * ```
 *
 * @param options a link ("log" by default), or `{ link, power }` where `power` fixes p
 * @throws RangeError when the link is unknown, its means need not be positive, or the power is not between 1 and 2
 * Source: Jørgensen (1987), J. R. Stat. Soc. B 49:127–162; Dunn & Smyth (2005), Stat. Comput. 15:267–280.
 * @category Families
 */
export function tweedie(options: LinkName | Link | TweedieOptions = {}): Family {
  noMore("tweedie", arguments, 1);
  const given: TweedieOptions = typeof options !== "object" || options === null || "onto" in options
    ? { link: options }
    : options;
  checkOptions("tweedie", given, OPTIONS);
  const link = resolveLink(given.link === undefined ? "log" : given.link, "tweedie", "log"),
    { power } = given;
  const powerOf = (phi: readonly number[]) => power ?? phi[1];
  const dispersion = dispersionPart({
    meaning: "dispersion φ",
    detail: "with variance φ μ^p",
    start: ({ y }, mu, weights) => {
      const squared = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2);
      const ratio = squared / weightedMean(weights, (i) => mu[i] ** (power ?? 1.5));
      return ratio > 0 && Number.isFinite(ratio) ? Math.log(ratio) : 0;
    },
  });
  return meanFamily({
    name: "tweedie",
    noun: "Tweedie",
    link,
    scale: "log",
    fixed: power === undefined ? undefined : { power },
    parts: power === undefined ? [dispersion, POWER] : [dispersion],
    latex: ([mu, phi, p = String(power)]) => `\\mathrm{Tweedie}_{${p}}(${mu},\\ ${phi})`,
    discrete: false,
    mass: (y) => y === 0,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) =>
      requireSupport("tweedie", response, rows, (y) => y >= 0 && y < Infinity, "numbers >= 0"),
    kernel: (response, constant) =>
      kernel(response, constant, power === undefined ? null : POWER.link.eta(power)),
    startMean: ({ y }) => {
      const positive = positiveMean(y);
      return positive.map((mean, i) => (y[i] > 0 ? y[i] : mean / 6));
    },
    variance: (mu, phi) => phi[0] * mu ** powerOf(phi),
    unitDeviance: (y, mu, phi) => {
      const p = powerOf(phi);
      if (y === 0) return 2 * mu ** (2 - p) / (2 - p);
      return 2 * Math.max(0, halfDeviance(y, Math.log(mu), 0, p - 1, 2 - p));
    },
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for tweedie family ()" },
    simulate: (random, mu, phi) => tweedieVariate(random, mu, phi[0], powerOf(phi)),
    cdf: (y, mu, phi) => tweedieCdf(y, mu, phi[0], powerOf(phi)),
    quantile: (p, mu, phi) => tweedieQuantile(p, mu, phi[0], powerOf(phi)),
  });
}
