import { noMore } from "../../check.ts";
import { pnorm, qnorm } from "../../math/distributions.ts";
import { HALF_LOG_2PI } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { requireSupport, startReal, startSpread } from "./response.ts";

/** ℓ = −½ log 2π − τ − ½ r², r = (y − μ) e^−τ, τ = log σ. */
function kernel({ y }: Response, constant: readonly boolean[]): Kernel {
  return {
    evaluate([mean, logSigma]: readonly Float64Array[], order: number, out: Jets): void {
      const { value, a: m, b: t, aa: mm, ab: mt, bb: tt, aaa: mmm, aab: mmt, abb: mtt, bbb: ttt } = bivariate(
        out,
      );
      let precision = Math.exp(-logSigma[0]); // 1/σ
      for (let i = 0; i < y.length; i++) {
        if (!constant[1]) precision = Math.exp(-logSigma[i]);
        const r = (y[i] - mean[i]) * precision, rr = r * r;
        value[i] = -HALF_LOG_2PI - logSigma[i] - 0.5 * rr;
        if (order < 1) continue;
        const rp = r * precision, pp = precision * precision;
        m[i] = rp;
        t[i] = rr - 1;
        if (order < 2) continue;
        mm[i] = -pp;
        mt[i] = -2 * rp;
        tt[i] = -2 * rr;
        if (order < 3) continue;
        mmm[i] = 0;
        mmt[i] = 2 * pp;
        mtt[i] = 4 * rp;
        ttt[i] = 4 * rr;
      }
    },
  };
}

/**
 * Normal response with standard deviation σ (part "disp": log σ).
 *
 * ```ts
 * import { dataset, fit, gaussian } from "@tidyglmm/tidyglmm";
 *
 * fit("Reaction ~ Days", await dataset("sleepstudy"), { family: gaussian() });
 * ```
 *
 * @param link "identity" (default), "log", "inverse", "sqrt", …, "power(λ)" or a Link object
 * @throws RangeError when the link is unknown
 * Source: McCullagh & Nelder (1989), chapter 3.
 * @category Families
 */
export function gaussian(link: LinkName | Link = "identity"): Family {
  noMore("gaussian", arguments, 1);
  const resolved = resolveLink(link, "gaussian", "identity");
  return meanFamily({
    name: "gaussian",
    link: resolved,
    scale: "identity",
    noun: "Gaussian",
    parts: [dispersionPart({
      meaning: "residual standard deviation",
      symbol: "\\sigma",
      start: ({ y }, mu, weights) => Math.log(startSpread(y, mu, weights)),
    })],
    residual: true,
    latex: ([mu, sigma]) => `\\mathcal{N}(${mu},\\ ${sigma}^2)`,
    observationVariance: ({ sigma }) =>
      resolved.name === "identity" ? { variance: sigma ** 2, method: "residual variance" } : null,
    unitShift: [1],
    discrete: false,
    usesTrials: false,
    support: [-Infinity, Infinity],
    check: (response, rows) => requireSupport("gaussian", response, rows, Number.isFinite, "finite numbers"),
    kernel,
    startMean: (response) => startReal(response.y, resolved),
    unitVariance: () => 1,
    variance: (_mu, [sigma]) => sigma * sigma,
    unitDeviance: (y, mu) => (y - mu) ** 2,
    sigma: ([sigma]) => sigma,
    dispersionLabel: { text: "Dispersion estimate for gaussian family (sigma^2)", squared: true },
    simulate: (random, mu, [sigma]) => mu + sigma * random.normal(),
    cdf: (y, mu, [sigma]) => pnorm(y, mu, sigma),
    quantile: (p, mu, [sigma]) => qnorm(p, mu, sigma),
  });
}
