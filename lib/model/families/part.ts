/** The linear predictors that families have in common. */
import { MEAN } from "../../formula/uses.ts";
import type { Link, Scale } from "../links/link.ts";
import { log } from "../links/log.ts";
import { logit } from "../links/logit.ts";
import type { Family, Part, Response } from "./family.ts";
import { clamp, weightedMean } from "./response.ts";

/**
 * What {@link part} leaves to the family.
 *
 * @category Extend
 */
export type PartGiven =
  & Omit<Part, "title" | "heading" | "defaultFormula" | "latex" | "range">
  & Partial<Part>;

export { MEAN };

/**
 * A part: one number for all rows unless a formula is given.
 *
 * @category Extend
 */
export function part(given: PartGiven): Part {
  return Object.freeze({
    title: given.name,
    heading: given.title ?? given.name,
    defaultFormula: "~ 1",
    latex: { parameter: given.name, coefficient: `\\${given.name}` },
    range: [-Infinity, Infinity] as const,
    ...given,
  });
}

/**
 * The mean μ, of which the kernel takes ζ on `scale`.
 *
 * @category Extend
 */
export function meanPart(link: Link, scale: Scale, range: readonly [number, number]): Part {
  return part({
    name: MEAN,
    link,
    scale,
    range,
    meaning: "mean",
    title: "Conditional model",
    heading: "Fixed effects",
    shown: true,
    latex: { parameter: "\\mu", coefficient: "\\beta" },
  });
}

/**
 * The dispersion, on the log scale: what `meaning` says and `symbol` (LaTeX) stands for.
 *
 * @category Extend
 */
export function dispersionPart(
  { meaning, symbol = "\\phi", ...own }:
    & { meaning: string; symbol?: string; start: NonNullable<Part["start"]> }
    & Pick<Part, "limit" | "detail">,
): Part {
  return part({
    name: "disp",
    link: log,
    scale: "log",
    option: "dispersion",
    meaning,
    title: "Dispersion model",
    heading: "Dispersion (log scale)",
    range: [0, Infinity],
    latex: { parameter: symbol, coefficient: "\\delta" },
    types: { parameter: "disp" },
    ...own,
  });
}

/**
 * The probability of a point mass at zero.
 * @param event what happens with it: "an extra zero", or "a zero" where the family has none by itself
 * @param none what it means that there are none
 */
export function zeroPart(event: string, none: (where: string) => string): Part {
  return part({
    name: "zi",
    link: logit,
    scale: "logit",
    option: "zeroInflation",
    meaning: `probability of ${event}`,
    event,
    title: "Zero-inflation model",
    heading: "Zero inflation (logit scale)",
    shown: true,
    range: [0, 1],
    latex: { parameter: "p", coefficient: "\\gamma" },
    types: { parameter: "zprob", predictor: "zlink" },
    start: zeroStart,
    limit: (up, where) => up ? `every response${where} is ${event}` : none(where),
  });
}

/** The probability of a point mass at one. */
export function onePart(): Part {
  return part({
    name: "oi",
    link: logit,
    scale: "logit",
    option: "oneInflation",
    meaning: "probability of a one",
    event: "a one",
    title: "One-inflation model",
    heading: "One inflation (logit scale)",
    shown: true,
    range: [0, 1],
    latex: { parameter: "q", coefficient: "\\omega" },
    types: { parameter: "oprob", predictor: "olink" },
    start: ({ y }, _mu, weights) => {
      const share = weightedMean(weights, (i) => y[i] === 1 ? 1 : 0);
      return logit.eta(clamp(share, 0.02, 0.9));
    },
    limit: (up, where) =>
      up
        ? `every response${where} is a one`
        : `there are no ones${where}, and their probability is estimated as 0`,
  });
}

/** logit of half the observed share of zeros: the family itself explains the rest. */
function zeroStart({ y }: Response): number {
  let zeros = 0;
  for (let i = 0; i < y.length; i++) if (y[i] === 0) zeros++;
  const share = Math.min(0.9, Math.max(0.02, 0.5 * zeros / y.length));
  return Math.log(share / (1 - share));
}

/** Does η give a possible parameter? */
export const isValid = ({ link, scale }: Part, eta: number): boolean =>
  scale === "own" ? Number.isFinite(eta) : link.valid(eta, scale);

/** Names of a part's coefficients. */
export const coefficientNames = ({ term }: Part, names: readonly string[]): readonly string[] =>
  term === undefined ? names : names.map((name) => name === "(Intercept)" ? term : `${term}.${name}`);

/** Does the model mix in a point mass at zero? */
export const isInflated = (parts: readonly Part[]): boolean => parts.some(isZeroPart);

/** Is the part the probability of an extra zero? */
export const isZeroPart = ({ option }: Part): boolean => option === "zeroInflation";

/** Is the part the probability of a one? */
export const isOnePart = ({ option }: Part): boolean => option === "oneInflation";

/** Is the part the probability of a point mass, at zero or at one? */
export const isMassPart = (part: Part): boolean => isZeroPart(part) || isOnePart(part);

/** How many of a family's K predictors it has without point masses, which come last. */
export const conditionalSize = ({ conditional }: Family, K: number): number =>
  conditional ? conditional.parts({}).length : K;

/** Is the part the dispersion? */
export const isDispersion = ({ option }: Part): boolean => option === "dispersion";

/** Does it have the predictors of the thresholds? */
export const isNominal = ({ option }: Part): boolean => option === "nominal";

/** A parameter beyond mean, dispersion and point masses that may take predictors. */
export const isShape = ({ name, option, constantOnly }: Part): boolean =>
  name !== MEAN && option === undefined && !constantOnly;
