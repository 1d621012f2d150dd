import { noMore } from "../../check.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import { pnorm } from "../../math/normal.ts";
import { HALF_LOG_2PI } from "../../math/special.ts";
import type { Random } from "../../math/random.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, positiveMean, requirePositive, weightedMean } from "./response.ts";

/** (y − μ)²/(μ² y): the unit deviance. */
const unitDeviance = (y: number, mu: number) => (y / mu - 1) ** 2 / y;

/**
 * With ζ = log μ, shape λ = e^τ, t = y/μ and D = (t − 1)²/y:
 *
 *     ℓ = ½ τ − ½ log 2π − 3/2 log y − λ D/2,     D′ = −2t(t − 1)/y,  D″ = 2t(2t − 1)/y,  D‴ = −2t(4t − 1)/y  in ζ
 *
 * Rows with y = 0 (under a hurdle) get numbers that are overwritten.
 */
function kernel({ y }: Response): Kernel {
  const positive = y.map((value) => value > 0 ? value : 1), logY = positive.map(Math.log);
  return {
    evaluate([zeta, tau]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      for (let i = 0; i < y.length; i++) {
        const excess = Math.expm1(logY[i] - zeta[i]), t = 1 + excess;
        const half = Math.exp(tau[i]) / (2 * positive[i]), loss = half * excess * excess; // λ D/2
        value[i] = 0.5 * tau[i] - HALF_LOG_2PI - 1.5 * logY[i] - loss;
        if (order < 1) continue;
        const slope = 2 * half * t * excess; // −λ D′/2
        a[i] = slope;
        b[i] = 0.5 - loss;
        if (order < 2) continue;
        const curve = -2 * half * t * (2 * t - 1);
        aa[i] = curve;
        ab[i] = slope;
        bb[i] = -loss;
        if (order < 3) continue;
        aaa[i] = 2 * half * t * (4 * t - 1);
        aab[i] = curve;
        abb[i] = slope;
        bbb[i] = -loss;
      }
    },
  };
}

/** P(Y ≤ y) = Φ(r(t − 1)) + e^{2λ/μ} Φ(−r(t + 1)), r = √(λ/y), t = y/μ; the second term by logarithms. */
function cdf(y: number, mu: number, lambda: number): number {
  if (!(y > 0)) return 0;
  if (y === Infinity) return 1;
  const r = Math.sqrt(lambda / y), t = y / mu;
  return pnorm(r * (t - 1)) + Math.exp(2 * lambda / mu + pnorm(-r * (t + 1), 0, 1, true, true));
}

/** The root of P(Y ≤ y) = p in log y, between bounds that close in on it. */
function quantile(p: number, mu: number, lambda: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return Infinity;
  if (!(mu > 0 && mu < Infinity)) return mu === 0 ? 0 : NaN;
  let low = Math.log(mu), high = low;
  while (cdf(Math.exp(low), mu, lambda) > p) low -= 1;
  while (cdf(Math.exp(high), mu, lambda) < p) high += 1;
  while (high - low > 1e-14 * Math.max(1, Math.abs(low))) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (cdf(Math.exp(middle), mu, lambda) < p) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The smaller root of a χ² transform, or its mirror about μ (Michael, Schucany & Haas 1976), written without cancellation. */
function draw(random: Random, mu: number, lambda: number): number {
  const w = mu * random.normal() ** 2 / lambda;
  const small = mu / (1 + (w + Math.sqrt(w * (4 + w))) / 2);
  return random.uniform() * (mu + small) <= mu ? small : mu * mu / small;
}

/**
 * Inverse Gaussian response with variance μ³/λ (part "disp": log of the shape λ). R's dispersion is 1/λ. Its density is far from concave
 * in η where the standard deviation is above the mean: the Laplace approximation of random effects is then poor.
 *
 * ```ts
 * import { dataset, fit, inverseGaussian } from "@tidyglmm/tidyglmm";
 *
 * fit("Reaction ~ Days", await dataset("sleepstudy"), { family: inverseGaussian("log") });
 * ```
 *
 * @param link "1/mu^2" (default, as in R), "log", "inverse", "identity", "sqrt", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: McCullagh & Nelder (1989), table 2.1; Michael, Schucany & Haas (1976), Am. Stat. 30:88–90 (random numbers).
 * @category Families
 */
export function inverseGaussian(link: LinkName | Link = "1/mu^2"): Family {
  noMore("inverseGaussian", arguments, 1);
  return meanFamily({
    name: "inverseGaussian",
    link: resolveLink(link, "inverseGaussian", "log"),
    scale: "log",
    noun: "inverse Gaussian",
    parts: [dispersionPart({
      meaning: "shape λ",
      symbol: "\\lambda",
      detail: "with variance μ³/λ",
      start: ({ y }, mu, weights) => {
        const deviance = weightedMean(weights, (i) => y[i] > 0 ? unitDeviance(y[i], mu[i]) : NaN);
        const size = Math.exp(weightedMean(weights, (i) => y[i] > 0 ? Math.log(mu[i]) : NaN));
        return Math.log(size * clamp(1 / (deviance * size), 0.05, 1e4));
      },
    })],
    latex: ([mu, lambda]) => `\\mathrm{InverseGaussian}(${mu},\\ ${lambda})`,
    unitShift: [1],
    discrete: false,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows, zeroInflated) => requirePositive("inverseGaussian", response, rows, zeroInflated),
    kernel,
    startMean: ({ y }) => positiveMean(y),
    unitVariance: (mu) => mu ** 3,
    variance: (mu, [lambda]) => mu ** 3 / lambda,
    unitDeviance,
    sigma: ([lambda]) => 1 / Math.sqrt(lambda),
    dispersionLabel: { text: "Dispersion estimate for inverse Gaussian family (sigma^2)", squared: true },
    simulate: (random, mu, [lambda]) => draw(random, mu, lambda),
    cdf: (y, mu, [lambda]) => cdf(y, mu, lambda),
    quantile: (p, mu, [lambda]) => quantile(p, mu, lambda),
  });
}
