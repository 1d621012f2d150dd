/** Pairwise p-values: each mean on a line of its own, each comparison between two of them where its p-value is. */
import { AT_LEFT } from "./listed_rows.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type PwppPlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { PWPP, type PwppMeta } from "../inference/means/pwpp.ts";
import { oneColor } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { fittedLabels, linesOf } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { type Across, comparisonMarks, comparisonsOf, type Line } from "./pwpp_comparisons.ts";
import { formatValue, type Row, rowsOf } from "./rows.ts";
import { facetNames, tablePanels } from "./table_facets.ts";
import { longest } from "./text.ts";
import { Words } from "./words.ts";
import { decreasing } from "../math/decreasing.ts";

/** p-values of the axis, which stands for their cube roots: room where decisions are made. */
const TICKS = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1];
const scaled = (p: number) => Math.cbrt(p);
/** Pixels of a mean's line, and of its name. */
const LINE = 26, MOST_LABEL = 200;

/**
 * Draws the comparisons of `pwpp`: a panel for each condition.
 *
 * @param frame the comparisons with `p_value`
 * @param meta the means, and which two each row compares
 */
export const pwpp: KindFigure<PwppMeta> = {
  kind: PWPP,
  options: { ...plotOptions.labels, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    PwppPlotOptions
  >,
  draw,
};

function draw(frame: Frame, meta: PwppMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), words = new Words(options), width = Number(options.width ?? 640);
  if (!rows.some(({ p_value }) => Number.isFinite(p_value))) {
    throw new RangeError("Cannot plot the p-values: no comparison has one");
  }
  const panels = panelsOf(meta, options, words);
  const names = meta.means.map((mean) =>
    `${words.of(mean.name)}  ${formatValue(Number(mean.estimate.toPrecision(3)))}`
  );
  const labels = fittedLabels(names, MOST_LABEL), headings = panels.flatMap(({ lines }) => headingsIn(lines));
  const widest = Math.max(longest(labels.values()), Math.min(1.1 * longest(headings), MOST_LABEL)); // bold
  const place = { width, marginLeft: Math.ceil(widest + 18) };
  const figure = compose({
    panels: panels.map(({ title, lines }): Panel => ({
      title: linesOf(title, width - 12).join("\n") || undefined,
      plot: panelOf(lines, rows, meta, names.map((name) => labels.get(name)!), place, options, words),
    })),
    caption: [
      meta.title && `${meta.title}.`,
      "Each line is a mean, in the order of the means; each comparison joins two of them where its p-value is. Left of the dashed line p < 0.05.",
      ...new Set((meta.notes ?? []).map((note) => `${note}.`)),
    ],
  }, options);
  words.done();
  return figure;
}

const headingsIn = (lines: readonly Line[]) => lines.flatMap((line) => "heading" in line ? line.heading : []);

/** The means of each panel from large to small, below a heading for each condition that has no panel of its own. */
function panelsOf(meta: PwppMeta, options: FigureOptions, words: Words): { title: string; lines: Line[] }[] {
  const { facet } = options as PwppPlotOptions, { by } = meta;
  const own = facet === undefined ? by : facetsOf(facet, meta),
    within = by.filter((name) => !own.includes(name));
  const rows = meta.means.map(({ condition }, mean): Row & { mean: number } => ({ ...condition, mean }));
  return tablePanels(rows, own, words).map(({ title, rows }) => ({
    title,
    lines: tablePanels(rows, within, words).flatMap(({ title: heading, rows }): Line[] => {
      const estimate = (mean: number) => meta.means[mean].estimate,
        means = decreasing(
          rows.map(({ mean }) => mean).filter((i) => Number.isFinite(estimate(i))),
          estimate,
        );
      return [...heading === "" ? [] : [{ heading }], ...means.map((mean) => ({ mean }))];
    }),
  }));
}

/** Comparisons stay within the levels of `by`, and only those can have panels. */
function facetsOf(facet: PwppPlotOptions["facet"], { by, factors }: PwppMeta): readonly string[] {
  const compared = [facet || []].flat().find((name) => factors.includes(name) && !by.includes(name));
  if (compared === undefined) return facetNames(facet, by);
  throw new RangeError(
    `Cannot use facet "${compared}": comparisons across its levels would belong to no panel; pwpp(means, { by: "${compared}" }) compares within them`,
  );
}

/** The means of a panel and their comparisons. */
function panelOf(
  lines: readonly Line[],
  rows: readonly Row[],
  meta: PwppMeta,
  labels: readonly string[],
  { width, marginLeft }: { width: number; marginLeft: number },
  options: FigureOptions,
  words: Words,
) {
  const marginRight = 24, pixels = width - marginLeft - marginRight;
  const at: Across = (p) => (8 + scaled(p) * (pixels - 60)) / pixels;
  const comparisons = comparisonsOf(lines, rows, meta, at, pixels);
  return plotSvg(panelOptions(
    {
      width,
      height: LINE * Math.max(2, lines.length) + 62,
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
      y: { domain: [lines.length - 0.5, -0.5], axis: null },
      marks: [
        ...comparisonMarks(comparisons, lines, { at, pixels, own: oneColor(options) }),
        ...nameMarks(lines, labels),
      ],
    },
    { ...options, width },
    ["color"],
  ));
}

/** Headings in bold, names at the left. */
function nameMarks(lines: readonly Line[], labels: readonly string[]): unknown[] {
  const texts = lines.map((line, y) => ({ y, text: "mean" in line ? labels[line.mean] : line.heading }));
  const left = { ...AT_LEFT, text: "text" } as const;
  const headings = texts.filter(({ y }) => "heading" in lines[y]);
  return [
    ...headings.length > 0 ? [Plot.text(headings, { ...left, fontWeight: 600 })] : [],
    Plot.text(texts.filter(({ y }) => "mean" in lines[y]), left),
  ];
}
