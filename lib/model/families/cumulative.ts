import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { identity } from "../links/identity.ts";
import type { Link } from "../links/link.ts";
import type { LinkName } from "../links/resolve.ts";
import { LATENT } from "./binomial.ts";
import { cumulativeKernel, type Cuts } from "./cumulative_kernel.ts";
import { rowFunctions } from "./cumulative_rows.ts";
import { type Latent, latentDistribution } from "./latent.ts";
import type { Family, FamilyVariant, Part, ResponseShape } from "./family.ts";
import { onNumbers } from "./on_numbers.ts";
import { dispersionPart, meanPart } from "./part.ts";
import { STRUCTURES, type ThresholdParameter, thresholdParts, type Thresholds } from "./thresholds.ts";

/**
 * Options of {@link cumulative}.
 *
 * @category Families
 */
export interface CumulativeOptions {
  /**
   * "flexible" (default): every threshold by itself; "symmetric": as far above the middle as below it (`central`, `spacing.1`, …, or
   * `central.1`, `central.2` where their number is even); "equidistant": equally far apart (`threshold.1`, `spacing`).
   */
  readonly thresholds?: Thresholds;
}

const OPTIONS: Kinds<CumulativeOptions> = { thresholds: kinds.oneOf("flexible", "symmetric", "equidistant") };

/**
 * Ordered categories: P(Y ≤ k) = F(θ_k − η) with thresholds θ_1 < θ_2 < … (parts "threshold__a|b") and no intercept, so that a
 * larger η means higher categories. The response is an ordered factor, text (in the order of its levels) or whole numbers;
 * its categories are those in the data.
 *
 * Options of fit(): `dispersion: "~ z"` gives the latent variable a scale, P(Y ≤ k) = F((θ_k − η)/exp ζ) with ζ = δz without
 * intercept (scale effects): thresholds, coefficients and standard deviations are then those where z is 0, so that a z far from 0,
 * as a year is, is better centred; `nominal: "~ x"` gives every threshold its own coefficients of x, θ_k + α_k x (no proportional odds
 * for x), named "a|b.x".
 *
 * ```ts
 * import { cumulative, fit, pl } from "@tidyglmm/tidyglmm";
 *
 * const data = pl.DataFrame({ pain: ["1 none", "2 some", "3 bad", "2 some", "1 none", "3 bad"], dose: [3, 2, 1, 1, 2, 2] });
 * fit("pain ~ dose", data, { family: cumulative("probit") });
 * fit("pain ~ dose", data, { family: cumulative("logit", { thresholds: "equidistant" }) });
 * ```
 *
 * @param link F⁻¹: "logit" (default, proportional odds), "probit", "cloglog" (proportional hazards), "loglog" or "cauchit"
 * @param options how the thresholds depend on each other
 * @throws RangeError when the link or the structure is another one
 * Source: McCullagh (1980), J. R. Stat. Soc. B 42:109–142; Agresti (2010), Analysis of Ordinal Categorical Data, chapters 3 and 5;
 * Christensen (2019), Cumulative link models for ordinal regression, for the structures of thresholds. Checked against R's clm and
 * clmm in tests/reference.
 * @category Families
 */
export function cumulative(link: LinkName | Link = "logit", options: CumulativeOptions = {}): Family {
  noMore("cumulative", arguments, 2);
  checkOptions("cumulative", options, OPTIONS);
  return cumulativeFamily(latentDistribution(link, "cumulative"), {
    thresholds: options.thresholds ?? "flexible",
  });
}

/** What the family is made of. */
interface Variant extends FamilyVariant {
  readonly thresholds: Thresholds;
}

