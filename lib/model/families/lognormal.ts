import { noMore } from "../../check.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import { pnorm, qnorm } from "../../math/normal.ts";
import { expit, HALF_LOG_2PI } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, positiveMean, requirePositive, weightedMean } from "./response.ts";

/** Variance of log y where y has mean μ and standard deviation φ. */
const logVariance = (mu: number, phi: number) => Math.log1p((phi / mu) ** 2);

/**
 * With ζ = log μ, κ = log φ, v = 2(κ − ζ), s = log(1 + e^v) the variance of log y and e = log y − ζ:
 *
 *     ℓ = −log y − ½ log 2π − ½ log s − (e + s/2)²/(2s) = … − ½ log s − e²/(2s) − e/2 − s/8
 *
 * First in e and v, then ∂/∂ζ = −∂/∂e − 2 ∂/∂v and ∂/∂κ = 2 ∂/∂v. Rows with y = 0 (under a hurdle) get numbers that are overwritten.
 */
function kernel({ y }: Response): Kernel {
  const logY = y.map((value) => value > 0 ? Math.log(value) : 0);
  return {
    evaluate([zeta, kappa]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      for (let i = 0; i < y.length; i++) {
        const v = 2 * (kappa[i] - zeta[i]), e = logY[i] - zeta[i];
        const s = v > 0 ? v + Math.log1p(Math.exp(-v)) : Math.log1p(Math.exp(v)), r = 1 / s;
        value[i] = -logY[i] - HALF_LOG_2PI - 0.5 * (Math.log(s) + e * e * r + e) - s / 8;
        if (order < 1) continue;
        const p = expit(v), q = expit(-v), z = e * e * r; // s′ = p
        const fe = -e * r - 0.5, fs = 0.5 * (z - 1) * r - 0.125;
        const gv = fs * p;
        a[i] = -fe - 2 * gv;
        b[i] = 2 * gv;
        if (order < 2) continue;
        const pq = p * q, fes = e * r * r, fss = (0.5 - z) * r * r;
        const gev = fes * p, gvv = fss * p * p + fs * pq;
        aa[i] = -r + 4 * gev + 4 * gvv;
        ab[i] = -2 * gev - 4 * gvv;
        bb[i] = 4 * gvv;
        if (order < 3) continue;
        const fess = -2 * e * r * r * r, fsss = (3 * z - 1) * r * r * r;
        const geev = r * r * p, gevv = fess * p * p + fes * pq;
        const gvvv = fsss * p * p * p + 3 * fss * p * pq + fs * pq * (q - p);
        aaa[i] = -6 * geev - 12 * gevv - 8 * gvvv;
        aab[i] = 2 * geev + 8 * gevv + 8 * gvvv;
        abb[i] = -4 * gevv - 8 * gvvv;
        bbb[i] = 8 * gvvv;
      }
    },
  };
}

/**
 * Lognormal response: log y is normal, and μ and φ are the mean and the standard deviation of y itself (part "disp": log φ), so that
 * var(log y) = log(1 + φ²/μ²). With a formula for zeros ({@link hurdle}) zeros are kept.
 *
 * ```ts
 * import { dataset, fit, lognormal } from "@tidyglmm/tidyglmm";
 *
 * fit("Reaction ~ Days + (1 | Subject)", await dataset("sleepstudy"), { family: lognormal() });
 * ```
 *
 * @param link "log" (default), "identity", "inverse", "1/mu^2", "sqrt", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Johnson, Kotz & Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 14; mean and standard deviation as parameters
 * as in glmmTMB.
 * @category Families
 */
export function lognormal(link: LinkName | Link = "log"): Family {
  noMore("lognormal", arguments, 1);
  const resolved = resolveLink(link, "lognormal", "log");
  return meanFamily({
    name: "lognormal",
    link: resolved,
    scale: "log",
    noun: "lognormal",
    parts: [dispersionPart({
      meaning: "standard deviation φ",
      detail: "with variance φ²",
      start: ({ y }, mu, weights) => {
        const squared = weightedMean(weights, (i) => y[i] > 0 ? Math.log(y[i] / mu[i]) ** 2 : NaN);
        const size = weightedMean(weights, (i) => y[i] > 0 ? Math.log(mu[i]) : NaN);
        return size + Math.log(Math.expm1(clamp(squared, 1e-4, 5))) / 2;
      },
    })],
    latex: ([mu, phi]) => `\\mathrm{LogNormal}(\\mathrm{mean} = ${mu},\\ \\mathrm{sd} = ${phi})`,
    observationVariance: ({ sigma, nullMean }) =>
      resolved.name === "log"
        ? { variance: logVariance(nullMean(), sigma), method: "variance of log y, exact" }
        : null,
    unitShift: [1],
    discrete: false,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows, zeroInflated) => requirePositive("lognormal", response, rows, zeroInflated),
    kernel,
    startMean: ({ y }) => positiveMean(y),
    variance: (_mu, [phi]) => phi * phi,
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for lognormal family (sd)" },
    simulate: (random, mu, [phi]) => {
      const s = logVariance(mu, phi);
      return mu * Math.exp(Math.sqrt(s) * random.normal() - s / 2);
    },
    cdf: (y, mu, [phi]) => {
      const s = logVariance(mu, phi);
      return y > 0 ? pnorm((Math.log(y / mu) + s / 2) / Math.sqrt(s)) : 0;
    },
    quantile: (p, mu, [phi]) => {
      const s = logVariance(mu, phi);
      return mu * Math.exp(Math.sqrt(s) * qnorm(p) - s / 2);
    },
  });
}
