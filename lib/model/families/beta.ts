import { noMore } from "../../check.ts";
import { binetJet } from "../../math/binet.ts";
import { pbeta, qbeta } from "../../math/distributions.ts";
import { lbeta, trigamma } from "../../math/gamma_function.ts";
import { expit, HALF_LOG_2PI, log1pGiven, log1pmx } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { bivariate, Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, positiveMean, requireSupport, weightedMean } from "./response.ts";

/**
 * Shapes a = μφ and b = (1 − μ)φ, ζ = logit μ, τ = log φ. With Binet's R (what is left of log Γ) and the divergence
 * KL = μ log(μ/y) + (1 − μ) log((1 − μ)/(1 − y)):
 *
 *     ℓ = −φ KL + ½ (log μ + log(1 − μ) + τ) − ½ log 2π + R(φ) − R(a) − R(b) − log y − log(1 − y)
 *
 * so that nothing cancels when φ is large. ∂ log a/∂ζ = 1 − μ, ∂ log b/∂ζ = −μ; both have second derivative −μ(1 − μ).
 * Rows with y = 0 (under zero inflation) are computed as y = ½, to be overwritten.
 */
function kernel({ y }: Response, constant: readonly boolean[]): Kernel {
  const inside = y.map((value) => value > 0 && value < 1 ? value : 0.5);
  const logY = inside.map(Math.log), logRest = inside.map((value) => Math.log1p(-value));
  const whole = new Float64Array(4), left = new Float64Array(4), right = new Float64Array(4);
  return {
    evaluate([zeta, tau]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      let phi = 0;
      for (let i = 0; i < y.length; i++) {
        if (i === 0 || !constant[1]) {
          phi = Math.exp(tau[i]);
          binetJet(phi, order, whole);
        }
        const z = zeta[i], e = Math.exp(-Math.abs(z)), near = 1 / (1 + e), far = e * near;
        const mu = z > 0 ? near : far, nu = z > 0 ? far : near; // ν = 1 − μ
        const tail = log1pGiven(e, near), logMu = z > 0 ? -tail : z - tail, logNu = z > 0 ? -z - tail : -tail;
        binetJet(mu * phi, order, left);
        binetJet(nu * phi, order, right);
        const delta = z - (logY[i] - logRest[i]);
        const kl = phi * divergence(inside[i], mu, nu, logMu - logY[i], logNu - logRest[i], delta);
        value[i] = whole[0] - left[0] - right[0] - kl - HALF_LOG_2PI + 0.5 * (logMu + logNu + tau[i]) -
          logY[i] -
          logRest[i];
        if (order < 1) continue;
        const p = mu * nu, pp = phi * p;
        const l1 = left[1], r1 = right[1];
        a[i] = -pp * delta + 0.5 * (nu - mu) - l1 * nu + r1 * mu;
        b[i] = -kl + 0.5 + whole[1] - l1 - r1;
        if (order < 2) continue;
        const turn = nu - mu, l2 = left[2], r2 = right[2];
        const curve = -pp * (turn * delta + 1);
        aa[i] = curve - p + p * (l1 + r1) - l2 * nu * nu - r2 * mu * mu;
        ab[i] = -pp * delta - l2 * nu + r2 * mu;
        bb[i] = -kl + whole[2] - l2 - r2;
        if (order < 3) continue;
        const l3 = left[3], r3 = right[3];
        aaa[i] = -pp * ((1 - 6 * p) * delta + 2 * turn) - p * turn - l3 * nu * nu * nu + 3 * l2 * nu * p +
          l1 * p * turn +
          r3 * mu * mu * mu - 3 * r2 * mu * p + r1 * p * turn;
        aab[i] = curve - l3 * nu * nu + l2 * p - r3 * mu * mu + r2 * p;
        abb[i] = -pp * delta - l3 * nu + r3 * mu;
        bbb[i] = -kl + whole[3] - l3 - r3;
      }
    },
  };
}

/** KL(μ ‖ y); near y = μ, where the two logarithms cancel, as −μ log1pmx((y − μ)/μ) − ν log1pmx((μ − y)/ν). */
function divergence(y: number, mu: number, nu: number, logMu: number, logNu: number, delta: number): number {
  if (Math.abs(delta) > 0.2) return mu * logMu + nu * logNu;
  const gap = y - mu;
  return -mu * log1pmx(gap / mu) - nu * log1pmx(-gap / nu);
}

