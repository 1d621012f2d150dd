/** Fitted values: residuals and observations against them, or observed and fitted over a predictor, by group. */
import { kinds } from "../check.ts";
import {
  type AugmentPlotOptions,
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { type Frame, readColumn } from "../frame.ts";
import { AUGMENT } from "../inference/predict/residuals.ts";
import { extent } from "../math/descriptive.ts";
import { spaghetti } from "./augment_lines.ts";
import {
  axisOf,
  columnOption,
  MOST_COLORS,
  type Point,
  pointsOf,
  type PointStyle,
} from "./augment_points.ts";
import { observedPlot, residualPlot } from "./augment_residuals.ts";
import type { Axis } from "./axes.ts";
import { colorChannel, colorOptions, colorScale, legendOf } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { type Element, plotSvg } from "./plot.ts";
import { narrowAxis, type RowFacets, rowFacets } from "./row_facets.ts";
import { levelsOf, rowsOf, thin } from "./rows.ts";
import { Words } from "./words.ts";

/**
 * Draws residuals and observed values against fitted values; with `x`, observed points and fitted lines over that
 * column, one line per level of `groupBy` (a "spaghetti" plot).
 *
 * @param frame result of `augment`: the data's rows, then `row`, `fitted`, `residual`, `pearson`
 * @param options Plot options, and `groupBy` (a column that colours the points), `x` (a column, for lines)
 */
export const augment: KindFigure = {
  kind: AUGMENT,
  table: {
    needs: ["fitted", "residual"],
    isOf: (columns) => columns.has("fitted") && !columns.has("term") && !columns.has("observed"),
    metaOf: () => ({}),
  },
  options: {
    ...plotOptions.vertical,
    ...plotOptions.color,
    ...plotOptions.labels,
    points: kinds.flag,
    groupBy: kinds.column,
    facet: plotOptions.names,
    x: kinds.anyOf(kinds.column, plotOptions.axis),
  } satisfies OwnOptions<AugmentPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const groupBy = columnOption(frame, options.groupBy ?? colorOptions(options).by, "groupBy");
  const x = typeof options.x === "string" ? columnOption(frame, options.x, "x") : undefined;
  const levels = groupBy === undefined ? [] : levelsOf(frame, groupBy), words = new Words(options);
  const colored: Axis | null = groupBy === undefined || levels.length > MOST_COLORS
    ? null
    : { name: groupBy, numeric: false, levels };
  const points = pointsOf(rowsOf(frame), x, groupBy, colored !== null);
  const width = Number(options.width ?? 640);
  const style: PointStyle = {
    color: colorChannel(colored, options),
    words,
    observed: options.points !== false,
  };
  const across = x === undefined ? null : axisOf(frame, x, meta);
  const facets = rowFacets(
    (options as AugmentPlotOptions).facet,
    (name) => readColumn(frame, columnOption(frame, name, "facet")!),
    width,
    words,
  );
  const plots = plotsOf(facets, points, across, meta, { width, style });
  const panels = plots.map(({ title, ...defaults }: Record<string, unknown>): Panel => {
    const panel = { color: colorScale(colored, options), ...defaults };
    return {
      title: title as string | undefined,
      plot: plotSvg(panelOptions(panel, { ...options, width: defaults.width })),
    };
  });
  const legend = legendOf(panels[0].plot as Element, colored, options, words);
  const columns = facets?.columns ?? panels.length;
  const figure = compose({
    panels,
    columns,
    legend,
    caption: [...captionOf(meta, x, groupBy, facets !== null, style), facets?.note, thin(points).note],
  }, options);
  words.done();
  return figure;
}

/** Residuals and observations side by side, or lines over a column; in panels where the reader wants them. */
function plotsOf(
  facets: RowFacets | null,
  points: readonly Point[],
  x: Axis | null,
  meta: FigureMeta,
  { width, style }: { width: number; style: PointStyle },
): Record<string, unknown>[] {
  if (facets) return facetedPlots(facets, points, x, meta, style);
  if (x) return [spaghetti(points, meta, x, width, style)];
  return [residualPlot(points, width / 2, style), observedPlot(points, meta, width / 2, style)];
}

/** What the panels show, in sentences. */
function captionOf(
  { title }: FigureMeta,
  x: string | undefined,
  groupBy: string | undefined,
  inPanels: boolean,
  { observed, words }: PointStyle,
): (string | undefined)[] {
  const each = groupBy === undefined ? "" : `, one for each ${words.of(groupBy)}`;
  return [
    title && `${title}.`,
    x !== undefined
      ? `${observed ? "Points: observed; lines" : "Lines"}: fitted${each}.`
      : inPanels
      ? "Pearson residuals, with their means along the fitted values."
      : "Left: Pearson residuals, with their means along the fitted values; right: observed against fitted values, equal on the dashed line.",
  ];
}

/** Residuals, or lines over a column, of the rows of each panel, on the same axes. */
function facetedPlots(
  { panels, width, columns }: RowFacets,
  points: readonly Point[],
  x: Axis | null,
  meta: FigureMeta,
  style: PointStyle,
): Record<string, unknown>[] {
  const ends = (of: (point: Point) => number | readonly number[]) => ({ domain: extent(points.flatMap(of)) });
  const axes: Record<string, object> = x === null
    ? { x: ends(({ fitted }) => fitted), y: ends(({ residual }) => residual) }
    : {
      x: x.numeric ? ends((point) => point.x as number) : {},
      y: ends(({ fitted, observed }) => style.observed ? [fitted, observed] : fitted),
    };
  return panels.flatMap(({ title, rows }) => {
    const inPanel = new Set(rows), own = points.filter(({ place }) => inPanel.has(place));
    if (own.length === 0) return [];
    const plot = x === null ? residualPlot(own, width, style) : spaghetti(own, meta, x, width, style);
    const shared = Object.fromEntries(
      ["x", "y"].map((axis) => [
        axis,
        { ...plot[axis] as object, ...axes[axis], ...(x === null ? narrowAxis(width) : {}) },
      ]),
    );
    return [{ ...plot, ...shared, title, height: columns > 2 ? 220 : 260 }];
  });
}
