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
import type { PredictiveCheck } from "../inference/diagnostics/predictive.ts";
import { extent } from "../math/descriptive.ts";
import { compose, panelOptions } from "./compose.ts";
import { fittedLabels } from "./labels.ts";
import { meansPanel } from "./means_panel.ts";
import { plotSvg } from "./plot.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import { captionOf } from "./residual_panel.ts";
import { formatValue, type Row } from "./rows.ts";
import { marginFor } from "./scales.ts";
import { type Style, styleOf } from "./style.ts";
import {
  facetNames,
  type FacetOption,
  isFaceted,
  sideBySide,
  type TablePanel,
  tablePanels,
  tooManyPanels,
} from "./table_facets.ts";

/** Groups that have a panel each by themselves and where the reader wants it, and those that are listed in words. */
const MOST_PANELS = 12, MOST_FACETS = 36, MOST_FINDINGS = 12;

/**
 * Draws what `checkPredictions` compares.
 *
 * @param frame the groups, `statistic`, `observed`, `expected`, `low`, `high`, `p_value`
 */
export const predictionCheck: KindFigure<PredictionCheckMeta> = {
  kind: PREDICTION_CHECK,
  options: { ...plotOptions.checks, facet: plotOptions.names } satisfies OwnOptions<CheckPlotOptions>,
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
    formatValue(statistic === "zeros" || statistic === "ones" ? Math.round(value) : value)
  );
  return `${seen} observed, ${usual} predicted (${least} to ${most}).`;
}

function draw(_frame: Frame, meta: PredictionCheckMeta, options: FigureOptions): FigureElement {
  const style = styleOf(options), figure = drawn(meta, options, style);
  style.words.done();
  return figure;
}

/** A group with its levels. */
type CheckedGroup = Row & { readonly at: number };

/** The distribution of each group; the means where groups are many, share a panel, or have no distribution. */
function drawn(meta: PredictionCheckMeta, options: FigureOptions, style: Style): FigureElement {
  const { distributions, labels, by, levels } = meta, { facet } = options as CheckPlotOptions;
  const groups = levels.map((own, at) => ({
    ...Object.fromEntries(by.map((name, k) => [name, own[k]])),
    at,
  })) as CheckedGroup[];
  const own = facet === undefined ? null : facetsOf(facet, by),
    every = own?.length === by.length && by.length > 0;
  if (distributions && (every || own === null && labels.length <= MOST_PANELS)) {
    if (labels.length > MOST_FACETS) throw tooManyPanels(by, labels.length, MOST_FACETS);
    return distributionPanels(distributions, meta, options, style);
  }
  return means(
    tablePanels(groups, own ?? [], style.words),
    by.filter((name) => !own?.includes(name)),
    meta,
    options,
    style,
  );
}

function facetsOf(facet: FacetOption, by: readonly string[]): readonly string[] {
  if (by.length === 0 && isFaceted(facet as FacetOption)) {
    throw new RangeError(
      `Cannot use facet "${facet}": all rows are one group; checkPredictions(model, "${facet}") makes groups of it`,
    );
  }
  return facetNames(facet, by);
}

function distributionPanels(
  distributions: readonly PredictiveCheck[],
  meta: PredictionCheckMeta,
  options: FigureOptions,
  style: Style,
): FigureElement {
  const { labels, response = "response" } = meta;
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
    caption: [
      captionOf(meta),
      predictiveReading(distributions.find(({ exact }) => exact.length > 0) ?? distributions[0], style),
    ],
  }, options);
}

/** The mean of each group: where simulations have it, and the one observed; on one axis. */
function means(
  panels: readonly TablePanel<CheckedGroup>[],
  within: readonly string[],
  meta: PredictionCheckMeta,
  options: FigureOptions,
  style: Style,
): FigureElement {
  const rows = meta.rows.filter((row) => row.statistic === "mean");
  const { columns, width } = sideBySide(panels.length, Number(options.width ?? 560), LEAST_WIDTH);
  const nameOf = (group: CheckedGroup) =>
    style.words.ofGroup(within.map((name) => String(group[name])).join(", "));
  const names = fittedLabels(panels.flatMap((panel) => panel.rows.map(nameOf)), 200);
  const shared = {
    label: `mean of ${style.words.of(meta.response ?? "response")}`,
    marginLeft: marginFor(names.values()),
    width,
    domain: panels.length > 1 ? endsOfMeans(rows, style) : undefined,
  };
  return compose({
    panels: panels.map(({ title, rows: groups }) => {
      const own = groups.map((group) => ({
        ...rows.find((row) => row.group === group.at)!,
        name: names.get(nameOf(group))!,
        title: meta.labels[group.at],
      }));
      return {
        title: title || undefined,
        plot: plotSvg(panelOptions(meansPanel(own, shared, style), { ...options, width }, ["color"])),
      };
    }),
    columns,
    caption: [
      captionOf(meta),
      style.bands ? "Dots: observed means; bars: 95 % of simulated ones." : "Dots: observed means.",
    ],
  }, options);
}

/** Pixels that a panel of means needs. */
const LEAST_WIDTH = 260;

function endsOfMeans(rows: readonly PredictedStatistic[], { bands }: Style): readonly [number, number] {
  const [low, high] = extent(
    rows.flatMap((row) =>
      bands ? [row.observed, row.expected, row.low, row.high] : [row.observed, row.expected]
    ),
  );
  const room = 0.03 * (high - low) || 1;
  return [low - room, high + room];
}
