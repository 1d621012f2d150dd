/** Colours of levels: a scale of Plot, which options of the reader change, and the legend that belongs to it. */
import type { ColorOptions, FigureOptions } from "../display.ts";
import type { Axis } from "./axes.ts";
import type { Legend } from "./legend.ts";
import { colorScaleOf, type Element } from "./plot.ts";
import type { Words } from "./words.ts";

/** Colour where colour stands for nothing. */
export const NEUTRAL = "#4c7fe6";
/** Points of the data where colour stands for nothing: grey, so that the estimates stand out. */
export const FAINT = "#8a8f98";

const OBSERVABLE10 = [
  "#4c7fe6",
  "#efb118",
  "#ff725c",
  "#6cc5b0",
  "#3ca951",
  "#ff8ab7",
  "#a463f2",
  "#97bbf5",
  "#9c6b4e",
  "#9498a0",
];

/** Colours of levels: Plot's observable10 while they last, then an even walk through a light-to-dark-safe rainbow. */
export function colorsOf(levels: readonly string[]): string[] {
  if (levels.length <= OBSERVABLE10.length) return levels.map((_, i) => OBSERVABLE10[i]);
  return levels.map((_, i) => `hsl(${Math.round(360 * i / levels.length)} 62% ${i % 2 ? 62 : 48}%)`);
}

/**
 * From violet by blue and green to ochre, each a little lighter than the one before: OKLCH (0.555, 0.19, 297°) to (0.655, 0.13, 90°) in even
 * steps, as far as sRGB goes. All have a contrast of 3 or more with white and with the dark paper (WCAG 2.2, 1.4.11), which leaves
 * little room for lightness: the order is in the hue, from cold to warm.
 */
const ORDERED = ["#8151d2", "#3d71dc", "#0089b2", "#0a9493", "#0f9f67", "#79992b", "#b08c09"];

/** Orange below, grey, violet above: the ends stand out from white and from dark paper, what lies between does from neither. */
export const DIVERGING = ["#d97706", "#8a8f98", "#8151d2"];

/** Colours of categories in an order. */
export function orderedColors(levels: readonly string[]): string[] {
  const at = numberColors([0, 1], {});
  return levels.map((_, i) => at(levels.length < 2 ? 0 : i / (levels.length - 1)));
}

/** Colours of numbers from the lowest to the highest: those of an order, or the reader's range or scheme. */
export function numberColors(
  [low, high]: readonly [number, number],
  { range, scheme, reverse, ...ofLevels }: ColorOptions,
): (value: number) => string {
  refuseLevels(ofLevels);
  const given = range ?? ORDERED, colors = reverse ? [...given].reverse() : given;
  const domain = colors.map((_, i) => low + (high - low) * i / Math.max(1, colors.length - 1));
  const at = colorScaleOf(
    scheme && !range
      ? { type: "linear", domain: [low, high], scheme, reverse }
      : { type: "linear", domain, range: colors, interpolate: "lab" },
  );
  return (value) => String(at(value as never));
}

/** What the reader says of colours. */
export function colorOptions(options: FigureOptions): ColorOptions {
  return typeof options.color === "object" && options.color !== null ? options.color : {};
}

/** The scale of Plot for the levels of a variable; that of one colour where there is none. */
export function colorScale(axis: Axis | null, options: FigureOptions): Record<string, unknown> {
  const given = colorOptions(options);
  if (axis === null) refuseLevels(given);
  const levels = axis?.levels ?? [];
  const unknown = given.domain?.find((level) => !levels.includes(level));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot use color.domain: "${axis!.name}" has no level "${unknown}", its levels are ${
        levels.map((level) => `"${level}"`).join(", ")
      }`,
    );
  }
  return {
    type: "ordinal",
    domain: [...levels],
    range: axis?.ordered ? orderedColors(levels) : colorsOf(levels),
  };
}

/** @throws {RangeError} For what says something of levels, where colours stand for none. */
export function refuseLevels({ by, domain, labels, label }: ColorOptions): void {
  const option = by ? "by" : domain ? "domain" : labels ? "labels" : label ? "label" : null;
  if (option === null) return;
  throw new RangeError(
    `Cannot use color.${option}: colours stand for nothing in this figure`,
  );
}

/** The colour of what is told apart by nothing: the reader's first. */
export function oneColor(options: FigureOptions): string {
  const { range, scheme, reverse, ...ofLevels } = colorOptions(options);
  refuseLevels(ofLevels);
  return twoColors({ range, scheme, reverse })[0] ?? NEUTRAL;
}

/** The first colours of a range or of a scheme, at most two; none where neither is given. */
export function twoColors({ range, scheme, reverse }: ColorOptions): readonly string[] {
  if (range) return reverse ? [...range].reverse() : range;
  if (!scheme) return [];
  return ["a", "b"].map((level) =>
    String(colorScaleOf({ type: "ordinal", scheme, domain: ["a", "b"], reverse })(level))
  );
}

/** The channel of a colour: the level through the scale, whatever the levels are called; one colour without levels. */
export function colorChannel(axis: Axis | null, options: FigureOptions): unknown {
  return axis === null ? oneColor(options) : { value: "level", scale: "color", label: axis.name };
}

/** Colours of levels as the reader wants them, for a figure that colours its marks itself; undefined for a level that is left out. */
export function levelColors(axis: Pick<Axis, "name" | "levels"> | null, options: FigureOptions): string[] {
  const { by: _by, label: _label, labels: _labels, ...given } = colorOptions(options);
  const own: Record<string, unknown> = {
    ...colorScale(axis && { ...axis, numeric: false }, options),
    ...given,
  };
  if (given.scheme && !given.range) delete own.range;
  if (axis === null) return [];
  const scale = colorScaleOf(own);
  return axis.levels.map((level) => String(scale(level) ?? "transparent"));
}

/** The legend of a plot whose colours stand for the levels of a variable. */
export function legendOf(
  plot: Element,
  axis: Axis | null,
  options: FigureOptions,
  words: Words,
): Legend | undefined {
  const scale = axis && plot.scale("color");
  if (!scale) return undefined;
  const levels = [...scale.domain] as string[];
  return legend(axis, levels, levels.map((level) => String(scale.apply(level))), options, words);
}

/** The legend of some levels. */
export function legend(
  axis: Pick<Axis, "name">,
  levels: readonly string[],
  colors: readonly string[],
  options: FigureOptions,
  words: Words,
): Legend {
  const { label, labels = {} } = colorOptions(options);
  const unused = Object.keys(labels).find((level) => !levels.includes(level));
  if (unused !== undefined) {
    throw new RangeError(
      `Cannot use color.labels: "${axis.name}" has no level "${unused}", its levels are ${
        levels.map((level) => `"${level}"`).join(", ")
      }`,
    );
  }
  return {
    label: label === undefined ? words.of(axis.name) : label ?? "",
    items: levels.map((level, k) => ({ text: labels[level] ?? words.of(level), color: colors[k] })),
  };
}
