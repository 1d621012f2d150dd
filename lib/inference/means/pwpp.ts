/** Pairwise p-values: the table of all pairwise comparisons, drawn as p-values between the means that they compare. */
import {
  type PwppPlotOptions,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ADJUSTMENTS, adjustmentText, type AdjustName } from "./adjust.ts";
import { comparedWithin } from "./contrast_factors.ts";
import { estimateContrasts } from "./estimate_contrasts.ts";
import { type Estimates, groupsBy, rowLabels } from "./estimates.ts";
import { contrastColumns, meansColumns } from "./estimates_columns.ts";
import { type EstimatesMeta, estimatesOf } from "./estimates_frame.ts";

/**
 * Options of {@link pwpp}.
 *
 * @category Means and comparisons
 */
export interface PwppOptions {
  /** Adjustment of the p-values for the number of comparisons ("tukey"). */
  adjust?: AdjustName;
  /** Factors within whose levels means are compared; default those of the means. */
  by?: string | readonly string[];
}

const OPTIONS: Kinds<PwppOptions> = { adjust: kinds.oneOf(...ADJUSTMENTS), by: kinds.names };

/** A mean and where it stands. */
export interface ComparedMean {
  readonly name: string;
  readonly estimate: number;
  /** The level of each factor of `by`. */
  readonly condition: Readonly<Record<string, string>>;
}

/** What the figure of p-values knows beyond the columns. */
export interface PwppMeta extends EstimatesMeta {
  readonly means: readonly ComparedMean[];
  /** The factors of the means, and those within whose levels they are compared. */
  readonly factors: readonly string[];
  readonly by: readonly string[];
  /** The two means of each row of the table. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** Tables of pairwise comparisons, drawn by their p-values. */
export const PWPP: ResultKind<PwppMeta> = resultKind("pwpp");

/**
 * All pairwise comparisons as a plot of p-values: each mean has a line of its own in the order of the means, and each comparison
 * joins two of them where its p-value is. Unlike letters it shows how near 0.05 a p-value is.
 *
 * ```ts
 * import { dataset, emmeans, fit, pwpp } from "@tidyglmm/tidyglmm";
 *
 * const warp = await dataset("warpbreaks");
 * pwpp(emmeans(fit("breaks ~ wool * tension", warp), "~ tension | wool")).plot();
 * ```
 *
 * @param emm result of emmeans() or emtrends()
 * @returns the table of pairs(), which draws itself so
 * @throws {RangeError} for an unknown adjustment or factor, and where there is nothing to compare
 * Source: Lenth (2016), J. Stat. Softw. 69(1), function pwpp of emmeans.
 * @category Means and comparisons
 */
export function pwpp(emm: ResultFrame, options: PwppOptions = {}): ResultFrame<PwppPlotOptions> {
  noMore("pwpp", arguments, 2);
  checkOptions("pwpp", options, OPTIONS);
  const means = estimatesOf(emm, "pwpp"),
    by = comparedWithin(means, options),
    within: Estimates = { ...means, by };
  const contrasts = estimateContrasts(means, "pairwise", { by });
  const { columns, numbers } = contrastColumns(contrasts, options.adjust ?? "tukey", {
    null: 0,
    delta: 0,
    side: "two-sided",
  });
  const notes = [...new Set(numbers.adjusted.tests.map((each) => adjustmentText(each, "tests")))];
  return resultFrame(PWPP, columns, {
    title: means.title,
    response: contrasts.axis,
    level: means.level,
    shown: contrasts,
    estimates: contrasts,
    means: comparedMeans(within),
    factors: means.factors.map(({ name }) => name),
    by,
    pairs: groupsBy(within, by).flatMap((rows) =>
      rows.flatMap((a, i) => rows.slice(i + 1).map((b): [number, number] => [a, b]))
    ),
    notes: notes.map((how) => `P value adjustment: ${how}`),
  });
}

function comparedMeans(e: Estimates): ComparedMean[] {
  const names = rowLabels(e, e.by), { numbers } = meansColumns(e, "none");
  const conditions = e.factors.filter(({ name }) => e.by.includes(name));
  return names.map((name, i) => ({
    name,
    estimate: numbers.estimate[i],
    condition: Object.fromEntries(conditions.map((f) => [f.name, f.labels[f.codes[i]]])),
  }));
}
