/** Predictions: a line with a ribbon over a numeric predictor, or points with intervals over a factor. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type PredictPlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { PREDICT, type PredictMeta } from "../inference/predict/prediction_frame.ts";
import { drawEffect, intervalSentence, type Shown } from "./effect_figure.ts";
import { drawMap } from "./prediction_map.ts";
import { drawStacked } from "./effect_stacked.ts";
import { crowded } from "./effect_layers.ts";
import { notDrawn } from "./rows.ts";

/** Columns of other tables of estimates. */
const OTHERS = ["term", "contrast", "df", "letters"];

/**
 * Draws predictions: the first numeric predictor that varies across, colour by the next variable, panels by the third. Lines of
 * groups of random effects have ribbons while they can be told apart, then panels of their own, with the population's line on top.
 * With `map` tiles over two numbers.
 *
 * @param frame result of `predict`: predictors, then `estimate`, `conf_low`, `conf_high`
 * @param meta names, range and scale of the response; the data for points; predictions without groups
 * @param options what goes where, points, bands, labels, and options of Plot
 */
export const predict: KindFigure<PredictMeta> = {
  kind: PREDICT,
  table: {
    needs: ["estimate"],
    isOf: (columns) => columns.has("estimate") && !OTHERS.some((name) => columns.has(name)),
    metaOf: () => ({}),
  },
  options: { ...plotOptions.levels, map: kinds.names } satisfies OwnOptions<PredictPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: PredictMeta, options: FigureOptions): FigureElement {
  if (options.map) return drawMap(frame, meta, options);
  if (options.stacked) return drawStacked(frame, meta, options, [meta.title && `${meta.title}.`]);
  return drawEffect(frame, meta, options, {
    population: meta.population,
    caption: (shown) => captionOf(meta, shown, options),
  });
}

function captionOf(
  meta: PredictMeta,
  shown: Shown,
  options: FigureOptions,
): (string | false | undefined)[] {
  const { roles, marks, rows, population } = shown;
  const grouped = marks.some((mark) => mark.grouped),
    groups = roles.groups.map(({ name }) => name).join(" and ");
  const rest = roles.rest.map(({ name }) => name).join(" and ");
  const dark = population
    ? ` The ${roles.facet?.ofGroups ? "dashed" : "thick"} line is the population's.`
    : "";
  return [
    meta.title && `${meta.title}.`,
    intervalSentence("Estimates", meta, shown, options),
    grouped && `${crowded(marks) ? "Thin: predictions" : "Predictions"} for each ${groups}.${dark}`,
    rest !== "" && `One line for each ${rest}.`,
    notDrawn(rows),
  ];
}
