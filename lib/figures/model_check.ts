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
import type { ResidualState } from "../inference/diagnostics/state.ts";
import { modesPanel, orderPanel, tailPanel } from "./check_panels.ts";
import { checksInParts } from "./model_check_facets.ts";
import { compose, panelOptions } from "./compose.ts";
import { inflationPanel, MOST_TERMS } from "./inflation_panel.ts";
import { Plot, plotSvg } from "./plot.ts";
import { predictionPanel } from "./prediction_panel.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import { captionOf, outcomeColor } from "./residual_panel.ts";
import { type Style, styleOf } from "./style.ts";
import { wrap } from "./text.ts";
import { uniformQqPanel } from "./uniform_qq.ts";

/** Draws predictive check, residuals, Q–Q plot, random effects, outliers and collinearity. */
export const modelCheck: KindFigure<CheckMeta> = {
  kind: MODEL_CHECK,
  options: { ...plotOptions.checks, points: kinds.flag, facet: plotOptions.names } satisfies OwnOptions<
    ResidualCheckPlotOptions
  >,
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
  const { width: whole = 760, facet, ...own } = options as ResidualCheckPlotOptions, style = styleOf(options);
  const parts = checksInParts(meta, facet, whole, style);
  const { panels, columns, caption } = parts ?? {
    panels: panelsOf(meta, whole / 2, style).map(({ title, options, text }) => ({
      title,
      options: withSentence(options, text),
    })),
    columns: 2,
    caption: [],
  };
  const figure = compose({
    header: verdict(meta.checks),
    panels: panels.map(({ title, options: panel }) => ({
      title,
      plot: plotSvg(panelOptions(panel, own, ["color"])),
    })),
    columns,
    caption: [captionOf(meta), ...caption],
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
      text: predictiveReading(predictive, style),
    },
    {
      title: "Residuals along the prediction",
      options: predictionPanel(state, undefined, width, style).options,
      text: brief(find("quantiles")) + " The curves should lie on the dashed lines.",
    },
    {
      title: "Q–Q plot of the residuals",
      options: uniformQqPanel(state, width, style).options,
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
