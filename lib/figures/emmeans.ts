/** Marginal means and trends: estimate and interval per level, an interaction plot for two factors, panels by condition. */
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type MeansPlotOptions,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { kinds } from "../check.ts";
import type { Frame } from "../frame.ts";
import { type EstimatesMeta, MEANS } from "../inference/means/estimates_frame.ts";
import { variablesOf } from "./axes.ts";
import { arrowMarks } from "./comparison_arrows.ts";
import { drawStacked } from "./effect_stacked.ts";
import { drawEffect, intervalSentence, type Shown } from "./effect_figure.ts";
import { Plot } from "./plot.ts";
import { formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";

/** What the figure reads. */
type MeansMeta = Omit<EstimatesMeta, "estimates"> & Partial<Pick<EstimatesMeta, "estimates">>;

/** Values of a number from which means over it are a line. */
const LINE_FROM = 7;

/**
 * Draws the means of `emmeans`, the slopes of `emtrends` or the means with letters of `cld`: the first factor across, colour by
 * the second, panels by the factors of `by`.
 *
 * @param frame factors, then `estimate`, `conf_low`, `conf_high`, and `letters` of cld
 * @param meta which factors are conditions (`by`); response, scale, range; the data for points
 * @param options what goes where, points, bands, labels, comparison arrows, lines, and options of Plot
 */
export const emmeans: KindFigure<EstimatesMeta> = {
  kind: MEANS,
  table: {
    needs: ["estimate"],
    isOf: (columns) =>
      (columns.has("df") || columns.has("letters")) && columns.has("estimate") &&
      !columns.has("contrast") && !columns.has("term"),
    metaOf: () => ({ shown: { by: [], kind: "means" } }) as MeansMeta as EstimatesMeta,
  },
  options: {
    ...plotOptions.levels,
    comparisons: kinds.flag,
    lines: kinds.flag,
  } satisfies OwnOptions<MeansPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: MeansMeta, options: FigureOptions): FigureElement {
  if (!rowsOf(frame).some(({ estimate }) => Number.isFinite(estimate))) {
    throw new RangeError("Cannot plot the means: none of them is estimable");
  }
  if (options.stacked) {
    return drawStacked(frame, meta, options, [meta.title && `${meta.title}.`, "Estimated marginal means."]);
  }
  const arrows = options.comparisons === true ? arrowMarks(meta.estimates) : null;
  return drawEffect(frame, meta, options, {
    by: meta.shown.by,
    inOrder: true,
    lineFrom: LINE_FROM,
    joined: (roles) =>
      (options.lines as boolean | undefined) ?? (roles.color !== null || roles.x?.numeric === true),
    further: (placed, roles, offset) => [
      ...spansZero(frame, meta, options)
        ? [Plot.ruleY([0], { strokeOpacity: 0.6, strokeDasharray: "4 3" })]
        : [],
      ...arrows?.marks(placed, roles, offset, options) ?? [],
    ],
    caption: (shown) => [...captionOf(frame, meta, shown, options), arrows?.note],
  });
}

function captionOf(
  frame: Frame,
  meta: MeansMeta,
  shown: Shown,
  options: FigureOptions,
): (string | false | undefined)[] {
  const rest = shown.roles.rest.map(({ name }) => name).join(" and ");
  const said = /^(Results are averaged|Population|Typical|Means leave)/;
  return [
    meta.title && `${meta.title}.`,
    intervalSentence(`Estimated marginal ${meta.shown.kind}`, meta, shown, options),
    ...(meta.notes ?? []).filter((note) => said.test(note)).map((note) => `${note}.`),
    rest !== "" && `One line for each ${rest}.`,
    spansZero(frame, meta, options) && "The dashed line at 0 is no slope.",
    shown.lettered &&
    `${
      meta.shown.kind === "trends" ? "Slopes" : "Means"
    } that share a letter are not shown to differ; that does not show them to be the same.`,
    notDrawn(shown.rows, nameOf(frame, meta)),
  ];
}

/** Slopes on both sides of none: the axis has the zero that they are read by. */
function spansZero(frame: Frame, { shown }: MeansMeta, { bands }: FigureOptions): boolean {
  if (shown.kind !== "trends") return false;
  const ends = rowsOf(frame).filter(({ estimate }) => Number.isFinite(estimate)).flatMap((row) =>
    bands === false ? [row.estimate] : [row.estimate, row.conf_low, row.conf_high]
  ).filter(Number.isFinite).map(Number);
  return Math.min(...ends) <= 0 && Math.max(...ends) >= 0;
}

/** "b, site 2": the levels of a row. */
function nameOf(frame: Frame, meta: MeansMeta): (row: Row) => string {
  const names = variablesOf(frame, meta).map(({ name }) => name);
  return (row) => names.map((name) => formatValue(row[name])).join(" ") || "the mean";
}
