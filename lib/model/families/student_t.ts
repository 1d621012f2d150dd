import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { logRisingFactorialJet } from "../../math/binet.ts";
import { pt, qt } from "../../math/distributions.ts";
import { HALF_LOG_2PI, log1pExcess, log1pGiven } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { type Jets, pair, triple } from "../../math/jets.ts";
import { meanFamily, type Parameters } from "./mean_family.ts";
import { dispersionPart, part } from "./part.ts";
import { log } from "../links/log.ts";
import { requireSupport, startReal, startSpread } from "./response.ts";

/** Degrees of freedom from which the search starts: heavy tails that still have a variance. */
const START_DF = 5;

/**
 * With r = (y − μ)/σ, τ = log σ, κ = log ν, m = r²/ν, w = m/(1 + m), c = 1 − w and D(½, ν/2) of `binet.ts`:
 *
 *     ℓ = D(½, ν/2) − ½ log 2π − τ − Q,     Q = ½ (ν + 1) log(1 + m)
 *
 * The terms are grouped as ν w = r² c and ν A = r² A/m with A(m) = log(1 + m) − w, so that ν → ∞ is the normal density.
 * @param fixed log ν when the degrees of freedom are given
 */
function kernel({ y }: Response, constant: readonly boolean[], fixed: number | null): Kernel {
  const jet = new Float64Array(4), estimated = fixed === null;
  return {
    evaluate(eta: readonly Float64Array[], order: number, out: Jets): void {
      const [mean, logScale] = eta, logDf = estimated ? eta[2] : null;
      const { value, d1, d2, d3 } = out;
      let s = 0, nu = 0, inverse = 0, k = 0; // 1/σ, ν, 1/ν, 1 + 1/ν
      for (let i = 0; i < y.length; i++) {
        if (i === 0 || !constant[1]) s = Math.exp(-logScale[i]);
        if (i === 0 || (estimated && !constant[2])) {
          nu = Math.exp(logDf === null ? fixed! : logDf[i]);
          inverse = 1 / nu;
          k = 1 + inverse;
          logRisingFactorialJet(0.5, nu / 2, estimated ? order : 0, jet);
        }
        const r = (y[i] - mean[i]) * s, rr = r * r, m = rr * inverse;
        const c = 1 / (1 + m), w = m * c, log1pm = log1pGiven(m, c);
        const nuLog = m > 0 ? rr * (log1pm / m) : rr; // ν log(1 + m)
        value[i] = jet[0] - HALF_LOG_2PI - logScale[i] - 0.5 * (nuLog + log1pm);
        if (order < 1) continue;
        const sr = s * r, wc = w * c, nuw = rr * c;
        d1[0][i] = k * sr * c;
        d1[1][i] = nuw + w - 1;
        const nuA = m > 0 ? rr * (log1pExcess(m, c, log1pm) / m) : 0;
        if (estimated) d1[2][i] = jet[1] - 0.5 * (nuA - w);
        if (order < 2) continue;
        d2[MM][i] = -k * s * s * c * (c - w);
        d2[MT][i] = -2 * k * sr * c * c;
        d2[TT][i] = -2 * (nuw + w) * c;
        const nuww = nuw * w;
        if (estimated) {
          d2[MK][i] = sr * c * (w - c * inverse);
          d2[TK][i] = nuww - wc;
          d2[KK][i] = jet[2] - 0.5 * (nuA - nuww + wc);
        }
        if (order < 3) continue;
        const turn = c - w;
        d3[MMM][i] = 2 * k * s * s * sr * c * c * (1 - 4 * c) * inverse;
        d3[MMT][i] = 2 * k * s * s * c * c * (4 * c - 3);
        d3[MTT][i] = 4 * k * sr * c * c * turn;
        d3[TTT][i] = 4 * (nuw + w) * c * turn;
        if (!estimated) continue;
        d3[MMK][i] = s * s * c * (k * (1 - 4 * c) * w - inverse * (1 - 2 * c));
        d3[MTK][i] = 2 * sr * c * c * (inverse - 2 * k * w);
        d3[TTK][i] = 2 * c * (w * turn - 2 * nuww);
        d3[MKK][i] = sr * c * turn * (c * inverse - w);
        d3[TKK][i] = turn * (wc - nuww);
        d3[KKK][i] = jet[3] - 0.5 * (nuA - 2 * nuww * w - wc * turn);
      }
    },
  };
}

