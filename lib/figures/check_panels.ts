/** Panels of the model check of its own: random effects, outliers, residuals in row order. */
import type { ModesCheck } from "../inference/diagnostics/check_model.ts";
import { outlierIndex } from "../inference/diagnostics/outliers.ts";
import type { ResidualState } from "../inference/diagnostics/state.ts";
import { extent } from "../math/descriptive.ts";
import { qnorm } from "../math/normal.ts";
import { colorsOf } from "./colors.ts";
import { Plot } from "./plot.ts";
import { outlierColor, UNIT } from "./residual_panel.ts";
import { starsAt } from "./residual_points.ts";
import { formatValue, thin } from "./rows.ts";
import type { Style } from "./style.ts";

/** Size and margins of a panel. */
export const CHECK_SIZE = { height: 300, marginLeft: 54, marginRight: 14, marginTop: 24, marginBottom: 44 };

/** Standardised modes against normal quantiles. */
export function modesPanel(
  modes: readonly ModesCheck[],
  width: number,
  { color, words }: Style,
): Record<string, unknown> {
  const colors = [color, ...colorsOf(modes.map((m) => m.name)).slice(1)];
  const { rows } = thin(modes.flatMap((m, k) => scoresOf(m, colors[k])), 1000);
  const named = modes.length > 1 ? modes : [];
  return {
    ...CHECK_SIZE,
    width,
    x: { label: words.of("normal quantile"), labelAnchor: "center", labelArrow: "none" },
    y: { label: words.of("standardised mode"), labelArrow: "none", grid: true },
    marks: [
      Plot.line([[-2.5, -2.5], [2.5, 2.5]], { strokeDasharray: "4 3", strokeOpacity: 0.7, clip: false }),
      Plot.dot(rows, {
        x: "x",
        y: "y",
        fill: "color",
        r: rows.length > 150 ? 2 : 3.2,
        fillOpacity: 0.85,
        title: "title",
      }),
      ...named.map((m, k) =>
        Plot.text([words.of(m.name)], {
          frameAnchor: "top-left",
          dx: 6,
          dy: 6 + 14 * k,
          fontSize: 11,
          fill: colors[k],
        })
      ),
    ],
  };
}

/** The modes of a coefficient at the normal quantiles of their ranks (Blom). */
function scoresOf({ name, values, levels }: ModesCheck, color: string) {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  return order.map((i, rank) => ({
    x: qnorm((rank + 0.625) / (order.length + 0.25)),
    y: values[i],
    color,
    title: `${levels[i]}\n${name}\n${formatValue(values[i])} standard deviations`,
  }));
}

/** Normal scores of the residuals by row; beyond ±3.5 they are drawn at the edge. */
export function tailPanel(state: ResidualState, width: number, style: Style): Record<string, unknown> {
  const points = tailsOf(state), color = outlierColor(state, style);
  const { rows } = thin(points.filter((p) => !p.out), 1500),
    { rows: stars } = thin(points.filter((p) => p.out), 200);
  const [first, last] = extent(state.rows), labels = apart(stars, LABEL_ROOM * (last - first) / (width - 68));
  return {
    ...CHECK_SIZE,
    width,
    x: { label: style.words.of(state.unit), labelAnchor: "center", labelArrow: "none" },
    y: {
      label: style.words.of("residual (normal score)"),
      labelArrow: "none",
      grid: true,
      domain: [-3.6, 3.6],
    },
    marks: [
      Plot.ruleY([0], { strokeOpacity: 0.5 }),
      rowDots(rows, points.length > 300, style),
      starsAt(stars, color),
      Plot.text(labels, {
        x: "x",
        y: "y",
        text: (p: { x: number }) => String(p.x),
        dy: -10,
        fontSize: 10,
        fill: color,
      }),
    ],
  };
}

function tailsOf(state: ResidualState) {
  const out = new Set(outlierIndex(state)), edge = 1 / (2 * state.simulations.count);
  return Array.from(state.residual, (r, i) => ({
    x: state.rows[i],
    y: qnorm(Math.min(1 - edge, Math.max(edge, r))),
    out: out.has(i),
    title: `${state.unit} ${state.rows[i]}\nresidual ${formatValue(r)}`,
  }));
}

/** Rows as points. */
function rowDots(
  rows: readonly { x: number; y: number; title: string }[],
  small: boolean,
  { color }: Style,
): unknown {
  return Plot.dot(rows, {
    x: "x",
    y: "y",
    r: small ? 1.6 : 2.8,
    fill: color,
    fillOpacity: 0.6,
    title: "title",
  });
}

/** Pixels that a row number takes. */
const LABEL_ROOM = 32;

/** Points of which those on one side (above or below 0) are as far from each other as their labels are wide. */
function apart<P extends { readonly x: number; readonly y: number }>(
  points: readonly P[],
  room: number,
): P[] {
  const last = new Map<boolean, number>();
  return [...points].sort((a, b) => a.x - b.x).filter(({ x, y }) => {
    const before = last.get(y > 0);
    if (before !== undefined && x - before < room) return false;
    last.set(y > 0, x);
    return true;
  });
}

/** Residuals row after row. */
export function orderPanel(state: ResidualState, width: number, style: Style): Record<string, unknown> {
  const points = Array.from(
    state.residual,
    (y, i) => ({ x: state.rows[i], y, title: `${state.unit} ${state.rows[i]}` }),
  );
  const { rows } = thin(points, 1500);
  return {
    ...CHECK_SIZE,
    width,
    x: { label: style.words.of(state.unit), labelAnchor: "center", labelArrow: "none" },
    y: { ...UNIT, label: style.words.of("scaled residual") },
    marks: [
      Plot.ruleY([0.25, 0.5, 0.75], { strokeDasharray: "4 3", strokeOpacity: 0.75 }),
      rowDots(rows, rows.length > 300, style),
    ],
  };
}
