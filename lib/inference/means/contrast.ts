/** Contrasts: linear combinations of means, with tests and intervals that count how many there are. */
import type { ResultFrame } from "../../display.ts";
import type { ContrastSpec } from "./contrast_methods.ts";
import { CONTRAST_OPTIONS, type ContrastOptions } from "./contrast_options.ts";
import { estimateContrasts } from "./estimate_contrasts.ts";
import type { Estimates } from "./estimates.ts";
import { contrastFrame, estimatesOf } from "./estimates_frame.ts";
import { checkOptions, noMore } from "../../check.ts";

export type { ContrastName, ContrastSpec } from "./contrast_methods.ts";
export type { ContrastOptions } from "./contrast_options.ts";

/**
 * Contrasts among the rows of a result of emmeans(), emtrends() or contrast().
 *
 * ```ts
 * import { contrast, dataset, emmeans, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * contrast(emmeans(model, "tension"), { "L against the others": [1, -0.5, -0.5] });
 * ```
 *
 * @param emm the result itself (what polars derives from it does not know the covariances of the means)
 * @param method "pairwise" (default), "revpairwise", "trt.vs.ctrl", "trt.vs.ctrlk", "poly", "consec", "eff", "del.eff",
 *   "mean_chg", "helmert", "identity", coefficients: { "a against the rest": [1, -0.5, -0.5] }, or a {@link ContrastMethod} of
 *   one's own
 * @returns by-factors, `contrast`, `estimate`, `std_error`, `df`, `null`, `statistic`, `p_value`, `conf_low`, `conf_high`; on the
 *   response scale differences of logs are ratios ("a / b") and those of logits odds ratios, with tests on the log scale
 *   A contrast that is zero whatever the coefficients has standard error 0 and no test; one that is infinite (separation) a
 *   one-sided interval by profile likelihood and the likelihood-ratio test
 * @throws {TypeError} when `emm` is a plain data frame, or a method is incomplete
 * @throws {RangeError} for an unknown family, adjustment, factor or level, or a wrong number of coefficients
 * Source: Scheffé (1959), The analysis of variance, chapter 3; Lenth (2016). Checked against emmeans in tests/reference.
 * @category Means and comparisons
 */
export function contrast(
  emm: ResultFrame,
  method: ContrastSpec = "pairwise",
  options: ContrastOptions = {},
): ResultFrame {
  noMore("contrast", arguments, 3);
  checkOptions("contrast", options, CONTRAST_OPTIONS);
  return contrastFrameOf(estimatesOf(emm, "contrast"), method, options);
}

/**
 * All pairwise comparisons: contrast(emm, "pairwise").
 *
 * ```ts
 * import { dataset, emmeans, fit, pairs } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * pairs(emmeans(model, "tension", { type: "response" })); // ratios
 * ```
 *
 * @returns see {@link contrast}
 * @category Means and comparisons
 */
export function pairs(emm: ResultFrame, options: ContrastOptions = {}): ResultFrame {
  noMore("pairs", arguments, 2);
  checkOptions("pairs", options, CONTRAST_OPTIONS);
  return contrastFrameOf(estimatesOf(emm, "pairs"), "pairwise", options);
}

/** The table of contrasts of some means. */
export function contrastFrameOf(
  means: Estimates,
  method: ContrastSpec,
  options: ContrastOptions = {},
): ResultFrame {
  const { null: value = 0, delta = 0, side = "two-sided" } = options;
  const contrasts = estimateContrasts(means, method, options);
  return contrastFrame(contrasts, options.adjust ?? contrasts.adjust, { null: value, delta, side });
}
