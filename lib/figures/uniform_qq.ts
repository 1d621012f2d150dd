/** Scaled residuals against uniform quantiles. */
import type { ResidualState } from "../inference/diagnostics/state.ts";
import { Plot } from "./plot.ts";
import { BASE, type ResidualPanel, residualTitle, UNIT } from "./residual_panel.ts";
import type { Style } from "./style.ts";

/** A test in a few words, for the corner of a panel. */
export interface CornerText {
  readonly text: string;
  readonly alert: boolean;
}

/**
 * Sorted residuals against uniform quantiles, with the band that holds 95 % of right models (Kolmogorov–Smirnov), and some tests
 * in the corner that the points leave free.
 */
export function uniformQqPanel(
  state: ResidualState,
  width: number,
  style: Style,
  tests: readonly CornerText[] = [],
): ResidualPanel {
  return {
    options: {
      ...BASE,
      width,
      x: { ...UNIT, label: style.words.of("expected (uniform)"), labelAnchor: "center" },
      y: { ...UNIT, label: style.words.of("scaled residual"), grid: true },
      marks: [
        style.bands ? bandOf(state.residual.length) : null,
        Plot.line([[0, 0], [1, 1]], { strokeDasharray: "4 3", strokeOpacity: 0.7 }),
        sortedResiduals(state, style),
        ...tests.map(({ text, alert }, k) =>
          Plot.text([text], {
            frameAnchor: "top-left",
            dx: 6,
            dy: 6 + 15 * k,
            fontSize: 11,
            fontWeight: alert ? 700 : 400,
            fill: alert ? style.alert : "currentColor",
          })
        ),
      ],
    },
    note: undefined,
  };
}

/** Quantile of the Kolmogorov distribution: √n D stays below it in 95 % of right models. */
const KOLMOGOROV = 1.358;

function bandOf(n: number): unknown {
  const half = KOLMOGOROV / Math.sqrt(n);
  const band = Array.from({ length: 51 }, (_, k) => k / 50).map((x) => ({
    x,
    low: Math.max(0, x - half),
    high: Math.min(1, x + half),
  }));
  return Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.09 });
}

/** Residuals up to which each has a point; more are a line. */
const MOST_DOTS = 600;

function sortedResiduals(state: ResidualState, { color }: Style): unknown {
  const n = state.residual.length, most = Math.min(n, MOST_DOTS), all = n <= MOST_DOTS;
  const order = Uint32Array.from(state.residual.keys()).sort((a, b) => state.residual[a] - state.residual[b]);
  const points = Array.from({ length: most }, (_, k) => {
    const at = all ? k : Math.round(k * (n - 1) / (most - 1)), i = order[at];
    return { x: (at + 0.5) / n, y: state.residual[i], title: all ? residualTitle(state, i) : "" };
  });
  if (!all) return Plot.line(points, { x: "x", y: "y", stroke: color, strokeWidth: 2.5 });
  return Plot.dot(points, {
    x: "x",
    y: "y",
    r: n > 150 ? 2 : 3,
    fill: color,
    fillOpacity: 0.8,
    title: "title",
  });
}
