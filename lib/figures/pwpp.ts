/** Pairwise p-values: each mean on a line of its own, each comparison between two of them where its p-value is. */
import {
  type FigureElement,
  type FigureOptions,
  formatPValues,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type PwppPlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { PWPP, type PwppMeta } from "../inference/means/pwpp.ts";
import { FAINT, oneColor } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { fittedLabels, linesOf } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, formatValue, type Row, rowsOf } from "./rows.ts";
import { longest } from "./text.ts";
import { Words } from "./words.ts";

/** p-values of the axis, which stands for their cube roots: room where decisions are made. */
const TICKS = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1];
const scaled = (p: number) => Math.cbrt(p);
/** Pixels between comparisons that would lie on each other, and of a mean's line. */
const APART = 5, LINE = 26, MOST_LABEL = 200;

/** A comparison: p-value, the lines that it joins, its place across in pixels. */
interface Comparison {
  readonly p: number;
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly title: string;
}

/**
 * Draws the comparisons of `pwpp`: a panel for each condition.
 *
 * @param frame the comparisons with `p_value`
 * @param meta the means, and which two each row compares
 */
export const pwpp: KindFigure<PwppMeta> = {
  kind: PWPP,
  options: { ...plotOptions.labels, ...plotOptions.color } satisfies OwnOptions<PwppPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: PwppMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), words = new Words(options), width = Number(options.width ?? 640);
  if (!rows.some(({ p_value }) => Number.isFinite(p_value))) {
    throw new RangeError("Cannot plot the p-values: no comparison has one");
  }
  const conditions = Map.groupBy(meta.means.keys(), (i) => meta.means[i].condition);
  const names = meta.means.map((mean) =>
    `${words.of(mean.name)}  ${formatValue(Number(mean.estimate.toPrecision(3)))}`
  );
  const labels = fittedLabels(names, MOST_LABEL), marginLeft = Math.ceil(longest(labels.values()) + 18);
  const panels = [...conditions].map(([condition, own]): Panel => ({
    title: condition === "" ? undefined : linesOf(conditionText(condition, words), width - 12).join("\n"),
    plot: panelOf(
      own,
      rows,
      meta,
      names.map((name) => labels.get(name)!),
      { width, marginLeft },
      options,
      words,
    ),
  }));
  const how = [...new Set((meta.notes ?? []).map((note) => `${note}.`))];
  const figure = compose({
    panels,
    caption: [
      meta.title && `${meta.title}.`,
      "Each line is a mean, in the order of the means; each comparison joins two of them where its p-value is. Left of the dashed line p < 0.05.",
      ...how,
    ],
  }, options);
  words.done();
  return figure;
}

function conditionText(condition: string, words: Words): string {
  return condition.split(", ").map((part) => part.split(" = ").map(words.of).join(" = ")).join(", ");
}

/** Where a p-value is, as a share of the width. */
type Across = (p: number) => number;

/** The means of a condition and their comparisons. */
function panelOf(
  own: readonly number[],
  rows: readonly Row[],
  meta: PwppMeta,
  labels: readonly string[],
  { width, marginLeft }: { width: number; marginLeft: number },
  options: FigureOptions,
  words: Words,
) {
  const order = [...own].filter((i) => Number.isFinite(meta.means[i].estimate)).sort((a, b) =>
    meta.means[b].estimate - meta.means[a].estimate
  );
  const marginRight = 24, pixels = width - marginLeft - marginRight;
  const at: Across = (p) => (8 + scaled(p) * (pixels - 60)) / pixels;
  const comparisons = comparisonsOf(order, rows, meta, at, pixels);
  return plotSvg(panelOptions(
    {
      width,
      height: LINE * Math.max(2, order.length) + 62,
      marginLeft,
      marginRight,
      marginTop: 10,
      marginBottom: 44,
      x: {
        label: words.of("p-value"),
        labelAnchor: "center",
        labelArrow: "none",
        domain: [0, 1],
        ticks: TICKS.map(at),
        tickFormat: (_: number, k: number) => String(TICKS[k]),
      },
      y: { domain: [order.length - 0.5, -0.5], axis: null },
      marks: [
        ...comparisonMarks(comparisons, order.length, { at, pixels, own: oneColor(options) }),
        nameMarks(order, labels),
      ],
    },
    { ...options, width },
    ["color"],
  ));
}

/** The comparisons of some means, each in its place. */
function comparisonsOf(
  order: readonly number[],
  rows: readonly Row[],
  { pairs }: PwppMeta,
  at: Across,
  pixels: number,
): Comparison[] {
  const line = new Map(order.map((i, k) => [i, k]));
  const all = rows.flatMap((row, i): Comparison[] => {
    const [a, b] = pairs[i], from = line.get(a), to = line.get(b), p = row.p_value as number;
    if (from === undefined || to === undefined || !Number.isFinite(p)) return [];
    const title = `${row.contrast}\n${formatInterval(row)}\np ${formatPValues([p])[0]}`;
    return [{ p, from: Math.min(from, to), to: Math.max(from, to), x: at(p) * pixels, title }];
  });
  return besideEachOther(all, at(0.05) * pixels);
}

function comparisonMarks(
  comparisons: readonly Comparison[],
  n: number,
  { at, pixels, own }: { at: Across; pixels: number; own: string },
): unknown[] {
  const x = ({ x }: Comparison) => x / pixels, color = ({ p }: Comparison) => p < 0.05 ? own : FAINT;
  const dots = { x, r: 3, fill: color, title: "title" };
  return [
    Plot.ruleY(Array.from({ length: n }, (_, k) => k), { strokeOpacity: 0.15 }),
    Plot.ruleX([at(0.05)], { strokeOpacity: 0.6, strokeDasharray: "4 3" }),
    Plot.ruleX(comparisons, { x, y1: "from", y2: "to", stroke: color, strokeWidth: 1.6 }),
    Plot.dot(comparisons, { ...dots, y: "from" }),
    Plot.dot(comparisons, { ...dots, y: "to" }),
  ];
}

function nameMarks(order: readonly number[], labels: readonly string[]): unknown {
  return Plot.text(order, {
    y: (_: number, k: number) => k,
    text: (i: number) => labels[i],
    frameAnchor: "left",
    textAnchor: "end",
    dx: -10,
  });
}

/**
 * Comparisons that would lie on each other, a few pixels apart, none of them across the line of 0.05; those with the smallest p-values
 * keep their place.
 */
function besideEachOther(all: readonly Comparison[], line: number): Comparison[] {
  const placed: Comparison[] = [];
  for (const one of [...all].sort((a, b) => a.p - b.p || a.to - a.from - (b.to - b.from))) {
    const near = placed.filter(({ from, to }) => from <= one.to && one.from <= to).map(({ x }) => x);
    const places = all.flatMap((_, k) => [one.x + k * APART, one.x - k * APART]);
    const x = places.find((place) =>
      (place < line) === (one.x < line) && place > 0 &&
      near.every((other) => Math.abs(other - place) >= APART)
    );
    placed.push({ ...one, x: x ?? one.x });
  }
  return placed;
}
