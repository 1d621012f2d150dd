/** A first look at a response over a number: points, a smooth curve or means, and lines of units. */
import { localRegression } from "../math/local_regression.ts";
import { facetGrid } from "./axes.ts";
import { type Canvas, jitter, type LookPanel, meanAt, placesOf, rowsBy } from "./look_canvas.ts";
import type { Numbers } from "./look_roles.ts";
import { Plot } from "./plot.ts";
import { formatValue, thin } from "./rows.ts";
import { numericTicks } from "./scales.ts";

/** Different values of x up to which their means are joined, in place of a smooth curve. */
const MOST_MEANS = 12;
/** Rows that a smooth curve is made of; more would not move it. */
const MOST_SMOOTH = 20_000;
/** Rows up to which a curve has no more than a bend. */
const FEW = 50;
/** Rows that a smooth curve needs. */
const LEAST_SMOOTH = 8;

/** Marks and axes. */
export function scatter(canvas: Canvas): LookPanel {
  const { roles, y, n, words, points } = canvas, { binary, lines, facet } = roles, x = roles.x as Numbers;
  const { rows: shown, note } = placesOf(n), means = new Set(x.values).size <= MOST_MEANS;
  const rows = shown.map((i) => ({
    ...canvas.panel(i),
    x: x.values[i],
    y: binary ? Math.abs(y.values[i] - 0.1 * (jitter(i) + 0.5)) : y.values[i], // inside of 0 and 1
    r: canvas.radius(i),
    color: canvas.color(i),
    title: canvas.title(i),
  }));
  return {
    marks: [
      lines && unitLines(canvas),
      Plot.dot(points ? rows : [], {
        ...canvas.channels,
        x: "x",
        y: "y",
        r: "r",
        fill: "color",
        fillOpacity: lines ? 0.35 : n > 300 ? 0.45 : 0.7,
        title: "title",
      }),
      ...summaries(canvas, means),
    ],
    x: {
      label: words.of(x.name),
      insetLeft: 6,
      insetRight: 6,
      ...numericTicks([...x.values], 560 / (facet ? facetGrid(facet.levels).columns : 1)),
    },
    y: binary ? { domain: [0, 1] } : {},
    notes: [
      points && note,
      lines && `Thin lines: each ${words.of(lines.name)}.`,
      means ? "Line: means." : "Line: local regression.",
      facet && !roles.color && "Dashed: all together.",
    ],
  };
}

/** The values of each unit, joined. */
function unitLines(canvas: Canvas): unknown {
  const { roles: { x, lines, facet }, y } = canvas;
  const points = Array.from(y.values, (v, i) => ({
    ...canvas.panel(i),
    x: (x as Numbers).values[i],
    y: v,
    unit: facet ? `${facet.codes[i]} ${lines!.codes[i]}` : lines!.codes[i],
    color: canvas.color(i),
  }));
  return Plot.line(points, {
    ...canvas.channels,
    x: "x",
    y: "y",
    z: "unit",
    sort: "x",
    stroke: "color",
    strokeOpacity: 0.5,
    strokeWidth: 1.2,
  });
}

/** A thick line for each colour in each panel, and over all panels a dashed one. */
function summaries(canvas: Canvas, means: boolean): unknown[] {
  const { roles: { color, facet }, n } = canvas;
  const own = rowsBy(n, color, facet).flatMap((rows, z) =>
    curveOf(canvas, rows, means).map((p) => ({
      ...p,
      ...canvas.panel(rows[0]),
      z,
      color: color ? canvas.color(rows[0]) : "currentColor",
      title: `${color ? `${color.levels[color.codes[rows[0]]]}\n` : ""}${formatValue(p.x)}: ${
        formatValue(p.y)
      }`,
    }))
  );
  const line = { x: "x", y: "y", z: "z", stroke: "color", strokeWidth: 2.5 };
  const all = facet && !color ? rowsBy(n).map((rows) => curveOf(canvas, rows, means)) : [];
  return [
    ...all.map((curve) =>
      Plot.line(curve, {
        x: "x",
        y: "y",
        stroke: "currentColor",
        strokeDasharray: "4 3",
        strokeOpacity: 0.5,
        strokeWidth: 1.5,
      })
    ),
    Plot.line(own, { ...canvas.channels, ...line }),
    means
      ? Plot.dot(own, { ...canvas.channels, x: "x", y: "y", r: 2.6, fill: "color", title: "title" })
      : null,
  ];
}

/** Means at the values of x, or a smooth curve; nothing of too few rows. */
function curveOf(canvas: Canvas, all: Int32Array, means: boolean): { x: number; y: number }[] {
  const { roles, y } = canvas;
  if (means) {
    return [...Map.groupBy(all, (i) => (roles.x as Numbers).values[i])].sort(([a], [b]) => a - b)
      .map(([at, own]) => ({ x: at, y: meanAt(canvas, own) }));
  }
  const { rows } = thin(Array.from(all), MOST_SMOOTH),
    x = Float64Array.from(rows, (i) => (roles.x as Numbers).values[i]);
  if (rows.length < LEAST_SMOOTH || new Set(x).size < 4) return [];
  const weights = roles.trials && Float64Array.from(rows, (i) => roles.trials![i]);
  const curve = localRegression(x, Float64Array.from(rows, (i) => y.values[i]), {
    weights,
    span: rows.length < FEW ? 1 : 0.75,
  });
  return roles.binary || roles.trials
    ? curve.map((p) => ({ x: p.x, y: Math.min(1, Math.max(0, p.y)) }))
    : curve;
}
