import { ones } from "../../math/shared_memory.ts";
import { noMore } from "../../check.ts";
import { pbinom, qbinom } from "../../math/distributions.ts";
import { lchoose } from "../../math/gamma_function.ts";
import { log1pGiven, xLogRatio } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import type { Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { requireSuccesses } from "./response.ts";

/** ℓ = log C(n, y) + y log μ + (n − y) log(1 − μ), ζ = logit μ; written with e = exp(−|ζ|), exact in both tails. */
function kernel({ y, trials, constant: given }: Response): Kernel {
  const size = trials ?? ones(y.length);
  const constant = given === undefined
    ? y.map((successes, i) => lchoose(size[i], successes))
    : new Float64Array(y.length).fill(given);
  return {
    evaluate([zeta]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, d1: [d1], d2: [d2], d3: [d3] } = out;
      for (let i = 0; i < y.length; i++) {
        const z = zeta[i], n = size[i], failures = n - y[i];
        const e = Math.exp(-Math.abs(z)), near = 1 / (1 + e), far = e * near;
        const mu = z > 0 ? near : far, rest = z > 0 ? far : near;
        const unlikely = z > 0 ? failures : y[i];
        value[i] = constant[i] - n * log1pGiven(e, near) - (unlikely === 0 ? 0 : unlikely * Math.abs(z));
        if (order >= 1) d1[i] = y[i] * rest - failures * mu;
        if (order >= 2) d2[i] = -n * mu * rest;
        if (order >= 3) d3[i] = -n * mu * rest * (rest - mu);
      }
    },
  };
}

/** Variance of the latent variable of a threshold model with this link. */
export const LATENT: Readonly<Record<string, number>> = {
  logit: Math.PI ** 2 / 3,
  probit: 1,
  cloglog: Math.PI ** 2 / 6,
  loglog: Math.PI ** 2 / 6,
};

/**
 * Binomial successes out of trials; the mean μ is the probability of success.
 *
 * ```ts
 * import { binomial, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * fit("cbind(germ, n - germ) ~ gen", await dataset("crowder_seeds"), { family: binomial("probit") });
 * ```
 *
 * @param link "logit" (default), "probit", "cloglog", "loglog", "cauchit", "log", "identity" or a Link object
 * @throws RangeError when the link is unknown or does not suit probabilities
 * Source: McCullagh & Nelder (1989), chapter 4.
 * @category Families
 */
export function binomial(link: LinkName | Link = "logit"): Family {
  noMore("binomial", arguments, 1);
  const resolved = resolveLink(link, "binomial", "logit");
  return meanFamily({
    name: "binomial",
    link: resolved,
    scale: "logit",
    noun: "binomial",
    parts: [],
    observationVariance: () => {
      const variance = LATENT[resolved.name];
      return variance === undefined ? null : { variance, method: `latent ${resolved.name} variance` };
    },
    latex: () => "\\mathrm{Binomial}(n_i,\\ \\mu_i)",
    discrete: true,
    usesTrials: true,
    support: [0, 1],
    check: (response, rows) => requireSuccesses("binomial", response, rows),
    kernel,
    startMean: ({ y, trials }) => y.map((successes, i) => (successes + 0.5) / ((trials?.[i] ?? 1) + 1)),
    variance: (mu, _phi, trials) => mu * (1 - mu) / trials,
    unitDeviance: (y, mu, _phi, n) => 2 * (xLogRatio(y, n * mu) + xLogRatio(n - y, n * (1 - mu))),
    sigma: () => 1,
    dispersionLabel: null,
    simulate: (random, mu, _phi, trials) => random.binomial(trials, mu),
    cdf: (y, mu, _phi, trials) => pbinom(y, trials, mu),
    quantile: (p, mu, _phi, trials) => qbinom(p, trials, mu),
  });
}
