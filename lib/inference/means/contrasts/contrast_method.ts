/** What a contrast method is: a family of contrasts by one rule. One file each; `mod.ts` of this folder is the registry. */
import type { AdjustName } from "../adjust.ts";

/**
 * One linear combination of means.
 *
 * @category Means and comparisons
 */
export interface Combination {
  /** "a - b", or "a / b" where differences of logs are shown as ratios. */
  readonly name: string;
  /** Positions of the means that take part. */
  readonly index: readonly number[];
  /** Coefficients of the means at {@link Combination.index}. */
  readonly coefficient: readonly number[];
}

/**
 * How a method is applied, and what it may want to know of the means beside their names.
 *
 * @category Means and comparisons
 */
export interface ContrastChoices {
  /** Positions of the control levels. */
  readonly ref?: readonly number[];
  /** The numbers behind the names, where the means are those of one numeric variable; null otherwise. */
  readonly values: readonly number[] | null;
  /** What stands between two means in a name. */
  readonly minus: " - " | " / ";
}

/**
 * A rule that makes contrasts among k means. `contrast(means, method)` takes one that stands anywhere, `emmeans` by its name in the
 * option `contrasts`; those of the project are known by name.
 *
 * @category Means and comparisons
 */
export interface ContrastMethod {
  /** Name under which it is asked for, and that of its column where several factors are contrasted. */
  readonly name: string;
  /** Adjustment for multiplicity unless the caller says otherwise. */
  readonly adjust: AdjustName;
  /** The contrasts are all k(k − 1)/2 differences of two means, so that Tukey's distribution applies (false). */
  readonly pairwise?: boolean;
  /**
   * The contrasts; none where there are too few means.
   *
   * @param labels names of the means, in order
   * @param choices control levels, the numbers behind the names, and the sign in names
   */
  combinations(labels: readonly string[], choices: ContrastChoices): readonly Combination[];
}

/**
 * "a - avg(b, c)": one level against the mean of others.
 *
 * @param labels names of all means
 * @param level position of the level
 * @param others positions of the others
 * @param choices the sign in the name
 */
export function againstMean(
  labels: readonly string[],
  level: number,
  others: readonly number[],
  { minus }: Pick<ContrastChoices, "minus">,
): Combination {
  const mean = others.length === 1 ? labels[others[0]] : `avg(${others.map((i) => labels[i]).join(", ")})`;
  return {
    name: labels[level] + minus + mean,
    index: [level, ...others],
    coefficient: [1, ...others.map(() => -1 / others.length)],
  };
}

/** Positions from…to − 1. */
export function positions(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
