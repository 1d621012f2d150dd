import { noMore } from "../../check.ts";
import { ppois, qpois } from "../../math/distributions.ts";
import { lgamma } from "../../math/gamma_function.ts";
import { xLogRatio } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import type { Jets } from "../../math/jets.ts";
import { meanFamily } from "./mean_family.ts";
import { perRow, requireCounts } from "./response.ts";

/** ℓ = y ζ − e^ζ − log Γ(y + 1), ζ = log μ. */
function kernel({ y, constant: given }: Response): Kernel {
  const constant = given === undefined
    ? perRow(y, (value) => -lgamma(value + 1))
    : new Float64Array(y.length).fill(given);
  return {
    evaluate([zeta]: readonly Float64Array[], order: number, out: Jets): void {
      if (order === 3) toThirdOrder(y, zeta, constant, out);
      else toSecondOrder(y, zeta, constant, order, out);
    },
  };
}

function toSecondOrder(
  y: Float64Array,
  zeta: Float64Array,
  constant: Float64Array,
  order: number,
  out: Jets,
) {
  const { value, d1: [d1], d2: [d2] } = out;
  for (let i = 0; i < y.length; i++) {
    const z = zeta[i], mu = Math.exp(z);
    value[i] = y[i] * z - mu + constant[i];
    if (order >= 1) d1[i] = y[i] - mu;
    if (order >= 2) d2[i] = -mu;
  }
}

/** Most passes are these: no questions in the loop. */
function toThirdOrder(y: Float64Array, zeta: Float64Array, constant: Float64Array, out: Jets) {
  const { value, d1: [d1], d2: [d2], d3: [d3] } = out;
  for (let i = 0; i < y.length; i++) {
    const z = zeta[i], mu = Math.exp(z), count = y[i];
    value[i] = count * z - mu + constant[i];
    d1[i] = count - mu;
    d2[i] = -mu;
    d3[i] = -mu;
  }
}

/**
 * Poisson counts: V(μ) = μ.
 *
 * ```ts
 * import { dataset, fit, poisson } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: poisson() });
 * ```
 *
 * @param link "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: McCullagh & Nelder (1989), chapter 6.
 * @category Families
 */
export function poisson(link: LinkName | Link = "log"): Family {
  noMore("poisson", arguments, 1);
  return meanFamily({
    name: "poisson",
    link: resolveLink(link, "poisson", "log"),
    scale: "log",
    noun: "Poisson",
    parts: [],
    latex: () => "\\mathrm{Poisson}(\\mu_i)",
    discrete: true,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) => requireCounts("poisson", response, rows),
    kernel,
    startMean: ({ y }) => y.map((count) => count + 0.1),
    variance: (mu) => mu,
    unitDeviance: (y, mu) => 2 * (xLogRatio(y, mu) - (y - mu)),
    sigma: () => 1,
    dispersionLabel: null,
    simulate: (random, mu) => random.poisson(mu),
    cdf: (y, mu) => ppois(y, mu),
    quantile: (p, mu) => qpois(p, mu),
  });
}
