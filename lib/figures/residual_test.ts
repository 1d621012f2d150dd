/** Tests of residuals: the simulated statistic with the observed value marked, or the residuals that the test looks at. */
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
  RESIDUAL_TEST,
  type TestMeta,
  testName,
  type TestView,
} from "../inference/diagnostics/test_frame.ts";
import { compose, panelOptions } from "./compose.ts";
import { plotSvg } from "./plot.ts";
import { BOXES_READING, captionOf, CURVES_READING, QQ_READING } from "./residual_panel.ts";
import { type Style, styleOf } from "./style.ts";
import { isFaceted } from "./table_facets.ts";
import { inPanels } from "./test_facets.ts";
import { type DrawnTest, panelOf } from "./test_panels.ts";

/** Draws what a test of residuals compares. */
export const residualTest: KindFigure<TestMeta> = {
  kind: RESIDUAL_TEST,
  options: { ...plotOptions.checks, points: kinds.flag, facet: plotOptions.names } satisfies OwnOptions<
    ResidualCheckPlotOptions
  >,
  draw,
  findings: (_frame, { view, rows }) => [
    ...rows.map((row) => ({
      verdict: row.pValue < 0.05 ? "problem" as const : "fine" as const,
      about: testName(row),
      text: row.interpretation,
    })),
    { text: READING[view.kind] },
  ],
  said: ["interpretation"],
};

/** How the figures are read. */
const READING: Readonly<Record<TestView["kind"], string>> = {
  histogram: "Bars: the statistic in simulations from the model; line: observed.",
  qq: QQ_READING,
  quantiles: CURVES_READING,
  boxes: BOXES_READING,
  series: "Line: the mean of neighbours, which should stay near 0.5.",
  map:
    "Orange below, purple above what the model expects; large dots are far off; neighbours of one colour are autocorrelation.",
};

function draw(_frame: Frame, meta: TestMeta, options: FigureOptions): FigureElement {
  const { view } = meta, style = styleOf(options), { facet, width } = options as ResidualCheckPlotOptions;
  if (!style.points && OF_POINTS.includes(view.kind)) {
    throw new RangeError("Cannot use points: they are all that the figure of this test shows");
  }
  const drawn = isFaceted(facet)
    ? inPanels(meta, facet, width ?? 720, style)
    : onePanel(meta, width ?? 560, style);
  // The colours of a map are a scale; others are those of the marks.
  const own = view.kind === "map" ? [] : ["color"];
  const figure = compose({
    ...drawn,
    panels: drawn.panels.map(({ title, options: panel }) => ({
      title,
      plot: plotSvg(panelOptions(panel, { ...options, width: panel.width }, own)),
    })),
  }, options);
  style.words.done();
  return figure;
}

/** Views of which the points are the picture itself. */
const OF_POINTS: readonly TestView["kind"][] = ["qq", "map"];

function onePanel(meta: TestMeta, width: number, style: Style): DrawnTest {
  const color = style.alertIf(Math.min(...meta.rows.map((row) => row.pValue)));
  const panel = panelOf(meta.view, width, style, color);
  return { panels: [{ ...panel, title: undefined }], caption: [captionOf(meta), panel.note] };
}
