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
  const columns = Math.min(shown.length, 3),
    width = Number(options.width ?? (columns === 1 ? 420 : 840)) / columns;
  const own = { ...options }, style = styleOf(options);
  delete own.width;
  const best = shown[0].aicc;
  const figure = compose({
    panels: shown.map((c) => ({
      title: `${style.words.of(c.name)}: ${
        c.aicc === best
          ? `AICc ${formatValue(Math.round(10 * c.aicc) / 10)}`
          : `+${formatValue(Math.round(10 * (c.aicc - best)) / 10)}`
      }`,
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
