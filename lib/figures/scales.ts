/** Sizes, margins, axes and titles of panels that figures share. */
import type { FigureMeta, FigureOptions } from "../display.ts";
import { type Facet, facetGrid, type Roles } from "./axes.ts";
import { Plot } from "./plot.ts";
import { fittedLabels, mostLines } from "./labels.ts";
import { longest } from "./text.ts";
import type { Words } from "./words.ts";

/** The size of a plot and what follows from it. */
export interface PanelLayout {
  readonly size: Readonly<Record<string, number>>;
  /** Small panels side by side. */
  readonly columns: number;
  /** Pixels between two levels of a factor on the x axis. */
  readonly stepX: number;
  /** Width of a panel. */
  readonly panel: number;
  /** How the levels of x are written, and whether they are turned, because they would overlap. */
  readonly ticks: ReadonlyMap<string, string>;
  readonly turned: boolean;
  /** Title of each panel by its key. */
  readonly titles: ReadonlyMap<string, string>;
  /** Titles leave the names of the variables to the caption. */
  readonly briefTitles: boolean;
}

const LEFT = 64, RIGHT = 16, LINE = 14;
/** Pixels between the ends of a vertical axis and the frame. */
const ROOM = 6;
/** Room for a label that is turned, and lines of one that is not. */
const TURNED = 160, MOST_LINES = 3;

/** Width, height and margins of a plot by the roles of its variables; `width` of the options counts. */
export function layoutOf(roles: Roles, options: FigureOptions, words: Words): PanelLayout {
  const width = Number(options.width ?? 640), { columns, rows } = facetGrid(roles.facet?.keys ?? [""]);
  const levels = roles.x && !roles.x.numeric ? roles.x.levels : [],
    step = (left: number) => (width - left - RIGHT) / columns / (levels.length + 0.4);
  const { ticks, turned } = levelTicks(levels.map(words.of), step(LEFT));
  const widest = longest(ticks.values()), tickLines = mostLines(ticks.values());
  const marginLeft = turned ? Math.max(LEFT, 0.8 * widest - step(LEFT) / 2 + 8) : LEFT;
  const panel = (width - marginLeft - RIGHT) / columns * 0.94;
  const { titles, brief } = facetTitlesOf(roles.facet, panel, words), lines = mostLines(titles.values());
  const marginBottom = turned ? 40 + 0.62 * widest + 0.7 * LINE * (tickLines - 1) : 30 + LINE * tickLines;
  const marginTop = roles.facet ? 28 + LINE * lines : 28;
  const row = columns <= 3 ? 180 : columns === 4 ? 160 : 140;
  const height = rows > 1
    ? marginTop + marginBottom + (row + LINE * (lines - 1)) * rows
    : roles.facet
    ? marginTop + 280
    : 380;
  return {
    size: { width, height, marginLeft, marginRight: RIGHT, marginTop, marginBottom },
    columns,
    stepX: step(marginLeft),
    panel,
    ticks: new Map(levels.map((level) => [level, ticks.get(words.of(level))!])),
    turned,
    titles,
    briefTitles: brief,
  };
}

/** Levels in lines below their ticks; turned where their words do not fit there. */
function levelTicks(
  levels: readonly string[],
  step: number,
): { ticks: Map<string, string>; turned: boolean } {
  const room = step - 6, wholeWords = levels.every((level) => longest(level.split(" ")) <= room);
  const flat = wholeWords ? fittedLabels(levels, room) : null;
  if (flat && mostLines(flat.values()) <= MOST_LINES) return { ticks: flat, turned: false };
  return { ticks: fittedLabels(levels, TURNED), turned: levels.length > 0 };
}

/** "wool = A" above each panel; the level alone where that does not fit. */
export function facetTitlesOf(
  facet: Pick<Facet, "names" | "keys"> | null,
  panel: number,
  words: Words,
): { titles: Map<string, string>; brief: boolean } {
  if (!facet) return { titles: new Map(), brief: false };
  const title = (key: string, part: (name: string, level: string) => string) =>
    key.split("\n").map((level, k) => part(facet.names[k], level)).join(", ");
  const whole = new Map(facet.keys.map((key) => [key, title(key, words.ofLevel)]));
  if (longest(whole.values()) * 1.05 <= panel) return { titles: whole, brief: false };
  const brief = facet.keys.map((key) => title(key, (_, level) => words.of(level)));
  const fitted = fittedLabels(brief, panel / 1.05);
  return { titles: new Map(facet.keys.map((key, i) => [key, fitted.get(brief[i])!])), brief: true };
}