/** ℓ as a function of μ alone, for the deviance. */
const logLik = (y: number, mu: number, phi: number) =>
  (mu * phi - 1) * Math.log(y) + ((1 - mu) * phi - 1) * Math.log1p(-y) - lbeta(mu * phi, (1 - mu) * phi);

/**
 * The mean at which the density of y is largest, φ held: logit y = ψ(μφ) − ψ((1 − μ)φ), by Newton's method on the logit
 * scale through the kernel's own derivatives.
 */
function saturatedMean(y: number, phi: number): number {
  const one = kernel({ name: "", y: Float64Array.of(y), trials: null }, [true, true]), jets = new Jets(1, 2);
  const zeta = Float64Array.of(Math.log(y) - Math.log1p(-y)), tau = Float64Array.of(Math.log(phi));
  for (let i = 0; i < 100; i++) {
    one.evaluate([zeta, tau], 2, jets);
    const step = jets.d1[0][0] / Math.abs(jets.d2[0][0]);
    zeta[0] += Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-10) break;
  }
  return expit(zeta[0]);
}

const advice = (y: number) =>
  y === 0
    ? `for exact zeros add zeroInflation: "~ 1" (a hurdle at 0), or take zeros and ones together: family "orderedBeta"`
    : y === 1
    ? `for exact ones add oneInflation: "~ 1", or take zeros and ones together: family "orderedBeta"`
    : y > 1 && y <= 100
    ? "for percentages divide by 100"
    : "";

/**
 * Beta response (proportions strictly between 0 and 1) with variance μ(1 − μ)/(1 + φ) (part "disp": log φ).
 *
 * ```ts
 * import { beta, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * fit("testScore ~ bodyLength", await dataset("dragons_1"), { family: beta() });
 * ```
 *
 * @param link "logit" (default), "probit", "cloglog", "loglog", "cauchit", "log", "identity" or a Link object
 * @throws RangeError when the link is unknown or does not suit proportions
 * Source: Ferrari & Cribari-Neto (2004), J. Appl. Stat. 31, eq. 4.
 * @category Families
 */
export function beta(link: LinkName | Link = "logit"): Family {
  noMore("beta", arguments, 1);
  const resolved = resolveLink(link, "beta", "logit");
  return meanFamily({
    name: "beta",
    link: resolved,
    scale: "logit",
    noun: "beta",
    parts: [dispersionPart({
      meaning: "precision φ",
      detail: "with variance μ(1 − μ)/(1 + φ)",
      start: ({ y }, mu, weights) => {
        const binomial = weightedMean(weights, (i) => y[i] > 0 ? mu[i] * (1 - mu[i]) : NaN);
        const squared = weightedMean(weights, (i) => y[i] > 0 ? (y[i] - mu[i]) ** 2 : NaN);
        return Math.log(clamp(binomial / squared - 1, 0.5, 1000));
      },
    })],
    latex: ([mu, phi]) => `\\mathrm{Beta}(${mu},\\ ${phi})`,
    observationVariance: ({ sigma: phi, nullMean }) => {
      if (resolved.name !== "logit") return null;
      const mu = nullMean();
      return {
        variance: trigamma(mu * phi) + trigamma((1 - mu) * phi),
        method: "variance of logit(y) at the mean of the null model",
      };
    },
    discrete: false,
    usesTrials: false,
    support: [0, 1],
    check: (response, rows, zeroInflated) =>
      requireSupport(
        "beta",
        response,
        rows,
        (y) => y > 0 && y < 1 || zeroInflated && y === 0,
        zeroInflated ? "0 or strictly between 0 and 1" : "strictly between 0 and 1",
        advice,
      ),
    kernel,
    startMean: ({ y }) => positiveMean(y),
    variance: (mu, [phi]) => mu * (1 - mu) / (1 + phi),
    unitDeviance: (y, mu, [phi]) =>
      2 * Math.max(0, logLik(y, saturatedMean(y, phi), phi) - logLik(y, mu, phi)),
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for beta family ()" },
    simulate: (random, mu, [phi]) => random.beta(mu * phi, (1 - mu) * phi),
    cdf: (y, mu, [phi]) => pbeta(y, mu * phi, (1 - mu) * phi),
    quantile: (p, mu, [phi]) => qbeta(p, mu * phi, (1 - mu) * phi),
  });
}
