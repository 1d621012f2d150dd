import { ones } from "../../math/shared_memory.ts";
import { noMore } from "../../check.ts";
import { logRisingFactorialJet } from "../../math/binet.ts";
import { lchoose, trigamma } from "../../math/gamma_function.ts";
import { expit, log1pGiven } from "../../math/special.ts";
import { bivariate, Jets } from "../../math/jets.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import { LATENT } from "./binomial.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, requireSuccesses, weightedMean } from "./response.ts";
import { smallestWhole } from "./whole_quantile.ts";

/**
 * Shapes a = μφ and b = (1 − μ)φ, ζ = logit μ, τ = log φ. With D(y, s) of `binet.ts`, log Γ(y + s)/Γ(s) − y log s, and its
 * derivatives in log s:
 *
 *     ℓ = log C(n, y) + y log μ + (n − y) log(1 − μ) + D(y, a) + D(n − y, b) − D(n, φ)
 *
 * the binomial, and three terms that vanish as φ → ∞. ∂ log a/∂ζ = 1 − μ, ∂ log b/∂ζ = −μ; both have second derivative
 * −μ(1 − μ).
 */
function kernel({ y, trials }: Response, constant: readonly boolean[]): Kernel {
  const size = trials ?? ones(y.length);
  const choices = y.map((successes, i) => lchoose(size[i], successes));
  const left = new Float64Array(4), right = new Float64Array(4), whole = new Float64Array(4);
  return {
    evaluate([zeta, tau]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      let phi = 0, known = -1; // the n of `whole`
      for (let i = 0; i < y.length; i++) {
        const n = size[i], failures = n - y[i], z = zeta[i];
        if (i === 0 || !constant[1]) [phi, known] = [Math.exp(tau[i]), -1];
        if (n !== known) logRisingFactorialJet(known = n, phi, order, whole);
        const e = Math.exp(-Math.abs(z)), near = 1 / (1 + e), far = e * near;
        const mu = z > 0 ? near : far, nu = z > 0 ? far : near; // ν = 1 − μ
        logRisingFactorialJet(y[i], mu * phi, order, left);
        logRisingFactorialJet(failures, nu * phi, order, right);
        const unlikely = z > 0 ? failures : y[i];
        value[i] = choices[i] - n * log1pGiven(e, near) - (unlikely === 0 ? 0 : unlikely * Math.abs(z)) +
          left[0] +
          right[0] - whole[0];
        if (order < 1) continue;
        const p = mu * nu, l1 = left[1], r1 = right[1];
        a[i] = y[i] * nu - failures * mu + l1 * nu - r1 * mu;
        b[i] = l1 + r1 - whole[1];
        if (order < 2) continue;
        const turn = nu - mu, l2 = left[2], r2 = right[2];
        aa[i] = l2 * nu * nu + r2 * mu * mu - p * (n + l1 + r1);
        ab[i] = l2 * nu - r2 * mu;
        bb[i] = l2 + r2 - whole[2];
        if (order < 3) continue;
        const l3 = left[3], r3 = right[3];
        aaa[i] = l3 * nu * nu * nu - r3 * mu * mu * mu + 3 * p * (r2 * mu - l2 * nu) -
          p * turn * (n + l1 + r1);
        aab[i] = l3 * nu * nu + r3 * mu * mu - p * (l2 + r2);
        abb[i] = l3 * nu - r3 * mu;
        bbb[i] = l3 + r3 - whole[3];
      }
    },
  };
}

/** log P(Y = k). */
function logMass(k: number, n: number, mu: number, phi: number): number {
  const D = (y: number, s: number) => {
    logRisingFactorialJet(y, s, 0, SCRATCH);
    return SCRATCH[0];
  };
  const powers = (k === 0 ? 0 : k * Math.log(mu)) + (k === n ? 0 : (n - k) * Math.log1p(-mu));
  return lchoose(n, k) + powers + D(k, mu * phi) + D(n - k, (1 - mu) * phi) - D(n, phi);
}

const SCRATCH = new Float64Array(4);

/** P(Y ≤ y), summed outwards from y on the side where less is, by the ratio of neighbours (n − k)(k + a)/((k + 1)(n − k − 1 + b)). */
function cdf(y: number, mu: number, phi: number, n: number): number {
  if (y < 0) return 0;
  if (y >= n) return 1;
  const k = Math.floor(y), a = mu * phi, b = (1 - mu) * phi, lower = k < n * mu;
  if (mu <= 0) return 1;
  if (mu >= 1) return 0;
  let term = Math.exp(logMass(lower ? k : k + 1, n, mu, phi)), sum = term;
  for (let j = k; lower && j > 0; j--) {
    const ratio = j * (n - j + b) / ((n - j + 1) * (j - 1 + a));
    sum += term *= ratio;
    if (ratio < 1 && term < 1e-20 * sum) break;
  }
  for (let j = k + 1; !lower && j < n; j++) {
    const ratio = (n - j) * (j + a) / ((j + 1) * (n - j - 1 + b));
    sum += term *= ratio;
    if (ratio < 1 && term < 1e-20 * sum) break;
  }
  return lower ? Math.min(1, sum) : Math.max(0, 1 - sum);
}

