/** Fitted values: residuals and observations against them, or observed and fitted over a predictor, by group. */
import { kinds } from "../check.ts";
import {
  type AugmentPlotOptions,
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame, nearestName, readColumn } from "../frame.ts";
import { AUGMENT } from "../inference/predict/residuals.ts";
import { extent, mean } from "../math/descriptive.ts";
import type { Axis } from "./axes.ts";
import { colorChannel, colorOptions, colorScale, legendOf } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { type Element, Plot, plotSvg } from "./plot.ts";
import { numericTicks } from "./scales.ts";
import { narrowAxis, type RowFacets, rowFacets } from "./row_facets.ts";
import { Words } from "./words.ts";
import { formatValue, levelsOf, type Row, rowsOf, thin } from "./rows.ts";

/** A row of the data with its fitted value. */
interface Point {
  readonly x: number | string | null;
  readonly fitted: number;
  readonly observed: number;
  readonly residual: number;
  /** Level that the colour stands for. */
  readonly level: string;
  readonly group: string;
  readonly title: string;
  /** Of its row in the table. */
  readonly place: number;
}

/** Levels up to which colours tell groups apart. */
const MOST_COLORS = 10;

/**
 * Draws residuals and observed values against fitted values; with `x`, observed points and fitted lines over that
 * column, one line per level of `groupBy` (a "spaghetti" plot).
 *
 * @param frame result of `augment`: the data's rows, then `row`, `fitted`, `residual`, `pearson`
 * @param options Plot options, and `groupBy` (a column that colours the points), `x` (a column, for lines)
 */
export const augment: KindFigure = {
  kind: AUGMENT,
  table: {
    needs: ["fitted", "residual"],
    isOf: (columns) => columns.has("fitted") && !columns.has("term") && !columns.has("observed"),
    metaOf: () => ({}),
  },
  options: {
    ...plotOptions.vertical,
    ...plotOptions.color,
    ...plotOptions.labels,
    points: kinds.flag,
    groupBy: kinds.column,
    facet: plotOptions.names,
    x: kinds.anyOf(kinds.column, plotOptions.axis),
  } satisfies OwnOptions<AugmentPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const groupBy = columnOption(frame, options.groupBy ?? colorOptions(options).by, "groupBy");
  const x = typeof options.x === "string" ? columnOption(frame, options.x, "x") : undefined;
  const levels = groupBy === undefined ? [] : levelsOf(frame, groupBy), words = new Words(options);
  const colored: Axis | null = groupBy === undefined || levels.length > MOST_COLORS
    ? null
    : { name: groupBy, numeric: false, levels };
  const points = pointsOf(rowsOf(frame), x, groupBy, colored !== null),
    width = Number(options.width ?? 640);
  const style: Style = { color: colorChannel(colored, options), words, observed: options.points !== false };
  const across = x === undefined ? null : axisOf(frame, x, meta);
  const facets = rowFacets(
    (options as AugmentPlotOptions).facet,
    (name) => readColumn(frame, columnOption(frame, name, "facet")!),
    width,
    words,
  );
  const plots = facets
    ? facetedPlots(facets, points, across, meta, style)
    : across === null
    ? [residualPlot(points, width / 2, style), observedPlot(points, meta, width / 2, style)]
    : [spaghetti(points, meta, across, width, style)];
  const panels = plots.map(({ title, ...defaults }: Record<string, unknown>): Panel => {
    const panel = { color: colorScale(colored, options), ...defaults };
    return {
      title: title as string | undefined,
      plot: plotSvg(panelOptions(panel, { ...options, width: defaults.width })),
    };
  });
  const legend = legendOf(panels[0].plot as Element, colored, options, words);
  const caption = [
    meta.title && `${meta.title}.`,
    x === undefined && facets
      ? "Pearson residuals, with their means along the fitted values."
      : x === undefined
      ? "Left: Pearson residuals, with their means along the fitted values; right: observed against fitted values, equal on the dashed line."
      : `${style.observed ? "Points: observed; lines" : "Lines"}: fitted${
        groupBy === undefined ? "" : `, one for each ${words.of(groupBy)}`
      }.`,
    facets?.note,
    thin(points).note,
  ];
  const columns = facets?.columns ?? panels.length;
  const figure = compose({ panels, columns, legend, caption }, options);
  words.done();
  return figure;
}

