/** Formulas of zero and one inflation, dispersion and thresholds that say no more than the default. */
import { type PartSpec, readFormula } from "../../formula/terms.ts";
import type { FitOptions } from "./options.ts";

/**
 * The options without the formulas that state a default: `zeroInflation: "~ 0"` is no zero inflation (as in R), likewise ones,
 * `dispersion: "~ 1"` one dispersion, `nominal: "~ 1"` thresholds without predictors, so that written out or not they make the same model.
 */
export function settleOptions(options: FitOptions): FitOptions {
  const { zeroInflation, oneInflation, dispersion, nominal, shape, ...rest } = options;
  const told = Object.entries(shape ?? {}).filter(([, formula]) => !isOne(partSpec(formula)));
  return {
    ...rest,
    ...(zeroInflation === undefined || isEmpty(zeroInflation) ? {} : { zeroInflation }),
    ...(oneInflation === undefined || isEmpty(oneInflation) ? {} : { oneInflation }),
    ...(dispersion === undefined || isOne(partSpec(dispersion)) ? {} : { dispersion }),
    ...(nominal === undefined || isEmpty(nominal) || isOne(partSpec(nominal)) ? {} : { nominal }),
    ...(told.length === 0 ? {} : { shape: Object.fromEntries(told) }),
  };
}

function partSpec(formula: string): PartSpec {
  return readFormula(formula.includes("~") ? formula : `~ ${formula}`).right;
}

/** Is it the formula of nothing, "~ 0"? */
export function isEmpty(formula: string): boolean {
  const { fixed, random, offsets } = partSpec(formula);
  return !fixed.intercept && fixed.terms.length === 0 && random.length === 0 && offsets.length === 0;
}

function isOne({ fixed, random, offsets }: PartSpec): boolean {
  return fixed.intercept && fixed.terms.length === 0 && random.length === 0 && offsets.length === 0;
}