/** The x axis: a line of numbers, or the levels of a factor in order. */
export function xScale({ x }: Roles, layout: PanelLayout, words: Words): Record<string, unknown> {
  if (!x) return { axis: null, type: "point", padding: 0.5 };
  const label = { label: words.of(x.name), labelAnchor: "center", labelArrow: "none" };
  if (x.numeric) {
    return { ...label, insetLeft: 4, insetRight: 4, ...numericTicks(x.levels.map(Number), layout.panel) };
  }
  const tickFormat = (level: string) => layout.ticks.get(level) ?? level;
  const turn = layout.turned ? { tickRotate: -40 } : {};
  return { ...label, ...turn, tickFormat, type: "point", domain: x.levels, padding: 0.7 };
}

/** Ticks at the values themselves where they are a few whole numbers (days, years) with room for each, else some pixels apart. */
export function numericTicks(values: readonly number[], width: number): Record<string, unknown> {
  const distinct = [...new Set(values)], room = width / Math.max(1, distinct.length);
  const few = distinct.length <= 12 && distinct.every(Number.isInteger);
  const fits = longest(distinct.map(plain)) + 8 <= room;
  return {
    tickFormat: plain,
    ...(few && fits ? { ticks: distinct } : { tickSpacing: width < 300 ? 44 : 80 }),
  };
}

/** Numbers on an axis without thousands separators, which years must not have. */
function plain(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** The y axis of a response: as long as the values ask, within the response's range. */
export function yScale(
  meta: Pick<FigureMeta, "response" | "scale" | "range">,
  values: Iterable<number>,
  words: Words,
  { inset }: FigureOptions,
): Record<string, unknown> {
  const label = { label: words.of(meta.response ?? "estimate"), labelArrow: "none", grid: true };
  const ends = endsOf(values, (meta.scale === "link" ? undefined : meta.range) ?? [-Infinity, Infinity]);
  // 0 and 1 are ticks of every axis that reaches them, so it does not leave a proportion's range; what ends there is not cut by the frame.
  return ends ? { ...label, domain: ends, nice: true, inset: inset ?? ROOM } : label;
}

/** The ends of an axis that holds some values and stays within a range; null where none is finite. */
export function endsOf(
  values: Iterable<number>,
  [least, most]: readonly [number, number],
): [number, number] | null {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low <= high)) return null;
  const room = low < high ? 0 : Number.isFinite(most - least) ? (most - least) / 10 : Math.abs(low) / 4 || 1;
  return [Math.max(least, low - room), Math.min(most, high + room)];
}

/** The titles of small panels and a frame around each. */
export function facetTitles(written: ReadonlyMap<string, string>): unknown[] {
  if (written.size === 0) return [];
  const { at } = facetGrid([...written.keys()]);
  const titles = [...written].map(([key, text]) => {
    const [fx, fy] = at.get(key)!;
    return { fx, fy, text };
  });
  return [
    Plot.text(titles, {
      fx: "fx",
      fy: "fy",
      text: "text",
      frameAnchor: "top-left",
      dy: -8,
      lineAnchor: "bottom",
      textAnchor: "start",
      fontWeight: 600,
    }),
    Plot.frame({ strokeOpacity: 0.25 }),
  ];
}

/** Scales of panels side by side and below each other. */
export function facetScales(facet: Facet | null, layout: PanelLayout): Record<string, unknown> {
  if (!facet) return {};
  const { rows } = facetGrid(facet.keys), gap = LINE * mostLines(layout.titles.values()) + 12;
  const row = (layout.size.height - layout.size.marginTop - layout.size.marginBottom) / rows;
  return {
    fx: { axis: null, padding: 0.06 },
    fy: { axis: null, padding: rows > 1 ? Math.min(0.5, gap / row) : 0 },
  };
}

/** Left margin that holds labels of an axis, at most `most` pixels. */
export function marginFor(labels: Iterable<string>, most = 220): number {
  return Math.ceil(Math.min(most, longest(labels)) + 16);
}
