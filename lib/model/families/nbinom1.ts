import { noMore } from "../../check.ts";
import { logRisingFactorialJet } from "../../math/binet.ts";
import { pnbinom, qnbinom } from "../../math/distributions.ts";
import { lgamma } from "../../math/gamma_function.ts";
import { log1pExcess, log1pGiven } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, noOverdispersion, perRow, requireCounts, weightedMean } from "./response.ts";

/**
 * With ζ = log μ, κ = log φ, size s = μ/φ, q = φ/(1 + φ), A = log(1 + φ) − q and D(y, s) of `binet.ts`, whose
 * derivatives D₁ D₂ D₃ are in log s = ζ − κ:
 *
 *     ℓ = D(y, s) + y ζ − (y + s) log(1 + φ) − log Γ(y + 1)
 *
 * As φ → 0 every derivative in κ vanishes term by term (the Poisson limit); s A = μ A/φ keeps it so.
 */
function kernel({ y }: Response, constant: readonly boolean[]): Kernel {
  const logFactorial = perRow(y, (value) => lgamma(value + 1));
  const jet = new Float64Array(4);
  return {
    evaluate([zeta, kappa]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      let phi = 0, c = 0, q = 0, log1pPhi = 0, logPerPhi = 0, aPerPhi = 0;
      for (let i = 0; i < y.length; i++) {
        if (i === 0 || !constant[1]) {
          phi = Math.exp(kappa[i]);
          c = 1 / (1 + phi);
          q = phi * c;
          log1pPhi = log1pGiven(phi, c);
          logPerPhi = phi > 0 ? log1pPhi / phi : 1;
          aPerPhi = phi > 0 ? log1pExcess(phi, c, log1pPhi) / phi : 0;
        }
        const count = y[i], mu = Math.exp(zeta[i]);
        logRisingFactorialJet(count, Math.exp(zeta[i] - kappa[i]), order, jet);
        const sizeLog = mu * logPerPhi; // s log(1 + φ)
        value[i] = jet[0] + count * zeta[i] - count * log1pPhi - sizeLog - logFactorial[i];
        if (order < 1) continue;
        const sizeA = mu * aPerPhi;
        a[i] = jet[1] + count - sizeLog;
        b[i] = -jet[1] - count * q + sizeA;
        if (order < 2) continue;
        const qc = q * c, sizeQQ = mu * qc; // s q² = μ φ/(1 + φ)²
        aa[i] = jet[2] - sizeLog;
        ab[i] = -jet[2] + sizeA;
        bb[i] = jet[2] - count * qc + sizeQQ - sizeA;
        if (order < 3) continue;
        aaa[i] = jet[3] - sizeLog;
        aab[i] = -jet[3] + sizeA;
        abb[i] = jet[3] + sizeQQ - sizeA;
        bbb[i] = -jet[3] - count * qc * (c - q) + sizeA - 2 * sizeQQ * q;
      }
    },
  };
}

/** ℓ(y; μ) without the terms that do not depend on μ. */
function logLik(y: number, mu: number, phi: number): number {
  const jet = new Float64Array(4), size = mu / phi;
  if (mu === 0) return y === 0 ? 0 : -Infinity;
  logRisingFactorialJet(y, size, 0, jet);
  return jet[0] + y * Math.log(mu) - (y + size) * Math.log1p(phi);
}

/**
 * The mean at which the density of y is largest, φ held: the root of D₁ + y − s log(1 + φ) in log s. It is not y itself,
 * because μ also sets the size.
 */
function saturatedMean(y: number, phi: number): number {
  if (y === 0) return 0;
  const jet = new Float64Array(4), rate = Math.log1p(phi);
  let logSize = Math.log(y / rate); // D₁ ≤ 0: an upper bound, from which Newton's steps descend
  for (let i = 0; i < 100; i++) {
    const size = Math.exp(logSize);
    logRisingFactorialJet(y, size, 2, jet);
    const step = (jet[1] + y - size * rate) / (jet[2] - size * rate);
    logSize -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return phi * Math.exp(logSize);
}

/**
 * Negative binomial counts with variance μ (1 + φ) (part "disp": log φ).
 *
 * ```ts
 * import { dataset, fit, nbinom1 } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: nbinom1() });
 * ```
 *
 * @param link "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Hilbe (2011), Negative Binomial Regression, chapter 10 (NB1).
 * @category Families
 */
export function nbinom1(link: LinkName | Link = "log"): Family {
  noMore("nbinom1", arguments, 1);
  return meanFamily({
    name: "nbinom1",
    link: resolveLink(link, "nbinom1", "log"),
    scale: "log",
    noun: "negative binomial (linear variance)",
    parts: [dispersionPart({
      meaning: "extra variance φ",
      detail: "with variance μ (1 + φ)",
      start: ({ y }, mu, weights) => {
        const squares = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2);
        return Math.log(clamp(squares / weightedMean(weights, (i) => mu[i]) - 1, 0.05, 100));
      },
      limit: (up, where) => (up ? null : noOverdispersion(where)),
    })],
    latex: ([mu, phi]) => `\\mathrm{NegBin}(${mu},\\ V = ${mu}(1 + ${phi}))`,
    discrete: true,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) => requireCounts("nbinom1", response, rows),
    kernel,
    startMean: ({ y }) => y.map((count) => count + (count === 0 ? 1 / 6 : 0)),
    variance: (mu, [phi]) => mu * (1 + phi),
    unitDeviance: (y, mu, [phi]) => 2 * (logLik(y, saturatedMean(y, phi), phi) - logLik(y, mu, phi)),
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for nbinom1 family ()" },
    simulate: (random, mu, [phi]) => random.negativeBinomial(mu / phi, mu),
    cdf: (y, mu, [phi]) => pnbinom(y, mu / phi, mu),
    quantile: (p, mu, [phi]) => qnbinom(p, mu / phi, mu),
  });
}
