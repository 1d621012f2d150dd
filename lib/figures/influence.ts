/** Influence of groups: Cook's distances, and how far each coefficient moves when a group is left out. */
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type NamedPlotOptions,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { INFLUENCE } from "../inference/describe/influence.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { fittedLabels } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";
import { type Style, styleOf } from "./style.ts";
import { longest } from "./text.ts";

/** Groups whose distance is listed. */
const MOST = 20;

/**
 * Draws what `influence` gives: left the groups by Cook's distance, with the line above which one is worth a look; right the changes
 * of the coefficients, the farthest group by name.
 *
 * @param frame `group`, `level`, `rows`, `cooks_distance`, then a column per coefficient
 */
export const influence: KindFigure<FigureMeta> = {
  kind: INFLUENCE,
  options: { ...plotOptions.labels, ...plotOptions.color } satisfies OwnOptions<NamedPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const all = rowsOf(frame), rows = all.filter((row) => Number.isFinite(row.cooks_distance));
  if (rows.length === 0) throw new RangeError("Cannot plot the influence: no group could be left out");
  const limit = 4 / all.length,
    width = Number(options.width ?? 720),
    own = { ...options, width: undefined },
    style = styleOf(options);
  const sorted = [...rows].sort((a, b) => (b.cooks_distance as number) - (a.cooks_distance as number)).slice(
    0,
    MOST,
  );
  const coefficients = columnNames(frame).slice(4);
  const panels: Panel[] = [
    {
      title: "Cook's distance",
      plot: plotSvg(panelOptions(distances(sorted, limit, width * 0.42, style), clean(own), ["color"])),
    },
    {
      title: "Change of the coefficients",
      plot: plotSvg(
        panelOptions(changes(rows, coefficients, limit, width * 0.58, style), clean(own), ["color"]),
      ),
    },
  ];
  const figure = compose({
    panels,
    columns: 2,
    caption: [
      meta.title && `${meta.title}.`,
      `Dashed: 4 / ${all.length}; filled: groups above it.`,
      rows.length > MOST && `The ${MOST} of ${rows.length} groups with the largest distances are listed.`,
      notDrawn(all.map((row) => ({ ...row, estimate: row.cooks_distance })), (row) => String(row.level)),
    ],
  }, options);
  style.words.done();
  return figure;
}

const clean = (options: FigureOptions) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
const ACROSS = { labelAnchor: "center", labelArrow: "none", grid: true, nice: true, tickSpacing: 55 };
const SIZE = { marginRight: 20, marginTop: 8, marginBottom: 44 };

/** Names left of the rows. */
function namesAt(names: readonly string[], pixels: number) {
  const written = fittedLabels(names, pixels);
  const marks = names.map((name, y) => ({ y, text: written.get(name)! }));
  return {
    marginLeft: Math.ceil(longest(written.values()) + 16),
    text: Plot.text(marks, { y: "y", text: "text", frameAnchor: "left", textAnchor: "end", dx: -10 }),
  };
}

function distances(
  rows: readonly Row[],
  limit: number,
  width: number,
  { color, words }: Style,
): Record<string, unknown> {
  const { marginLeft, text } = namesAt(rows.map((row) => words.of(String(row.level))), 110);
  const marks = rows.map((row, y) => ({
    y,
    x: row.cooks_distance as number,
    title: `${row.level}\n${row.rows} rows\nCook's distance ${formatValue(row.cooks_distance)}`,
  }));
  const dots = { x: "x", y: "y", r: 3.8, stroke: color, title: "title" };
  return {
    ...SIZE,
    width,
    height: rows.length * 18 + 62,
    marginLeft,
    x: {
      ...ACROSS,
      label: words.of("distance"),
      domain: [0, Math.max(limit * 1.1, ...marks.map(({ x }) => x))],
    },
    y: { type: "linear", domain: [rows.length - 0.4, -0.6], axis: null },
    marks: [
      Plot.ruleX([limit], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.ruleY(marks, { x1: 0, x2: "x", y: "y", stroke: color, strokeWidth: 1.6 }),
      Plot.dot(marks.filter(({ x }) => x > limit), { ...dots, fill: color }),
      Plot.dot(marks.filter(({ x }) => x <= limit), { ...dots, strokeWidth: 1.6 }),
      text,
    ],
  };
}

function changes(
  rows: readonly Row[],
  coefficients: readonly string[],
  limit: number,
  width: number,
  { color, words }: Style,
): Record<string, unknown> {
  const { marginLeft, text } = namesAt(coefficients.map(words.of), 170);
  const marks = coefficients.flatMap((name, y) =>
    rows.map((row) => ({
      y,
      x: row[name] as number,
      level: words.of(String(row.level)),
      above: row.cooks_distance as number > limit,
      title: `without ${row.level}\n${name} moves by ${formatValue(row[name])} standard errors`,
    }))
  );
  const farthest = coefficients.map((_, y) =>
    marks.filter((mark) => mark.y === y).reduce((a, b) => Math.abs(b.x) > Math.abs(a.x) ? b : a)
  );
  const dots = { x: "x", y: "y", r: 3.4, stroke: color, strokeOpacity: 0.8, title: "title" };
  const high = Math.max(26, Math.min(48, 240 / coefficients.length));
  return {
    ...SIZE,
    width,
    height: Math.max(coefficients.length * high, 120) + 62,
    marginLeft,
    marginRight: 34,
    x: { ...ACROSS, label: words.of("change in standard errors") },
    y: { type: "linear", domain: [coefficients.length - 0.4, -0.7], axis: null },
    marks: [
      Plot.ruleX([0], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.dot(marks.filter(({ above }) => above), { ...dots, fill: color, fillOpacity: 0.8 }),
      Plot.dot(marks.filter(({ above }) => !above), dots),
      Plot.text(farthest, { x: "x", y: "y", text: "level", dy: -11, fontSize: 11 }),
      text,
    ],
  };
}
