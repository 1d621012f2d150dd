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
import { type Forest, forest, type ParameterRow } from "./parameter_forest.ts";
import { plotSvg } from "./plot.ts";
import { formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";
import { longest } from "./text.ts";
import { endsOf } from "./scales.ts";
import { facetNames, sideBySide, tablePanels } from "./table_facets.ts";
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
  options: { ...plotOptions.estimates, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    PartsPlotOptions
  >,
  draw,
};

/** Pixels that a panel of them needs. */
const LEAST_WIDTH = 300;
/** What may have panels. */
const COLUMNS = ["model", "component", "term"];

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const all = rowsOf(frame), rows = all.filter((row) => Number.isFinite(row.estimate));
  if (rows.length === 0) {
    throw new RangeError("Cannot plot the coefficients: none of them has a finite estimate");
  }
  const models = [...new Set(all.map((row) => String(row.model)))], axis = { name: "model", levels: models };
  const colors = levelColors(axis, options), words = new Words(options), bands = options.bands !== false;
  const parts = panelsOf(rows, options, words),
    labels = parts.flatMap(({ rows }) => rows.map(({ label }) => label));
  const names = new Map(labels.map((label) => [label, linesOf(words.of(label), 230).join("\n")]));
  const { columns, width } = sideBySide(
    options.facet === undefined ? 1 : parts.length,
    Number(options.width ?? 640),
    LEAST_WIDTH,
  );
  const shared = {
    models,
    colors,
    names,
    marginLeft: Math.ceil(longest(names.values()) + 16),
    width,
    bands,
    label: words.of("estimate (link scale)"),
  };
  const panels = parts.map(({ title, rows: own, ...axis }): Panel => ({
    title,
    plot: plotSvg(panelOptions(forest(own, { ...shared, ...axis }), { ...options, width }, ["color"])),
  }));
  const figure = compose({
    panels,
    columns,
    legend: legend(axis, models, colors, options, words),
    caption: [
      `${meta.title}.`,
      `Estimates (link scale)${bands ? ` with ${percentOf(meta)}% confidence intervals` : ""}.`,
      notDrawn(all, (row) => `${row.model} ${row.term}`),
    ],
  }, options);
  words.done();
  return figure;
}

const percentOf = ({ level = 0.95 }: FigureMeta) => formatValue(level * 100);

const isIntercept = ({ term }: Row) => term === "(Intercept)" || /^\d+\|\d+$/.test(String(term));

/** Rows of a panel, whether they have a line of no effect, and the ends of an axis that panels share. */
interface ParameterPanel extends Pick<Forest, "zero" | "domain"> {
  readonly title: string | undefined;
  readonly rows: readonly ParameterRow[];
}

/** Intercepts, whose scale is their own, apart from the coefficients of each component; or as the reader wants them. */
function panelsOf(rows: readonly Row[], options: FigureOptions, words: Words): ParameterPanel[] {
  const { facet } = options as PartsPlotOptions;
  if (facet === undefined) return byComponent(rows);
  const names = facetNames(facet, COLUMNS), panels = tablePanels(rows, names, words);
  const values = rows.flatMap((row) =>
    options.bands === false ? [row.estimate] : [row.estimate, row.conf_low, row.conf_high]
  );
  const [low, high] = endsOf(values as number[], [-Infinity, Infinity])!, room = 0.03 * (high - low);
  return panels.map(({ title, rows }) => ({
    title: title || undefined,
    rows: rows.map((row) => named(row, !names.includes("component"))),
    zero: true,
    domain: panels.length > 1 ? [low - room, high + room] : undefined,
  }));
}

function byComponent(rows: readonly Row[]): ParameterPanel[] {
  const parts = [
    ...Map.groupBy(rows, (row) => isIntercept(row) ? "intercepts" : String(row.component ?? MEAN)),
  ]
    .sort(([a], [b]) => Number(a === "intercepts") - Number(b === "intercepts"));
  return parts.map(([part, own]) => ({
    title: parts.length > 1 ? PARTS[part] ?? (part === "intercepts" ? "Intercepts" : part) : undefined,
    rows: own.map((row) => named(row, row.term === "(Intercept)")),
    zero: part !== "intercepts",
    domain: undefined,
  }));
}

/** A term of a further part says which part is its own, where terms of several stand together. */
function named(row: Row, together: boolean): ParameterRow {
  const place = together && row.component !== MEAN ? ` ${row.component}` : "";
  return { ...row, label: `${row.term}${place}` };
}
