/** Gaussian `dispersion: "~ 0"`: one structured term stands in the residual's place. */
import { changedTerm } from "../../formula/changed_term.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { FitOptions } from "./options.ts";
import { isEmpty } from "./settle_options.ts";

const KNOWN = 'known values of the log dispersion are given as "~ 0 + offset(column)"';

/**
 * `dispersion: "~ 0"`: no residual beside the random effects. R allows it for Gaussian models, where it fixes σ at a tiny number;
 * here the covariance of a term that gives every row a position of its own is the residual one, exactly.
 *
 * @throws {RangeError} Saying why no random term could take the residual's place.
 */
export function withResidualTerm(
  design: Design,
  family: Family,
  { dispersion, weights }: FitOptions,
): Design {
  if (dispersion === undefined || !isEmpty(dispersion)) return design;
  assertGaussian(family, weights);
  const [mean, ...parts] = design.predictors, own = mean.random.find(separatesRows);
  if (own === undefined) {
    throw new RangeError(
      'Cannot use dispersion: "~ 0": without a residual one random term has to give every row a position of its own, ' +
        `such as (0 + factor(time) | id) with one row for each id and time, but this model has none; ` +
        `leave the option out to estimate the residual variance; ${KNOWN}`,
    );
  }
  const crossing = mean.random.find((t) => t !== own && changesWithin(t, own));
  if (crossing !== undefined) {
    throw new RangeError(
      `Cannot use dispersion: "~ 0": the groups of (${crossing.label}) change within those of (${own.label}), whose covariance ` +
        `would be the residual one; leave the option out, or leave (${crossing.label}) out`,
    );
  }
  const random = mean.random.map((t): RandomTerm => t === own ? changedTerm(t, { residual: true }) : t);
  return { ...design, predictors: [{ ...mean, random }, ...parts] };
}

function assertGaussian(family: Family, weights: FitOptions["weights"]): void {
  if (!family.residual || family.made || family.link.name !== "identity") {
    throw new RangeError(
      `Cannot use dispersion: "~ 0": it would fix the dispersion of family "${family.name}"${
        family.residual ? ` with link "${family.link.name}"` : ""
      } at 1; leave the option out to estimate it; ${KNOWN}`,
    );
  }
  if (weights !== undefined) {
    throw new RangeError(
      'Cannot use weights with dispersion: "~ 0": there is no residual variance that they could divide; leave one of the two out',
    );
  }
}

/** No two rows share a level and a position of it. */
function separatesRows({ position, level, levels }: RandomTerm): boolean {
  if (position === null || position.labels.length < 2) return false;
  const taken = new Set<number>();
  return level.every((l, row) => {
    const cell = position.codes[row] * levels.length + l;
    return !taken.has(cell) && taken.add(cell);
  });
}

/** Has a level of `inner` rows of several levels of `outer`? */
function changesWithin(outer: RandomTerm, inner: RandomTerm): boolean {
  const home = new Int32Array(inner.levels.length).fill(-1);
  return inner.level.some((l, i) => {
    if (home[l] === -1) home[l] = outer.level[i];
    return home[l] !== outer.level[i];
  });
}
