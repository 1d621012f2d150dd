/** Simulated residuals: the two panels that people know, with every test in words below. */
import { predictorOf, type ResidualMeta, SIMULATED_RESIDUALS } from "../inference/diagnostics/state.ts";
import { allTests } from "../inference/diagnostics/all.ts";
import {
  type FactorPredictor,
  type Predictor,
  pText,
  short,
  type TestRow,
} from "../inference/diagnostics/test_frame.ts";
import { nextSteps } from "../inference/diagnostics/next_steps.ts";
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type ResidualsPlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { compose, panelOptions } from "./compose.ts";
import { plotSvg } from "./plot.ts";
import { alongInParts, type ResidualParts, residualParts } from "./residual_facets.ts";
import { type Style, styleOf } from "./style.ts";
import { predictionPanel } from "./prediction_panel.ts";
import { captionOf, CURVES_READING, QQ_READING } from "./residual_panel.ts";
import { type CornerText, uniformQqPanel } from "./uniform_qq.ts";

/**
 * Draws the Q–Q plot of scaled residuals and the residuals along the ranked prediction.
 *
 * @param frame result of `simulateResiduals`
 * @param options Plot options, and `x`: a column (or one value per residual) in place of the prediction; categories make boxes
 */
export const simulatedResiduals: KindFigure<ResidualMeta> = {
  kind: SIMULATED_RESIDUALS,
  options: {
    ...plotOptions.checks,
    points: kinds.flag,
    facet: plotOptions.names,
    x: kinds.anyOf(kinds.column, kinds.values, plotOptions.axis),
  } satisfies OwnOptions<ResidualsPlotOptions>,
  draw,
  findings: (_frame, { residuals: state }) => {
    const tests = allTests(state);
    return [
      ...tests.map((test) => ({
        verdict: test.pValue < 0.05 ? "problem" as const : "fine" as const,
        about: sentenceCase(test.about),
        text: test.interpretation,
      })),
      ...nextSteps(state.model, tests).slice(0, 2).map(({ why, code }) => ({
        text: `Try next. ${why}`,
        next: code,
      })),
      { text: QQ_READING },
      { text: CURVES_READING },
    ];
  },
};

function draw(_frame: Frame, meta: ResidualMeta, options: FigureOptions): FigureElement {
  const { residuals: state } = meta, width = Number(options.width ?? 720), style = styleOf(options);
  const x = typeof options.x === "string" || Array.isArray(options.x) || ArrayBuffer.isView(options.x)
    ? chosen(state, options.x as string | number[])
    : undefined;
  const { width: _whole, x: axis, ...given } = options,
    own = x || axis === undefined ? given : { ...given, x: axis };
  const plot = (panel: Record<string, unknown>) => plotSvg(panelOptions(panel, own, ["color"]));
  const parts = residualParts(state, (options as ResidualsPlotOptions).facet, width, style);
  const drawn = parts ? inParts(meta, parts, x, style) : twoPanels(meta, x, width, style);
  const figure = compose({
    ...drawn,
    panels: drawn.panels.map(({ title, options: panel }) => ({ title, plot: plot(panel) })),
  }, options);
  style.words.done();
  return figure;
}

const alongWhat = (x: Predictor | FactorPredictor | undefined, { words }: Style) =>
  x ? words.of(x.name) : "the prediction";

/** The Q–Q plot with the tests in its corner, and the residuals along the prediction or a predictor. */
function twoPanels(
  meta: ResidualMeta,
  x: Predictor | FactorPredictor | undefined,
  width: number,
  style: Style,
) {
  const { residuals: state } = meta, tests = allTests(state);
  const left = uniformQqPanel(state, width * 0.44, style, tests.slice(0, -1).map(cornerText)),
    right = predictionPanel(state, x, width * 0.56, style);
  return {
    panels: [
      { ...left, title: "Q–Q plot of the residuals" },
      { ...right, title: `Residuals along ${alongWhat(x, style)}` },
    ],
    columns: 2,
    caption: [captionOf(meta), right.note],
  };
}

/** The residuals along it in panels. */
function inParts(
  meta: ResidualMeta,
  parts: ResidualParts,
  x: Predictor | FactorPredictor | undefined,
  style: Style,
) {
  const panels = alongInParts(meta.residuals, parts, x, style);
  return {
    panels,
    columns: parts.columns,
    caption: [
      captionOf(meta),
      `Residuals along ${
        alongWhat(x, style)
      }; curves are tested within their panels, adjusted for all of them.`,
      parts.note,
      ...new Set(panels.map(({ note }) => note)),
    ],
  };
}

/** "Dispersion 0.74, p = 0.03". */
function cornerText({ about: name, statistic, pValue, simulations }: TestRow): CornerText {
  const number = name === "uniformity" ? `D ${short(statistic, 2)}` : short(statistic, 3);
  return {
    text: `${sentenceCase(name)} ${number}, ${pText(pValue, simulations)}`,
    alert: pValue < 0.05,
  };
}

/** A column of the data as a predictor. */
export function chosen(
  state: ResidualMeta["residuals"],
  x: string | ArrayLike<number | string>,
): Predictor | FactorPredictor {
  const { name, column } = predictorOf(state, x, "plot residuals");
  return column.kind === "numeric"
    ? { name, values: column.values }
    : { name, codes: column.codes, levels: column.levels };
}

function sentenceCase(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
