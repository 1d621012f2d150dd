/** Categories as bars of their shares: below each other with their counts, or a column of bars for each category where there are groups. */
import { AT_LEFT } from "./listed_rows.ts";
import { fittedLabels } from "./labels.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";
import { marginFor } from "./scales.ts";
import type { Style } from "./style.ts";

/** One bar. */
export interface ShareBar {
  readonly label: string;
  readonly count: number;
  /** Of the rows with a value. */
  readonly share: number;
}

/** Plot options of bars below each other. */
export function shareBarsPanel(
  bars: readonly ShareBar[],
  { label, width, style }: { label: string; width: number; style: Style },
): Record<string, unknown> {
  const step = bars.length > 20 ? 16 : 22, names = fittedLabels(bars.map((bar) => bar.label), 180);
  const rows = bars.map((bar, y) => ({
    ...bar,
    y,
    y1: y - 0.36,
    y2: y + 0.36,
    text: `${bar.count} (${formatValue(Number((100 * bar.share).toPrecision(3)))} %)`,
    name: names.get(bar.label)!,
  }));
  return {
    width,
    height: bars.length * step + 56,
    marginLeft: marginFor(names.values()),
    marginRight: 84,
    marginTop: 8,
    marginBottom: 44,
    x: {
      label: `${label}, share of rows`,
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      percent: true,
      tickFormat: (v: number) => `${v} %`,
      domain: [0, 100 * Math.max(0.02, ...rows.map((row) => row.share))],
      tickSpacing: 60,
    },
    y: { type: "linear", domain: [bars.length - 0.5, -0.5], axis: null },
    marks: [
      Plot.rect(rows, {
        x1: 0,
        x2: "share",
        y1: "y1",
        y2: "y2",
        fill: style.color,
        fillOpacity: 0.75,
        title: "text",
      }),
      Plot.text(rows, { x: "share", y: "y", text: "text", textAnchor: "start", dx: 6 }),
      Plot.text(rows, { ...AT_LEFT, text: "name" }),
    ],
  };
}

/** A share in a group. */
export interface GroupShare extends ShareBar {
  readonly group: string;
}

/** Categories side by side that leave room for bars. */
const MOST_LEVELS = 8;

/** Plot options of a table of bars: groups below each other, categories side by side; and what the caption should say. */
export function shareGridPanel(
  all: readonly GroupShare[],
  { label, width, style }: { label: string; width: number; style: Style },
): { options: Record<string, unknown>; notes: (string | undefined)[] } {
  const known = [...new Set(all.map((bar) => bar.label))], levels = known.slice(0, MOST_LEVELS);
  const groups = [...new Set(all.map((bar) => bar.group))], names = fittedLabels(groups, 180);
  const step = groups.length > 20 ? 16 : 22, columns = fittedLabels(levels, width / (levels.length + 2));
  const rows = all.filter((bar) => levels.includes(bar.label)).map((bar) => ({
    ...bar,
    y: groups.indexOf(bar.group),
    text: `${Math.round(100 * bar.share)} %`,
    title: `${bar.group}\n${bar.label}: ${bar.count} rows, ${
      formatValue(Number((100 * bar.share).toPrecision(3)))
    } %`,
  }));
  const most = Math.max(0.02, ...rows.map((row) => row.share));
  return {
    options: {
      width,
      height: groups.length * step + 60,
      marginLeft: marginFor(names.values()),
      marginRight: 14,
      marginTop: 50,
      marginBottom: 10,
      fx: {
        domain: levels,
        axis: "top",
        label: `${label}, shares of rows`,
        labelOffset: 34,
        padding: 0.12,
        tickFormat: (level: string) => columns.get(level)!,
      },
      x: { axis: null, domain: [0, most * 1.5] },
      y: { type: "linear", domain: [groups.length - 0.5, -0.5], axis: null },
      marks: [
        Plot.rect(rows, {
          fx: "label",
          x1: 0,
          x2: "share",
          y1: (row: { y: number }) => row.y - 0.36,
          y2: (row: { y: number }) => row.y + 0.36,
          fill: style.color,
          fillOpacity: 0.75,
          title: "title",
        }),
        Plot.text(rows, {
          fx: "label",
          x: "share",
          y: "y",
          text: "text",
          textAnchor: "start",
          dx: 4,
          fontSize: 11,
        }),
        Plot.ruleX([0], { strokeOpacity: 0.5 }),
        Plot.text(groups.map((group, y) => ({ fx: levels[0], y, text: names.get(group)! })), {
          fx: "fx",
          y: "y",
          text: "text",
          frameAnchor: "left",
          textAnchor: "end",
          dx: -10,
        }),
      ],
    },
    notes: [
      known.length > levels.length
        ? `${levels.length} of ${known.length} levels of ${label} are drawn.`
        : undefined,
    ],
  };
}
