/** What a family of contrasts is. One file each; `mod.ts` of this folder is the registry. */
import type { AdjustName } from "../adjust.ts";

/** One linear combination of means. */
export interface Combination {
  /** "a - b", or "a / b" where differences of logs are shown as ratios. */
  readonly name: string;
  /** Positions of the means that take part. */
  readonly index: readonly number[];
  /** Coefficients of the means at {@link Combination.index}. */
  readonly coefficient: readonly number[];
}

/** How a family is applied. */
export interface ContrastChoices {
  /** Positions of the control levels. */
  readonly ref?: readonly number[];
  /** What stands between two means in a name. */
  readonly minus: " - " | " / ";
}

/** A family of contrasts among k means. */
export interface ContrastMethod {
  /** Name under which it is asked for. */
  readonly name: string;
  /** Adjustment unless the caller says otherwise. */
  readonly adjust: AdjustName;
  /** All pairwise differences: Tukey's distribution applies. */
  readonly pairwise: boolean;
  /**
   * The contrasts.
   *
   * @param labels names of the means, in order
   * @param choices control levels and the sign in names
   */
  combinations(labels: readonly string[], choices: ContrastChoices): Combination[];
}

/** "a - avg(b, c)": one level against the mean of others. */
export function againstMean(
  labels: readonly string[],
  level: number,
  others: readonly number[],
  { minus }: ContrastChoices,
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