/** Residuals, or lines over a column, of the rows of each panel, on the same axes. */
function facetedPlots(
  { panels, width, columns }: RowFacets,
  points: readonly Point[],
  x: Axis | null,
  meta: FigureMeta,
  style: Style,
): Record<string, unknown>[] {
  const ends = (of: (point: Point) => number | readonly number[]) => ({ domain: extent(points.flatMap(of)) });
  const axes: Record<string, object> = x === null
    ? { x: ends(({ fitted }) => fitted), y: ends(({ residual }) => residual) }
    : {
      x: x.numeric ? ends((point) => point.x as number) : {},
      y: ends(({ fitted, observed }) => style.observed ? [fitted, observed] : fitted),
    };
  return panels.flatMap(({ title, rows }) => {
    const inPanel = new Set(rows), own = points.filter(({ place }) => inPanel.has(place));
    if (own.length === 0) return [];
    const plot = x === null ? residualPlot(own, width, style) : spaghetti(own, meta, x, width, style);
    const shared = Object.fromEntries(
      ["x", "y"].map((axis) => [
        axis,
        { ...plot[axis] as object, ...axes[axis], ...(x === null ? narrowAxis(width) : {}) },
      ]),
    );
    return [{ ...plot, ...shared, title, height: columns > 2 ? 220 : 260 }];
  });
}

/** How points are drawn. */
interface Style {
  /** Channel of their colour. */
  readonly color: unknown;
  readonly words: Words;
  /** The observed points are drawn. */
  readonly observed: boolean;
}

/** The column that goes across, its levels in the order of the model. */
function axisOf(frame: Frame, name: string, meta: FigureMeta): Axis {
  const present = levelsOf(frame, name), levels = meta.variables?.find((v) => v.name === name)?.levels;
  return {
    name,
    numeric: readColumn(frame, name).kind === "numeric",
    levels: levels?.filter((level) => present.includes(level)) ?? present,
  };
}

function pointsOf(
  rows: readonly Row[],
  x: string | undefined,
  groupBy: string | undefined,
  colored: boolean,
): Point[] {
  return rows.flatMap((row, place) => {
    if (!Number.isFinite(row.fitted)) return [];
    const group = groupBy === undefined ? "" : formatValue(row[groupBy]);
    const fitted = row.fitted as number, residual = row.residual as number;
    const lines = [
      `row ${formatValue(row.row)}`,
      ...(x === undefined ? [] : [`${x} ${formatValue(row[x])}`]),
      ...(groupBy === undefined ? [] : [`${groupBy} ${group}`]),
      `observed ${formatValue(fitted + residual)}, fitted ${formatValue(fitted)}`,
    ];
    return [{
      x: x === undefined ? null : row[x],
      fitted,
      observed: fitted + residual,
      residual: (row.pearson ?? row.residual) as number,
      level: colored ? group : "",
      group,
      title: lines.join("\n"),
      place,
    }];
  });
}

const MARGINS = { marginLeft: 58, marginRight: 14, marginTop: 28, marginBottom: 44, height: 330 };
const AXIS = { labelArrow: "none", grid: true, nice: true };

function dots(points: readonly Point[], x: keyof Point, y: keyof Point, { color, observed }: Style): unknown {
  const { rows } = thin(observed ? points : []);
  const large = rows.length > 300;
  return Plot.dot(rows, {
    x,
    y,
    fill: color,
    r: large ? 2 : 3,
    fillOpacity: large ? 0.5 : 0.7,
    title: "title",
  } as never);
}

