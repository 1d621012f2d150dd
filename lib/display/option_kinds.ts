/** The options of figures by name, each with the kind of its values, for figures to state what they take. */
import { type Kind, kinds } from "../check.ts";

const axis: Kind = {
  should: "options of an axis such as { label: … }",
  is: kinds.object.is,
};
const pixels = kinds.number,
  array = kinds.listOf({ should: "a mark of Plot", is: (value) => value !== undefined });

/** What every figure takes. */
export const EVERY: Readonly<Record<string, Kind>> = {
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
      "y" | "grid" | "labels" | "bands" | "x" | "color" | "facet" | "points" | "stacked" | "fx" | "fy",
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
    stacked: kinds.flag,
    fx: axis,
    fy: axis,
  },
};

/** Options that are the figure's own affair, where it has them, and no options of Plot. */
export const FIGURE_OPTIONS: readonly string[] = [
  ...["title", "subtitle", "caption", "theme", "labels", "bands", "points", "facet"],
  ...["comparisons", "lines", "groupBy", "stacked", "map"],
];
