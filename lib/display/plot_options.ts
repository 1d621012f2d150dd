/** Options of `.plot()` that figures share: those of Observable Plot that mean something for every figure, axes and colours. */

/**
 * Options of one axis: those of a scale of Observable Plot; the usual ones are named here.
 *
 * @category Figures and tables
 */
export interface AxisOptions {
  /** The axis' name; null for none. */
  label?: string | null;
  /** Its ends. */
  domain?: readonly unknown[];
  /** Kind of scale, e.g. "log" or "sqrt". */
  type?: string;
  /** About how many ticks, or where. */
  ticks?: number | readonly unknown[];
  /** How ticks are written. */
  tickFormat?: string | ((value: never, index: number) => string) | null;
  /** Lines across the figure. */
  grid?: boolean;
  /** From high to low. */
  reverse?: boolean;
  /** Further options of Plot's scales. */
  [option: string]: unknown;
}

/**
 * What every figure takes.
 *
 * @category Figures and tables
 */
export interface CommonPlotOptions {
  /** Width in pixels. */
  width?: number;
  /** Height of a panel in pixels. */
  height?: number;
  /** A line above the figure. */
  title?: string;
  /** The sentences below it, in place of those that it has by itself. */
  caption?: string;
  /** Dark on white or light on black, whatever page the figure stands on; without it the figure takes the page's colours. */
  theme?: "light" | "dark";
  /** The horizontal axis. */
  x?: AxisOptions;
  /** The vertical axis; not of figures that list names there. */
  y?: AxisOptions;
  /**
   * A column, or several, whose values have panels of their own; false for one panel. Of effects a variable; of rows, residuals and
   * checks a column of the data; of estimates "component", "group", "term" or "model"; of curves "distribution" or "link"; of contrasts, p-values, descriptions and a
   * first look what makes the groups.
   */
  facet?: string | readonly string[] | false;
  /** Marks of Observable Plot (`Plot.ruleY([0])`, …) that are drawn on top. */
  marks?: readonly unknown[];
  /** Lines across the figure; not of figures that list names. */
  grid?: boolean;
  /** Pixels kept free around the marks. */
  inset?: number;
  /** Pixels left of the frame, for long labels. */
  marginLeft?: number;
  /** Pixels right of the frame. */
  marginRight?: number;
  /** Pixels above the frame. */
  marginTop?: number;
  /** Pixels below the frame. */
  marginBottom?: number;
  /** Styles of CSS for the text, e.g. `{ fontSize: "14px" }`. */
  style?: Readonly<Record<string, string | number>>;
}

/**
 * Colours of levels: a scale of Observable Plot.
 *
 * @category Figures and tables
 */
export interface ColorOptions {
  /** Name of the variable that colours stand for, in place of the one that the figure takes by itself. */
  by?: string;
  /** The legend's title; null for none. */
  label?: string | null;
  /** What the legend calls the levels, by level. */
  labels?: Readonly<Record<string, string>>;
  /** The levels in the order of colours and legend; others are not drawn. */
  domain?: readonly string[];
  /** Colours of the levels, in their order. */
  range?: readonly string[];
  /** A scheme of Observable Plot in place of colours: "tableau10", "dark2", "viridis", … */
  scheme?: string;
  /** Colours from last to first. */
  reverse?: boolean;
}

/**
 * Options of figures of estimates.
 *
 * @category Figures and tables
 */
export interface EstimatePlotOptions extends CommonPlotOptions {
  /** What the figure calls variables, levels and terms: `{ trt: "treatment", c: "control" }`. */
  labels?: Readonly<Record<string, string>>;
  /** The intervals (true). */
  bands?: boolean;
}

/**
 * Options of figures of estimates in rows, all of one colour: the first of `color.range`, or of a scheme.
 *
 * @category Figures and tables
 */
export interface ForestPlotOptions extends EstimatePlotOptions {
  /** The colour. */
  color?: Pick<ColorOptions, "range" | "scheme" | "reverse">;
}

/**
 * Options of figures of one colour whose names can be changed: the first of `color.range`, or of a scheme.
 *
 * @category Figures and tables
 */
export interface NamedPlotOptions extends CommonPlotOptions {
  /** What the figure calls variables, levels and terms: `{ trt: "treatment", c: "control" }`. */
  labels?: Readonly<Record<string, string>>;
  /** The colour. */
  color?: Pick<ColorOptions, "range" | "scheme" | "reverse">;
}
