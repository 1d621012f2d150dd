/** Variances over means: groups as points, models as curves. */
import { kinds } from "../check.ts";
import { type CurvesPlotOptions, type KindFigure, type OwnOptions, plotOptions } from "../display.ts";
import type { Frame } from "../frame.ts";
import { columnNames } from "../frame.ts";
import { MEAN_VARIANCE, type MeanVarianceMeta } from "../inference/diagnostics/mean_variance.ts";
import { drawCurves, type Place } from "./curves.ts";
import { formatValue, type Row, rowsOf } from "./rows.ts";

/**
 * Draws what `meanVariance` compares.
 *
 * @param frame the groups, `model`, `n`, `mean`, `variance`, `fitted`, `expected`
 */
export const meanVariance: KindFigure<MeanVarianceMeta> = {
  kind: MEAN_VARIANCE,
  options: {
    ...plotOptions.vertical,
    ...plotOptions.labels,
    ...plotOptions.color,
    facet: plotOptions.names,
    points: kinds.flag,
  } satisfies OwnOptions<CurvesPlotOptions>,
  draw: (frame, meta, options) => {
    const { models, curves, spread, response = "response", notes = [] } = meta, rows = rowsOf(frame);
    const modelOf = (row: Row) => String(row.model ?? models[0]);
    const alone = rows.filter((row) => modelOf(row) === models[0]),
      seen = alone.filter(({ variance }) => variance !== null);
    const ringed = models.filter((_, k) => curves[k] === null || spread[k]);
    const title = titleOf(frame);
    return drawCurves({
      axis: { name: "model", levels: models },
      lines: curves.flatMap((curve, k) =>
        (curve ?? []).map((at) => ({ x: at.mean, y: at.variance, level: models[k] }))
      ),
      dots: seen.map((row): Place => ({
        x: Number(row.mean),
        y: Number(row.variance),
        level: null,
        title: title(row),
      })),
      rings: rows.filter((row) => ringed.includes(modelOf(row))).map((row): Place => ({
        x: Number(row.fitted),
        y: Number(row.expected),
        level: modelOf(row),
        title: `${title(row)}\n${modelOf(row)} expects ${formatValue(Number(row.expected))}`,
      })),
      x: `mean of ${response}`,
      y: "variance",
      caption: [
        "Points: groups of rows. Curves: the variance of an observation by its mean.",
        ringed.length > 0 && "Rings: the variance that is expected of a group, in which means differ.",
        seen.length < alone.length && `${alone.length - seen.length} groups of one row are not drawn.`,
        ...notes,
      ],
    }, options);
  },
};

/** The group of a row, and what was observed there. */
function titleOf(frame: Frame): (row: Row) => string {
  const names = columnNames(frame),
    groups = names.slice(0, names.findIndex((name) => name === "model" || name === "n"));
  return (row) =>
    `${groups.map((name) => `${name} ${row[name]}`).join(", ")}\nmean ${
      formatValue(Number(row.mean))
    }, variance ${formatValue(Number(row.variance))}, n ${row.n}`;
}
