import { noMore } from "../../check.ts";
import { logRisingFactorialJet } from "../../math/binet.ts";
import { pnbinom, qnbinom } from "../../math/distributions.ts";
import { lgamma } from "../../math/gamma_function.ts";
import { log1pExcess, log1pGiven, xLogRatio } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, distinct, noOverdispersion, perRow, requireCounts, weightedMean } from "./response.ts";

/**
 * With ζ = log μ, τ = log θ, m = μ/θ, w = m/(1 + m) and D(y, θ) of `binet.ts`:
 *
 *     ℓ = D(y, θ) + y ζ − (y + θ) log(1 + m) − log Γ(y + 1)
 *
 * The derivatives in τ are sums of terms that vanish one by one as θ → ∞ (the Poisson limit). They use
 * A(m) = log(1 + m) − m/(1 + m), and θ A = μ A/m, θ w² = μ m/(1 + m)², so that θ itself never appears as a factor.
 */
function kernel({ y }: Response, constant: readonly boolean[]): Kernel {
  const { values, index } = distinct(y);
  const logFactorial = perRow(y, (value) => lgamma(value + 1));
  const table = new Float64Array(4 * values.length), jet = new Float64Array(4);

  const tabulate = (theta: number, order: number) => {
    for (let j = 0; j < values.length; j++) {
      logRisingFactorialJet(values[j], theta, order, jet);
      table.set(jet, 4 * j);
    }
  };

  return {
    evaluate([zeta, tau]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      const shared = constant[1],
        inverse = shared ? Math.exp(-tau[0]) : 0,
        known = inverse > 0 && inverse < Infinity;
      if (shared) tabulate(Math.exp(tau[0]), order);
      for (let i = 0; i < y.length; i++) {
        const count = y[i], mu = Math.exp(zeta[i]), m = known ? mu * inverse : Math.exp(zeta[i] - tau[i]);
        let source = jet, at = 0;
        if (shared) source = table, at = 4 * index[i];
        else logRisingFactorialJet(count, Math.exp(tau[i]), order, jet);
        const c = 1 / (1 + m), w = m * c; // c = 1 − w = θ/(μ + θ)
        const log1pm = log1pGiven(m, c);
        const thetaLog = m > 0 ? mu * (log1pm / m) : mu; // θ log(1 + m)
        value[i] = source[at] + count * zeta[i] - count * log1pm - thetaLog - logFactorial[i];
        if (order < 1) continue;
        const thetaA = m > 0 ? mu * (log1pExcess(m, c, log1pm) / m) : 0;
        const residual = count - mu;
        a[i] = c * residual;
        b[i] = source[at + 1] - thetaA + count * w;
        if (order < 2) continue;
        const wc = w * c, muww = mu * w * c; // θ w² = μ w c
        aa[i] = -(count * wc + mu * c * c);
        ab[i] = wc * residual;
        bb[i] = source[at + 2] - thetaA + muww - count * wc;
        if (order < 3) continue;
        const turn = wc * (c - w);
        aaa[i] = -(count * wc + mu * c * c) * (c - w);
        aab[i] = turn * residual - wc * mu;
        abb[i] = -turn * residual;
        bbb[i] = source[at + 3] - thetaA + 2 * muww * w + count * turn;
      }
    },
  };
}

/** 2(ℓ(y; y) − ℓ(y; μ)) with θ held. */
const unitDeviance = (y: number, mu: number, [theta]: readonly number[]) =>
  2 * (xLogRatio(y, mu) - (y + theta) * Math.log((y + theta) / (mu + theta)));

/**
 * Negative binomial counts with variance μ + μ²/θ (part "disp": log θ).
 *
 * ```ts
 * import { dataset, fit, nbinom2 } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: nbinom2() });
 * ```
 *
 * @param link "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Hilbe (2011), Negative Binomial Regression, chapter 8 (NB2).
 * @category Families
 */
export function nbinom2(link: LinkName | Link = "log"): Family {
  noMore("nbinom2", arguments, 1);
  return meanFamily({
    name: "nbinom2",
    link: resolveLink(link, "nbinom2", "log"),
    scale: "log",
    noun: "negative binomial (quadratic variance)",
    parts: [dispersionPart({
      meaning: "size θ",
      detail: "with variance μ + μ²/θ",
      symbol: "\\theta",
      start: ({ y }, mu, weights) => {
        const excess = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2 - mu[i]);
        return Math.log(clamp(weightedMean(weights, (i) => mu[i] ** 2) / Math.max(excess, 1e-300), 0.1, 100));
      },
      limit: (up, where) => (up ? noOverdispersion(where) : null),
    })],
    latex: ([mu, theta]) => `\\mathrm{NegBin}(${mu},\\ V = ${mu} + ${mu}^2/${theta})`,
    discrete: true,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) => requireCounts("nbinom2", response, rows),
    kernel,
    startMean: ({ y }) => y.map((count) => count + (count === 0 ? 1 / 6 : 0)),
    variance: (mu, [theta]) => mu + mu * mu / theta,
    unitDeviance,
    sigma: ([theta]) => theta,
    dispersionLabel: { text: "Dispersion parameter for nbinom2 family ()" },
    simulate: (random, mu, [theta]) => random.negativeBinomial(theta, mu),
    cdf: (y, mu, [theta]) => pnbinom(y, theta, mu),
    quantile: (p, mu, [theta]) => qnbinom(p, theta, mu),
  });
}
