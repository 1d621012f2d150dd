/** Options of `.plot()`: those of Observable Plot that mean something for the figure, and the figure's own. */
import { checkOptions, type Kind, type Kinds, kinds } from "../check.ts";

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
 * Options of figures whose colours stand for models or for parts of a variance.
 *
 * @category Figures and tables
 */
export interface PartsPlotOptions extends EstimatePlotOptions {
  /** Colours of the models or parts. */
  color?: ColorOptions;
}

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
 * Options of figures that colour by a variable and may have a panel for each level of another.
 *
 * @category Figures and tables
 */
export interface LevelPlotOptions extends Omit<EstimatePlotOptions, "x"> {
  /** Name of the variable that goes across; or options of the horizontal axis. */
  x?: string | AxisOptions;
  /** Colours of levels; or the name of the variable that they stand for. */
  color?: string | ColorOptions;
  /** Name of the variable, or names of those, whose levels have panels of their own; false for one panel. */
  facet?: string | readonly string[] | false;
  /**
   * The data as points underneath: true, or "partial" for partial residuals (the estimate at the point's place plus the point's
   * residual). By default they are drawn where they are measurements, counts or shares of several trials.
   */
  points?: boolean | "partial";
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
export type PredictPlotOptions = LevelPlotOptions;

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
 * Options of the figure of contrasts.
 *
 * @category Figures and tables
 */
export interface ContrastPlotOptions extends ForestPlotOptions {
  /** Name of the variable, or names of those, whose levels have panels of their own instead of headings. */
  facet?: string | readonly string[] | false;
}

/**
 * Options of the figures of coefficients and random effects.
 *
 * @category Figures and tables
 */
export interface EffectsPlotOptions extends ForestPlotOptions {
  /**
   * Panels by columns of the table ("effect", "component" or "group" of tidy; "component", "group" or "term" of ranef) in place of a
   * panel for each kind of parameter; false for one panel with headings.
   */
  facet?: string | readonly string[] | false;
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
  /** Name of a column, or names of several, whose levels have panels: of the residuals, or with `x` of the lines. */
  facet?: string | readonly string[] | false;
  /** The observed points (true). */
  points?: boolean;
}

/**
 * Options of the figure of simulated residuals.
 *
 * @category Figures and tables
 */
export interface ResidualsPlotOptions extends Omit<ResidualCheckPlotOptions, "x"> {
  /** Name of a column of the data, or names of several, whose levels have panels of residuals along the prediction or `x`. */
  facet?: string | readonly string[] | false;
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
  /** Name of a column of the data, or names of several, whose levels have panels, of the residuals or of the `kind`. */
  facet?: string | readonly string[] | false;
  /** The residuals as points (true); those of the Q–Q plot are always drawn. */
  points?: boolean;
}

/**
 * Options of `.plot()` of any result: each figure refuses those that it does not have.
 *
 * @category Figures and tables
 */
export type PlotOptions =
  | LevelPlotOptions
  | LookPlotOptions
  | MeansPlotOptions
  | ContrastPlotOptions
  | EffectsPlotOptions
  | AugmentPlotOptions
  | ResidualCheckPlotOptions
  | ResidualsPlotOptions
  | ResidualPlotOptions;

/** Names that Plot's scales know. */
const AXIS =
  "label labelAnchor labelArrow labelOffset type domain range reverse ticks tickSize tickFormat tickSpacing " +
  "tickPadding tickRotate grid line axis inset insetLeft insetRight insetTop insetBottom nice zero clamp percent unknown round " +
  "padding paddingInner paddingOuter align interval transform base exponent constant interpolate fontVariant ariaLabel " +
  "ariaDescription";

const axis: Kind = {
  should: "options of an axis such as { label: … }",
  is: kinds.object.is,
};
const pixels = kinds.number,
  array = kinds.listOf({ should: "a mark of Plot", is: (value) => value !== undefined });

const EVERY: Readonly<Record<string, Kind>> = {
  width: kinds.positive,
  height: kinds.positive,
  title: kinds.text,
  caption: { should: "text", is: (value) => typeof value === "string" },
  theme: kinds.oneOf("light", "dark"),
  x: axis,
  marks: array,
  inset: pixels,
  marginLeft: pixels,
  marginRight: pixels,
  marginTop: pixels,
  marginBottom: pixels,
  style: kinds.object,
};
/** A vertical axis; figures that list names there have none. */
const vertical = { y: axis, grid: kinds.flag };
const labels = { labels: kinds.recordOf(kinds.text, '{ trt: "treatment" }') };
const names = kinds.anyOf(kinds.names, kinds.off);
/** Colours of levels. */
const color: Kind = {
  should: 'colours such as { range: ["teal", "orange"] } or { scheme: "dark2" }',
  is: kinds.object.is,
};
/** Estimates with intervals. */
const estimates = { ...labels, bands: kinds.flag };

/**
 * Groups of options that figures state: `vertical` (`y`, `grid`), `color`, `panels` (`fx`, `fy`), `labels`, `estimates` (`labels`, `bands`), `checks` (those and `vertical` and `color`), and `levels` of
 * figures that place levels across, by colour and in panels; and `axis`, the kind of the options of one axis.
 *
 * @category Extend
 */
export const plotOptions: {
  readonly axis: Kind;
  readonly names: Kind;
  readonly vertical: Readonly<Record<"y" | "grid", Kind>>;
  readonly color: Readonly<Record<"color", Kind>>;
  readonly panels: Readonly<Record<"fx" | "fy", Kind>>;
  readonly labels: Readonly<Record<"labels", Kind>>;
  readonly checks: Readonly<Record<"y" | "grid" | "labels" | "bands" | "color", Kind>>;
  readonly estimates: Readonly<Record<"labels" | "bands", Kind>>;
  readonly levels: Readonly<
    Record<
      "y" | "grid" | "labels" | "bands" | "x" | "color" | "facet" | "points" | "fx" | "fy",
      Kind
    >
  >;
} = {
  axis,
  names,
  vertical,
  color: { color },
  panels: { fx: axis, fy: axis },
  labels,
  estimates,
  checks: { ...vertical, ...estimates, color },
  levels: {
    ...vertical,
    ...estimates,
    x: kinds.anyOf(kinds.column, axis),
    color: kinds.anyOf(kinds.column, color),
    facet: names,
    points: kinds.anyOf(kinds.flag, kinds.oneOf("partial")),
    fx: axis,
    fy: axis,
  },
};

/** Options that are the figure's own affair, where it has them, and no options of Plot. */
export const FIGURE_OPTIONS: readonly string[] = [
  ...["title", "subtitle", "caption", "theme", "labels", "bands", "points", "facet"],
  ...["comparisons", "lines", "groupBy"],
];

/** What a colour scale takes. */
const COLOR: Kinds<ColorOptions> = {
  by: kinds.column,
  label: { should: "text or null", is: (value) => value === null || typeof value === "string" },
  labels: labels.labels,
  domain: kinds.listOf(kinds.text),
  range: kinds.listOf(kinds.text),
  scheme: kinds.text,
  reverse: kinds.flag,
};

const UPWARDS = "names or bars stand below each other in this figure, its vertical axis is no scale",
  APART = "each panel of this figure is a plot of its own";

/** Why a figure may be without an option that others have. */
const WITHOUT: Readonly<Record<string, string>> = {
  y: UPWARDS,
  grid: UPWARDS,
  labels: "a look has the names of columns and levels that the data have, rename them there",
  facet: "what this figure shows is not of single rows or terms that a variable could put into panels",
  points: "this figure draws no points beside what it is about",
  bands: "this figure draws no bands or intervals that could be left out",
  fx: APART,
  fy: APART,
  comparisons: "arrows of comparison are between marginal means, of emmeans()",
  lines: "the lines that can be left out join marginal means, of emmeans()",
  groupBy: "the rows of augment() are coloured by a column, other figures take color, facet or x",
};

/**
 * Throws unless a figure has all of the options.
 * @param own those that it has beside what every figure takes
 * @throws RangeError for an option that the figure does not have; TypeError for a value that is of another type
 */
export function checkPlotOptions(own: Readonly<Record<string, Kind | undefined>>, options: object): void {
  const known = { ...EVERY, ...own };
  const without = kinds.object.is(options) &&
    Object.keys(options).find((name) => !Object.hasOwn(known, name) && name in WITHOUT);
  if (typeof without === "string") {
    throw new RangeError(
      `Cannot use option "${without}" in plot(): ${WITHOUT[without]}; the options of this figure are ${
        Object.keys(known).map((name) => `"${name}"`).join(", ")
      }`,
    );
  }
  checkOptions("plot", options, known as never);
  const { color } = options as { color?: unknown };
  if (kinds.object.is(color)) checkOptions("plot", color as ColorOptions, COLOR);
  for (const name of ["x", "y", "fx", "fy"]) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    if (!kinds.object.is(given) || ArrayBuffer.isView(given)) continue;
    const any: Kind = { should: "", is: () => true };
    checkOptions(
      `plot`,
      given as object,
      Object.fromEntries(AXIS.split(" ").map((each) => [each, any])) as never,
    );
  }
}
