import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { between } from "../links/between.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart, part } from "./part.ts";
import { positiveMean, requireSupport, weightedMean } from "./response.ts";
import { tweedieCdf, tweedieQuantile, tweedieVariate } from "./tweedie_distribution.ts";
import { halfDeviance, tweedieKernel } from "./tweedie_kernel.ts";

/**
 * Options of {@link tweedie}.
 *
 * @category Extend
 */
export interface TweedieOptions {
  /** From the mean to the linear predictor; default log. */
  readonly link?: LinkName | Link;
  /** The power, between 1 and 2, when it is not to be estimated. */
  readonly power?: number;
}

const OPTIONS: Kinds<TweedieOptions> = {
  link: { should: "a link", is: () => true }, // resolveLink() knows them
  power: { ...kinds.number, should: "a number between 1 and 2", within: (p: number) => p > 1 && p < 2 },
};

/** The power p, on the logit scale between 1 and 2. */
const POWER = part({
  name: "power",
  link: between(1, 2),
  scale: "own",
  range: [1, 2],
  meaning: "power p",
  detail: "with variance φ μ^p",
  title: "Power model",
  heading: "Power (logit scale between 1 and 2)",
  latex: { parameter: "p", coefficient: "\\kappa" },
  start: () => 0,
});

/**
 * Tweedie response: exact zeros and positive numbers, a Poisson number of gamma amounts; variance φ μ^p (part "disp": log φ; part
 * "power": p between 1 and 2).
 *
 * ```ts
 * import { dataset, fit, tweedie } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: tweedie() });
 * ```
 *
 * @param options a link ("log" by default), or `{ link, power }` where `power` fixes p
 * @throws RangeError when the link is unknown, its means need not be positive, or the power is not between 1 and 2
 * Source: Jørgensen (1987), J. R. Stat. Soc. B 49:127–162; Dunn & Smyth (2005), Stat. Comput. 15:267–280.
 * @category Families
 */
export function tweedie(options: LinkName | Link | TweedieOptions = {}): Family {
  noMore("tweedie", arguments, 1);
  const given: TweedieOptions = typeof options !== "object" || options === null || "onto" in options
    ? { link: options }
    : options;
  checkOptions("tweedie", given, OPTIONS);
  const link = resolveLink(given.link === undefined ? "log" : given.link, "tweedie", "log"),
    { power } = given;
  const powerOf = (phi: readonly number[]) => power ?? phi[1];
  const dispersion = dispersionPart({
    meaning: "dispersion φ",
    detail: "with variance φ μ^p",
    start: ({ y }, mu, weights) => {
      const squared = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2);
      const ratio = squared / weightedMean(weights, (i) => mu[i] ** (power ?? 1.5));
      return ratio > 0 && Number.isFinite(ratio) ? Math.log(ratio) : 0;
    },
  });
  return meanFamily({
    name: "tweedie",
    noun: "Tweedie",
    link,
    scale: "log",
    fixed: power === undefined ? undefined : { power },
    parts: power === undefined ? [dispersion, POWER] : [dispersion],
    latex: ([mu, phi, p = String(power)]) => `\\mathrm{Tweedie}_{${p}}(${mu},\\ ${phi})`,
    discrete: false,
    mass: (y) => y === 0,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) =>
      requireSupport("tweedie", response, rows, (y) => y >= 0 && y < Infinity, "numbers >= 0"),
    kernel: (response, constant) =>
      tweedieKernel(response, constant, power === undefined ? null : POWER.link.eta(power)),
    startMean: ({ y }) => {
      const positive = positiveMean(y);
      return positive.map((mean, i) => (y[i] > 0 ? y[i] : mean / 6));
    },
    variance: (mu, phi) => phi[0] * mu ** powerOf(phi),
    unitDeviance: (y, mu, phi) => {
      const p = powerOf(phi);
      if (y === 0) return 2 * mu ** (2 - p) / (2 - p);
      return 2 * Math.max(0, halfDeviance(Math.log(y), Math.log(mu), 0, p - 1, 2 - p));
    },
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for tweedie family ()" },
    simulate: (random, mu, phi) => tweedieVariate(random, mu, phi[0], powerOf(phi)),
    cdf: (y, mu, phi) => tweedieCdf(y, mu, phi[0], powerOf(phi)),
    quantile: (p, mu, phi) => tweedieQuantile(p, mu, phi[0], powerOf(phi)),
  });
}
