/** Options of `.plot()` of each kind of figure. */
import type {
  AugmentPlotOptions,
  ResidualCheckPlotOptions,
  ResidualPlotOptions,
  ResidualsPlotOptions,
} from "./check_figure_options.ts";
import type {
  AxisOptions,
  ColorOptions,
  CommonPlotOptions,
  EstimatePlotOptions,
  ForestPlotOptions,
  NamedPlotOptions,
} from "./plot_options.ts";

/**
 * Options of the figure of descriptions.
 *
 * @category Figures and tables
 */
export interface DescriptionPlotOptions extends NamedPlotOptions {
  /** The values as points (true). */
  points?: boolean;
}

/**
 * Options of the figures of nominal and scale tests.
 *
 * @category Figures and tables
 */
export interface AssumptionPlotOptions extends ForestPlotOptions {
  /** Panels for each "term", "coefficient" (default of thresholds) or "threshold"; false for one panel. */
  facet?: string | readonly string[] | false;
}

/**
 * Options of the figure of a variogram.
 *
 * @category Figures and tables
 */
export interface VariogramPlotOptions extends ForestPlotOptions {
  /** The distances as points on the line (true). */
  points?: boolean;
}

/**
 * Options of figures whose colours stand for models or for parts of a variance.
 *
 * @category Figures and tables
 */
export interface PartsPlotOptions extends EstimatePlotOptions {
  /** Colours of the models or parts. */
  color?: ColorOptions;
}

/**
 * Options of figures that colour by a variable and may have a panel for each level of another.
 *
 * @category Figures and tables
 */
export interface LevelPlotOptions extends Omit<EstimatePlotOptions, "x"> {
  /** Name of the variable that goes across; or options of the horizontal axis. */
  x?: string | AxisOptions;
  /** Colours of levels; or the name of the variable that they stand for. */
  color?: string | ColorOptions;
  /**
   * The data as points underneath: true, or "partial" for partial residuals (the estimate at the point's place plus the point's
   * residual). By default they are drawn where they are measurements, counts or shares of several trials.
   */
  points?: boolean | "partial";
  /** Probabilities of all categories on top of each other, as areas over a number and bars over a factor (false). */
  stacked?: boolean;
  /** Panels beside each other: space between them, `{ padding: 0.1 }`. */
  fx?: AxisOptions;
  /** Panels below each other. */
  fy?: AxisOptions;
}

/**
 * Options of the figure of predictions.
 *
 * @category Figures and tables
 */
export interface PredictPlotOptions extends LevelPlotOptions {
  /** Names of two columns of numbers, across and upwards: the estimates as tiles on a map, their size by colour. */
  map?: readonly [string, string];
}

/**
 * Options of the figure of marginal means.
 *
 * @category Figures and tables
 */
export interface MeansPlotOptions extends LevelPlotOptions {
  /** Arrows of comparison beside the intervals: two means differ where theirs do not overlap. */
  comparisons?: boolean;
  /** Means of one colour joined by a line (true where there are colours, or x is a number). */
  lines?: boolean;
}

/**
 * Options of a first look at data.
 *
 * @category Figures and tables
 */
export interface LookPlotOptions extends CommonPlotOptions {
  /** What the figure calls variables and levels. */
  labels?: Readonly<Record<string, string>>;
  /** The rows as points (true). */
  points?: boolean;
  /** Colours of levels. */
  color?: ColorOptions;
  /** Panels beside each other: space between them, `{ padding: 0.1 }`. */
  fx?: AxisOptions;
  /** Panels below each other. */
  fy?: AxisOptions;
}

/**
 * Options of the figure of pairwise p-values.
 *
 * @category Figures and tables
 */
export type PwppPlotOptions = NamedPlotOptions;

/**
 * Options of figures of curves that colours tell apart: distributions, links, variances over means.
 *
 * @category Figures and tables
 */
export interface CurvesPlotOptions extends CommonPlotOptions {
  /** What the figure calls axes and curves. */
  labels?: Readonly<Record<string, string>>;
  /** Colours of the curves. */
  color?: ColorOptions;
  /** The points among them (true); links have none. */
  points?: boolean;
}

/**
 * Options of the figure of bootstrap draws.
 *
 * @category Figures and tables
 */
export interface BootstrapPlotOptions extends ForestPlotOptions {
  /** The draws as lines under their histogram, or points under their density (false). */
  points?: boolean;
}

/**
 * Options of the figure of likelihood profiles.
 *
 * @category Figures and tables
 */
export interface ProfilePlotOptions extends EstimatePlotOptions {
  /** The colour; of the curves, where a panel has several. */
  color?: ColorOptions;
  /** The points of the curves (true). */
  points?: boolean;
}

/**
 * Options of the figure of contrasts.
 *
 * @category Figures and tables
 */
export type ContrastPlotOptions = ForestPlotOptions;

/**
 * Options of the figures of coefficients and random effects.
 *
 * @category Figures and tables
 */
export type EffectsPlotOptions = ForestPlotOptions;

/**
 * Options of `.plot()` of any result: each figure refuses those that it does not have.
 *
 * @category Figures and tables
 */
export type PlotOptions =
  | BootstrapPlotOptions
  | ProfilePlotOptions
  | LevelPlotOptions
  | PredictPlotOptions
  | LookPlotOptions
  | MeansPlotOptions
  | ContrastPlotOptions
  | EffectsPlotOptions
  | AugmentPlotOptions
  | CurvesPlotOptions
  | ResidualCheckPlotOptions
  | ResidualsPlotOptions
  | ResidualPlotOptions;
