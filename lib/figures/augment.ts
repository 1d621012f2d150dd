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
import { columnNames, type Frame, nearestName } from "../frame.ts";
import { AUGMENT } from "../inference/predict/residuals.ts";
import { extent, mean } from "../math/descriptive.ts";
import { colorsOf, NEUTRAL } from "./axes.ts";
import { compose, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { numericTicks } from "./scales.ts";
import { formatValue, levelsOf, type Row, rowsOf, thin } from "./rows.ts";

/** A row of the data with its fitted value. */
interface Point {
  readonly x: number | string | null;
  readonly fitted: number;
  readonly observed: number;
  readonly residual: number;
  readonly color: string;
  readonly group: string;
  readonly title: string;
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
  options: {
    ...plotOptions.vertical,
    ...plotOptions.colors,
    groupBy: kinds.column,
    x: kinds.anyOf(kinds.column, plotOptions.axis),
  } satisfies OwnOptions<AugmentPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const groupBy = columnOption(frame, options, "groupBy");
  const x = typeof options.x === "string" ? columnOption(frame, options, "x") : undefined;
  const levels = groupBy === undefined ? [] : levelsOf(frame, groupBy);
  const colored = levels.length <= MOST_COLORS ? levels : [];
  const points = pointsOf(rowsOf(frame), x, groupBy, colored, options);
  const own = ["groupBy", "color", ...(x === undefined ? [] : ["x"])];
  const width = Number(options.width ?? 640);
  const draw = (defaults: Record<string, unknown>) => ({
    plot: plotSvg(panelOptions(defaults, { ...options, width: defaults.width }, own)),
  });
  const panels = x === undefined
    ? [draw(residualPlot(points, width / 2)), draw(observedPlot(points, meta, width / 2))]
    : [draw(spaghetti(points, meta, x, width))];
  const colors = colorsOf(colored, options);
  const legend = colored.length > 0 && groupBy !== undefined
    ? { label: groupBy, items: colored.map((text, i) => ({ text, color: colors[i] })) }
    : undefined;
  const caption = [
    meta.title && `${meta.title}.`,
    x === undefined
      ? "Left: Pearson residuals, with their means along the fitted values; right: observed against fitted values, equal on the dashed line."
      : `Points: observed; lines: fitted${groupBy === undefined ? "" : `, one for each ${groupBy}`}.`,
    thin(points).note,
  ];
  return compose({ panels, columns: panels.length, legend, caption }, options);
}

function pointsOf(
  rows: readonly Row[],
  x: string | undefined,
  groupBy: string | undefined,
  colored: readonly string[],
  options: FigureOptions,
): Point[] {
  const palette = colorsOf(colored, options);
  const colors = new Map(colored.map((level, i) => [level, palette[i]]));
  return rows.filter((row) => Number.isFinite(row.fitted)).map((row) => {
    const group = groupBy === undefined ? "" : formatValue(row[groupBy]);
    const fitted = row.fitted as number, residual = row.residual as number;
    const lines = [
      `row ${formatValue(row.row)}`,
      ...(x === undefined ? [] : [`${x} ${formatValue(row[x])}`]),
      ...(groupBy === undefined ? [] : [`${groupBy} ${group}`]),
      `observed ${formatValue(fitted + residual)}, fitted ${formatValue(fitted)}`,
    ];
    return {
      x: x === undefined ? null : row[x],
      fitted,
      observed: fitted + residual,
      residual: (row.pearson ?? row.residual) as number,
      color: colors.get(group) ?? NEUTRAL,
      group,
      title: lines.join("\n"),
    };
  });
}

const MARGINS = { marginLeft: 58, marginRight: 14, marginTop: 28, marginBottom: 44, height: 330 };
const AXIS = { labelArrow: "none", grid: true, nice: true };

function dots(points: readonly Point[], x: keyof Point, y: keyof Point): unknown {
  const { rows } = thin(points);
  const large = rows.length > 300;
  return Plot.dot(rows, {
    x,
    y,
    fill: "color",
    r: large ? 2 : 3,
    fillOpacity: large ? 0.5 : 0.7,
    title: "title",
  });
}

function residualPlot(points: readonly Point[], width: number): Record<string, unknown> {
  return {
    ...MARGINS,
    width,
    x: { ...AXIS, label: "fitted", labelAnchor: "center", tickSpacing: 55 },
    y: { ...AXIS, label: "Pearson residual" },
    marks: [
      Plot.ruleY([0], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      dots(points, "fitted", "residual"),
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

function observedPlot(points: readonly Point[], meta: FigureMeta, width: number): Record<string, unknown> {
  const [low, high] = extent(points.flatMap((point) => [point.fitted, point.observed]));
  return {
    ...MARGINS,
    width,
    x: { ...AXIS, label: "fitted", labelAnchor: "center", tickSpacing: 55 },
    y: { ...AXIS, label: meta.response ? `observed ${meta.response}` : "observed" },
    marks: [
      Plot.line([[low, low], [high, high]], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      dots(points, "fitted", "observed"),
    ],
  };
}

function spaghetti(
  points: readonly Point[],
  meta: FigureMeta,
  x: string,
  width: number,
): Record<string, unknown> {
  const values = points.map((point) => point.x);
  const many = new Set(points.map((point) => point.group)).size > MOST_COLORS;
  const line = {
    z: "group",
    sort: "x",
    stroke: "color",
    strokeWidth: many ? 0.8 : 1.8,
    strokeOpacity: many ? 0.5 : 1,
  };
  return {
    ...MARGINS,
    width,
    height: 380,
    x: {
      ...AXIS,
      ...(values.every(Number.isFinite)
        ? { nice: false, ...numericTicks(values as number[], 80) }
        : { nice: undefined, type: "point" }),
      grid: false,
      insetLeft: 6,
      insetRight: 6,
      label: x,
      labelAnchor: "center",
    },
    y: { ...AXIS, label: meta.response ?? "observed" },
    marks: [dots(points, "x", "observed"), Plot.line(points, { x: "x", y: "fitted", ...line })],
  };
}

/** A column that an option names. */
function columnOption(frame: Frame, options: FigureOptions, option: string): string | undefined {
  const name = options[option];
  if (name === undefined) return undefined;
  const names = columnNames(frame);
  if (typeof name === "string" && names.includes(name)) return name;
  const nearest = nearestName(String(name), names);
  throw new RangeError(
    `Cannot plot with ${option} "${name}": the columns are ${names.map((each) => `"${each}"`).join(", ")}` +
      (nearest ? `; did you mean "${nearest}"?` : ""),
  );
}
