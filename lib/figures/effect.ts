/** Estimates in their place: across, colour, line and panel, as the figures of means and predictions share them. */
import { type Axis, facetGrid, keyOf, type Roles } from "./axes.ts";
import type { Element } from "./plot.ts";
import { Plot } from "./plot.ts";
import { formatInterval, formatValue, type Row } from "./rows.ts";
import type { PanelLayout } from "./scales.ts";
import type { Words } from "./words.ts";

/** A value in its place. */
export interface Mark {
  readonly x: number | string;
  readonly y: number;
  /** Ends of the interval; NaN where there is none. */
  readonly low: number;
  readonly high: number;
  /** Level that the colour stands for. */
  readonly level: string;
  /** Marks with the same text belong to one line. */
  readonly line: string;
  /** A prediction for groups of the random effects, not for the population. */
  readonly grouped: boolean;
  readonly fx: number;
  readonly fy: number;
  readonly letters: string;
  readonly title: string;
}

/** What a row is in the figure beside its place. */
export type Valued = Pick<Mark, "y" | "low" | "high" | "letters"> & { readonly said: string };

/** An estimate with its interval. */
export function estimateOf(row: Row): Valued {
  return {
    y: row.estimate as number,
    low: row.conf_low as number ?? NaN,
    high: row.conf_high as number ?? NaN,
    letters: String(row.letters ?? ""),
    said: `estimate ${formatInterval(row)}`,
  };
}

/** The channels that place a mark. */
export function placeOf({ facet }: Roles): Record<string, string> {
  return facet ? { x: "x", fx: "fx", fy: "fy" } : { x: "x" };
}

/** Variables that tell lines apart. */
export function apart({ color, rest, groups, facet }: Roles): Axis[] {
  return [color, ...rest, ...groups].filter((axis, i, all): axis is Axis =>
    axis !== null && all.indexOf(axis) === i && !facet?.names.includes(axis.name)
  );
}

/** Gives a row its place. */
export function placer(roles: Roles, words: Words): (row: Row, value: Valued) => Mark {
  const { x, color, facet, groups } = roles, lines = apart(roles), panels = facet && facetGrid(facet.keys).at;
  const names = [x, ...lines].filter((axis) => axis !== null).map(({ name }) => name);
  const said = [...new Set([...names, ...facet?.names ?? []])];
  return (row, value) => {
    const [fx, fy] = panels?.get(keyOf(row, facet!.names)) ?? [0, 0];
    const where = said.map((name) => `${words.of(name)} ${words.of(formatValue(row[name]))}`);
    return {
      x: x === null ? "" : x.numeric ? row[x.name] as number : formatValue(row[x.name]),
      ...value,
      level: color ? formatValue(row[color.name]) : "",
      line: lines.map(({ name }) => formatValue(row[name])).join("\n"),
      grouped: groups.some(({ name }) => row[name] !== null),
      fx,
      fy,
      title: [...where, value.said].join("\n"),
    };
  };
}

/** Marks in the same place with the same values are drawn once. */
export function distinct(marks: readonly Mark[]): Mark[] {
  const key = ({ x, y, low, high, line, fx, fy }: Mark) => [x, y, low, high, line, fx, fy].join("\n");
  return [...new Map(marks.map((mark) => [key(mark), mark])).values()];
}

/** Lines that stand side by side over a level of x, left to right as in the legend. */
export interface Dodge {
  /** Pixels from the middle, by the line. */
  readonly offset: ReadonlyMap<string, number>;
  /** Pixels that a line has for itself. */
  readonly step: number;
}

/** @param wide pixels that a line takes, where there is room */
export function dodgeOf(marks: readonly Mark[], roles: Roles, layout: PanelLayout, wide: number): Dodge {
  const orders = apart(roles).map(({ levels }) => new Map(levels.map((level, i) => [level, i])));
  const rank = (line: string) => line.split("\n").map((level, k) => orders[k]?.get(level) ?? -1);
  const lines = [...new Set(marks.map(({ line }) => line))].sort((a, b) => {
    const [p, q] = [rank(a), rank(b)], k = p.findIndex((value, i) => value !== q[i]);
    return k < 0 ? 0 : p[k] - q[k];
  });
  if (roles.x?.numeric) return { offset: new Map(lines.map((line) => [line, 0])), step: 0 };
  const step = Math.min(wide, 0.8 * layout.stepX / Math.max(1, lines.length));
  return { offset: new Map(lines.map((line, i) => [line, (i - (lines.length - 1) / 2) * step])), step };
}

/** Fractional parts of multiples of the golden ratio, from −½ to ½: spread evenly, and the same each time. */
export function jitter(i: number): number {
  return ((i + 1) * 0.6180339887498949) % 1 - 0.5;
}

/** Options of a mark whose points stand some pixels beside their x. */
export function shifted<T>(
  options: Record<string, unknown>,
  pixels: (mark: T) => number,
): Record<string, unknown> {
  const beside = (data: T[], facets: unknown, channels: Element, scales: Element) => {
    const X = channels.x.scale ? Array.from(channels.x.value, (value) => scales.x(value)) : channels.x.value;
    const value = Float64Array.from(X as ArrayLike<number>, (x, i) => x + pixels(data[i]));
    return { data, facets, channels: { x: { value, source: null } } };
  };
  return Plot.initializer(options as never, beside as never) as unknown as Record<string, unknown>;
}
