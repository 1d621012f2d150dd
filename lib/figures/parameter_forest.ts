/** Coefficients of several models on one axis: a row for each term, models beside each other in colours. */
import { listedRows, rowNames } from "./listed_rows.ts";
import { Plot } from "./plot.ts";
import { formatInterval, type Row } from "./rows.ts";

/** A coefficient of a model, and how it is called at the left. */
export type ParameterRow = Row & { readonly label: string };

/** What the panels of a figure share, and what is a panel's own. */
export interface Forest {
  readonly models: readonly string[];
  readonly colors: readonly string[];
  /** The labels in lines. */
  readonly names: ReadonlyMap<string, string>;
  readonly marginLeft: number;
  readonly width: number;
  /** A line of no effect. */
  readonly zero: boolean;
  /** Ends of the axis; none where Plot finds them. */
  readonly domain: readonly [number, number] | undefined;
  readonly bands: boolean;
  readonly label: string;
}

/** Pixels between two models of a term, and between two terms. */
const MODEL = 12, TERM = 10;

/** Plot options of the rows; models that none of them is of take no room. */
export function forest(rows: readonly ParameterRow[], shared: Forest): Record<string, unknown> {
  const { names, marginLeft, width, zero, domain, label } = shared;
  const models = shared.models.filter((model) => rows.some((row) => row.model === model));
  const terms = [...new Set(rows.map((row) => row.label))], step = TERM + MODEL * models.length;
  return {
    width,
    height: terms.length * step + 62,
    marginLeft,
    ...listedRows(
      { label, ...(domain ? { domain } : { nice: true }), tickSpacing: width < 400 ? 40 : 60 },
      [-0.5, terms.length - 0.5],
    ),
    marks: [
      zero ? Plot.ruleX([0], { strokeOpacity: 0.5, strokeDasharray: "4 3" }) : null,
      ...estimateMarks(rows, terms, models, step, shared),
      rowNames(terms.map((text, y) => ({ y, text: names.get(text) ?? text }))),
    ],
  };
}

function estimateMarks(
  rows: readonly ParameterRow[],
  terms: readonly string[],
  models: readonly string[],
  step: number,
  { models: all, colors, bands }: Forest,
): unknown[] {
  const marks = rows.map((row) => {
    const model = String(row.model), place = (models.indexOf(model) - (models.length - 1) / 2) * MODEL / step;
    return {
      ...row,
      y: terms.indexOf(row.label) + place,
      color: colors[all.indexOf(model)],
      title: `${model}\n${row.term}\n${formatInterval(row)}`,
    };
  });
  const bars = marks.filter((row) =>
    bands && Number.isFinite((row as Row).conf_low) && Number.isFinite((row as Row).conf_high)
  );
  return [
    Plot.ruleY(bars, { x1: "conf_low", x2: "conf_high", y: "y", stroke: "color", strokeWidth: 2 }),
    Plot.dot(marks, { x: "estimate", y: "y", r: 3.6, fill: "color", title: "title" }),
  ];
}
