/** What can be said of how models stand side by side. */
import { type Kinds, kinds } from "../../check.ts";
import type { DfName } from "../../model/result/df_method.ts";
import { GOF, type Gof } from "./goodness_of_fit.ts";

/**
 * Options of modelTable.
 *
 * @category Tests and intervals
 */
export interface ModelTableOptions {
  /** What the models are called, in their order. Default: the names that they are given by, or M1, M2, … */
  names?: readonly string[];
  /** What stands with each estimate: its standard error (default), its confidence interval, its test statistic, its p-value. */
  statistic?: "std_error" | "conf_int" | "statistic" | "p_value" | "none";
  /** Below the estimate (default), or beside it. */
  layout?: "below" | "beside";
  /** Stars of significance at the estimates: + 0.1, * 0.05, ** 0.01, *** 0.001 (false). */
  stars?: boolean;
  /** Coefficients as odds, rate or response ratios, as in tidy(). */
  exponentiate?: boolean;
  /** Fixed effects alone, or with the standard deviations and correlations of the random effects (default). */
  effects?: "fixed" | "all";
  /** Which rows on the fit stand below; [] for none. Default: all but `npar`, `aicc`, `sigma`. */
  gof?: readonly Gof[];
  /** Level of the intervals (0.95). */
  level?: number;
  /** Degrees of freedom of the fixed effects' tests, as in tidy(). */
  df?: DfName;
}

/** Their kinds. */
export const MODEL_TABLE_OPTIONS: Kinds<ModelTableOptions> = {
  names: kinds.listOf(kinds.text),
  statistic: kinds.oneOf("std_error", "conf_int", "statistic", "p_value", "none"),
  layout: kinds.oneOf("below", "beside"),
  stars: kinds.flag,
  exponentiate: kinds.flag,
  effects: kinds.oneOf("fixed", "all"),
  gof: kinds.listOf(kinds.oneOf(...GOF)),
  level: kinds.level,
  df: kinds.oneOf("asymptotic", "satterthwaite", "kenward-roger", "residual"),
};