/** The mean at which the probability of y is largest, φ held: the root of the score, by Newton's method on the logit scale. */
function saturatedMean(y: number, n: number, phi: number): number {
  if (y === 0 || y === n) return y / n;
  const response = { name: "", y: Float64Array.of(y), trials: Float64Array.of(n) };
  const one = kernel(response, [true, true]), jets = new Jets(1, 2);
  const zeta = Float64Array.of(Math.log(y / (n - y))), tau = Float64Array.of(Math.log(phi));
  for (let i = 0; i < 100; i++) {
    one.evaluate([zeta, tau], 2, jets);
    const step = jets.d1[0][0] / Math.abs(jets.d2[0][0]);
    zeta[0] += Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-10) break;
  }
  return expit(zeta[0]);
}

/** Moments: Σ n (y/n − μ)²/(μ(1 − μ)) is 1 + (n − 1)/(1 + φ) on average. */
function start({ y, trials }: Response, mu: Float64Array, weights: Float64Array): number {
  const n = (i: number) => trials ? trials[i] : 1, used = (i: number) => n(i) > 1 ? n(i) : NaN;
  const ratio = weightedMean(weights, (i) => used(i) * (y[i] / n(i) - mu[i]) ** 2 / (mu[i] * (1 - mu[i])));
  return Math.log(clamp((weightedMean(weights, used) - 1) / Math.max(ratio - 1, 1e-300) - 1, 0.5, 1000));
}

/**
 * Successes out of trials whose probability varies from row to row as Beta(μφ, (1 − μ)φ): binomial with overdispersion,
 * variance of the proportion μ(1 − μ)/n · (φ + n)/(φ + 1) (part "disp": log φ).
 *
 * ```ts
 * import { betabinomial, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * fit("cbind(germ, n - germ) ~ gen", await dataset("crowder_seeds"), { family: betabinomial() });
 * ```
 *
 * @param link "logit" (default), "probit", "cloglog", "loglog", "cauchit", "log", "identity" or a Link object
 * @throws RangeError when the link is unknown or does not suit probabilities
 * Source: Crowder (1978), Appl. Stat. 27:34–37; parameters as in glmmTMB.
 * @category Families
 */
export function betabinomial(link: LinkName | Link = "logit"): Family {
  noMore("betabinomial", arguments, 1);
  const resolved = resolveLink(link, "betabinomial", "logit");
  return meanFamily({
    name: "betabinomial",
    noun: "beta-binomial",
    link: resolved,
    scale: "logit",
    parts: [dispersionPart({
      meaning: "precision φ of the probabilities",
      detail: "with variance of a proportion μ(1 − μ)/n · (φ + n)/(φ + 1)",
      start,
      limit: (up, where) =>
        up
          ? `no overdispersion${where}: the beta-binomial is a binomial distribution there` +
            (where ? "" : '; family "binomial" fits as well with a parameter less')
          : null,
    })],
    latex: ([mu, phi]) => `\\mathrm{BetaBinomial}(n_i,\\ ${mu},\\ ${phi})`,
    observationVariance: ({ sigma: phi, nullMean }) => {
      const latent = LATENT[resolved.name];
      if (latent === undefined) return null;
      const mu = nullMean(), slope = resolved.slope(resolved.eta(mu));
      return {
        variance: latent +
          (resolved.name === "logit"
            ? trigamma(mu * phi) + trigamma((1 - mu) * phi)
            : mu * (1 - mu) / (1 + phi) / slope ** 2),
        method:
          `latent ${resolved.name} variance and that of the probabilities at the mean of the null model`,
      };
    },
    discrete: true,
    usesTrials: true,
    support: [0, 1],
    check: (response, rows) => requireSuccesses("betabinomial", response, rows),
    kernel,
    startMean: ({ y, trials }) => y.map((successes, i) => (successes + 0.5) / ((trials?.[i] ?? 1) + 1)),
    variance: (mu, [phi], n) => mu * (1 - mu) / n * (phi + n) / (phi + 1),
    unitDeviance: (y, mu, [phi], n) =>
      2 * Math.max(0, logMass(y, n, saturatedMean(y, n, phi), phi) - logMass(y, n, mu, phi)),
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for betabinomial family ()" },
    simulate: (random, mu, [phi], n) => random.binomial(n, random.beta(mu * phi, (1 - mu) * phi)),
    cdf: (y, mu, [phi], n) => cdf(y, mu, phi, n),
    quantile: (p, mu, [phi], n) => smallestWhole(p, 0, n, (k) => cdf(k, mu, phi, n)),
  });
}
