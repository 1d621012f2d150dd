/** Observed points and fitted lines over a predictor. */
import type { FigureMeta } from "../display.ts";
import { MOST_COLORS, type Point, type PointStyle } from "./augment_points.ts";
import { AXIS, dots, MARGINS } from "./augment_residuals.ts";
import type { Axis } from "./axes.ts";
import { Plot } from "./plot.ts";
import { numericTicks } from "./scales.ts";

/** Observations and a line for each group; strokes over levels. */
export function spaghetti(
  points: readonly Point[],
  meta: FigureMeta,
  x: Axis,
  width: number,
  style: PointStyle,
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

function lines(points: readonly Point[], many: boolean, { color }: PointStyle): unknown {
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
function strokes(points: readonly Point[], { color }: PointStyle): unknown {
  const distinct = new Map(points.map((point) => [[point.x, point.group, point.fitted].join("\n"), point]));
  return Plot.tickY([...distinct.values()], { x: "x", y: "fitted", stroke: color, strokeWidth: 2 } as never);
}
