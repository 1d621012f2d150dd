/** Coefficients of several models: a forest with a row for each term, models beside each other in colours. */
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  type PartsPlotOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { PARAMETERS } from "../inference/describe/compare_parameters.ts";
import { MEAN } from "../model/families/part.ts";
import { legend, levelColors } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { linesOf } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";
import { longest } from "./text.ts";
import { Words } from "./words.ts";

const PARTS: Readonly<Record<string, string>> = {
  cond: "Coefficients",
  zi: "Zero inflation",
  disp: "Dispersion",
};

/**
 * Draws what `compareParameters` compares: intercepts in a panel of their own scale, further parts below.
 *
 * @param frame `model`, `component`, `term`, `estimate`, `conf_low`, `conf_high`
 */
export const parameters: KindFigure<FigureMeta> = {
  kind: PARAMETERS,
  table: {
    needs: ["model", "term", "estimate"],
    isOf: (columns) => columns.has("model") && columns.has("term") && columns.has("estimate"),
    metaOf: () => ({ title: "Coefficients of several models" }),
  },
  options: { ...plotOptions.estimates, ...plotOptions.color } satisfies OwnOptions<PartsPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const all = rowsOf(frame), rows = all.filter((row) => Number.isFinite(row.estimate));
  if (rows.length === 0) {
    throw new RangeError("Cannot plot the coefficients: none of them has a finite estimate");
  }
  const models = [...new Set(all.map((row) => String(row.model)))], axis = { name: "model", levels: models };
  const colors = levelColors(axis, options);
  const isIntercept = (row: Row) => row.term === "(Intercept)" || /^\d+\|\d+$/.test(String(row.term));
  const parts = [
    ...Map.groupBy(rows, (row) => isIntercept(row) ? "intercepts" : String(row.component ?? MEAN)),
  ]
    .sort(([a], [b]) => Number(a === "intercepts") - Number(b === "intercepts"));
  const words = new Words(options),
    names = new Map(rows.map((row) => [labelOf(row), linesOf(words.of(labelOf(row)), 230).join("\n")]));
  const marginLeft = Math.ceil(longest(names.values()) + 16);
  const panels = parts.map(([part, own]): Panel => ({
    title: parts.length > 1 ? PARTS[part] ?? (part === "intercepts" ? "Intercepts" : part) : undefined,
    plot: plotSvg(panelOptions(
      forest(own, {
        models,
        colors,
        names,
        marginLeft,
        width: Number(options.width ?? 640),
        zero: part !== "intercepts",
        bands: options.bands !== false,
        label: words.of("estimate (link scale)"),
      }),
      options,
      ["color"],
    )),
  }));
  const figure = compose({
    panels,
    legend: legend(axis, models, colors, options, words),
    caption: [
      `${meta.title}.`,
      options.bands === false
        ? "Estimates (link scale)."
        : `Estimates (link scale) with ${formatValue((meta.level ?? 0.95) * 100)}% confidence intervals.`,
      notDrawn(all, (row) => `${row.model} ${row.term}`),
    ],
  }, options);
  words.done();
  return figure;
}

/** The term; intercepts of further parts stand in one panel and say which part is theirs. */
const labelOf = ({ term, component }: Row): string =>
  term === "(Intercept)" && component !== MEAN ? `${term} ${component}` : String(term);

/** What the panels of a figure share. */
interface Forest {
  readonly models: readonly string[];
  readonly colors: readonly string[];
  readonly names: ReadonlyMap<string, string>;
  readonly marginLeft: number;
  readonly width: number;
  readonly zero: boolean;
  readonly bands: boolean;
  readonly label: string;
}

function forest(
  rows: readonly Row[],
  { models, colors, names, marginLeft, width, zero, bands, label }: Forest,
): Record<string, unknown> {
  const terms = [...new Set(rows.map(labelOf))], step = 10 + 12 * models.length;
  const marks = rows.map((row) => {
    const k = models.indexOf(String(row.model)), place = (k - (models.length - 1) / 2) * 12 / step;
    return {
      ...row,
      y: terms.indexOf(labelOf(row)) + place,
      color: colors[k],
      title: `${row.model}\n${row.term}\n${formatInterval(row)}`,
    };
  });
  const bars = marks.filter((row) =>
    bands && Number.isFinite((row as Row).conf_low) && Number.isFinite((row as Row).conf_high)
  );
  return {
    width,
    height: terms.length * step + 62,
    marginLeft,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 44,
    x: {
      label,
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      nice: true,
      tickSpacing: 60,
    },
    y: { type: "linear", domain: [terms.length - 0.5, -0.5], axis: null },
    marks: [
      zero ? Plot.ruleX([0], { strokeOpacity: 0.5, strokeDasharray: "4 3" }) : null,
      Plot.ruleY(bars, { x1: "conf_low", x2: "conf_high", y: "y", stroke: "color", strokeWidth: 2 }),
      Plot.dot(marks, { x: "estimate", y: "y", r: 3.6, fill: "color", title: "title" }),
      Plot.text(terms.map((text, y) => ({ y, text: names.get(text) ?? text })), {
        y: "y",
        text: "text",
        frameAnchor: "left",
        textAnchor: "end",
        dx: -10,
      }),
    ],
  };
}
