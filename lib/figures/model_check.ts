/** The model check: the verdict on top, six panels with a sentence under each; the checks in words beside it. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type ResidualCheckPlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import {
  type Check,
  type CheckMeta,
  MODEL_CHECK,
  type ModesCheck,
} from "../inference/diagnostics/check_model.ts";
import { outlierIndex } from "../inference/diagnostics/outliers.ts";
import type { ResidualState } from "../inference/diagnostics/state.ts";
import { extent } from "../math/descriptive.ts";
import { qnorm } from "../math/normal.ts";
import { colorsOf } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import {
  captionOf,
  outcomeColor,
  outlierColor,
  predictionPanel,
  qqPanel,
  starsAt,
  UNIT,
} from "./residual_panels.ts";
import { formatValue, thin } from "./rows.ts";
import { fittedLabels } from "./labels.ts";
import { marginFor } from "./scales.ts";
import { type Style, styleOf } from "./style.ts";
import { wrap } from "./text.ts";

/** Draws predictive check, residuals, Q–Q plot, random effects, outliers and collinearity. */
export const modelCheck: KindFigure<CheckMeta> = {
  kind: MODEL_CHECK,
  options: { ...plotOptions.checks, points: kinds.flag } satisfies OwnOptions<ResidualCheckPlotOptions>,
  draw,
  findings: (_frame, { checks }) =>
    bySeverity(checks).map(({ verdict, check, finding, next }) => ({
      verdict,
      about: check,
      text: finding,
      ...(next && verdict !== "fine" ? { next } : {}),
    })),
  said: ["finding", "next"],
};

function draw(_frame: Frame, meta: CheckMeta, options: FigureOptions): FigureElement {
  const own = { ...options }, style = styleOf(options), width = Number(options.width ?? 760) / 2;
  delete own.width;
  const figure = compose({
    header: verdict(meta.checks),
    panels: panelsOf(meta, width, style).map(({ title, options: panel, text }) => ({
      title,
      plot: plotSvg(panelOptions(withSentence(panel, text), own, ["color"])),
    })),
    columns: 2,
    caption: [captionOf(meta)],
  }, options);
  style.words.done();
  return figure;
}

/** A panel with the sentence below it. */
interface CheckPanel {
  readonly title: string;
  readonly options: Record<string, unknown>;
  readonly text: string;
}

function panelsOf(meta: CheckMeta, width: number, style: Style): CheckPanel[] {
  const { checks, residuals: state, predictive, modes, inflation, response = "response" } = meta;
  const find = (name: string) => checks.filter((c) => c.check.startsWith(name));
  return [
    {
      title: "Predictions",
      options: predictivePanel(predictive, response, width, style, { color: outcomeColor(state, style) }),
      text: predictiveReading(predictive.kind, style),
    },
    {
      title: "Residuals along the prediction",
      options: predictionPanel(state, undefined, width, style).options,
      text: brief(find("quantiles")) + " The curves should lie on the dashed lines.",
    },
    {
      title: "Q–Q plot of the residuals",
      options: qqPanel(state, width, style).options,
      text: `${brief(find("uniformity"))} ${brief(find("dispersion"))}`,
    },
    modes.length > 0 ? randomEffects(modes, width, style) : inRowOrder(state, width, style),
    { title: "Outliers", options: tailPanel(state, width, style), text: brief(find("outliers")) },
    ...inflation.length > 0
      ? [{
        title: "Collinearity",
        options: inflationPanel(inflation, width, style),
        text: [
          brief(find("collinearity")),
          inflation.length > MOST_TERMS && `The largest ${MOST_TERMS} of ${inflation.length}.`,
        ].filter(Boolean).join(" "),
      }]
      : modes.length > 0 // two terms are needed to be collinear
      ? [inRowOrder(state, width, style)]
      : [],
  ];
}

function inRowOrder(state: ResidualState, width: number, style: Style): CheckPanel {
  return {
    title: "Residuals in row order",
    options: orderPanel(state, width, style),
    text: "There should be no waves or steps.",
  };
}

function randomEffects(modes: readonly ModesCheck[], width: number, style: Style): CheckPanel {
  return {
    title: "Random effects",
    options: modesPanel(modes, width, style),
    text: `${
      modes.some((m) => m.pValue < 0.05) ? "Not all look normal." : "They look normal."
    } Points should follow the line.`,
  };
}

/** Problems first. */
function bySeverity(checks: readonly Check[]): Check[] {
  const order = { problem: 0, look: 1, fine: 2 };
  return [...checks].sort((a, b) => order[a.verdict] - order[b.verdict]);
}

/** All checks in a line, and which of them are off. */
function verdict(checks: readonly Check[]): string[] {
  const off = bySeverity(checks).filter((c) => c.verdict !== "fine");
  return off.length === 0 ? ["✓ Nothing speaks against this model."] : [
    `✗ ${off.length} of ${checks.length} checks ${off.length === 1 ? "asks" : "ask"} for attention`,
    off.map((c) => c.check).join(", "),
  ];
}

/** The first sentence of a finding, without its numbers in parentheses. */
function brief(checks: readonly Check[]): string {
  return checks.map((c) =>
    c.finding.replace(/ \([^()]*(\([^()]*\)[^()]*)*\)/g, "").split(/(?<=\.) (?=[A-Z])/)[0]
  ).join(" ");
}