function residualPlot(points: readonly Point[], width: number, style: Style): Record<string, unknown> {
  return {
    ...MARGINS,
    width,
    x: { ...AXIS, label: style.words.of("fitted"), labelAnchor: "center", tickSpacing: 55 },
    y: { ...AXIS, label: style.words.of("Pearson residual") },
    marks: [
      Plot.ruleY([0], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      dots(points, "fitted", "residual", style),
      Plot.line(binMeans(points), {
        x: "fitted",
        y: "residual",
        stroke: "currentColor",
        strokeWidth: 2,
        curve: "monotone-x",
      }),
    ],
  };
}

/**
 * Mean residual in up to 20 bins of equal numbers of rows along the fitted values (ties stay together): where the curve
 * leaves zero, the mean is modelled wrongly.
 */
function binMeans(points: readonly Point[]): { fitted: number; residual: number }[] {
  const sorted = [...points].sort((a, b) => a.fitted - b.fitted);
  const most = Math.max(10, Math.ceil(sorted.length / 20));
  const means: { fitted: number; residual: number }[] = [];
  for (let from = 0; from < sorted.length;) {
    let to = Math.min(from + most, sorted.length);
    while (to < sorted.length && sorted[to].fitted === sorted[to - 1].fitted) to++;
    if (sorted.length - to < most / 2) to = sorted.length;
    const bin = sorted.slice(from, to);
    means.push({ fitted: mean(bin.map((p) => p.fitted)), residual: mean(bin.map((p) => p.residual)) });
    from = to;
  }
  return means;
}

function observedPlot(
  points: readonly Point[],
  meta: FigureMeta,
  width: number,
  style: Style,
): Record<string, unknown> {
  const [low, high] = extent(points.flatMap((point) => [point.fitted, point.observed]));
  return {
    ...MARGINS,
    width,
    x: { ...AXIS, label: style.words.of("fitted"), labelAnchor: "center", tickSpacing: 55 },
    y: { ...AXIS, label: meta.response ? `observed ${style.words.of(meta.response)}` : "observed" },
    marks: [
      Plot.line([[low, low], [high, high]], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      dots(points, "fitted", "observed", style),
    ],
  };
}

function spaghetti(
  points: readonly Point[],
  meta: FigureMeta,
  x: Axis,
  width: number,
  style: Style,
): Record<string, unknown> {
  const many = new Set(points.map((point) => point.group)).size > MOST_COLORS;
  const ticks = x.numeric
    ? { nice: false, ...numericTicks(points.map((point) => point.x as number), width - 72) }
    : { nice: undefined, type: "band", domain: x.levels, padding: 0.5, tickFormat: style.words.of };
  return {
    ...MARGINS,
    width,
    height: 380,
    x: {
      ...AXIS,
      ...ticks,
      grid: false,
      insetLeft: 6,
      insetRight: 6,
      label: style.words.of(x.name),
      labelAnchor: "center",
    },
    y: { ...AXIS, label: style.words.of(meta.response ?? "observed") },
    marks: [
      dots(points, "x", "observed", style),
      x.numeric ? lines(points, many, style) : strokes(points, style),
    ],
  };
}

function lines(points: readonly Point[], many: boolean, { color }: Style): unknown {
  return Plot.line(points, {
    x: "x",
    y: "fitted",
    z: "group",
    sort: "x",
    stroke: color,
    strokeWidth: many ? 1.2 : 2,
    strokeOpacity: many ? 0.5 : 1,
  } as never);
}

/** Levels have nothing between them: each fitted value is a stroke at its level. */
function strokes(points: readonly Point[], { color }: Style): unknown {
  const distinct = new Map(points.map((point) => [[point.x, point.group, point.fitted].join("\n"), point]));
  return Plot.tickY([...distinct.values()], { x: "x", y: "fitted", stroke: color, strokeWidth: 2 } as never);
}

/** A column that an option names. */
function columnOption(frame: Frame, name: unknown, option: string): string | undefined {
  if (name === undefined) return undefined;
  const names = columnNames(frame);
  if (typeof name === "string" && names.includes(name)) return name;
  const nearest = nearestName(String(name), names);
  throw new RangeError(
    `Cannot use ${option} "${name}": the columns are ${names.map((each) => `"${each}"`).join(", ")}` +
      (nearest ? `; did you mean "${nearest}"?` : ""),
  );
}
