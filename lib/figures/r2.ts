/** R²: the parts of the variance as one bar, marginal and conditional shares below it. */
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  type PartsPlotOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { R2 } from "../inference/describe/r2.ts";
import { colorOptions, legend, levelColors } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, formatValue, type Row, rowsOf } from "./rows.ts";
import { facetNames, sideBySide, tablePanels } from "./table_facets.ts";
import { Words } from "./words.ts";

const PARTS = [["fixed", "#4c7fe6", "fixed effects"], ["random", "#97bbf5", "random effects"], [
  "residual",
  "#9498a0",
  "residual",
]] as const;

/**
 * Draws the result of `r2`.
 *
 * @param frame `r2`, `estimate`, (`conf_low`, `conf_high`), `fixed`, `random`, `residual`
 */
export const r2: KindFigure<FigureMeta> = {
  kind: R2,
  options: { ...plotOptions.estimates, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    PartsPlotOptions
  >,
  draw,
};

/** What colours stand for, in the figure's own colours unless the reader has others. */
const AXIS = { name: "", levels: PARTS.map(([, , text]) => text) };

function colorsOfParts(options: FigureOptions): string[] {
  const { range, scheme } = colorOptions(options);
  const own = range ?? scheme ? {} : { range: PARTS.map(([, color]) => color) };
  return levelColors(AXIS, { color: { ...colorOptions(options), ...own } });
}

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), words = new Words(options), colors = colorsOfParts(options);
  const names = facetNames((options as PartsPlotOptions).facet, ["r2"]),
    parts = tablePanels(rows, names, words);
  const { columns, width } = sideBySide(parts.length, Number(options.width ?? 560), LEAST_WIDTH);
  const panels = parts.map(({ title, rows: own }): Panel => ({
    title: title || undefined,
    plot: plotSvg(
      panelOptions(sharesPanel(own, colors, width, options, words), { ...options, width }, ["color"]),
    ),
  }));
  const figure = compose({
    panels,
    columns,
    legend: legend(AXIS, AXIS.levels, colors, options, words),
    caption: [meta.title && `${meta.title}.`, ...(meta.notes ?? [])],
  }, options);
  words.done();
  return figure;
}

/** Pixels that a panel with names at its left needs. */
const LEAST_WIDTH = 400;

/** The parts of the variance as a bar, and each R² below it. */
function sharesPanel(
  rows: readonly Row[],
  colors: readonly string[],
  width: number,
  { bands }: FigureOptions,
  words: Words,
): Record<string, unknown> {
  const marks = rows.map((row, k) => ({ ...row, y: k + 1.1, title: `${row.r2} R² ${formatInterval(row)}` }));
  const names = [["variance", 0], ...marks.map((row) => [`${(row as Row).r2} R²`, row.y])];
  return {
    width,
    height: 90 + 50 * rows.length,
    marginLeft: 110,
    marginRight: 24,
    marginTop: 10,
    marginBottom: 44,
    x: {
      label: words.of("share of the variance"),
      labelAnchor: "center",
      labelArrow: "none",
      domain: [0, 1],
      grid: true,
      ...(width < 400 ? { ticks: 5 } : {}),
    },
    y: { type: "linear", domain: [0.6 + rows.length, -0.6], axis: null },
    marks: [
      ...barMarks(rows[0], colors, words),
      ...shareMarks(marks, bands !== false),
      Plot.text(names.map(([text, y]) => [words.of(text as string), y]), {
        y: (row: [string, number]) => row[1],
        text: (row: [string, number]) => row[0],
        frameAnchor: "left",
        textAnchor: "end",
        dx: -10,
      }),
    ],
  };
}

/** The parts, with their sizes in those that have room. */
function barMarks(first: Row, colors: readonly string[], words: Words): unknown[] {
  const total = PARTS.reduce((sum, [part]) => sum + (first[part] as number), 0);
  if (!(total > 0 && Number.isFinite(total))) {
    throw new RangeError("Cannot plot R²: the parts of the variance have no finite sum");
  }
  let from = 0;
  const bars = PARTS.map(([part, , name], k) => {
    const share = (first[part] as number) / total, x1 = from, x2 = from += share;
    const size = `${formatValue(Number((100 * share).toPrecision(3)))} %`;
    const title = `${words.of(name)}: ${size} of the variance (${formatValue(first[part])})`;
    return { x1, x2, color: colors[k], size, share, title };
  });
  return [
    Plot.rect(bars, { x1: "x1", x2: "x2", y1: -0.38, y2: 0.38, fill: "color", title: "title" }),
    Plot.text(bars.filter(({ share }) => share > 0.09), {
      x: (bar: { x1: number; x2: number }) => (bar.x1 + bar.x2) / 2,
      y: 0,
      text: "size",
      fill: "#111",
    }),
  ];
}

/** Each R² with its interval and its number. */
function shareMarks(marks: readonly { y: number; title: string }[], bands: boolean): unknown[] {
  const withBar = bands ? marks.filter((row) => Number.isFinite((row as unknown as Row).conf_low)) : [];
  const end = ({ estimate, conf_high }: Row) =>
    withBar.length > 0 && Number.isFinite(conf_high) ? conf_high as number : estimate as number;
  return [
    Plot.ruleY(withBar, { x1: "conf_low", x2: "conf_high", y: "y", strokeWidth: 2 }),
    Plot.dot(marks, { x: "estimate", y: "y", r: 4, fill: "currentColor", title: "title" }),
    Plot.text(marks, {
      x: (row: Row) => Math.min(0.9, end(row)),
      y: "y",
      text: (row: Row) => formatValue(Number((row.estimate as number).toPrecision(3))),
      textAnchor: "start",
      dx: 9,
    }),
  ];
}
