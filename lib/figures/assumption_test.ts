/** Where and how an ordinal model's assumption fails: effects at every threshold beside the one that it takes for all. */
import {
  type FigureElement,
  type FigureOptions,
  type ForestPlotOptions,
  formatShortP,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { ASSUMPTION_TEST, type AssumptionMeta } from "../inference/tests/assumption_frame.ts";
import type { CutEffect } from "../inference/tests/cut_effects.ts";
import { compose, type Panel } from "./compose.ts";
import { type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { linesOf } from "./labels.ts";
import { formatInterval, rowsOf } from "./rows.ts";
import { sideBySide } from "./table_facets.ts";
import { Words } from "./words.ts";

/** Pixels that a panel needs. */
const LEAST_WIDTH = 300;
/** What the model's own effect is called. */
const COMMON = "all alike";

/**
 * Draws what `nominalTest` and `scaleTest` free: a panel for each coefficient with its effect at every threshold, the model's own hollow
 * below them and as a line; of the scale one row for each.
 *
 * @param frame `term`, `p_value`
 */
export const assumptionTest: KindFigure<AssumptionMeta> = {
  kind: ASSUMPTION_TEST,
  options: { ...plotOptions.estimates, ...plotOptions.color } satisfies OwnOptions<ForestPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: AssumptionMeta, options: FigureOptions): FigureElement {
  const { effects, of } = meta, words = new Words(options);
  const shown = effects.filter(({ estimate, low, high }) => Number.isFinite(estimate + low + high));
  if (shown.length === 0) {
    throw new RangeError("Cannot plot the tests: no larger model has estimates to show");
  }
  const p = new Map(rowsOf(frame).map((row) => [String(row.term), row.p_value as number]));
  const pText = (term: string) => {
    const value = p.get(term) ?? NaN, [short] = formatShortP([value]);
    return Number.isFinite(value) ? `p ${short.startsWith("<") ? short : `= ${short}`}` : undefined;
  };
  const groups = of === "scale" ? [shown] : [...Map.groupBy(shown, (e) => `${e.term}\n${e.name}`).values()];
  const { columns, width } = sideBySide(groups.length, Number(options.width ?? 640), LEAST_WIDTH);
  const panels = groups.map((own): Panel => {
    const entries = own.map((e) =>
      of === "scale"
        ? { ...entryOf(e, e.name, words), right: pText(e.term) }
        : entryOf(e, e.cut ?? COMMON, words)
    );
    return {
      title: of === "scale" ? undefined : linesOf(titleOf(own[0], pText, words), width - 12).join("\n"),
      plot: intervalPanel(entries, {
        label: words.of(
          of === "scale" ? "effect on the log scale" : `effect on ${meta.response} (${meta.link} scale)`,
        ),
        reference: of === "scale" ? 0 : own.find(({ cut }) => cut === null)?.estimate,
        width,
        marginLeft: nameMargin(entries),
      }, { ...options, width }),
    };
  });
  const figure = compose({ panels, columns, caption: captionOf(meta, options) }, options);
  words.done();
  return figure;
}

/** "contactyes: p = 0.03", of a term of several coefficients "fb (f: p = 0.03)". */
function titleOf(
  { term, name }: CutEffect,
  pText: (term: string) => string | undefined,
  words: Words,
): string {
  const p = pText(term), own = words.of(name);
  if (p === undefined) return own;
  return name.startsWith(term) ? `${own}: ${p}` : `${own} (${words.ofContrast(term)}: ${p})`;
}

function entryOf({ name, cut, estimate, low, high }: CutEffect, label: string, words: Words): Estimate {
  const row = { estimate, conf_low: low, conf_high: high }, shown = words.of(label);
  return {
    name: shown,
    estimate,
    low,
    high,
    filled: label !== COMMON || cut !== null,
    title: `${label === name ? name : `${name}, ${label}`}\n${formatInterval(row)}`,
  };
}

function captionOf({ title, of, notes = [] }: AssumptionMeta, { bands }: FigureOptions): string[] {
  const with95 = bands === false ? "" : " with 95% confidence intervals";
  return [
    `${title}.`,
    of === "scale"
      ? `Effects on the log of the latent variable's scale${with95}; at 0 the spread is the same.`
      : `Effects towards higher categories at each threshold${with95}; hollow and as a line the effect that the model takes for all of them.`,
    ...notes,
  ];
}
