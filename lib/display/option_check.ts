/** Options of `.plot()` are checked before a figure is drawn: known, of their kind, and what is missing with its reason. */
import { checkOptions, type Kind, type Kinds, kinds } from "../check.ts";
import { EVERY, plotOptions } from "./option_kinds.ts";
import type { ColorOptions } from "./plot_options.ts";

/** Names that Plot's scales know. */
const AXIS =
  "label labelAnchor labelArrow labelOffset type domain range reverse ticks tickSize tickFormat tickSpacing " +
  "tickPadding tickRotate grid line axis inset insetLeft insetRight insetTop insetBottom nice zero clamp percent unknown round " +
  "padding paddingInner paddingOuter align interval transform base exponent constant interpolate fontVariant ariaLabel " +
  "ariaDescription";

/** What a colour scale takes. */
const COLOR: Kinds<ColorOptions> = {
  by: kinds.column,
  label: { should: "text or null", is: (value) => value === null || typeof value === "string" },
  labels: plotOptions.labels.labels,
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
  points:
    "no row of the data has a place in this figure, predict(), emmeans() and augment() draw the data under estimates",
  bands:
    "nothing in this figure is an interval, those of estimates are drawn by tidy(), emmeans() and predict()",
  facet: "what it shows is of pairs of rows, and has no panels, that of a part of the data is one of its own",
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
