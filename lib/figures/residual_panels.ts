/** Panels of scaled residuals: uniform Q–Q plot, residuals along a predictor with quantile curves, boxes by level. */
import { type FigureMeta, formatCount } from "../display.ts";
import { asFactor, levelTests } from "../inference/diagnostics/categorical.ts";
import { outlierIndex } from "../inference/diagnostics/outliers.ts";
import { allTests } from "../inference/diagnostics/all.ts";
import {
  MOST_CURVE_ROWS,
  quantileCurves,
  quantileTest,
  QUARTILES,
  ranked,
} from "../inference/diagnostics/quantiles.ts";
import { mean, quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { type ResidualState, responseOf } from "../inference/diagnostics/state.ts";
import type { FactorPredictor, Predictor, TestedQuantile } from "../inference/diagnostics/test_frame.ts";
import { fittedLabels } from "./labels.ts";
import { Plot } from "./plot.ts";
import { formatValue, MOST_POINTS } from "./rows.ts";
import { ALERT, type Style } from "./style.ts";
import { longest, textWidth } from "./text.ts";

/** The colour of outliers: that of alert where there are more than chance gives. */
export const outlierColor = (state: ResidualState, style: Style): string =>
  style.alertIf(pValueOf(state, "outliers"));
/** The colour of what was observed, beside what was simulated. */
export const outcomeColor = (state: ResidualState, style: Style): string =>
  style.alertIf(pValueOf(state, "uniformity"));

const pValueOf = (state: ResidualState, about: string) =>
  allTests(state).find((test) => test.about === about)!.pValue;

/** A panel's Plot options, and what the caption should say of its rows. */
export interface ResidualPanel {
  readonly options: Record<string, unknown>;
  readonly note: string | undefined;
}

/** How the panels are read. */
export const QQ_READING = "Q–Q plot: the grey band is where 95 % of right models stay.",
  CURVES_READING =
    "Curves: quantiles of the residuals, which should lie on the dashed lines; each in colour where it is significant; bands: ± 1.96 standard errors (of the middle one alone where rows are few); stars: outliers.",
  BOXES_READING = "Boxes should reach from .25 to .75.";

/** One line below a figure: the model, and how many simulations. */
export function captionOf({ title, notes = [] }: FigureMeta): string {
  const made = notes.map((note) => note.match(/^[^.]*\bsimulat[^.]*\./)?.[0]).find(Boolean);
  return [title && `${title}.`, made].filter(Boolean).join(" ");
}

const BASE = { height: 330, marginLeft: 50, marginRight: 14, marginTop: 24, marginBottom: 44 };
/** Width of bands from which those of neighbouring quantiles would lie on each other and fill the panel. */
const MOST_BAND = 0.25;
/** Colour of a significant curve's band, and of another's. */
const STRONG = 0.22, WEAK = 0.12;
/** Axis of scaled residuals and quantiles. */
export const UNIT = {
  domain: [0, 1],
  ticks: [0, 0.25, 0.5, 0.75, 1],
  tickFormat: String,
  labelArrow: "none",
};

/** A row's text when the pointer is on it. */
function titleOf(state: ResidualState, i: number): string {
  const observed = responseOf(state)[i];
  return `${state.unit} ${state.rows[i]}\nobserved ${formatValue(observed)}, fitted ${
    formatValue(state.fitted[i])
  }\nresidual ${formatValue(state.residual[i])}`;
}

/** A test in a few words, for the corner of a panel. */
export interface CornerText {
  readonly text: string;
  readonly alert: boolean;
}

/**
 * Sorted residuals against uniform quantiles, with the band that holds 95 % of right models (Kolmogorov–Smirnov), and some tests
 * in the corner that the points leave free.
 */
export function qqPanel(
  state: ResidualState,
  width: number,
  style: Style,
  tests: readonly CornerText[] = [],
): ResidualPanel {
  const n = state.residual.length,
    order = Uint32Array.from(state.residual.keys()).sort((a, b) => state.residual[a] - state.residual[b]);
  const most = Math.min(n, 600), all = n <= 600;
  const points = Array.from({ length: most }, (_, k) => {
    const at = all ? k : Math.round(k * (n - 1) / (most - 1)), i = order[at];
    return { x: (at + 0.5) / n, y: state.residual[i], title: all ? titleOf(state, i) : "" };
  });
  const half = 1.358 / Math.sqrt(n);
  const band = Array.from({ length: 51 }, (_, k) => k / 50).map((x) => ({
    x,
    low: Math.max(0, x - half),
    high: Math.min(1, x + half),
  }));
  return {
    options: {
      ...BASE,
      width,
      x: { ...UNIT, label: style.words.of("expected (uniform)"), labelAnchor: "center" },
      y: { ...UNIT, label: style.words.of("scaled residual"), grid: true },
      marks: [
        style.bands
          ? Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.09 })
          : null,
        Plot.line([[0, 0], [1, 1]], { strokeDasharray: "4 3", strokeOpacity: 0.7 }),
        all
          ? Plot.dot(points, {
            x: "x",
            y: "y",
            r: n > 150 ? 2 : 3,
            fill: style.color,
            fillOpacity: 0.8,
            title: "title",
          })
          : Plot.line(points, { x: "x", y: "y", stroke: style.color, strokeWidth: 2.5 }),
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

function residualDots(state: ResidualState, places: Float64Array, { color }: Style): unknown {
  const out = new Set(outlierIndex(state)), n = places.length;
  const points = Array.from(places.keys()).filter((i) => !out.has(i)).map((i) => ({
    x: places[i],
    y: state.residual[i],
    title: titleOf(state, i),
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
function shading(state: ResidualState, places: Float64Array, { color }: Style): unknown {
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

function stars(state: ResidualState, places: Float64Array, color: string): unknown {
  const index = outlierIndex(state), step = Math.max(1, index.length / 200);
  const shown = Array.from(
    { length: Math.floor(index.length / step) },
    (_, k) => index[Math.floor(k * step)],
  );
  const points = shown.map((i) => ({ x: places[i], y: state.residual[i], title: titleOf(state, i) }));
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

/** Boxes of residuals by level; filled in the alert colour where a level is not uniform (5 %, Holm). */
export function boxPanel(
  state: ResidualState,
  x: FactorPredictor,
  width: number,
  style: Style,
): ResidualPanel {
  const tests = levelTests(state.residual, x), shown = tests.slice(0, 40);
  const off = new Set(tests.filter((t) => t.adjusted < 0.05).map((t) => t.level)),
    room = (width - 64) / shown.length;
  const kept = new Set(shown.map((t) => t.level));
  const rows = Array.from(state.residual, (residual, i) => ({ level: x.levels[x.codes[i]], residual }))
    .filter((r) => kept.has(r.level));
  const { words } = style, long = Math.max(...shown.map((t) => words.of(t.level).length)) * 7 > room;
  const boxes = shown.map((t) =>
    boxOf(t, Float64Array.from(rows.filter((r) => r.level === t.level), (r) => r.residual), style)
  );
  const names = fittedLabels(shown.map((t) => words.of(t.level)), 80);
  return {
    options: {
      ...BASE,
      marginBottom: long ? 84 : 44,
      height: long ? 370 : 330,
      width,
      x: {
        type: "band",
        domain: shown.map((t) => t.level),
        padding: 0.3,
        label: words.of(x.name),
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: (level: string) => long ? names.get(words.of(level))! : words.of(level),
        ...(long ? { tickRotate: -40 } : {}),
      },
      y: { ...UNIT, label: words.of("scaled residual"), grid: false },
      marks: boxMarks(boxes),
    },
    note: [
      off.size > 0
        ? `${style.alert === ALERT ? "Orange" : "In the second colour"}: not uniform (5 %, Holm): ${
          [...off].slice(0, 5).map(words.of).join(", ")
        }${off.size > 5 ? ", …" : ""}.`
        : "",
      tests.length > shown.length ? `${shown.length} of ${tests.length} levels are drawn.` : "",
    ].filter(Boolean).join(" "),
  };
}

/** The five numbers of a box, and its colour. */
function boxOf(
  { level, n, statistic, adjusted }: ReturnType<typeof levelTests>[number],
  values: Float64Array,
  { color, alert }: Style,
) {
  const sorted = sortedNumbers(values), q = (p: number) => quantileSorted(sorted, p);
  return {
    level,
    low: sorted[0],
    q1: q(0.25),
    median: q(0.5),
    q3: q(0.75),
    high: sorted[sorted.length - 1],
    color: adjusted < 0.05 ? alert : color,
    title: `${level}\n${n} residuals\nD = ${formatValue(statistic)}, adjusted p = ${formatValue(adjusted)}`,
  };
}

function boxMarks(boxes: readonly ReturnType<typeof boxOf>[]) {
  const box = { x: "level", stroke: "color" };
  return [
    Plot.ruleY(QUARTILES, { strokeDasharray: "4 3", strokeOpacity: 0.75 }),
    Plot.ruleX(boxes, { ...box, y1: "low", y2: "high", strokeWidth: 1.4 }),
    Plot.barY(boxes, { ...box, y1: "q1", y2: "q3", fill: "color", fillOpacity: 0.45, title: "title" }),
    Plot.tickY(boxes, { ...box, y: "median", strokeWidth: 2.4 }),
  ];
}

function clamp(v: number): number {
  return Math.min(1, Math.max(0, v));
}
