/** Contrasts: a forest of differences or ratios with a line at the null, intervals, and p-values at the right. */
import {
  type ContrastPlotOptions,
  type FigureElement,
  type FigureOptions,
  formatPValues,
  formatShortP,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame, readNumeric } from "../frame.ts";
import { CONTRASTS, type EstimatesMeta } from "../inference/means/estimates_frame.ts";
import { keyOf } from "./axes.ts";
import { compose, type Panel } from "./compose.ts";
import { type Entry, type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { formatInterval, formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";
import { type Adjustment, adjustmentText } from "../inference/means/adjust.ts";
import { linesOf } from "./labels.ts";
import { logAxis } from "./log_axis.ts";
import { facetNames } from "./table_facets.ts";
import { Words } from "./words.ts";

/** Lines up to which names and p-values are written. */
const MOST_NAMED = 180;

/** What the figure reads. */
type ContrastMeta = Omit<EstimatesMeta, "estimates">;

/**
 * Draws contrasts from top to bottom on one axis, below a heading for each combination of the levels of `by`; ratios on a
 * logarithmic one.
 *
 * @param frame by-factors, `contrast`, `estimate`, `p_value`, `conf_low`, `conf_high`
 * @param meta `by`, the value of no effect (`null`) and the name of the axis (`response`)
 */
export const contrast: KindFigure<EstimatesMeta> = {
  kind: CONTRASTS,
  table: {
    needs: ["contrast", "estimate"],
    isOf: (columns) => columns.has("contrast"),
    metaOf: (frame) => metaOfTable(frame) as EstimatesMeta,
  },
  options: { ...plotOptions.estimates, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    ContrastPlotOptions
  >,
  draw,
};

/** The value of no effect is in the table; what stands before the contrasts are conditions. */
function metaOfTable(frame: Frame): ContrastMeta {
  const names = columnNames(frame), by = names.slice(0, names.indexOf("contrast"));
  const none = names.includes("null") ? readNumeric(frame, "null").find(Number.isFinite) ?? 0 : 0;
  return { null: none, response: none === 1 ? "ratio" : "difference", shown: { by, kind: "contrasts" } };
}

function draw(frame: Frame, meta: ContrastMeta, options: FigureOptions): FigureElement {
  const { by } = meta.shown, all = rowsOf(frame), words = new Words(options);
  const rows = all.filter((row) => Number.isFinite(row.estimate));
  if (rows.length === 0) throw new RangeError("Cannot plot the contrasts: none of them is estimable");
  const name = columnNames(frame).includes("contrast") ? "contrast" : columnNames(frame)[0];
  const level = meta.level ?? 0.95, logarithmic = meta.null === 1 && rows.every((row) => lowest(row) > 0);
  const facet = facetNames((options as ContrastPlotOptions).facet, by),
    within = by.filter((each) => !facet.includes(each));
  const panels = [...Map.groupBy(rows, (row) => keyOf(row, facet))].map(([, own]) => ({
    title: facet.map((each) => words.ofLevel(each, formatValue(own[0][each]))).join(", "),
    entries: entriesOf(own, within, name, level, words),
  }));
  const marginLeft = Math.max(...panels.map(({ entries }) => nameMargin(entries, MOST_NAMED)));
  const width = Number(options.width ?? 640), domain = axisOf(rows, meta.null ?? 0, logarithmic, options);
  const drawn = panels.map(({ title, entries }): Panel => ({
    title: linesOf(title, width - 12).join("\n") || undefined,
    plot: intervalPanel(entries, {
      label: words.of(meta.response ?? "estimate"),
      reference: meta.null ?? 0,
      width,
      marginLeft,
      domain,
      x: logarithmic ? logAxis(domain, width - marginLeft) : {},
      mostNames: MOST_NAMED,
    }, options),
  }));
  const nameOf = (row: Row) =>
    [...by.map((each) => words.ofLevel(each, formatValue(row[each]))), String(row[name])].join(", ");
  const long = panels.some(({ entries }) => entries.length > MOST_NAMED);
  const figure = compose({
    panels: drawn,
    caption: [...captionOf(meta, long, level, options), notDrawn(all, nameOf)],
  }, options);
  words.done();
  return figure;
}

/** The lines of a panel: a heading for each condition, its contrasts below. */
function entriesOf(
  rows: readonly Row[],
  by: readonly string[],
  name: string,
  level: number,
  words: Words,
): Entry[] {
  const long = rows.length > MOST_NAMED;
  return [...Map.groupBy(rows, (row) => keyOf(row, by)).values()].flatMap((own): Entry[] => {
    const heading = by.map((each) => words.ofLevel(each, formatValue(own[0][each]))).join(", ");
    const estimates = own.map((row) => estimateOf(row, words.ofContrast(formatValue(row[name])), level));
    return heading === "" || long ? estimates : [{ heading }, ...estimates];
  });
}

function lowest(row: Row): number {
  return Number.isFinite(row.conf_low) ? row.conf_low as number : row.estimate as number;
}

function estimateOf(row: Row, name: string, level: number): Estimate {
  const p = row.p_value as number,
    [text] = formatPValues([p ?? NaN]),
    [short] = formatShortP([p ?? NaN]),
    known = Number.isFinite(p);
  return {
    name,
    estimate: row.estimate as number,
    low: row.conf_low as number ?? NaN,
    high: row.conf_high as number ?? NaN,
    filled: !(p > 1 - level),
    right: known ? `p ${short.startsWith("<") ? short : `= ${short}`}` : undefined,
    title: `${name}\n${formatInterval(row)}${known ? `\np ${text}` : ""}`,
  };
}

/** One axis for all panels: it holds every interval and the value of no effect. */
function axisOf(
  rows: readonly Row[],
  reference: number,
  logarithmic: boolean,
  { bands }: FigureOptions,
): [number, number] {
  let low = reference, high = reference;
  for (const { estimate, conf_low, conf_high } of rows) {
    for (const end of (bands === false ? [estimate] : [estimate, conf_low, conf_high]) as number[]) {
      if (!Number.isFinite(end)) continue;
      low = Math.min(low, end);
      high = Math.max(high, end);
    }
  }
  if (logarithmic) {
    const room = (high / low) ** 0.03 || 1.1;
    return [low / room, high * room];
  }
  const room = 0.03 * (high - low) || 1;
  return [low - room, high + room];
}

function captionOf(
  meta: ContrastMeta,
  long: boolean,
  level: number,
  { bands }: FigureOptions,
): (string | false | undefined)[] {
  const { tests = [], intervals = [] } = meta.adjusted ?? {};
  const said = (
    all: readonly Adjustment[],
    counted: string,
  ) => [...new Set(all.map((each) => adjustmentText(each, counted)))];
  const one = said([...tests, ...intervals], "contrasts");
  const percent = meta.level === undefined ? "" : `${formatValue(level * 100)}% `;
  return [
    meta.title && `${meta.title}.`,
    `${bands === false ? "Estimates" : `Estimates with ${percent}confidence intervals`}; hollow where p > ${
      formatValue(Number((1 - level).toPrecision(6)))
    }, the line at ${formatValue(meta.null ?? 0)} is no effect.`,
    one.length === 1 ? `Intervals and p-values adjusted: ${one[0]}.` : [
      ...said(tests, "tests").map((how) => `P value adjustment: ${how}.`),
      ...said(intervals, "estimates").map((how) => `Confidence level adjustment: ${how}.`),
    ].join(" "),
    long && "Names and p-values are in the table.",
  ];
}
