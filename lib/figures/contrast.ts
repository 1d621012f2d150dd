/** Contrasts: a forest of differences or ratios with a line at the null, intervals, and p-values at the right. */
import { type FigureElement, type FigureOptions, formatPValues, type KindFigure } from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { CONTRASTS, type EstimatesMeta } from "../inference/means/estimates_frame.ts";
import { compose, type Panel } from "./compose.ts";
import { type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { Plot } from "./plot.ts";
import { formatInterval, formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";
import { longest } from "./text.ts";
import { type Adjustment, adjustmentText } from "../inference/means/adjust.ts";

/** Rows of a panel up to which p-values are written. */
const MOST_P = 60;
/** Rows up to which long lists are divided into panels with names. */
const MOST_NAMED = 180;

/**
 * Draws contrasts from top to bottom, one panel per level of `by`, all on one axis; ratios on a logarithmic one.
 *
 * @param frame by-factors, `contrast`, `estimate`, `p_value`, `conf_low`, `conf_high`
 * @param meta `by`, the value of no effect (`null`) and the name of the axis (`response`)
 */
export const contrast: KindFigure<EstimatesMeta> = { kind: CONTRASTS, options: {}, draw };

function draw(frame: Frame, meta: Omit<EstimatesMeta, "estimates">, options: FigureOptions): FigureElement {
  const by = meta.shown.by,
    all = rowsOf(frame),
    rows = all.filter((row) => Number.isFinite(row.estimate));
  if (rows.length === 0) throw new RangeError("Cannot plot the contrasts: none of them is estimable");
  const name = columnNames(frame).includes("contrast") ? "contrast" : columnNames(frame)[0];
  const groups = [...Map.groupBy(rows, (row) => by.map((b) => `${b} = ${formatValue(row[b])}`).join(", "))]
    .flatMap(divided);
  const level = meta.level ?? 0.95, logarithmic = meta.null === 1 && rows.every((row) => lowest(row) > 0);
  const estimates = groups.map(([title, own]) => ({
    title,
    own,
    estimates: own.map((row) => estimateOf(row, name, level)),
  }));
  const marginLeft = Math.max(...estimates.map((group) => nameMargin(group.estimates)));
  const width = Number(options.width ?? 640), domain = axisOf(rows, meta.null ?? 0, logarithmic);
  const marginRight = Math.ceil(longest(groups.flatMap(([, own]) => pTexts(own)), 11)) + 18;
  const panels: Panel[] = estimates.map(({ title, own, estimates }) => ({
    plot: intervalPanel(
      estimates,
      { label: meta.response ?? "estimate", reference: meta.null ?? 0, width, marginLeft, domain },
      withP(own, options, logarithmic ? domain : null, marginRight),
    ),
    title: title || undefined,
  }));
  return compose({
    panels,
    caption: [...captionOf(meta, groups, level), notDrawn(all, (row) => String(row[name]))],
  }, options);
}

/** A list that is too long for names in one panel, in several of equal length. */
function divided([title, rows]: [string, Row[]]): [string, Row[]][] {
  if (rows.length <= MOST_P || rows.length > MOST_NAMED) return [[title, rows]];
  const parts = Math.ceil(rows.length / MOST_P), length = Math.ceil(rows.length / parts);
  return Array.from(
    { length: parts },
    (_, k) => [k === 0 ? title : "", rows.slice(k * length, (k + 1) * length)],
  );
}

function lowest(row: Row): number {
  return Number.isFinite(row.conf_low) ? row.conf_low as number : row.estimate as number;
}

function estimateOf(row: Row, name: string, level: number): Estimate {
  const p = row.p_value as number, text = Number.isFinite(p) ? `\np ${formatPValues([p])[0]}` : "";
  return {
    name: formatValue(row[name]),
    estimate: row.estimate as number,
    low: row.conf_low as number ?? NaN,
    high: row.conf_high as number ?? NaN,
    filled: !(p > 1 - level),
    title: `${formatValue(row[name])}\n${formatInterval(row)}${text}`,
  };
}

/** One axis for all panels: it holds every interval and the value of no effect. */
function axisOf(rows: readonly Row[], reference: number, logarithmic: boolean): [number, number] {
  let low = reference, high = reference;
  for (const { estimate, conf_low, conf_high } of rows) {
    for (const end of [estimate, conf_low, conf_high] as number[]) {
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

/** What is written at the right of each row; nothing in lists that are too long. */
function pTexts(rows: readonly Row[]): string[] {
  if (rows.length > MOST_P) return [];
  return rows.map((row) => formatPValues([row.p_value as number])[0]).map((text) =>
    text === "NA" ? "" : text.startsWith("<") ? `p ${text}` : `p = ${text}`
  );
}

/** Ticks at 1, 2, 5, 10, … where an axis is so long that the labels of 0.03 and 0.04 would overlap; powers of ten on longer ones. */
function wideTicks([low, high]: [number, number]): { ticks?: number[] } {
  const from = Math.floor(Math.log10(low)),
    to = Math.ceil(Math.log10(high)),
    decades = Math.log10(high / low);
  if (decades < 1) return {};
  const digits = decades < 4 ? [1, 2, 5] : [1], step = Math.max(1, Math.round(decades / 8));
  const powers = Array.from({ length: to - from + 1 }, (_, k) => from + k).filter((k) => k % step === 0);
  const all = powers.flatMap((k) => digits.map((d) => Number(`${d}e${k}`)));
  return { ticks: all.filter((v) => v >= low && v <= high) };
}

/** p-values right of the panel, beside the caller's marks. */
function withP(
  rows: readonly Row[],
  options: FigureOptions,
  logarithmic: [number, number] | null,
  marginRight: number,
): FigureOptions {
  const texts = pTexts(rows).map((text, y) => ({ text, y })).filter(({ text }) => text !== "");
  const scale = logarithmic
    ? {
      type: "log",
      tickFormat: (v: number) => formatValue(Number(v.toPrecision(3))),
      ...wideTicks(logarithmic),
    }
    : {};
  return {
    marginRight,
    ...options,
    x: { ...scale, ...(options.x as Record<string, unknown> ?? {}) },
    marks: [
      Plot.text(texts, {
        y: "y",
        text: "text",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 8,
        fontSize: 11,
      }),
      ...(options.marks as unknown[] ?? []),
    ],
  };
}

function captionOf(
  meta: Omit<EstimatesMeta, "estimates">,
  groups: readonly [string, Row[]][],
  level: number,
): (string | false | undefined)[] {
  const { tests = [], intervals = [] } = meta.adjusted ?? {};
  const said = (
    all: readonly Adjustment[],
    counted: string,
  ) => [...new Set(all.map((each) => adjustmentText(each, counted)))];
  const one = said([...tests, ...intervals], "contrasts");
  const percent = formatValue(level * 100);
  return [
    meta.title && `${meta.title}.`,
    `Estimates with ${percent}% confidence intervals; hollow where p > ${
      formatValue(Number((1 - level).toPrecision(6)))
    }` +
    `, the line at ${formatValue(meta.null ?? 0)} is no effect.`,
    one.length === 1 ? `Intervals and p-values adjusted: ${one[0]}.` : [
      ...said(tests, "tests").map((how) => `P value adjustment: ${how}.`),
      ...said(intervals, "estimates").map((how) => `Confidence level adjustment: ${how}.`),
    ].join(" "),
    groups.some(([, own]) => own.length > MOST_P) && "Names and p-values are in the table.",
  ];
}
