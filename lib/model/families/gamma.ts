import { noMore } from "../../check.ts";
import { binetJet } from "../../math/binet.ts";
import { pgamma, qgamma } from "../../math/distributions.ts";
import { HALF_LOG_2PI, log1pmx } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, positiveMean, requirePositive, weightedMean } from "./response.ts";

/**
 * With z = y/μ, shape a = e^τ and Binet's R (what is left of log Γ):
 *
 *     ℓ = a (log z − z + 1) + ½ τ − ½ log 2π − R(a) − log y
 *
 * so that nothing cancels when the shape is large. Rows with y = 0 (under zero inflation) get 0, which is overwritten.
 */
function kernel({ y }: Response, constant: readonly boolean[]): Kernel {
  const logY = y.map(Math.log), jet = new Float64Array(4);
  return {
    evaluate([zeta, tau]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a, b, aa, ab, bb, aaa, aab, abb, bbb } = bivariate(out);
      let shape = 0;
      for (let i = 0; i < y.length; i++) {
        if (i === 0 || !constant[1]) {
          shape = Math.exp(tau[i]);
          binetJet(shape, order, jet);
        }
        const zero = y[i] === 0;
        const logZ = zero ? 0 : logY[i] - zeta[i], excess = Math.expm1(logZ); // z − 1
        const main = shape * (logZ - excess), sz = shape * (1 + excess), score = shape * excess;
        value[i] = main + 0.5 * tau[i] - HALF_LOG_2PI - jet[0] - (zero ? 0 : logY[i]);
        if (order < 1) continue;
        a[i] = score;
        b[i] = main + 0.5 - jet[1];
        if (order < 2) continue;
        aa[i] = -sz;
        ab[i] = score;
        bb[i] = main - jet[2];
        if (order < 3) continue;
        aaa[i] = sz;
        aab[i] = -sz;
        abb[i] = score;
        bbb[i] = main - jet[3];
      }
    },
  };
}

/**
 * Gamma response with variance μ²/shape (part "disp": log shape).
 *
 * ```ts
 * import { dataset, fit, gamma } from "@tidyglmm/tidyglmm";
 *
 * fit("Reaction ~ Days", await dataset("sleepstudy"), { family: gamma("log") });
 * ```
 *
 * @param link "inverse" (default, as in R), "log", "identity", "sqrt", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: McCullagh & Nelder (1989), chapter 8.
 * @category Families
 */
export function gamma(link: LinkName | Link = "inverse"): Family {
  noMore("gamma", arguments, 1);
  const resolved = resolveLink(link, "gamma", "log");
  return meanFamily({
    name: "gamma",
    link: resolved,
    scale: "log",
    noun: "gamma",
    parts: [dispersionPart({
      meaning: "shape",
      detail: "with variance μ²/shape",
      start: ({ y }, mu, weights) => {
        const squared = weightedMean(weights, (i) => y[i] > 0 ? (y[i] / mu[i] - 1) ** 2 : NaN);
        return Math.log(clamp(1 / squared, 0.1, 1000));
      },
    })],
    latex: ([mu, phi]) => `\\mathrm{Gamma}(${mu},\\ ${phi})`,
    observationVariance: ({ sigma }) =>
      resolved.name === "log" ? { variance: sigma ** 2, method: "delta method, 1/shape" } : null,
    unitShift: [0],
    discrete: false,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows, zeroInflated) => requirePositive("gamma", response, rows, zeroInflated),
    kernel,
    startMean: ({ y }) => positiveMean(y),
    unitVariance: (mu) => mu * mu,
    variance: (mu, [shape]) => mu * mu / shape,
    unitDeviance: (y, mu) => -2 * log1pmx((y - mu) / mu),
    sigma: ([shape]) => 1 / Math.sqrt(shape),
    dispersionLabel: { text: "Dispersion estimate for Gamma family (sigma^2)", squared: true },
    simulate: (random, mu, [shape]) => random.gamma(shape, mu / shape),
    cdf: (y, mu, [shape]) => pgamma(y, shape, mu / shape),
    quantile: (p, mu, [shape]) => qgamma(p, shape, mu / shape),
  });
}
