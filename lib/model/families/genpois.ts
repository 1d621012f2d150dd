import { noMore } from "../../check.ts";
import { logFactorialExcess } from "../../math/binet.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import type { Random } from "../../math/random.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, perRow, requireCounts, weightedMean } from "./response.ts";
import { WholeDistribution } from "./whole_distribution.ts";

/**
 * With ζ = log μ, κ = log φ, s = φ^{−1/2}, m = s μ, d = s (μ − y) and t = y + d:
 *
 *     ℓ = ζ − κ/2 + (y − 1) log t − t − log y! = ζ − κ/2 + (y − 1) log(1 + d/y) − d − (log y! − y log y + y) − log y
 *     t_ζ = t_ζζ = t_ζζζ = m,  t_κ = −d/2, t_κκ = d/4, t_κκκ = −d/8,  t_ζκ = t_ζζκ = −m/2, t_ζκκ = m/4
 *
 * and the chain rule of g(t) = (y − 1) log t − t. At y = 0 this is −m. Where t ≤ 0 (only for φ < 1) the probability is 0.
 */
function kernel({ y }: Response, constant: readonly boolean[]): Kernel {
  const excess = perRow(y, surplus);
  let s = 1;
  return {
    evaluate([zeta, kappa]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      for (let i = 0; i < y.length; i++) {
        if (i === 0 || !constant[1]) s = Math.exp(-kappa[i] / 2);
        const m = s * Math.exp(zeta[i]), count = y[i];
        const d = count === 0 ? m : m - s * count, t = count + d, none = count === 0 ? 0 : 1;
        value[i] = none === 0 ? -m : logMass(count, zeta[i] - kappa[i] / 2, d, excess[i]);
        if (order < 1) continue;
        const c = none * (count - 1), g1 = none * (c / t) - 1, k = -d / 2;
        a[i] = none + g1 * m;
        b[i] = -0.5 * none + g1 * k;
        if (order < 2) continue;
        const g2 = -none * c / (t * t), kk = d / 4, zk = -m / 2;
        aa[i] = g2 * m * m + g1 * m;
        ab[i] = g2 * m * k + g1 * zk;
        bb[i] = g2 * k * k + g1 * kk;
        if (order < 3) continue;
        const g3 = -2 * g2 / t;
        aaa[i] = g3 * m * m * m + 3 * g2 * m * m + g1 * m;
        aab[i] = g3 * m * m * k + g2 * (m * k + 2 * m * zk) + g1 * zk;
        abb[i] = g3 * m * k * k + g2 * (m * kk + 2 * zk * k) + g1 * m / 4;
        bbb[i] = g3 * k * k * k + 3 * g2 * k * kk - g1 * d / 8;
      }
    },
  };
}

/** Beyond, log t/y is near 0 and would lose digits of y log t/y. */
const MANY = 1000;

/** log P(Y = y), y > 0: `logM` is log m = ζ − κ/2, `excess` what log y! adds to y log y − y, with log y. */
function logMass(y: number, logM: number, d: number, excess: number): number {
  const t = y + d;
  return t > 0 ? logM + (y - 1) * (y < MANY ? Math.log(t / y) : Math.log1p(d / y)) - d - excess : -Infinity;
}

/** What log y! adds to y log y − y, and log y. */
const surplus = (y: number) => y === 0 ? 0 : logFactorialExcess(y) + Math.log(y);

/** log P(Y = y), y ≥ 0 and not necessarily whole. */
function logDensity(y: number, mu: number, phi: number): number {
  const s = 1 / Math.sqrt(phi), m = s * mu;
  return y === 0 ? -m : logMass(y, Math.log(m), m - s * y, surplus(y));
}

const distribution = new WholeDistribution((mu, phi) => {
  const sd = Math.sqrt(phi * mu);
  return {
    at: (y) => Math.exp(logDensity(y, mu, phi)),
    mean: mu,
    sd,
    scale: Math.max(sd, 4 * phi), // the tail falls like e^{−y/2φ}
    proper: phi >= 1,
  };
});

