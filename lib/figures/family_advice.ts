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
import { compose, panelOptions } from "./compose.ts";
import { plotSvg } from "./plot.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import { formatValue } from "./rows.ts";
import { styleOf } from "./style.ts";
import { longest } from "./text.ts";

const MOST = 6;

/** Draws rootograms or densities of the families that were fitted, with their AICc. */
export const familyAdvice: KindFigure<AdviceMeta> = {
  kind: FAMILY_ADVICE,
  options: plotOptions.checks satisfies OwnOptions<CheckPlotOptions>,
  draw,
};

function draw(_frame: Frame, meta: AdviceMeta, options: FigureOptions): FigureElement {
  const { candidates } = meta,
    fitted = candidates.filter((c) => c.predictive !== null),
    shown = fitted.slice(0, MOST);
  if (shown.length === 0) throw new RangeError("Cannot plot the advice: no family could be fitted");
  const own = { ...options }, style = styleOf(options), best = shown[0].aicc;
  delete own.width;
  const titles = shown.map((c) =>
    `${style.words.of(c.name)}: ${
      c.aicc === best
        ? `AICc ${formatValue(Math.round(10 * c.aicc) / 10)}`
        : `+${formatValue(Math.round(10 * (c.aicc - best)) / 10)}`
    }`
  );
  const whole = Number(options.width ?? (shown.length === 1 ? 420 : 840));
  const room = Math.floor(whole / (1.1 * longest(titles) + 12)), // bold
    columns = Math.max(1, Math.min(shown.length, 3, room)),
    width = whole / columns;
  const figure = compose({
    panels: shown.map((c, k) => ({
      title: titles[k],
      plot: plotSvg(
        panelOptions(
          predictivePanel(c.predictive!, meta.response ?? "response", width, style, { height: 240 }),
          own,
          ["color"],
        ),
      ),
    })),
    columns,
    caption: [
      [
        meta.title && `${meta.title}.`,
        predictiveReading(shown[0].predictive!.kind, style),
        fitted.length > shown.length && `The best ${shown.length} of ${fitted.length} are drawn.`,
      ].filter(Boolean).join(" "),
    ],
  }, options);
  style.words.done();
  return figure;
}
