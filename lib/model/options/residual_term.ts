/** Gaussian `dispersion: "~ 0"` and the option `residual`: one structured term stands in the residual's place. */
import { changedTerm } from "../../formula/changed_term.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { FitOptions } from "./options.ts";
import { isEmpty } from "./settle_options.ts";

const KNOWN = 'known values of the log dispersion are given as "~ 0 + offset(column)"';

/**
 * One structured term in the residual's place. R allows `dispersion: "~ 0"` for Gaussian models, where it fixes σ at a tiny number;
 * here the covariance of a term that gives every row a position of its own is the residual one, exactly. The option `residual` names
 * its term, the last one of the formula.
 *
 * @throws {RangeError} Saying why no random term could take the residual's place.
 */
export function withResidualTerm(
  design: Design,
  family: Family,
  { residual, dispersion, weights }: FitOptions,
): Design {
  if (residual === undefined && (dispersion === undefined || !isEmpty(dispersion))) return design;
  const what = residual === undefined ? 'dispersion: "~ 0"' : `residual: "${residual}"`;
  assertGaussian(family, weights, what);
  const [mean, ...parts] = design.predictors,
    own = residual === undefined ? termThatSeparates(mean.random) : lastTerm(mean.random, design.rows, what);
  const crossing = mean.random.find((t) => t !== own && changesWithin(t, own));
  if (crossing !== undefined) {
    throw new RangeError(
      `Cannot use ${what}: the groups of (${crossing.label}) change within those of (${own.label}), whose covariance ` +
        `would be the residual one; leave the option out, or leave (${crossing.label}) out`,
    );
  }
  const place = residual === undefined ? "effects" as const : "errors" as const;
  const random = mean.random.map((t): RandomTerm => t === own ? changedTerm(t, { residual: place }) : t);
  return { ...design, predictors: [{ ...mean, random }, ...parts] };
}

function assertGaussian(family: Family, weights: FitOptions["weights"], what: string): void {
  if (!family.residual || family.made || family.link.name !== "identity") {
    const own = `family "${family.name}"${family.residual ? ` with link "${family.link.name}"` : ""}`;
    throw new RangeError(
      what.startsWith("residual")
        ? `Cannot use ${what} with ${own}: residuals have a covariance of their own in Gaussian models with identity link; ` +
          `write the structure as a random term of the formula`
        : `Cannot use ${what}: it would fix the dispersion of ${own} at 1; leave the option out to estimate it; ${KNOWN}`,
    );
  }
  if (weights !== undefined) {
    throw new RangeError(
      `Cannot use weights with ${what}: there is no residual variance that they could divide; leave one of the two out`,
    );
  }
}

function termThatSeparates(random: readonly RandomTerm[]): RandomTerm {
  const own = random.find((t) => isPlaced(t) && firstTwins(t) === null);
  if (own) return own;
  throw new RangeError(
    'Cannot use dispersion: "~ 0": without a residual one random term has to give every row a position of its own, ' +
      `such as (0 + factor(time) | id) with one row for each id and time, but this model has none; ` +
      `leave the option out to estimate the residual variance; ${KNOWN}`,
  );
}

/** The term of the option. */
function lastTerm(random: readonly RandomTerm[], rows: ArrayLike<number>, what: string): RandomTerm {
  const own = random[random.length - 1];
  if (own.by) {
    throw new RangeError(
      `Cannot use ${what}: the residual structure is that of all groups, by = … is for random terms of the formula; leave it out, ` +
        `or fit the groups of each level on their own`,
    );
  }
  if (!isPlaced(own)) {
    throw new RangeError(
      `Cannot use ${what}: its positions have one value in these data, so there is nothing to correlate; leave the option out`,
    );
  }
  const twins = firstTwins(own);
  if (twins === null) return own;
  const [i, j] = twins, { position, level, levels, group } = own;
  throw new RangeError(
    `Cannot use ${what}: rows ${rows[i]} and ${rows[j]} of the data are both at "${
      position!.labels[position!.codes[i]]
    }" of ${group} "${
      levels[level[i]]
    }", and every row needs a position of its own; number the rows of each ${group}, or leave the option out`,
  );
}

const isPlaced = ({ position }: RandomTerm) => position !== null && position.labels.length > 1;

/** The first two rows that share a level and a position of it; null where no two do. */
function firstTwins({ position, level, levels }: RandomTerm): [number, number] | null {
  const taken = new Map<number, number>(), codes = position!.codes;
  for (let row = 0; row < level.length; row++) {
    const cell = codes[row] * levels.length + level[row], other = taken.get(cell);
    if (other !== undefined) return [other, row];
    taken.set(cell, row);
  }
  return null;
}

/** Has a level of `inner` rows of several levels of `outer`? */
function changesWithin(outer: RandomTerm, inner: RandomTerm): boolean {
  const home = new Int32Array(inner.levels.length).fill(-1);
  return inner.level.some((l, i) => {
    if (home[l] === -1) home[l] = outer.level[i];
    return home[l] !== outer.level[i];
  });
}