/** All who descend from Poisson(μ/√φ) founders, each with Poisson(1 − 1/√φ) children: a generalised Poisson number for φ ≥ 1. */
function simulate(random: Random, mu: number, phi: number): number {
  if (phi < 1) return distribution.quantile(random.uniform(), mu, phi);
  const s = 1 / Math.sqrt(phi);
  let born = random.poisson(mu * s), sum = born;
  while (born > 0 && born < Infinity) sum += born = random.poisson(born * (1 - s));
  return sum;
}

/** The mean at which P(Y = y) is largest, φ held: ∂ℓ/∂ζ = 0 is m² − s y m − y (1 − s) = 0. */
function saturatedMean(y: number, phi: number): number {
  const s = 1 / Math.sqrt(phi), half = s * y / 2;
  return (half + Math.sqrt(half * half + y * (1 - s))) / s;
}

function unitDeviance(y: number, mu: number, [phi]: readonly number[]): number {
  if (y === 0) return 2 * mu / Math.sqrt(phi);
  return 2 * (logDensity(y, saturatedMean(y, phi), phi) - logDensity(y, mu, phi));
}

/**
 * Generalised Poisson counts: variance φ μ (part "disp": log φ), with longer tails than {@link nbinom1} of the same variance.
 *
 * It is a distribution for φ ≥ 1. Below, probabilities are cut off where they would be negative, and what is left does not sum to 1:
 * at φ = 0.5 it sums to 0.75 where μ = 0.2, to 1 − 2e-4 where μ = 1, to 1 + 3e-11 where μ = 3. A fit there, which glmmTMB gives
 * without a word, says in how many rows this matters, and names {@link compois}, whose probabilities always sum to 1. Scaling them
 * would not mend it: μ would not be the mean any more. Distribution function, quantiles and simulations are those of the
 * probabilities divided by their sum.
 *
 * ```ts
 * import { dataset, fit, genpois } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: genpois() });
 * ```
 *
 * @param link "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Consul & Jain (1973), Technometrics 15:791–799; Consul & Famoye (2006), Lagrangian Probability Distributions, chapter 9;
 * parameters as in glmmTMB.
 * @category Families
 */
export function genpois(link: LinkName | Link = "log"): Family {
  noMore("genpois", arguments, 1);
  const resolved = resolveLink(link, "genpois", "log");
  return meanFamily({
    name: "genpois",
    link: resolved,
    scale: "log",
    noun: "generalized Poisson",
    parts: [dispersionPart({
      meaning: "dispersion φ",
      detail: "with variance φ μ",
      start: ({ y }, mu, weights) => {
        const squares = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2);
        return Math.log(clamp(squares / weightedMean(weights, (i) => mu[i]), 1, 100)); // from 1 on all counts are possible
      },
    })],
    latex: ([mu, phi]) => `\\mathrm{GenPoisson}(${mu},\\ V = ${phi} ${mu})`,
    improper: {
      total: (eta) => eta[1] >= 0 ? 1 : distribution.total(resolved.mean(eta[0]), Math.exp(eta[1])),
      reason:
        "the generalized Poisson is a distribution where its dispersion φ is at least 1, and nearly one where means are large",
      instead: "compois()",
    },
    discrete: true,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) => requireCounts("genpois", response, rows),
    kernel,
    startMean: ({ y }) => y.map((count) => count + (count === 0 ? 1 / 6 : 0)),
    variance: (mu, [phi]) => phi * mu,
    unitDeviance,
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for genpois family ()" },
    simulate: (random, mu, [phi]) => simulate(random, mu, phi),
    cdf: (y, mu, [phi]) => distribution.cdf(y, mu, phi),
    quantile: (p, mu, [phi]) => distribution.quantile(p, mu, phi),
  });
}
