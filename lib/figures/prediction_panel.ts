/** Scaled residuals along the ranked prediction or a predictor, with quantile curves; boxes where it has few values. */
import { formatCount } from "../display.ts";
import { allTests } from "../inference/diagnostics/all.ts";
import { asFactor } from "../inference/diagnostics/categorical.ts";
import {
  MOST_CURVE_ROWS,
  quantileCurves,
  quantileTest,
  QUARTILES,
  ranked,
} from "../inference/diagnostics/quantiles.ts";
import type { ResidualState } from "../inference/diagnostics/state.ts";
import type { FactorPredictor, Predictor, TestedQuantile } from "../inference/diagnostics/test_frame.ts";
import { mean, quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { Plot } from "./plot.ts";
import { boxPanel } from "./residual_boxes.ts";
import { BASE, outlierColor, type ResidualPanel, UNIT } from "./residual_panel.ts";
import { residualDots, shading, stars } from "./residual_points.ts";
import { formatValue, MOST_POINTS } from "./rows.ts";
import type { Style } from "./style.ts";
import { longest, textWidth } from "./text.ts";

/** Width of bands from which those of neighbouring quantiles would lie on each other and fill the panel. */
const MOST_BAND = 0.25;
/** Colour of a significant curve's band, and of another's. */
const STRONG = 0.22, WEAK = 0.12;

/** Residuals along the ranked prediction, or a predictor; boxes where it has few values. */
export function predictionPanel(
  state: ResidualState,
  x: Predictor | FactorPredictor | undefined,
  width: number,
  style: Style,
  { tested, outliers = outlierColor(state, style) }: Partial<Tested> = {},
): ResidualPanel {
  if (x && "levels" in x) return boxPanel(state, x, width, style);
  const values = x?.values ?? state.fitted, name = x?.name ?? "prediction", n = values.length;
  const distinct = new Set(values).size;
  if (distinct === 1 || distinct < 10 && n / distinct > 10) {
    const column = { kind: "numeric" as const, name, values, missing: 0, integer: false };
    return boxPanel(state, asFactor(name, column), width, style);
  }
  const test = () => x ? quantileTest(state, x) : allTests(state).find(({ about }) => about === "quantiles")!;
  return curvePanel(state, values, { name, width, style, tested: tested ?? test().quantiles!, outliers });
}

/** What tests say, where they are not those of the residuals along the predictor: of the curves, and the colour of outliers. */
interface Tested {
  readonly tested: readonly TestedQuantile[];
  readonly outliers: string;
}

/** What a panel of curves is made with. */
interface CurveStyle extends Tested {
  readonly name: string;
  readonly width: number;
  readonly style: Style;
}

function curvePanel(
  state: ResidualState,
  values: Float64Array,
  { name, width, style, tested, outliers }: CurveStyle,
): ResidualPanel {
  const places = ranked(values), n = values.length, used = Math.min(n, MOST_CURVE_ROWS);
  const levels = tested.length > 0 ? tested.map(({ tau }) => tau) : QUARTILES,
    axis = rankAxis(values, style.words.of(name), width);
  const notes = [
    n > MOST_POINTS && style.points ? `${formatCount(n)} residuals are shown as shading` : "",
    used < n ? `curves are of ${formatCount(used)} of them` : "",
  ].filter(Boolean).join(", ");
  return {
    options: {
      ...BASE,
      marginRight: Math.max(BASE.marginRight, Math.ceil(textWidth(axis.tickFormat(1)) / 2) + 4),
      width,
      x: axis,
      y: { ...UNIT, label: style.words.of("scaled residual"), grid: false },
      marks: [
        !style.points
          ? null
          : n > MOST_POINTS
          ? shading(state, places, style)
          : residualDots(state, places, style),
        Plot.ruleY(levels, { strokeDasharray: "4 3", strokeOpacity: 0.75 }),
        ...curveMarks(state, values, tested, style),
        style.points ? stars(state, places, outliers) : null,
      ],
    },
    note: notes && `${notes}.`,
  };
}

/** Every quantile's curve with its band, in the colour of alert where its own test is significant. */
function curveMarks(
  state: ResidualState,
  values: Float64Array,
  tested: readonly TestedQuantile[],
  { bands, alert, alertIf }: Style,
): unknown[] {
  const isUsual = tested.every(({ tau }, t) => tau === QUARTILES[t]) && tested.length === QUARTILES.length;
  const curves = quantileCurves(state, values, isUsual ? QUARTILES : tested.map(({ tau }) => tau));
  const grid = Array.from({ length: 61 }, (_, k) => k / 60);
  const lines = curves.map((curve) =>
    grid.map((x) => {
      const { value, se } = curve.at(x);
      return { x, y: clamp(value), low: clamp(value - 1.96 * se), high: clamp(value + 1.96 * se) };
    })
  );
  const crowded = lines.some((line) => mean(line.map(({ low, high }) => high - low)) > MOST_BAND);
  const middle = Math.floor((lines.length - 1) / 2);
  return lines.flatMap((line, k) => {
    const color = alertIf(tested[k].adjusted), banded = bands && (!crowded || k === middle);
    const band = { y1: "low", y2: "high", fill: color, fillOpacity: color === alert ? STRONG : WEAK };
    return [
      banded ? Plot.areaY(line, { x: "x", ...band }) : null,
      Plot.line(line, { x: "x", y: "y", stroke: color, strokeWidth: 2 }),
    ];
  });
}

/** Ranks on the axis, labelled with the values that have them. */
function rankAxis(values: Float64Array, name: string, width: number) {
  const sorted = sortedNumbers(values),
    label = (p: number) => formatValue(Number(quantileSorted(sorted, p).toPrecision(3)));
  const quarters = [0, 0.25, 0.5, 0.75, 1],
    fits = 5 * (longest(quarters.map(label), 10) + 8) < width - 60, // margins
    at = fits ? quarters : [0, 0.5, 1],
    labels = new Map(at.map((p) => [p, label(p)]));
  return {
    domain: [0, 1],
    ticks: at,
    tickFormat: (p: number) => labels.get(p) ?? "",
    label: `${name} (ranked)`,
    labelAnchor: "center",
    labelArrow: "none",
    insetLeft: 4,
    insetRight: 4,
  };
}

function clamp(v: number): number {
  return Math.min(1, Math.max(0, v));
}
