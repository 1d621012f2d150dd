/** Distributions: densities as curves, probabilities as points that thin lines join. */
import { kinds } from "../check.ts";
import { type CurvesPlotOptions, type KindFigure, type OwnOptions, plotOptions } from "../display.ts";
import { DISTRIBUTIONS, type DistributionsMeta } from "../inference/describe/distributions.ts";
import { drawCurves, type Place } from "./curves.ts";
import { formatValue, type Row, rowsOf } from "./rows.ts";

/**
 * Draws what `distributions` lists.
 *
 * @param frame `distribution`, `y`, `density`, `probability`
 */
export const distributions: KindFigure<DistributionsMeta> = {
  kind: DISTRIBUTIONS,
  options: {
    ...plotOptions.vertical,
    ...plotOptions.labels,
    ...plotOptions.color,
    facet: plotOptions.names,
    points: kinds.flag,
  } satisfies OwnOptions<CurvesPlotOptions>,
  draw: (frame, { labels, notes = [] }, options) => {
    const rows = rowsOf(frame),
      place = (row: Row, y: unknown): Place => ({
        x: Number(row.y),
        y: Number(y),
        level: String(row.distribution),
        title: `${row.distribution}\n${formatValue(Number(row.y))}: ${formatValue(Number(y))}`,
      });
    const dense = rows.filter(({ density }) => Number.isFinite(density)),
      single = rows.filter(({ probability }) => Number.isFinite(probability));
    return drawCurves({
      axis: { name: "distribution", levels: labels },
      lines: dense.length > 0
        ? dense.map((row) => place(row, row.density))
        : single.map((row) => place(row, row.probability)),
      dots: single.map((row) => place(row, row.probability)),
      x: "y",
      y: dense.length === 0
        ? "probability"
        : single.length === 0
        ? "density"
        : "density, of points probability",
      caption: notes,
    }, options);
  },
};
