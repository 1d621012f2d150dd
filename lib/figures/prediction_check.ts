/** Posterior-predictive checks by group: distributions in panels, or means below each other where groups are many. */
import {
  type CheckPlotOptions,
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import {
  type PredictedStatistic,
  PREDICTION_CHECK,
  type PredictionCheckMeta,
} from "../inference/diagnostics/check_predictions.ts";
import { compose, panelOptions } from "./compose.ts";
import { fittedLabels } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import { captionOf } from "./residual_panel.ts";
import { formatValue } from "./rows.ts";
import { marginFor } from "./scales.ts";
import { type Style, styleOf } from "./style.ts";

/** Groups that have a panel each, and those that are listed in words. */
const MOST_PANELS = 12, MOST_FINDINGS = 12;

/**
 * Draws what `checkPredictions` compares.
 *
 * @param frame the groups, `statistic`, `observed`, `expected`, `low`, `high`, `p_value`
 */
export const predictionCheck: KindFigure<PredictionCheckMeta> = {
  kind: PREDICTION_CHECK,
  options: plotOptions.checks satisfies OwnOptions<CheckPlotOptions>,
  draw,
  findings: (_frame, { rows, labels, tooFew }) => {
    if (tooFew) return [{ verdict: "look", text: tooFew }];
    const off = rows.filter((row) => row.off);
    if (off.length === 0) {
      return [{ verdict: "fine", text: "In every group the observations are what the model predicts." }];
    }
    const more = off.length - MOST_FINDINGS;
    return [
      ...off.slice(0, MOST_FINDINGS).map((row) => ({
        verdict: "problem" as const,
        about: [labels[row.group], row.statistic].filter(Boolean).join(", "),
        text: compared(row),
      })),
      ...more > 0 ? [{ verdict: "problem" as const, text: `${more} more: the table lists all.` }] : [],
    ];
  },
};

/** The observed value against those of the simulations; a number of zeros is a whole one. */
function compared({ statistic, observed, expected, low, high }: PredictedStatistic): string {
  const [seen, usual, least, most] = [observed, expected, low, high].map((value) =>
    formatValue(statistic === "zeros" ? Math.round(value) : value)
  );
  return `${seen} observed, ${usual} predicted (${least} to ${most}).`;
}

function draw(_frame: Frame, meta: PredictionCheckMeta, options: FigureOptions): FigureElement {
  const style = styleOf(options), figure = drawn(meta, options, style);
  style.words.done();
  return figure;
}

function drawn(meta: PredictionCheckMeta, options: FigureOptions, style: Style): FigureElement {
  const { distributions, labels, response = "response" } = meta;
  if (!distributions || labels.length > MOST_PANELS) return means(meta, options, style);
  const columns = labels.length === 1 ? 1 : labels.length <= 4 ? 2 : 3;
  const width = Math.floor(Number(options.width ?? (columns === 1 ? 480 : 720)) / columns);
  const written = labels.map((label) => style.words.ofGroup(label)),
    names = fittedLabels(written, width - 12);
  return compose({
    panels: distributions.map((check, g) => ({
      title: labels.length > 1 ? names.get(written[g]) : undefined,
      plot: plotSvg(panelOptions(
        predictivePanel(check, response, width, style, {
          height: columns === 1 ? 300 : 210,
          color: meta.rows.some((row) => row.group === g && row.off) ? style.alert : "currentColor",
        }),
        { ...options, width },
        ["color"],
      )),
    })),
    columns,
    caption: [captionOf(meta), predictiveReading(distributions[0].kind, style)],
  }, options);
}

/** The mean of each group: where simulations have it, and the one observed. */
function means(meta: PredictionCheckMeta, options: FigureOptions, style: Style): FigureElement {
  const { labels, response = "response" } = meta, rows = meta.rows.filter((row) => row.statistic === "mean");
  const written = labels.map((label) => style.words.ofGroup(label)),
    names = fittedLabels(written, 200),
    step = rows.length > 30 ? 14 : 20;
  const marks = rows.map((row, y) => ({
    ...row,
    y,
    color: row.off ? style.alert : "currentColor",
    title: `${labels[row.group]}\nmean ${formatValue(row.observed)}\nsimulated ${formatValue(row.low)} to ${
      formatValue(row.high)
    }`,
  }));
  const plot = plotSvg(panelOptions(
    {
      width: Number(options.width ?? 560),
      height: rows.length * step + 62,
      marginLeft: marginFor(names.values()),
      marginRight: 18,
      marginTop: 8,
      marginBottom: 44,
      x: {
        label: `mean of ${style.words.of(response)}`,
        labelAnchor: "center",
        labelArrow: "none",
        grid: true,
        nice: true,
      },
      y: { type: "linear", domain: [rows.length - 0.4, -0.6], axis: null },
      marks: [
        Plot.ruleY(style.bands ? marks : [], {
          x1: "low",
          x2: "high",
          y: "y",
          stroke: style.color,
          strokeOpacity: 0.45,
          strokeWidth: 6,
        }),
        Plot.ruleX(marks, {
          x: "expected",
          y1: (row: { y: number }) => row.y - 0.3,
          y2: (row: { y: number }) => row.y + 0.3,
          stroke: style.color,
          strokeWidth: 2,
        }),
        Plot.dot(marks, { x: "observed", y: "y", r: 3.4, fill: "color", title: "title" }),
        Plot.text(marks, {
          y: "y",
          text: (row: { group: number }) => names.get(written[row.group])!,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -10,
        }),
      ],
    },
    options,
    ["color"],
  ));
  return compose({
    panels: [{ plot }],
    caption: [
      captionOf(meta),
      style.bands ? "Dots: observed means; bars: 95 % of simulated ones." : "Dots: observed means.",
    ],
  }, options);
}
