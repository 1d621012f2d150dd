/** Formulas of zero inflation and dispersion that say no more than the default, or what no model can mean. */
import { type PartSpec, readFormula } from "../../formula/terms.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { FitOptions } from "./options.ts";

/**
 * The options without the formulas that state a default: `zeroInflation: "~ 0"` is no zero inflation (as in R) and
 * `dispersion: "~ 1"` one dispersion, so that written out or not they make the same model.
 */
export function settleOptions(options: FitOptions): FitOptions {
  const { zeroInflation, dispersion, ...rest } = options;
  return {
    ...rest,
    ...(zeroInflation === undefined || isEmpty(partSpec(zeroInflation)) ? {} : { zeroInflation }),
    ...(dispersion === undefined || isOne(partSpec(dispersion)) ? {} : { dispersion }),
  };
}

/**
 * `dispersion: "~ 0"`: no residual. R allows it for Gaussian models only, where it fixes σ at a tiny number; other families
 * need a dispersion ("~0 dispersion not implemented").
 *
 * @throws {RangeError} Saying why: no random term could take the residual's place, or the fit is not available.
 */
export function assertDispersion({ dispersion }: FitOptions, family: Family, design: Design): void {
  if (dispersion === undefined || !isEmpty(partSpec(dispersion))) return;
  const known = 'known values of the log dispersion are given as "~ 0 + offset(column)"';
  if (family.name !== "gaussian") {
    throw new RangeError(
      `Cannot use dispersion: "~ 0": it would fix the dispersion of family "${family.name}" at 1; ` +
        `leave the option out to estimate it; ${known}`,
    );
  }
  const own = design.predictors[0].random.find(separatesRows);
  throw new RangeError(
    own === undefined
      ? 'Cannot use dispersion: "~ 0": without a residual one random term has to give every row a position of its own, ' +
        `such as (0 + factor(time) | id) with one row for each id and time, but this model has none; ` +
        `leave the option out to estimate the residual variance; ${known}`
      : `Cannot use dispersion: "~ 0": (${own.label}) gives every row a position of its own, so that its covariance could be ` +
        "the residual one, but fits without a residual variance are not available; leave the option out: " +
        (own.structure === "us"
          ? "an unstructured covariance plus a residual variance reaches the same likelihood, fixed effects and covariance of the response"
          : `independent positions with variances of their own are the dispersion formula "~ 0 + ${
            own.label.split("|")[0].replace(/^\s*0\s*\+/, "").trim()
          }"`),
  );
}

/** No two rows share a level and a position of it: every row has one column that is 1, the others 0, and is alone with it. */
function separatesRows({ columns, level, levels }: RandomTerm): boolean {
  const taken = new Set<number>();
  return level.every((l, row) => {
    const at = columns.findIndex((column) => column === null || column[row] !== 0);
    const single = at >= 0 && columns.every((c, k) => (c === null ? 1 : c[row]) === (k === at ? 1 : 0));
    const cell = at * levels.length + l;
    return single && !taken.has(cell) && taken.add(cell);
  });
}

function partSpec(formula: string): PartSpec {
  return readFormula(formula.includes("~") ? formula : `~ ${formula}`).right;
}

function isEmpty({ fixed, random, offsets }: PartSpec): boolean {
  return !fixed.intercept && fixed.terms.length === 0 && random.length === 0 && offsets.length === 0;
}

function isOne({ fixed, random, offsets }: PartSpec): boolean {
  return fixed.intercept && fixed.terms.length === 0 && random.length === 0 && offsets.length === 0;
}
