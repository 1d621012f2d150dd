/** A panel of estimates with intervals, one per line, names at the left: forest and caterpillar plots. */
import { AT_LEFT } from "./listed_rows.ts";
import type { FigureOptions } from "../display.ts";
import { oneColor } from "./colors.ts";
import { panelOptions } from "./compose.ts";
import { type Element, Plot, plotSvg } from "./plot.ts";
import { fittedLabels } from "./labels.ts";
import { endsOf } from "./scales.ts";
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
  /** What is written at the right. */
  readonly right?: string;
  readonly title: string;
}

/** A line above some estimates. */
export interface Heading {
  readonly heading: string;
}

/** A line of the panel. */
export type Entry = Estimate | Heading;

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
  /** What the values can be: the axis stays within. */
  readonly range?: readonly [number, number];
  /** Ends of the axis, where they are known. */
  readonly domain?: readonly [number, number];
  /** Further options of the axis. */
  readonly x?: Readonly<Record<string, unknown>>;
  /** Lines up to which names are written. */
  readonly mostNames?: number;
}

const MOST_NAMES = 60, MOST_LABEL = 230, LINE = 13, INDENT = 10;

const isHeading = (entry: Entry): entry is Heading => "heading" in entry;
const isNamed = (entries: readonly Entry[], most = MOST_NAMES) => entries.length <= most;

/** Left margin for the names of some estimates; small when there are too many to write. */
export function nameMargin(entries: readonly Entry[], mostNames?: number): number {
  if (!isNamed(entries, mostNames)) return 24;
  const headings = entries.filter(isHeading).map(({ heading }) => heading),
    room = headings.length > 0 ? INDENT : 0;
  const names = longest(namesOf(entries).values()) + room, bold = 1.1 * longest(headings);
  return Math.ceil(Math.max(names, Math.min(bold, MOST_LABEL)) + 16);
}

/** The names as they are written, in lines. */
function namesOf(entries: readonly Entry[], pixels = MOST_LABEL): Map<string, string> {
  return fittedLabels(entries.flatMap((entry) => isHeading(entry) ? [] : [entry.name]), pixels);
}

/** An estimate in its place: y in pixels from the top. */
type Placed = Estimate & { readonly y: number };

/** Draws estimates from top to bottom in the order given, the names of not too many. */
export function intervalPanel(
  entries: readonly Entry[],
  panel: IntervalPanel,
  options: FigureOptions,
): Element {
  const named = isNamed(entries, panel.mostNames),
    room = Number(options.marginLeft ?? panel.marginLeft ?? 0) - 16;
  const names = namesOf(named ? entries : [], Math.max(MOST_LABEL, room)),
    { marks, headings, height } = placed(entries, names, named);
  const domain = panel.domain ?? domainOf(marks, panel, options);
  const rights = marks.flatMap(({ right }) => right ? [right] : []);
  const defaults = {
    width: panel.width,
    height: Math.round(height) + 62,
    marginLeft: panel.marginLeft ?? nameMargin(entries, panel.mostNames),
    marginRight: rights.length > 0 ? Math.ceil(longest(rights, 11)) + 18 : 18,
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
      ...panel.x,
    },
    y: { type: "linear", domain: [height, 0], axis: null },
    marks: [
      panel.reference === undefined
        ? null
        : Plot.ruleX([panel.reference], { strokeOpacity: 0.5, strokeDasharray: "4 3" }),
      ...estimateMarks(marks, named, options),
      ...named ? nameMarks(marks, headings, names) : [],
    ],
  };
  return plotSvg(panelOptions(defaults, options));
}

/** Every estimate below the one before, as far as its name asks. */
function placed(entries: readonly Entry[], names: ReadonlyMap<string, string>, named: boolean) {
  const n = entries.length,
    pad = n > 30 ? 2 : n > 15 ? 5 : 9,
    marks: Placed[] = [],
    headings: { text: string; y: number }[] = [];
  let top = 0;
  entries.forEach((entry, i) => {
    const lines = isHeading(entry) ? 1 : names.get(entry.name)?.split("\n").length ?? 1;
    const height = named ? lines * LINE + pad + (isHeading(entry) && i > 0 ? 5 : 0) : Math.max(0.2, 640 / n);
    const y = top + height / 2;
    if (isHeading(entry)) headings.push({ text: entry.heading, y: y + (i > 0 ? 2 : 0) });
    else marks.push({ ...entry, y });
    top += height;
  });
  return { marks, headings, height: top };
}

function estimateMarks(marks: readonly Placed[], named: boolean, options: FigureOptions): unknown[] {
  const { bands } = options, color = oneColor(options);
  const bars = marks.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const dots = {
    x: "estimate",
    y: "y",
    r: named ? 3.5 : marks.length > 300 ? 1 : 1.8,
    stroke: color,
    title: "title",
  };
  return [
    bands === false ? null : Plot.ruleY(bars, {
      x1: "low",
      x2: "high",
      y: "y",
      stroke: color,
      strokeWidth: named ? 1.8 : 0.7,
      strokeOpacity: named ? 1 : 0.5,
    }),
    Plot.dot(marks.filter((mark) => mark.filled !== false), { ...dots, fill: color }),
    Plot.dot(marks.filter((mark) => mark.filled === false), { ...dots, strokeWidth: 1.8 }),
  ];
}

/** Names at the left, below their heading a little further in; what is written at the right. */
function nameMarks(
  marks: readonly Placed[],
  headings: readonly { text: string; y: number }[],
  names: ReadonlyMap<string, string>,
): unknown[] {
  const far = -(Math.max(
    longest(names.values()) + INDENT,
    Math.min(1.1 * longest(headings.map(({ text }) => text)), MOST_LABEL),
  ) + 10);
  return [
    Plot.text(marks, { ...AT_LEFT, text: (mark: Placed) => names.get(mark.name)!, lineHeight: LINE / 12 }),
    Plot.text(headings, {
      y: "y",
      text: "text",
      frameAnchor: "left",
      textAnchor: "start",
      dx: far,
      fontWeight: 600,
    }),
    Plot.text(marks.filter(({ right }) => right), {
      y: "y",
      text: "right",
      frameAnchor: "right",
      textAnchor: "start",
      dx: 8,
      fontSize: 11,
    }),
  ];
}

/** An axis of values in a range, and one for values that are all the same; undefined where Plot finds it. */
function domainOf(
  marks: readonly Placed[],
  { range, reference }: IntervalPanel,
  { bands }: FigureOptions,
): readonly [number, number] | undefined {
  const values = marks.flatMap(({ estimate, low, high }) =>
    bands === false ? [estimate] : [estimate, low, high]
  );
  const ends = endsOf(
    reference === undefined ? values : [...values, reference],
    range ?? [-Infinity, Infinity],
  );
  if (!ends) return undefined;
  const [first, ...others] = values.filter(Number.isFinite), same = others.every((value) => value === first);
  if (!range && !(same && reference === undefined)) return undefined;
  const room = 0.06 * (ends[1] - ends[0]), [least, most] = range ?? [-Infinity, Infinity];
  return [Math.max(least, ends[0] - room), Math.min(most, ends[1] + room)];
}
