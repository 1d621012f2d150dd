/** Predictions: a line with a ribbon over a numeric predictor, or points with intervals over a factor. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type PredictPlotOptions,
} from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { PREDICT } from "../inference/predict/predict.ts";
import { type Axis, colorsOf, facetGrid, NEUTRAL, type Roles, rolesOf } from "./axes.ts";
import { compose, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, formatValue, notDrawn, type Row, rowsOf, thin } from "./rows.ts";
import { facetTitles, layoutOf, type PanelLayout, xScale, yScale } from "./scales.ts";

/** A row placed in the figure. */
interface Mark {
  readonly x: number | string | null;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly color: string;
  /** Rows of the same line have the same text. */
  readonly line: string;
  /** A prediction for groups of the random effects, not for the population. */
  readonly grouped: boolean;
  readonly fx: number;
  readonly fy: number;
  readonly title: string;
}

/** Channels that place a mark. */
const AT = { x: "x", fx: "fx", fy: "fy" };

/**
 * Draws predictions: the first numeric predictor that varies across, colour by the next variable, facets by the third;
 * groups of random effects as thin lines.
 *
 * @param frame result of `predict`: predictors, then `estimate`, `conf_low`, `conf_high`
 * @param meta names, range and scale of the response; rows of the data for `points`
 * @param options Plot options, and `points: true` for the raw data underneath
 */
export const predict: KindFigure = {
  kind: PREDICT,
  options: { ...plotOptions.levels, points: kinds.flag } satisfies OwnOptions<PredictPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const roles = rolesOf(frame, meta);
  const marks = distinct(placed(rowsOf(frame), roles, "estimate", options));
  const data = options.points ? dataMarks(meta, roles, options) : { rows: [], note: undefined };
  const layout = layoutOf(roles, options);
  const defaults = {
    ...layout.size,
    x: xScale(roles, layout),
    y: yScale(meta, [...marks, ...data.rows].flatMap((mark) => [mark.y, mark.low, mark.high])),
    fx: { axis: null, padding: roles.facet ? 0.06 : 0 },
    fy: { axis: null, padding: roles.facet ? 0.2 : 0 },
    marks: [
      ...points(data.rows, marks, roles, layout),
      ...(roles.x?.numeric ? lines(marks, roles) : intervals(marks, roles, layout)),
      ...facetTitles(roles.facet),
    ],
  };
  const plot = plotSvg(panelOptions(defaults, options, ["points", "color"]));
  const color = colorRole(roles);
  const colors = colorsOf(color?.levels ?? [], options);
  const legend = color && {
    label: color.name,
    items: color.levels.map((text, i) => ({ text, color: colors[i] })),
  };
  const caption = [...captionOf(meta, marks, roles, data.note), notDrawn(rowsOf(frame))];
  return compose({ panels: [{ plot }], legend: legend ?? undefined, caption }, options);
}

/** Gives every row its place: position, colour, facet, and the line that it belongs to. */
function placed(rows: readonly Row[], roles: Roles, y: string, options: FigureOptions): Mark[] {
  const { x, color, facet, rest, groups } = roles;
  const coloring = colorRole(roles);
  const palette = colorsOf(coloring?.levels ?? [], options);
  const colors = new Map(coloring?.levels.map((level, i) => [level, palette[i]]));
  const places = facet && facetGrid(facet.levels).at;
  const all = [x, color, facet, ...rest, ...groups].filter((axis) => axis !== null);
  const apart = all.filter((axis) => axis !== x && axis !== facet);
  return rows.map((row) => {
    const [fx, fy] = places?.get(formatValue(row[facet!.name])) ?? [0, 0];
    const names = all.map((axis) => `${axis.name} ${formatValue(row[axis.name])}`);
    const value = y === "estimate" ? `estimate ${formatInterval(row)}` : `${y} ${formatValue(row[y])}`;
    return {
      x: x === null ? "" : x.numeric ? row[x.name] : formatValue(row[x.name]),
      y: row[y] as number,
      low: row.conf_low as number ?? NaN,
      high: row.conf_high as number ?? NaN,
      color: coloring ? colors.get(formatValue(row[coloring.name])) ?? NEUTRAL : NEUTRAL,
      line: apart.map((axis) => formatValue(row[axis.name])).join("\n"),
      grouped: groups.length > 0 && groups.some((axis) => row[axis.name] !== null),
      fx,
      fy,
      title: [...names, value].join("\n"),
    };
  });
}

