/** Residuals, and observations, against fitted values. */
import type { FigureMeta } from "../display.ts";
import { extent, mean } from "../math/descriptive.ts";
import type { Point, PointStyle } from "./augment_points.ts";
import { Plot } from "./plot.ts";
import { thin } from "./rows.ts";

/** Size and margins of a panel. */
export const MARGINS = { marginLeft: 58, marginRight: 14, marginTop: 28, marginBottom: 44, height: 330 };
/** Both axes. */
export const AXIS = { labelArrow: "none", grid: true, nice: true };

/** The rows as points. */
export function dots(
  points: readonly Point[],
  x: keyof Point,
  y: keyof Point,
  { color, observed }: PointStyle,
): unknown {
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

/** Residuals with their means. */
export function residualPlot(
  points: readonly Point[],
  width: number,
  style: PointStyle,
): Record<string, unknown> {
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

/** Observations, equal to the fitted values on the dashed line. */
export function observedPlot(
  points: readonly Point[],
  meta: FigureMeta,
  width: number,
  style: PointStyle,
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
