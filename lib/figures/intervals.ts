/** A panel of estimates with intervals, one per line, names at the left: forest and caterpillar plots. */
import type { FigureOptions } from "../display.ts";
import { NEUTRAL } from "./axes.ts";
import { panelOptions } from "./compose.ts";
import { type Element, Plot, plotSvg } from "./plot.ts";
import { fittedLabels } from "./labels.ts";
import { longest } from "./text.ts";

/** One estimate. */
export interface Estimate {
  readonly name: string;
  readonly estimate: number;
  /** Ends of the interval; NaN where there is none. */
  readonly low: number;
  readonly high: number;
  /** Drawn filled; hollow otherwise. */
  readonly filled?: boolean;
  readonly title: string;
}

/** What a panel of estimates says. */
export interface IntervalPanel {
  /** Label of the axis. */
  readonly label: string;
  /** A vertical line at the value of no effect. */
  readonly reference?: number;
  readonly width: number;
  /** Room for the names at the left. */
  readonly marginLeft?: number;
  /** A logarithmic axis, for ratios. */
  readonly log?: boolean;
  /** Ends of the axis, where they are known. */
  readonly domain?: readonly [number, number];
}

const MOST_NAMES = 60, MOST_LABEL = 230;

/** Left margin for the names of some estimates; small when there are too many to write. */
export function nameMargin(estimates: readonly Estimate[]): number {
  return estimates.length > MOST_NAMES ? 24 : Math.ceil(longest(namesOf(estimates).values()) + 16);
}

/** The names as they are written. */
function namesOf(estimates: readonly Estimate[], pixels = MOST_LABEL): Map<string, string> {
  return fittedLabels(estimates.map(({ name }) => name), pixels);
}

/** Draws estimates from top to bottom in the order given; names are written while there are at most 60. */
export function intervalPanel(
  estimates: readonly Estimate[],
  panel: IntervalPanel,
  options: FigureOptions,
): Element {
  const n = estimates.length, named = n <= MOST_NAMES, room = Number(options.marginLeft ?? 0) - 16;
  const names = namesOf(named ? estimates : [], Math.max(MOST_LABEL, room));
  const step = named ? (n > 30 ? 14 : n > 15 ? 17 : 22) : Math.max(0.2, 640 / n);
  const marks = estimates.map((estimate, y) => ({ ...estimate, y }));
  const bars = marks.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const r = named ? 3.5 : n > 300 ? 1 : 1.8;
  const domain = panel.domain ?? aroundOne(marks.flatMap(({ estimate, low, high }) => [estimate, low, high]));
  const dots = { x: "estimate", y: "y", r, stroke: NEUTRAL, title: "title" };
  const defaults = {
    width: panel.width,
    height: Math.round(n * step) + 62,
    marginLeft: panel.marginLeft ?? nameMargin(estimates),
    marginRight: 18,
    marginTop: 8,
    marginBottom: 44,
    x: {
      label: panel.label,
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      tickSpacing: 50,
      insetLeft: 4,
      insetRight: 4,
      nice: !domain,
      ...(domain ? { domain: [...domain] } : {}),
      ...(panel.log
        ? { type: "log", tickFormat: "~g", tickSpacing: 70, nice: false, insetLeft: 12, insetRight: 12 }
        : {}),
    },
    y: { type: "linear", domain: [n - 0.4, -0.6], axis: null },
    marks: [
      panel.reference === undefined
        ? null
        : Plot.ruleX([panel.reference], { strokeOpacity: 0.5, strokeDasharray: "4 3" }),
      Plot.ruleY(bars, {
        x1: "low",
        x2: "high",
        y: "y",
        stroke: NEUTRAL,
        strokeWidth: named ? 1.8 : 0.7,
        strokeOpacity: named ? 1 : 0.5,
      }),
      Plot.dot(marks.filter((mark) => mark.filled !== false), { ...dots, fill: NEUTRAL }),
      Plot.dot(marks.filter((mark) => mark.filled === false), { ...dots, strokeWidth: 1.8 }),
      named
        ? Plot.text(marks, {
          y: "y",
          text: (mark: Estimate) => names.get(mark.name)!,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -10,
        })
        : null,
    ],
  };
  return plotSvg(panelOptions(defaults, options));
}

/** An axis for values that are all the same (variances estimated as zero): one unit to either side. */
function aroundOne(values: readonly number[]): [number, number] | undefined {
  const [first, ...others] = values.filter(Number.isFinite);
  return first !== undefined && others.every((value) => value === first) ? [first - 1, first + 1] : undefined;
}