/** Predictions at the rows of the data repeat themselves: each is drawn once. */
function distinct(marks: readonly Mark[]): Mark[] {
  const key = ({ x, y, low, high, line, fx, fy }: Mark) => [x, y, low, high, line, fx, fy].join("\n");
  return [...new Map(marks.map((mark) => [key(mark), mark])).values()];
}

/** What colours stand for: the second variable, else the first grouping factor with few levels. */
function colorRole(roles: Roles): Axis | null {
  if (roles.color) return roles.color;
  return roles.groups.find((axis) => axis.levels.length <= 10) ?? null;
}

/** Ribbon and line for the population; thin lines for groups, whose ribbons would hide each other. */
function lines(marks: readonly Mark[], roles: Roles): unknown[] {
  const at = { ...AT, z: "line", sort: "x" };
  const groups = marks.filter((mark) => mark.grouped), population = marks.filter((mark) => !mark.grouped);
  const bands = population.filter((mark) => Number.isFinite(mark.low) && Number.isFinite(mark.high));
  const series = new Set(bands.map((mark) => mark.line)).size;
  const many = roles.groups.some((axis) => axis.levels.length > 10);
  const thinLine = { strokeWidth: many ? 0.8 : 1.3, strokeOpacity: many ? 0.75 : 0.95 };
  const hover = marks.length <= 600 ? marks : [];
  return [
    Plot.areaY(bands, { ...at, y1: "low", y2: "high", fill: "color", fillOpacity: series > 3 ? 0.14 : 0.2 }),
    Plot.line(groups, { ...at, y: "y", stroke: "color", ...thinLine }),
    Plot.line(population, { ...at, y: "y", stroke: "color", strokeWidth: 2.2 }),
    Plot.dot(hover, { ...AT, y: "y", r: 5, fill: "color", fillOpacity: 0, title: "title" }),
  ];
}

/** Where each line stands beside a level of x, in the order of the legend: pixels from its middle. */
function placesBeside(marks: readonly Mark[], roles: Roles, layout: PanelLayout): Map<string, number> {
  const levels = colorRole(roles)?.levels ?? [],
    first = (line: string) => levels.indexOf(line.split("\n")[0]);
  const lines = [...new Set(marks.map((mark) => mark.line))].sort((a, b) => first(a) - first(b));
  const step = Math.min(18, 0.7 * layout.stepX / Math.max(1, lines.length));
  return new Map(lines.map((line, i) => [line, (i - (lines.length - 1) / 2) * step]));
}

/** The raw data under the predictions; over a factor right beside the interval of their own colour. */
function points(
  rows: readonly Mark[],
  marks: readonly Mark[],
  roles: Roles,
  layout: PanelLayout,
): unknown[] {
  const style = { ...AT, y: "y", fill: "color", r: 2.4, fillOpacity: 0.45, title: "title" };
  if (roles.x?.numeric) return [Plot.dot(rows, style)];
  const beside = placesBeside(marks, roles, layout), apart = Math.min(9, 0.35 * stepOf(beside, layout));
  const own = new Map<string, number[]>(); // of the lines of one colour
  for (const { color, line } of marks) own.set(color, [...own.get(color) ?? [], beside.get(line)!]);
  return [...Map.groupBy(rows, (row) => row.color)].map(([color, same]) => {
    const at = own.get(color) ?? [0], middle = (Math.min(...at) + Math.max(...at)) / 2;
    return Plot.dot(same, { ...style, dx: middle + apart });
  });
}

