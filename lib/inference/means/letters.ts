/** Compact letter displays: means that share a letter are not shown to differ. */
import type { ResultFrame } from "../../display.ts";
import type { ColumnValues } from "../../frame.ts";
import { type Adjustment, ADJUSTMENTS, adjustmentText, type AdjustName, adjustPValues } from "./adjust.ts";
import { estimateContrasts } from "./estimate_contrasts.ts";
import { type Estimates, groupsBy, selectRows } from "./estimates.ts";
import { meansColumns } from "./estimates_columns.ts";
import { estimatesOf, framed, MEANS } from "./estimates_frame.ts";
import { familyOf, linearNumbers, statisticsOf } from "./estimates_table.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link cld}.
 *
 * @category Means and comparisons
 */
export interface CldOptions {
  /** Adjustment of the pairwise comparisons ("tukey"). */
  adjust?: AdjustName;
  /** Two means share a letter unless their adjusted p-value is below this (0.05). */
  alpha?: number;
  /** Largest mean first. */
  reversed?: boolean;
}

const OPTIONS: Kinds<CldOptions> = {
  adjust: kinds.oneOf(...ADJUSTMENTS),
  alpha: kinds.level,
  reversed: kinds.flag,
};

/**
 * Compact letter display of all pairwise comparisons within each group of `by`.
 *
 * Sharing a letter means "not shown to differ", which is not "shown to be the same": contrast(emm, "pairwise", { delta }) tests
 * for equivalence.
 *
 * ```ts
 * import { cld, dataset, emmeans, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * cld(emmeans(model, "tension"));
 * ```
 *
 * @param emm result of emmeans() or emtrends()
 * @returns the means, sorted within each group, with `letters`
 * @throws {RangeError} when `alpha` is not between 0 and 1, or the adjustment is unknown
 * Source: Piepho (2004), An algorithm for a letter-based representation of all-pairwise comparisons, J. Comput. Graph. Stat.
 * 13:456–466.
 * @category Means and comparisons
 */
export function cld(emm: ResultFrame, options: CldOptions = {}): ResultFrame {
  noMore("cld", arguments, 2);
  checkOptions("cld", options, OPTIONS);
  const { adjust = "tukey", alpha = 0.05, reversed = false } = options, means = estimatesOf(emm, "cld");
  const { estimate } = linearNumbers(means), order: number[] = [], letters: string[] = [];
  let note: Adjustment | null = null;
  for (const group of groupsBy(means, means.by)) {
    const rows = [...group].sort((a, b) => compare(estimate[a], estimate[b]) * (reversed ? -1 : 1));
    const compared = different(means, rows, adjust, alpha);
    note ??= compared.note;
    order.push(...rows);
    letters.push(...lettersOf(rows.length, compared.differ));
  }
  const sorted = selectRows(means, order), { columns, numbers } = meansColumns(sorted, "none");
  const shown: Record<string, ColumnValues> = {
    ...columns,
    letters: letters.map((text, i) => estimate[order[i]] === estimate[order[i]] ? text : null),
  };
  return framed(MEANS, sorted, shown, numbers, [
    ...(note ? [`P value adjustment: ${adjustmentText(note, "tests")}`] : []),
    `Letters: ${
      sorted.kind === "trends" ? "slopes" : "means"
    } that share a letter are not significantly different at alpha = ${alpha}; that does not show them to be the same`,
  ]);
}

/** NaN last. */
function compare(a: number, b: number): number {
  return a !== a ? (b !== b ? 0 : 1) : b !== b ? -1 : a === b ? 0 : a - b;
}

/** Pairs of positions in `rows` whose difference is significant, or known. */
function different(means: Estimates, rows: readonly number[], adjust: AdjustName, alpha: number) {
  const differ = new Set<number>(), k = rows.length;
  if (k < 2) return { differ, note: null };
  const contrasts = estimateContrasts(selectRows(means, rows), "pairwise", { by: [] });
  const linear = linearNumbers(contrasts), all = [...linear.df.keys()];
  const { values, note } = adjustPValues(
    adjust,
    statisticsOf(contrasts, linear, { null: 0, delta: 0, side: "two-sided" }),
    familyOf(contrasts, all, linear.df, 0),
  );
  for (let a = 0, i = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++, i++) {
      const given = linear.stdError[i] === 0 && linear.estimate[i] !== 0; // coefficients that the caller holds
      if (given || values[i] < alpha) differ.add(a * k + b);
    }
  }
  return { differ, note };
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Insert and absorb: starting from one letter for all, each significant pair splits every letter that both have into one
 * without the first and one without the second; a letter whose means all have another letter too is absorbed.
 *
 * @param k number of means, in the order in which letters are given out
 * @param differ a k + b for every pair a < b that differs
 * @returns the letters of each mean
 */
export function lettersOf(k: number, differ: ReadonlySet<number>): string[] {
  let columns: Set<number>[] = [new Set(Array.from({ length: k }, (_, i) => i))];
  for (const pair of differ) {
    const a = Math.floor(pair / k), b = pair % k;
    const both = columns.filter((column) => column.has(a) && column.has(b));
    if (both.length === 0) continue;
    const rest = columns.filter((column) => !both.includes(column));
    const split = both.flatMap((column) => [without(column, b), without(column, a)]);
    columns = absorb([...rest, ...split]);
  }
  const sorted = columns.map((column) => [...column].sort((x, y) => x - y)).sort(byFirst);
  const names = sorted.map((_, i) => i < ALPHABET.length ? ALPHABET[i] : `(${i + 1})`);
  return Array.from(
    { length: k },
    (_, i) => sorted.map((column, c) => column.includes(i) ? names[c] : "").join(""),
  );
}

function without(set: ReadonlySet<number>, item: number): Set<number> {
  const out = new Set(set);
  out.delete(item);
  return out;
}

/** Drops every set that lies within another, and all but one of equal ones. */
function absorb(sets: readonly Set<number>[]): Set<number>[] {
  return sets.filter((set, i) =>
    !sets.some((other, j) => i !== j && set.isSubsetOf(other) && (set.size < other.size || j < i))
  );
}

function byFirst(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