function cumulativeFamily(latent: { link: Link; F: Latent }, variant: Variant): Family {
  const { link, F } = latent, { thresholds, dispersion = false, nominal = false, categories } = variant;
  const structure = (names: readonly string[]) => names.length > 1 ? STRUCTURES[thresholds](names) : [];
  const cuts = (count: number) => cutsOf(structure(new Array(count).fill("")), count, dispersion, nominal);
  const known = categories === undefined ? null : cuts(categories);
  return onNumbers({
    name: "cumulative",
    noun: "cumulative (ordinal)",
    link,
    variant,
    as: (changes) => cumulativeFamily(latent, { ...variant, ...changes } as Variant),
    categories: true,
    intercept: "elsewhere",
    parts: ({ categories }: ResponseShape) => [
      LOCATION,
      // before the categories are known, one threshold stands for all that take a formula
      ...thresholdParts(F, structure(categories ?? (nominal ? ["", ""] : [])), thresholds, nominal),
      ...dispersion ? [SCALE] : [],
    ],
    couples: known ? couples(known) : undefined,
    discrete: true,
    mass: (y) => y >= 1 && Number.isInteger(y),
    usesTrials: false,
    support: [1, Infinity],
    check: () => {}, // the formula makes the categories from whatever the response holds
    kernel: (response) => cumulativeKernel(F, response, cuts(response.categories!.length)),
    startMean: ({ y }) => new Float64Array(y.length),
    sigma: ([scale = 1]) => scale,
    dispersionLabel: null,
    latex: (symbols) => distribution(link, known ?? cuts(symbols.length), symbols),
    observationVariance: ({ sigma }) => {
      const variance = LATENT[link.name];
      if (variance !== undefined) {
        return { variance: variance * sigma * sigma, method: `latent ${link.name} variance` };
      }
      throw new RangeError(
        `Cannot divide the variance: the latent distribution of link "${link.name}" has none`,
      );
    },
    ...rowFunctions(F, known ? () => known : bySize(thresholds, dispersion, cuts)),
  });
}

/** Without the categories: of thresholds by themselves there is one less than categories. */
function bySize(thresholds: Thresholds, dispersion: boolean, cuts: (count: number) => Cuts) {
  const made = new Map<number, Cuts>();
  return (size: number): Cuts => {
    if (thresholds !== "flexible") {
      throw new RangeError(
        `Cannot compute with ${thresholds} thresholds: the number of categories is not known; take the family of a fitted model`,
      );
    }
    const count = size - (dispersion ? 1 : 0);
    if (!made.has(count)) made.set(count, cuts(count));
    return made.get(count)!;
  };
}

/** η. */
const LOCATION: Part = {
  ...meanPart(identity, "identity", [-Infinity, Infinity]),
  scale: "own" as const,
  meaning: "location",
};

/** ζ, the log scale: 0 without predictors, because the thresholds hold the unit. */
const SCALE: Part = {
  ...dispersionPart({
    meaning: "scale of the latent variable",
    symbol: "\\sigma",
    start: () => 0,
    limit: (up, where) =>
      up
        ? `the responses${where} are as likely in the lowest categories as in the highest: the scale grows without limit`
        : `the responses${where} are all in one category: the scale there is estimated as 0`,
  }),
  scale: "own" as const,
  intercept: "elsewhere" as const,
  shown: true,
  title: "Scale model",
  heading: "Scale (log)",
};

/** The parameters of the thresholds, turned: weights by threshold. */
function cutsOf(
  parameters: readonly ThresholdParameter[],
  categories: number,
  dispersion: boolean,
  nominal: boolean,
): Cuts {
  const weights = Array.from(
    { length: Math.max(0, categories - 1) },
    (_, k) => parameters.map((p) => p.weights[k]),
  );
  return { weights, scale: dispersion ? parameters.length + 1 : 0, nominal };
}

/** Parameters of thresholds meet where a category lies between two that have them. */
function couples({ weights, scale }: Cuts): Family["couples"] {
  const has = (k: number, cut: number) => (weights[cut]?.[k - 1] ?? 0) !== 0;
  const touches = (k: number, category: number) => has(k, category) || has(k, category - 1);
  return (k, l) =>
    k * l === 0 || k === scale || l === scale ||
    [...weights.keys(), weights.length].some((c) => touches(k, c) && touches(l, c));
}

/** Cat with P(y ≤ k) = F((θ_k − μ)/σ) and the thresholds written out. */
function distribution({ name }: Link, { weights, scale }: Cuts, symbols: readonly string[]): string {
  const [mu, ...others] = symbols;
  const thetas = weights.map((own) =>
    own.flatMap((w, j) => {
      const times = Math.abs(w) === 1 ? others[j] : `${Math.abs(w)}\\cdot ${others[j]}`;
      return w === 0 ? [] : [`${w < 0 ? "-" : "+"} ${times}`];
    }).join(" ").replace(/^\+ /, "")
  );
  const inside = scale > 0 ? `(\\theta_k - ${mu}) / ${symbols[scale]}` : `\\theta_k - ${mu}`;
  return `\\mathrm{Categorical},\\quad P(y_i \\le k) = F_{\\mathrm{${name}}}(${inside}),\\ \\theta = (${
    thetas.join(",\\ ")
  })`;
}
