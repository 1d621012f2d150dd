/** Variogram: semivariances by distance over the envelope of shuffled residuals, with the curve of the model's own structure. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type VariogramPlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { VARIOGRAM, type VariogramMeta } from "../inference/diagnostics/variogram.ts";
import { oneColor } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue, type Row, rowsOf } from "./rows.ts";
import { Words } from "./words.ts";

const NAMES: Readonly<Record<VariogramMeta["residuals"], string>> = {
  pearson: "Pearson residuals",
  normalized: "normalized residuals",
  quantile: "normal scores of simulated residuals",
  response: "residuals",
};

/**
 * Draws semivariances as points on a line, the envelope as a band, the model's own as a dashed line.
 *
 * @param frame `distance`, `pairs`, `semivariance`, `low`, `high`, and `model`
 */
export const variogram: KindFigure<VariogramMeta> = {
  kind: VARIOGRAM,
  options: { ...plotOptions.checks, points: kinds.flag } satisfies OwnOptions<VariogramPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: VariogramMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), words = new Words(options), color = oneColor(options);
  const highest = Math.max(
    ...rows.flatMap((row) => [row.semivariance, row.high, row.model]).filter(Number.isFinite) as number[],
  );
  const plot = plotSvg(panelOptions({
    width: 640,
    height: 340,
    marginLeft: 56,
    marginTop: 24,
    marginBottom: 44,
    x: { label: words.of(meta.axis), labelAnchor: "center", labelArrow: "none", zero: true },
    y: {
      label: words.of("semivariance"),
      labelArrow: "none",
      grid: true,
      domain: [0, 1.05 * (highest || 1)],
    },
    marks: marksOf(rows, color, options),
  }, options));
  const figure = compose({ panels: [{ plot }], caption: captionOf(meta, rows, options) }, options);
  words.done();
  return figure;
}

function marksOf(rows: readonly Row[], color: string, { bands, points }: FigureOptions): unknown[] {
  const titled = rows.map((row) => ({
    ...row,
    title: `distance ${formatValue(row.distance)}\n${row.pairs} pairs\nsemivariance ${
      formatValue(row.semivariance)
    }\nshuffled ${formatValue(row.low)} to ${formatValue(row.high)}${
      row.model === undefined ? "" : `\nof the model ${formatValue(row.model)}`
    }`,
    out: (row.semivariance as number) < (row.low as number) ||
      (row.semivariance as number) > (row.high as number),
  }));
  const at = { x: "distance", y: "semivariance" };
  return [
    bands === false ? null : Plot.areaY(rows, {
      x: "distance",
      y1: "low",
      y2: "high",
      fill: "currentColor",
      fillOpacity: 0.12,
    }),
    rows[0]?.model === undefined ? null : Plot.line(rows, {
      x: "distance",
      y: "model",
      stroke: "currentColor",
      strokeDasharray: "5 4",
      strokeWidth: 1.5,
    }),
    Plot.line(rows, { ...at, stroke: color, strokeWidth: 1.5, strokeOpacity: 0.7 }),
    points === false ? null : Plot.dot(titled.filter(({ out }) => !out), {
      ...at,
      r: 4,
      stroke: color,
      strokeWidth: 1.8,
      title: "title",
    }),
    points === false ? null : Plot.dot(titled.filter(({ out }) => out), {
      ...at,
      r: 4,
      stroke: color,
      fill: color,
      title: "title",
    }),
  ];
}

function captionOf(
  { title, residuals, level = 0.95, notes = [] }: VariogramMeta,
  rows: readonly Row[],
  { bands }: FigureOptions,
): (string | false)[] {
  return [
    `${title}.`,
    `Variogram of the ${NAMES[residuals]}${
      bands === false ? "" : `, with the middle ${formatValue(100 * level)}% of shuffled residuals`
    }; filled outside of that. Low at short distances: near residuals are alike.`,
    rows[0]?.model !== undefined && "Dashed: what the model's own structure gives.",
    ...notes,
  ];
}
