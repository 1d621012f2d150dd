/** Scaled residuals as points, as shading where they are many; outliers as stars. */
import { outlierIndex } from "../inference/diagnostics/outliers.ts";
import type { ResidualState } from "../inference/diagnostics/state.ts";
import { Plot } from "./plot.ts";
import { residualTitle } from "./residual_panel.ts";
import { formatValue } from "./rows.ts";
import type { Style } from "./style.ts";

export function residualDots(state: ResidualState, places: Float64Array, { color }: Style): unknown {
  const out = new Set(outlierIndex(state)), n = places.length;
  const points = Array.from(places.keys()).filter((i) => !out.has(i)).map((i) => ({
    x: places[i],
    y: state.residual[i],
    title: residualTitle(state, i),
  }));
  return Plot.dot(points, {
    x: "x",
    y: "y",
    r: n > 300 ? 2 : 3,
    fill: color,
    fillOpacity: n > 300 ? 0.5 : 0.75,
    title: "title",
  });
}

/** Counts in a 40 × 24 grid as opacity. */
export function shading(state: ResidualState, places: Float64Array, { color }: Style): unknown {
  const columns = 40, rows = 24, count = new Int32Array(columns * rows);
  for (let i = 0; i < places.length; i++) {
    const c = Math.min(columns - 1, Math.floor(places[i] * columns)),
      r = Math.min(rows - 1, Math.floor(state.residual[i] * rows));
    count[c * rows + r]++;
  }
  const even = places.length / (columns * rows);
  const cells = Array.from(count, (k, a) => {
    const c = Math.floor(a / rows), r = a % rows;
    return {
      x1: c / columns,
      x2: (c + 1) / columns,
      y1: r / rows,
      y2: (r + 1) / rows,
      opacity: Math.round(100 * Math.min(0.9, 0.35 * k / even)) / 100,
      title: `${k} residuals, ${formatValue(k / even)} times the even share`,
    };
  });
  return Plot.rect(cells, {
    x1: "x1",
    x2: "x2",
    y1: "y1",
    y2: "y2",
    fill: color,
    fillOpacity: "opacity",
    title: "title",
    inset: 0,
  });
}

export function stars(state: ResidualState, places: Float64Array, color: string): unknown {
  const index = outlierIndex(state), step = Math.max(1, index.length / 200);
  const shown = Array.from(
    { length: Math.floor(index.length / step) },
    (_, k) => index[Math.floor(k * step)],
  );
  const points = shown.map((i) => ({ x: places[i], y: state.residual[i], title: residualTitle(state, i) }));
  return starsAt(points, color);
}

/** Outliers are stars, everywhere; in the alert colour where there are more than chance gives. */
export function starsAt(
  points: readonly { x: number; y: number; title: string }[],
  color: string,
): unknown {
  return Plot.dot(points, {
    x: "x",
    y: "y",
    symbol: "asterisk",
    r: 4.5,
    stroke: color,
    strokeWidth: 1.8,
    title: "title",
  });
}
