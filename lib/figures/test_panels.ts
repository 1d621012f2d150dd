/** Panels of the tests of residuals: simulated statistics, residuals over time, residuals on a map. */
import type { TestView } from "../inference/diagnostics/test_frame.ts";
import { extent, mean } from "../math/descriptive.ts";
import { DIVERGING } from "./colors.ts";
import { binned, histogramMark } from "./histogram.ts";
import { Plot } from "./plot.ts";
import { predictionPanel } from "./prediction_panel.ts";
import { boxPanel } from "./residual_boxes.ts";
import { type ResidualPanel, UNIT } from "./residual_panel.ts";
import { uniformQqPanel } from "./uniform_qq.ts";
import { formatValue, thin } from "./rows.ts";
import type { Style } from "./style.ts";

/** The panels of a test, and what is said of them. */
export interface DrawnTest {
  readonly panels: readonly (ResidualPanel & { readonly title: string | undefined })[];
  readonly columns?: number;
  readonly caption: readonly (string | undefined)[];
}

/**
 * The panel of a test.
 *
 * @param color of what the test is about: that of an alert where it is significant
 */
export function panelOf(
  view: TestView,
  width: number,
  style: Style,
  color: string,
): ResidualPanel {
  switch (view.kind) {
    case "histogram":
      return histogramPanel(view, width, style, color);
    case "quantiles":
      return predictionPanel(view.state, view.x, width, style, view);
    case "boxes":
      return boxPanel(view.state, view.x, width, style);
    case "series":
      return seriesPanel(view, width, style, color);
    case "map":
      return mapPanel(view, width, style);
    default:
      return uniformQqPanel(view.state, width, style);
  }
}

/** A view of its kind. */
type View<K extends TestView["kind"]> = Extract<TestView, { readonly kind: K }>;

/** Histogram of a simulated statistic; the observed value as a line. */
function histogramPanel(
  { simulated, observed, label }: View<"histogram">,
  width: number,
  style: Style,
  color: string,
) {
  const { bars, low, high, from, to } = histogramOf(simulated, observed), pad = 0.04 * (high - low || 1);
  return {
    options: {
      width,
      height: 280,
      marginLeft: 50,
      marginRight: 18,
      marginTop: 30,
      marginBottom: 44,
      x: {
        label: style.words.of(label),
        labelAnchor: "center",
        labelArrow: "none",
        domain: [from - pad, Math.max(high, to) + pad],
      },
      y: { label: style.words.of("simulations"), labelArrow: "none", grid: true },
      marks: [
        histogramMark(bars, style.color),
        ...observedMarks(observed, observed > (low + high) / 2, color),
      ],
    },
    note: undefined,
  };
}

/** The observed value as a line, its number on the side that has room. */
function observedMarks(observed: number, right: boolean, color: string): unknown[] {
  return [
    Plot.ruleX([observed], { stroke: color, strokeWidth: 2.5 }),
    Plot.text([observed], {
      x: (v: number) => v,
      text: () => `observed ${formatValue(observed)}`,
      frameAnchor: "top",
      textAnchor: right ? "end" : "start",
      dx: right ? -6 : 6,
      dy: -14,
      fill: color,
      fontWeight: 700,
    }),
  ];
}

/** Bars of equal width, whole numbers in the middle of theirs; the ends of the values and of the bars. */
function histogramOf(simulated: Float64Array, observed: number) {
  const whole = simulated.every(Number.isInteger) && Number.isInteger(observed);
  const [low, high] = extent([observed, ...simulated]);
  const wanted = Math.max(1, Math.min(30, Math.ceil(2 * simulated.length ** (1 / 3)) + 8));
  const step = whole ? Math.max(1, Math.ceil((high - low) / wanted)) : (high - low || 1) / wanted;
  const from = whole ? low - 0.5 : low, count = Math.max(1, Math.ceil((high - from) / step + 1e-9));
  const said = (_from: number, _to: number, own: number) => `${own} of ${simulated.length} simulations`;
  const bars = binned(simulated, { from, step, count }, said).filter((bar) => bar.count > 0);
  return { bars, low, high, from, to: from + count * step };
}

function seriesPanel(
  { residual, time, name }: View<"series">,
  width: number,
  style: Style,
  color: string,
) {
  const points = Array.from(
    residual,
    (y, i) => ({ x: time[i], y, title: `${name} ${formatValue(time[i])}\nresidual ${formatValue(y)}` }),
  );
  const { rows, note } = thin(points);
  const curve = movingMean(points);
  return {
    options: {
      width,
      height: 300,
      marginLeft: 50,
      marginBottom: 44,
      x: { label: style.words.of(name), labelAnchor: "center", labelArrow: "none" },
      y: { ...UNIT, label: style.words.of("scaled residual"), grid: true },
      marks: [
        Plot.ruleY([0.5], { strokeDasharray: "4 3", strokeOpacity: 0.75 }),
        Plot.dot(style.points ? rows : [], {
          x: "x",
          y: "y",
          r: 2.5,
          fill: style.color,
          fillOpacity: 0.7,
          title: "title",
        }),
        Plot.line(curve, { x: "x", y: "y", stroke: color, strokeWidth: 2 }),
      ],
    },
    note,
  };
}

/** Mean over windows of a fifteenth of the points. */
function movingMean(points: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const half = Math.max(2, Math.round(points.length / 30)),
    step = Math.max(1, Math.floor(points.length / 200));
  const out: { x: number; y: number }[] = [];
  for (let i = 0; i < points.length; i += step) {
    const window = points.slice(Math.max(0, i - half), i + half + 1);
    out.push({ x: points[i].x, y: mean(window.map((p) => p.y)) });
  }
  return out;
}

/** Radius of the largest and the smallest dot of a map. */
const LARGEST = 6, SMALLEST = 2;

function mapPanel({ residual, x, y, names }: View<"map">, width: number, { words }: Style) {
  const points = Array.from(residual, (r, i) => ({
    x: x[i],
    y: y[i],
    r,
    size: Math.round(10 * (SMALLEST + 2 * (LARGEST - SMALLEST) * Math.abs(r - 0.5))) / 10,
    title: `${names[0]} ${formatValue(x[i])}, ${names[1]} ${formatValue(y[i])}\nresidual ${formatValue(r)}`,
  }));
  const { rows, note } = thin(points);
  return {
    options: {
      width,
      height: Math.round(width * 0.75),
      marginLeft: 50,
      marginBottom: 44,
      inset: LARGEST + 2, // no dot on the ticks
      x: { label: words.of(names[0]), labelAnchor: "center", labelArrow: "none" },
      y: { label: words.of(names[1]), labelArrow: "none" },
      color: { type: "diverging", domain: [0, 1], pivot: 0.5, range: DIVERGING },
      r: { type: "identity" },
      marks: [
        Plot.dot(rows, {
          x: "x",
          y: "y",
          r: "size",
          fill: "r",
          stroke: "currentColor",
          strokeOpacity: 0.35,
          title: "title",
        }),
      ],
    },
    note,
  };
}
