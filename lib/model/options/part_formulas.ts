/** Which family and which formulas the options of a fit mean. */
import { quoteList } from "../../formula/errors.ts";
import type { FurtherPart } from "../../formula/spec.ts";
import type { Family, Part, ResponseShape } from "../families/family.ts";
import { isDispersion, isNominal, isShape } from "../families/part.ts";
import { oneInflated } from "../families/one_inflated.ts";
import { zeroInflated } from "../families/zero_inflated.ts";
import { findFamily } from "./find_family.ts";
import { isEmpty } from "./settle_options.ts";
import type { FitOptions } from "./options.ts";

/** The options that add a point mass to a family, in the order in which they are added. */
const MASSES = [
  { option: "oneInflation", add: oneInflated, what: "ones of their own (one inflation)" },
  { option: "zeroInflation", add: zeroInflated, what: "zeros of their own (a hurdle or zero inflation)" },
] as const;

const massOf = (family: Family, option: Part["option"]) => family.parts({}).find((p) => p.option === option);

/** The family of the options: with the point masses that they have formulas for, where the family has no such part yet. */
export function familyOf(options: FitOptions): Family {
  return MASSES.reduce(
    (family: Family, { option, add }) =>
      options[option] === undefined || massOf(family, option) ? family : add(family),
    variantOf(findFamily(options.family ?? "gaussian"), options),
  );
}

/** The family with the parts that only a formula asks for. */
function variantOf(family: Family, { dispersion, nominal }: FitOptions): Family {
  if (!family.as) return family;
  return family.as({
    dispersion: dispersion !== undefined && !isEmpty(dispersion),
    nominal: nominal !== undefined,
  });
}

/** A family that has a point mass by itself has a formula for it, "~ 1" where none is given; it cannot be without one. */
export function withMassFormulas(options: FitOptions, family: Family, given: FitOptions): FitOptions {
  return MASSES.reduce((all: FitOptions, { option, what }) => {
    const part = massOf(family, option);
    if (!part || all[option] !== undefined) return all;
    if (given[option] === undefined) return { ...all, [option]: part.defaultFormula };
    throw new RangeError(
      `Cannot use ${option}: "${
        given[option]
      }": the family has ${what}; give them a formula, or take the family without them`,
    );
  }, options);
}

/** Every predictor beyond the mean with its formula: from the options, or its default. */
export function partFormulas(
  family: Family,
  shape: ResponseShape,
  options: FitOptions,
): FurtherPart[] {
  const parts = family.parts(shape).slice(1);
  assertParts(family, parts, options);
  return parts.map((part) => {
    const given = givenFormula(part, options),
      none = isDispersion(part) && given !== undefined && isEmpty(given);
    return {
      part: part.name,
      formula: given === undefined || none ? part.defaultFormula : given,
      ...part.intercept && { intercept: part.intercept },
    };
  });
}

/** The formula that the options give a part. */
export function givenFormula(
  part: Part,
  options: Pick<FitOptions, "zeroInflation" | "oneInflation" | "dispersion" | "nominal" | "shape">,
) {
  return part.option === undefined ? options.shape?.[part.name] : options[part.option];
}

function assertParts(
  family: Family,
  parts: readonly Part[],
  { dispersion, nominal, shape = {} }: FitOptions,
) {
  if (nominal !== undefined && !parts.some(isNominal)) {
    throw new RangeError(
      `Cannot use nominal effects with family "${family.name}": they are of the thresholds of ordered categories; ` +
        "take cumulative(), or leave the option out",
    );
  }
  if (dispersion !== undefined && family.variant?.dispersion === false) {
    throw new RangeError(
      `Cannot use dispersion: "${dispersion}" with family "${family.name}": the scale of the latent variable is 1 without scale effects; ` +
        "leave the option out",
    );
  }
  if (dispersion !== undefined && !parts.some(isDispersion)) {
    throw new RangeError(
      `Cannot use a dispersion formula with family "${family.name}": its variance is fixed by its mean; ` +
        `take a family with a dispersion parameter (nbinom2 for counts, for instance) or leave the option out`,
    );
  }
  const known = parts.filter(isShape).map((p) => p.name);
  for (const name of Object.keys(shape)) {
    if (known.includes(name)) continue;
    throw new RangeError(
      `Cannot use shape: { ${name}: … } with family "${family.name}": ${
        known.length === 0 ? "it has no shape parameters" : `its shape parameters are ${quoteList(known)}`
      }`,
    );
  }
}
