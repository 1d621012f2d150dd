/** Options of contrasts. */
import { type Kinds, kinds } from "../../check.ts";
import { ADJUSTMENTS, type AdjustName } from "./adjust.ts";
import type { ContrastName, Control } from "./contrast_methods.ts";
import type { ContrastMethod } from "./contrasts/contrast_method.ts";
import type { Side } from "./estimates_table.ts";

/**
 * Options of contrast() and pairs().
 *
 * @category Means and comparisons
 */
export interface ContrastOptions {
  /**
   * Adjustment of p-values and intervals: "tukey", "dunnettx", "scheffe", "sidak", "mvt", "bonferroni", "holm", "hochberg",
   * "hommel", "BH" (= "fdr"), "BY", "none". Default: that of the family of contrasts (pairwise: tukey; trt.vs.ctrl: dunnettx;
   * consec and mean_chg: mvt; eff: fdr; others none).
   */
  adjust?: AdjustName;
  /** Factors within whose levels to compare, in place of those of the means; [] for none. */
  by?: string | readonly string[];
  /** Factors to compare, within all combinations of the others (simple effects). */
  simple?: string | readonly string[];
  /** Control of "trt.vs.ctrl": a level by name, its position counted from 1, or several, whose mean is the control. */
  ref?: Control;
  /** Contrasts of contrasts over several factors: true for the same family in each, or one per factor. */
  interaction?: boolean | readonly (ContrastName | ContrastMethod)[];
  /** Scale, in place of that of the means. */
  type?: "link" | "response";
  /** Confidence level, in place of that of the means. */
  level?: number;
  /** Value under the null hypothesis, on the scale of the tests (0). */
  null?: number;
  /** Threshold of tests of equivalence ("two-sided"), non-inferiority (">") and non-superiority ("<"), on the scale of the tests. */
  delta?: number;
  /** Alternative hypothesis ("two-sided"). */
  side?: Side;
}

const LEVEL = kinds.anyOf(
  { ...kinds.text, should: "a level" },
  { ...kinds.number, should: "the position of a level, counted from 1" },
);
/** What each takes. */
export const CONTRAST_OPTIONS: Kinds<ContrastOptions> = {
  adjust: kinds.oneOf(...ADJUSTMENTS),
  by: kinds.names,
  simple: kinds.names,
  ref: kinds.anyOf(LEVEL, kinds.listOf(LEVEL)),
  interaction: kinds.anyOf(kinds.flag, kinds.listOf(kinds.anyOf(kinds.text, kinds.object))),
  type: kinds.oneOf("link", "response"),
  level: kinds.level,
  null: kinds.number,
  delta: kinds.notNegative,
  side: kinds.oneOf("two-sided", "<", ">"),
};
