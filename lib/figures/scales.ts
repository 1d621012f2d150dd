/** Sizes, margins, axes and facet titles that figures share. */
import type { FigureMeta, FigureOptions } from "../display.ts";
import { type Axis, facetGrid, type Roles } from "./axes.ts";
import { Plot } from "./plot.ts";
import { fittedLabels } from "./labels.ts";
import { longest } from "./text.ts";

/** The size of a plot and what follows from it. */
export interface PanelLayout {
  readonly size: Readonly<Record<string, number>>;
  /** Small panels side by side. */
  readonly columns: number;
  /** Pixels between two levels of a factor on the x axis. */
  readonly stepX: number;
  /** The labels of x are turned, because they would overlap. */
  readonly turned: boolean;
}

const LEFT = 64, RIGHT = 16;
/** Room for a label that is turned. */
const TURNED = 160;

/** Width, height and margins of a plot by the roles of its variables; `width` and `height` of the options count. */
export function layoutOf(roles: Roles, options: FigureOptions): PanelLayout {
  const width = Number(options.width ?? 640);
  const { columns, rows } = facetGrid(roles.facet?.levels ?? [""]);
  const levels = roles.x && !roles.x.numeric ? roles.x.levels : [];
  const stepX = (width - LEFT - RIGHT) / columns / (levels.length + 0.4);
  const widest = longest(fittedLabels(levels, TURNED).values());
  const turned = widest > stepX - 6;
  const marginBottom = turned ? 40 + 0.62 * widest : 44;
  const marginTop = roles.facet ? 42 : 28;
  const height = rows > 1 ? marginTop + marginBottom + 180 * rows : roles.facet ? 320 : 380;
  const marginLeft = turned ? Math.max(LEFT, 0.8 * widest - stepX / 2 + 8) : LEFT;
  return {
    size: { width, height, marginLeft, marginRight: RIGHT, marginTop, marginBottom },
    columns,
    stepX,
    turned,
  };
}

/** The x axis: a line of numbers, or the levels of a factor in order. */
export function xScale({ x }: Roles, { turned, columns }: PanelLayout): Record<string, unknown> {
  if (!x) return { axis: null, type: "point", padding: 0.5 };
  const label = { label: x.name, labelAnchor: "center", labelArrow: "none" };
  if (x.numeric) {
    return {
      ...label,
      insetLeft: 4,
      insetRight: 4,
      ...numericTicks(x.levels.map(Number), columns > 1 ? 50 : 80),
    };
  }
  const names = fittedLabels(x.levels, TURNED);
  const turn = turned ? { tickRotate: -40, tickFormat: (level: string) => names.get(level) ?? level } : {};
  return { ...label, ...turn, type: "point", domain: x.levels, padding: 0.7 };
}

/** Ticks at the values themselves where they are a few whole numbers (days, years), else `spacing` pixels apart. */
export function numericTicks(values: readonly number[], spacing: number): Record<string, unknown> {
  const distinct = [...new Set(values)];
  const few = distinct.length <= 12 && distinct.every(Number.isInteger);
  return { tickFormat: plain, ...(few ? { ticks: distinct } : { tickSpacing: spacing }) };
}

/** Numbers on an axis without thousands separators, which years must not have. */
function plain(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** The y axis of a response: as long as the values ask, within the response's range. */
export function yScale(meta: FigureMeta, values: readonly number[]): Record<string, unknown> {
  const link = meta.scale === "link";
  const label = {
    label: `${meta.response ?? "estimate"}${link ? " (link scale)" : ""}`,
    labelArrow: "none",
    grid: true,
  };
  const [least, most] = (link ? undefined : meta.range) ?? [-Infinity, Infinity];
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low <= high)) return label;
  const room = low === high ? (Number.isFinite(most - least) ? (most - least) / 10 : 1) : 0;
  const domain = [Math.max(least, low - room), Math.min(most, high + room)];
  return { ...label, domain, nice: true }; // 0 and 1 are ticks of every axis that reaches them, so it does not leave a proportion's range
}

/** A title above each small panel. */
export function facetTitles(facet: Axis | null): unknown[] {
  if (!facet) return [];
  const { at } = facetGrid(facet.levels);
  const titles = facet.levels.map((level) => {
    const [fx, fy] = at.get(level)!;
    return { fx, fy, text: facet.numeric ? `${facet.name} ${level}` : level };
  });
  const style = {
    frameAnchor: "top-left",
    dy: -14,
    lineAnchor: "middle",
    textAnchor: "start",
    fontWeight: 600,
  } as const;
  return [
    Plot.text(titles, { fx: "fx", fy: "fy", text: "text", ...style }),
    Plot.frame({ strokeOpacity: 0.25 }),
  ];
}

/** Left margin that holds labels of an axis, at most `most` pixels. */
export function marginFor(labels: Iterable<string>, most = 220): number {
  return Math.ceil(Math.min(most, longest(labels)) + 16);
}
