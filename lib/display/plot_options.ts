/** Options of `.plot()`: those of Observable Plot that mean something for the figure, and the figure's own. */
import { checkOptions, type Kind, kinds } from "../check.ts";

/** Options of one axis: those of a scale of Observable Plot; the usual ones are named here. */
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

/** What every figure takes. */
export interface CommonPlotOptions {
  /** Width in pixels. */
  width?: number;
  /** Height of a panel in pixels. */
  height?: number;
  /** A line above the figure. */
  title?: string;
  /** The sentences below it, in place of those that it has by itself. */
  caption?: string;
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

/** Options of figures that colour by a variable and may have a panel for each level of another. */
export interface LevelPlotOptions extends CommonPlotOptions {
  /** Colours of the levels, in their order. */
  color?: { range: readonly string[] };
  /** Panels beside each other: space between them, `{ padding: 0.1 }`. */
  fx?: AxisOptions;
  /** Panels below each other. */
  fy?: AxisOptions;
}

/** Options of the figure of predictions. */
export interface PredictPlotOptions extends LevelPlotOptions {
  /** The data as points underneath. */
  points?: boolean;
}

/** Options of the figure of fitted values. */
export interface AugmentPlotOptions extends Omit<CommonPlotOptions, "x"> {
  /** Name of a column: observed points and fitted lines over it, in place of the residuals; or options of the horizontal axis. */
  x?: string | AxisOptions;
  /** Name of a column that colours the points; with `x`, one line for each of its levels. */
  groupBy?: string;
  /** Colours of these levels, in their order. */
  color?: { range: readonly string[] };
}

/** Options of the figure of simulated residuals. */
export interface ResidualsPlotOptions extends Omit<CommonPlotOptions, "x"> {
  /** What the residuals are shown along: a column by name, values for the rows; or options of the horizontal axis. */
  x?: string | ArrayLike<number | string> | AxisOptions;
}

/** Options of the figures of `residuals(model)`. */
export interface ResidualPlotOptions extends CommonPlotOptions {
  /** Which one; all four by default. */
  kind?: "fitted" | "qq" | "scale-location" | "histogram";
  /** A column in place of the fitted values; categories make boxes. */
  along?: string;
}

/** Options of `.plot()` of any result: each figure refuses those that it does not have. */
export type PlotOptions =
  | PredictPlotOptions
  | AugmentPlotOptions
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
/** Colours of levels. */
const colors = { color: { should: 'colours such as { range: ["teal", "orange"] }', is: isPalette } };

/**
 * Groups of options that figures state: `vertical` (`y`, `grid`), `colors` (`color`), and `levels`, both with panels (`fx`, `fy`); and
 * `axis`, the kind of the options of one axis.
 */
export const plotOptions: {
  readonly axis: Kind;
  readonly vertical: Readonly<Record<"y" | "grid", Kind>>;
  readonly colors: Readonly<Record<"color", Kind>>;
  readonly levels: Readonly<Record<"y" | "grid" | "color" | "fx" | "fy", Kind>>;
} = { axis, vertical, colors, levels: { ...vertical, ...colors, fx: axis, fy: axis } };

function isPalette(value: unknown): boolean {
  const range = kinds.object.is(value) ? (value as { range?: unknown }).range : undefined;
  return Array.isArray(range) && range.length > 0 && range.every((each) => typeof each === "string") &&
    Object.keys(value as object).length === 1;
}

/**
 * Throws unless a figure has all of the options.
 * @param own those that it has beside what every figure takes
 * @throws RangeError for an option that the figure does not have; TypeError for a value that is of another type
 */
export function checkPlotOptions(own: Readonly<Record<string, Kind | undefined>>, options: object): void {
  const known = { ...EVERY, ...own };
  checkOptions("plot", options, known as never);
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
