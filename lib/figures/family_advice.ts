/** The candidates of an advice: one predictive check each, best first. */
import {
  type CheckPlotOptions,
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { type AdviceMeta, FAMILY_ADVICE } from "../inference/diagnostics/advise_family.ts";
import type { Candidate } from "../inference/diagnostics/family_candidates.ts";
import type { PredictiveCheck } from "../inference/diagnostics/predictive.ts";
import { legend, levelColors } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { familiesPanel, familiesReading } from "./families_panel.ts";
import { plotSvg } from "./plot.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import { formatValue } from "./rows.ts";
import { styleOf } from "./style.ts";
import { facetNames } from "./table_facets.ts";
import { longest } from "./text.ts";
import { Words } from "./words.ts";

const MOST = 6;

/** Draws rootograms or densities of the families that were fitted, with their AICc. */
export const familyAdvice: KindFigure<AdviceMeta> = {
  kind: FAMILY_ADVICE,
  options: { ...plotOptions.checks, facet: plotOptions.names } satisfies OwnOptions<CheckPlotOptions>,
  draw,
};

/** A family that was fitted. */
type Fitted = Candidate & { readonly predictive: PredictiveCheck };

function draw(_frame: Frame, meta: AdviceMeta, options: FigureOptions): FigureElement {
  const fitted = meta.candidates.filter((c): c is Fitted => c.predictive !== null),
    shown = fitted.slice(0, MOST);
  if (shown.length === 0) throw new RangeError("Cannot plot the advice: no family could be fitted");
  const { facet = "family" } = options as CheckPlotOptions, apart = facetNames(facet, ["family"]).length > 0;
  const words = new Words(options), response = meta.response ?? "response";
  const drawn = apart
    ? panelEach(shown, response, options, words)
    : onePanel(shown, response, options, words);
  const figure = compose({
    ...drawn,
    caption: [
      meta.title && `${meta.title}.`,
      drawn.reading,
      fitted.length > shown.length && `The best ${shown.length} of ${fitted.length} are drawn.`,
    ],
  }, options);
  words.done();
  return figure;
}

/** "poisson: AICc 812.4", of the others how much more. */
function titlesOf(shown: readonly Fitted[], names: readonly string[]): string[] {
  const [{ aicc: best }] = shown, tenths = (v: number) => formatValue(Math.round(10 * v) / 10);
  return shown.map(({ aicc }, k) =>
    `${names[k]}: ${aicc === best ? `AICc ${tenths(aicc)}` : `+${tenths(aicc - best)}`}`
  );
}

/** A panel for each family. */
function panelEach(shown: readonly Fitted[], response: string, options: FigureOptions, words: Words) {
  const style = { ...styleOf(options), words },
    titles = titlesOf(shown, shown.map(({ name }) => words.of(name)));
  const whole = Number(options.width ?? (shown.length === 1 ? 420 : 840));
  const room = Math.floor(whole / (1.1 * longest(titles) + 12)), // bold
    columns = Math.max(1, Math.min(shown.length, 3, room)),
    width = whole / columns;
  const panels = shown.map(({ predictive }, k) => ({
    title: titles[k],
    plot: plotSvg(panelOptions(
      predictivePanel(predictive, response, width, style, { height: 240 }),
      { ...options, width },
      ["color"],
    )),
  }));
  const withShares = shown.find(({ predictive }) => predictive.exact.length > 0) ?? shown[0];
  return { panels, columns, reading: predictiveReading(withShares.predictive, style) };
}

/** The families in one panel, each in its colour; those of which the same is drawn as of the best. */
function onePanel(shown: readonly Fitted[], response: string, options: FigureOptions, words: Words) {
  const [{ predictive: { kind } }] = shown,
    alike = shown.filter(({ predictive }) => predictive.kind === kind);
  const axis = { name: "family", levels: alike.map(({ name }) => name) }, bands = options.bands !== false;
  const colors = levelColors(axis, options), named = legend(axis, axis.levels, colors, options, words);
  const titles = titlesOf(alike, named.items.map(({ text }) => text));
  const checks = alike.map(({ predictive }, k) => ({ predictive, color: colors[k], title: titles[k] }));
  const panel = familiesPanel(checks, response, { width: Number(options.width ?? 640), words, bands });
  const others = shown.filter((c) => !alike.includes(c));
  return {
    panels: [{ plot: plotSvg(panelOptions(panel, options, ["color"])) }],
    columns: 1,
    legend: { ...named, items: named.items.map((item, k) => ({ ...item, text: titles[k] })) },
    reading: familiesReading(kind, bands) +
      (others.length > 0
        ? ` Not drawn, as their responses are of another kind: ${
          others.map(({ name }) => words.of(name)).join(", ")
        }.`
        : ""),
  };
}
