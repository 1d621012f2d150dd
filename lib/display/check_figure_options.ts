/** Options of `.plot()` of the figures of fitted values, residuals and checks. */
import type { AxisOptions, ColorOptions, EstimatePlotOptions, ForestPlotOptions } from "./plot_options.ts";

/**
 * Options of the figures of checks: of residuals, predictive distributions and families.
 *
 * @category Figures and tables
 */
export interface CheckPlotOptions extends EstimatePlotOptions {
  /** Two colours: of what is shown, and of what asks for attention because its test is significant. */
  color?: Pick<ColorOptions, "range" | "scheme" | "reverse">;
}

/**
 * Options of the figures of tests of residuals and of the model check.
 *
 * @category Figures and tables
 */
export interface ResidualCheckPlotOptions extends CheckPlotOptions {
  /** The residuals as points under the curves (true); those of Q–Q plots are always drawn. */
  points?: boolean;
}

/**
 * Options of the figure of fitted values.
 *
 * @category Figures and tables
 */
export interface AugmentPlotOptions extends Omit<EstimatePlotOptions, "x" | "bands"> {
  /** Name of a column: observed points and fitted lines over it, in place of the residuals; or options of the horizontal axis. */
  x?: string | AxisOptions;
  /** Name of a column that colours the points; with `x`, one line for each of its levels. */
  groupBy?: string;
  /** Colours of these levels. */
  color?: ColorOptions;
  /** The observed points (true). */
  points?: boolean;
}

/**
 * Options of the figure of simulated residuals.
 *
 * @category Figures and tables
 */
export interface ResidualsPlotOptions extends Omit<ResidualCheckPlotOptions, "x"> {
  /** What the residuals are shown along: a column by name, values for the rows; or options of the horizontal axis. */
  x?: string | ArrayLike<number | string> | AxisOptions;
}

/**
 * Options of the figures of `residuals(model)`.
 *
 * @category Figures and tables
 */
export interface ResidualPlotOptions extends ForestPlotOptions {
  /** Which one; all four by default. */
  kind?: "fitted" | "qq" | "scale-location" | "histogram";
  /** A column in place of the fitted values; categories make boxes. */
  along?: string;
  /** The residuals as points (true); those of the Q–Q plot are always drawn. */
  points?: boolean;
}