/** Pixels between two lines that stand side by side. */
function stepOf(beside: ReadonlyMap<string, number>, layout: PanelLayout): number {
  const [a, b] = [...beside.values()];
  return b === undefined ? 0.7 * layout.stepX : b - a;
}

/** Points with intervals; the lines that share a level of x stand side by side. */
function intervals(marks: readonly Mark[], roles: Roles, layout: PanelLayout): unknown[] {
  const beside = placesBeside(marks, roles, layout);
  return [...Map.groupBy(marks, (mark) => mark.line)].flatMap(([line, own]) => {
    const at = { ...AT, dx: beside.get(line)! };
    const bars = own.filter((mark) => Number.isFinite(mark.low) && Number.isFinite(mark.high));
    return [
      Plot.ruleX(bars, { ...at, y1: "low", y2: "high", stroke: "color", strokeWidth: 1.8 }),
      Plot.dot(own, { ...at, y: "y", fill: "color", r: roles.groups.length ? 2.5 : 4, title: "title" }),
    ];
  });
}

/** The raw data at their place: variables that the data share with the grid decide on colour and facet. */
function dataMarks(
  meta: FigureMeta,
  roles: Roles,
  options: FigureOptions,
): { rows: readonly Mark[]; note: string | undefined } {
  const names = meta.data ? columnNames(meta.data) : [];
  const needed = [meta.response, roles.x?.name].filter((name) => name !== undefined);
  const absent = needed.find((name) => !names.includes(name));
  if (!meta.data || !meta.response || absent !== undefined) {
    return {
      rows: [],
      note: `No data points: ${absent ? `the data have no column "${absent}".` : "the data are not known."}`,
    };
  }
  // A point belongs to one of the levels drawn; values of a covariate that are held fixed match no point.
  const shared = (axis: Axis | null) => axis && !axis.numeric && names.includes(axis.name) ? axis : null;
  const groups = roles.groups.filter((axis) => names.includes(axis.name));
  const shown: Roles = {
    x: roles.x,
    color: shared(roles.color),
    facet: shared(roles.facet),
    rest: [],
    groups,
  };
  const rows = rowsOf(meta.data).filter((row) => Number.isFinite(row[meta.response!]));
  const inside = shown.facet
    ? rows.filter((row) => shown.facet!.levels.includes(formatValue(row[shown.facet!.name])))
    : rows;
  const { rows: kept, note } = thin(inside);
  const marks = placed(kept, shown, meta.response, options);
  // Where colour tells nothing apart, points are grey, so that the line stands out.
  return { rows: colorRole(shown) ? marks : marks.map((mark) => ({ ...mark, color: "#8a8f98" })), note };
}

function captionOf(meta: FigureMeta, marks: readonly Mark[], roles: Roles, note: string | undefined) {
  const percent = `${formatValue((meta.level ?? 0.95) * 100)}%`;
  const shape = roles.x?.numeric ? "bands" : "bars";
  const banded = marks.some((mark) => Number.isFinite(mark.low) && (!mark.grouped || shape === "bars"));
  const thick = marks.some((mark) => !mark.grouped), grouped = marks.some((mark) => mark.grouped);
  const groups = roles.groups.map((axis) => axis.name).join(" and ");
  const apart = roles.rest.map((axis) => axis.name).join(" and ");
  return [
    meta.title && `${meta.title}.`,
    banded &&
    `Estimates with ${percent} ${meta.interval ?? "confidence"} ${shape}${
      meta.scale === "link" ? ", link scale" : ""
    }.`,
    grouped && `${thick ? "Thin: predictions" : "Predictions"} for each ${groups}.`,
    roles.facet && !roles.facet.numeric && `Panels: ${roles.facet.name}.`,
    apart && `One line for each ${apart}.`,
    note,
  ];
}