/** Room below the axis with a sentence in it. */
function withSentence(panel: Record<string, unknown>, text: string): Record<string, unknown> {
  const width = Number(panel.width),
    lines = wrap(text, width - 44, 11),
    bottom = Number(panel.marginBottom ?? 44);
  const room = 14 * Math.max(2, lines.length) + 10;
  return {
    ...panel,
    x: { ...panel.x as Record<string, unknown>, labelOffset: 36 },
    height: 300 + room,
    marginBottom: Math.max(bottom, 44) + room,
    marks: [
      ...(panel.marks as unknown[]),
      Plot.text([lines.join("\n")], {
        frameAnchor: "bottom-left",
        dx: -30,
        dy: Math.max(bottom, 44) + 2,
        lineAnchor: "top",
        textAnchor: "start",
        fontSize: 11,
        fillOpacity: 0.8,
      }),
    ],
  };
}

const BASE = { height: 300, marginLeft: 54, marginRight: 14, marginTop: 24, marginBottom: 44 };

function modesPanel(
  modes: readonly ModesCheck[],
  width: number,
  { color, words }: Style,
): Record<string, unknown> {
  const colors = [color, ...colorsOf(modes.map((m) => m.name)).slice(1)];
  const points = modes.flatMap((m, k) => {
    const order = Array.from(m.values.keys()).sort((a, b) => m.values[a] - m.values[b]);
    return order.map((i, rank) => ({
      x: qnorm((rank + 0.625) / (order.length + 0.25)),
      y: m.values[i],
      color: colors[k],
      title: `${m.levels[i]}\n${m.name}\n${formatValue(m.values[i])} standard deviations`,
    }));
  });
  const { rows } = thin(points, 1000);
  return {
    ...BASE,
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
      ...(modes.length > 1
        ? modes.map((m, k) =>
          Plot.text([words.of(m.name)], {
            frameAnchor: "top-left",
            dx: 6,
            dy: 6 + 14 * k,
            fontSize: 11,
            fill: colors[k],
          })
        )
        : []),
    ],
  };
}

/** Normal scores of the residuals by row; beyond ±3.5 they are drawn at the edge. */
function tailPanel(state: ResidualState, width: number, style: Style): Record<string, unknown> {
  const out = new Set(outlierIndex(state)), n = state.residual.length;
  const edge = 1 / (2 * state.simulations.count);
  const points = Array.from(state.residual, (r, i) => ({
    x: state.rows[i],
    y: qnorm(Math.min(1 - edge, Math.max(edge, r))),
    out: out.has(i),
    title: `${state.unit} ${state.rows[i]}\nresidual ${formatValue(r)}`,
  }));
  const { rows } = thin(points.filter((p) => !p.out), 1500),
    { rows: stars } = thin(points.filter((p) => p.out), 200);
  const [first, last] = extent(state.rows), labels = apart(stars, LABEL_ROOM * (last - first) / (width - 68));
  return {
    ...BASE,
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
      Plot.dot(rows, {
        x: "x",
        y: "y",
        r: n > 300 ? 1.6 : 2.8,
        fill: style.color,
        fillOpacity: 0.6,
        title: "title",
      }),
      starsAt(stars, outlierColor(state, style)),
      Plot.text(labels, {
        x: "x",
        y: "y",
        text: (p: { x: number }) => String(p.x),
        dy: -10,
        fontSize: 10,
        fill: outlierColor(state, style),
      }),
    ],
  };
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

function orderPanel(state: ResidualState, width: number, style: Style): Record<string, unknown> {
  const points = Array.from(
    state.residual,
    (y, i) => ({ x: state.rows[i], y, title: `${state.unit} ${state.rows[i]}` }),
  );
  const { rows } = thin(points, 1500);
  return {
    ...BASE,
    width,
    x: { label: style.words.of(state.unit), labelAnchor: "center", labelArrow: "none" },
    y: { ...UNIT, label: style.words.of("scaled residual") },
    marks: [
      Plot.ruleY([0.25, 0.5, 0.75], { strokeDasharray: "4 3", strokeOpacity: 0.75 }),
      Plot.dot(rows, {
        x: "x",
        y: "y",
        r: rows.length > 300 ? 1.6 : 2.8,
        fill: style.color,
        fillOpacity: 0.6,
        title: "title",
      }),
    ],
  };
}

/** Terms whose names can be read below each other in a panel. */
const MOST_TERMS = 14;

function inflationPanel(
  inflation: CheckMeta["inflation"],
  width: number,
  { color, alert, words }: Style,
): Record<string, unknown> {
  const largest = [...inflation].sort((a, b) => b.gvif - a.gvif).slice(0, MOST_TERMS),
    shown = inflation.filter((v) => largest.includes(v)), // in the formula's order
    names = fittedLabels(shown.map((v) => words.of(v.term)), 150),
    most = Math.max(11, ...shown.map((v) => v.gvif));
  return {
    ...BASE,
    width,
    marginLeft: Math.min(width * 0.45, marginFor(names.values())),
    x: {
      type: "log",
      domain: [1, most * 1.1],
      ticks: [1, 2, 5, 10, 20, 50, 100].filter((t) => t <= most * 1.1),
      tickFormat: String,
      label: words.of("variance inflation"),
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: {
      domain: shown.map((v) => v.term),
      label: null,
      tickFormat: (term: string) => names.get(words.of(term)) ?? term,
    },
    marks: [
      Plot.ruleX([5, 10], { strokeDasharray: "4 3", strokeOpacity: 0.7 }),
      Plot.ruleY(shown, { x1: 1, x2: "gvif", y: "term", stroke: color, strokeWidth: 3 }),
      Plot.dot(shown, {
        x: "gvif",
        y: "term",
        r: 5,
        fill: (v: { gvif: number }) => v.gvif >= 5 ? alert : color,
        title: (v: { term: string; gvif: number }) => `${v.term}: ${formatValue(v.gvif)}`,
      }),
      Plot.text(shown, {
        x: "gvif",
        y: "term",
        dx: 10,
        textAnchor: "start",
        text: (v: { gvif: number }) => formatValue(v.gvif),
      }),
    ],
  };
}