/** Positions of the derivatives in mean, log scale (T) and log degrees of freedom (K). */
const MM = pair(0, 0), MT = pair(1, 0), TT = pair(1, 1), MK = pair(2, 0), TK = pair(2, 1), KK = pair(2, 2);
const MMM = triple(0, 0, 0), MMT = triple(1, 0, 0), MTT = triple(1, 1, 0), TTT = triple(1, 1, 1);
const MMK = triple(2, 0, 0), MTK = triple(2, 1, 0), TTK = triple(2, 1, 1);
const MKK = triple(2, 2, 0), TKK = triple(2, 2, 1), KKK = triple(2, 2, 2);

/** Degrees of freedom ν, on the log scale. */
const DEGREES = part({
  name: "df",
  link: log,
  scale: "log",
  range: [0, Infinity],
  meaning: "degrees of freedom ν",
  title: "Degrees-of-freedom model",
  latex: { parameter: "\\nu", coefficient: "\\kappa" },
  start: () => Math.log(START_DF),
  limit: (up, where) =>
    up
      ? `the tails${where} are those of the normal distribution` +
        (where ? "" : '; family "gaussian" fits as well')
      : null,
});

/**
 * Options of {@link studentT}.
 *
 * @category Extend
 */
export interface StudentTOptions {
  /** From the mean to the linear predictor; default identity. */
  readonly link?: LinkName | Link;
  /** Degrees of freedom, when they are not to be estimated. */
  readonly df?: number;
}

const OPTIONS: Kinds<StudentTOptions> = {
  link: { should: "a link", is: () => true }, // resolveLink() knows them
  df: { ...kinds.degrees, should: "a positive number" },
};

/**
 * Student's t response with scale σ (part "disp": log σ) and ν degrees of freedom (part "df": log ν), for outliers.
 *
 * ```ts
 * import { dataset, fit, studentT } from "@tidyglmm/tidyglmm";
 *
 * fit("Reaction ~ Days", await dataset("sleepstudy"), { family: studentT() });
 * ```
 *
 * @param options a link ("identity" by default), or `{ link, df }` where `df` fixes ν
 * @throws RangeError when the link is unknown or df is not positive
 * Source: Lange, Little & Taylor (1989), JASA 84.
 * @category Families
 */
export function studentT(options: LinkName | Link | StudentTOptions = {}): Family {
  noMore("studentT", arguments, 1);
  const given: StudentTOptions = typeof options !== "object" || options === null || "onto" in options
    ? { link: options }
    : options;
  checkOptions("studentT", given, OPTIONS);
  const link = resolveLink(given.link === undefined ? "identity" : given.link, "studentT", "identity"),
    { df } = given;
  const degrees = (phi: Parameters) => df ?? phi[1];
  const scale = dispersionPart({
    meaning: "scale σ",
    symbol: "\\sigma",
    start: ({ y }, mu, weights) => {
      // σ² = variance (ν − 2)/ν; without a variance (ν ≤ 2) the standard deviation is as good a start as any
      const nu = df ?? START_DF, shrink = nu > 2 ? Math.sqrt((nu - 2) / nu) : 1;
      return Math.log(shrink * startSpread(y, mu, weights));
    },
  });
  const variance = (phi: Parameters) => {
    const nu = degrees(phi), squared = phi[0] * phi[0];
    return nu === Infinity ? squared : nu > 2 ? squared * nu / (nu - 2) : Infinity;
  };
  return meanFamily({
    name: "studentT",
    link,
    scale: "identity",
    fixed: df === undefined ? undefined : { df },
    noun: "Student t",
    parts: df === undefined ? [scale, DEGREES] : [scale],
    latex: ([mu, sigma, nu = String(df)]) => `t_{${nu}}(${mu},\\ ${sigma}^2)`,
    observationVariance: ({ parameters }) =>
      link.name === "identity"
        ? { variance: variance(parameters), method: "variance of the t distribution" }
        : null,
    unitShift: [1, 0],
    discrete: false,
    usesTrials: false,
    support: [-Infinity, Infinity],
    check: (response, rows) => requireSupport("studentT", response, rows, Number.isFinite, "finite numbers"),
    kernel: (response, constant) => kernel(response, constant, df === undefined ? null : Math.log(df)),
    startMean: ({ y }) => startReal(y, link),
    variance: (_mu, phi) => variance(phi),
    unitDeviance: (y, mu, phi) => {
      const nu = degrees(phi), r = (y - mu) / phi[0];
      return (nu + 1) * Math.log1p(r * r / nu);
    },
    sigma: ([scale]) => scale,
    dispersionLabel: { text: "Dispersion estimate for t family (sigma^2)", squared: true },
    simulate: (random, mu, phi) => mu + phi[0] * random.studentT(degrees(phi)),
    cdf: (y, mu, phi) => pt((y - mu) / phi[0], degrees(phi)),
    quantile: (p, mu, phi) => mu + phi[0] * qt(p, degrees(phi)),
  });
}
