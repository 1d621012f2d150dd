/** Where and how an ordinal model's assumption fails: effects at every threshold beside the one that it takes for all. */
import {
  type AssumptionPlotOptions,
  type FigureElement,
  type FigureOptions,
  formatShortP,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { ASSUMPTION_TEST, type AssumptionMeta } from "../inference/tests/assumption_frame.ts";
import type { CutEffect } from "../inference/tests/cut_effects.ts";
import { compose, type Panel } from "./compose.ts";
import { type Entry, type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { linesOf } from "./labels.ts";
import { formatInterval, notDrawn, type Row, rowsOf } from "./rows.ts";
import { facetNames, sideBySide, tablePanels } from "./table_facets.ts";
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
  options: { ...plotOptions.estimates, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    AssumptionPlotOptions
  >,
  draw,
};

/** An effect as a row: what may have panels, and its numbers. */
type EffectRow = Row & { readonly term: string; readonly coefficient: string; readonly threshold: string };

const rowOf = ({ term, name, cut, estimate, low, high }: CutEffect): EffectRow => ({
  term,
  coefficient: name,
  threshold: cut ?? COMMON,
  estimate,
  conf_low: low,
  conf_high: high,
});

function draw(frame: Frame, meta: AssumptionMeta, options: FigureOptions): FigureElement {
  const words = new Words(options), { facet } = options as AssumptionPlotOptions, scale = meta.of === "scale";
  const all = meta.effects.map(rowOf),
    rows = all.filter((r) => [r.estimate, r.conf_low, r.conf_high].every((v) => Number.isFinite(v)));
  if (rows.length === 0) throw new RangeError("Cannot plot the tests: no larger model has estimates to show");
  const p = pTexts(frame),
    names = facet === undefined ? scale ? [] : ["coefficient"] : facetNames(facet, [
      "term",
      "coefficient",
      ...scale ? [] : ["threshold"],
    ]);
  const groups = tablePanels(rows, names, words);
  const { columns, width } = sideBySide(groups.length, Number(options.width ?? 640), LEAST_WIDTH);
  const panels = groups.map(({ title, rows: own }): Panel => {
    const entries = scale ? own.map((row) => scaleEntry(row, p, words)) : entriesOf(own, names, words);
    const heading = facet === undefined && !scale ? titleOf(own[0], p, words) : title;
    return {
      title: linesOf(heading, width - 12).join("\n") || undefined,
      plot: intervalPanel(entries, {
        label: words.of(
          scale ? "effect on the log scale" : `effect on ${meta.response} (${meta.link} scale)`,
        ),
        reference: scale ? 0 : commonOf(own),
        width,
        marginLeft: nameMargin(entries),
      }, { ...options, width }),
    };
  });
  const caption = [...captionOf(meta, options), notDrawn(all, (row) => effectName(row as EffectRow, words))];
  const figure = compose({ panels, columns, caption }, options);
  words.done();
  return figure;
}

/** "p = 0.03" of each term. */
function pTexts(frame: Frame): ReadonlyMap<string, string> {
  return new Map(
    rowsOf(frame).flatMap(({ term, p_value }) => {
      const [short] = formatShortP([p_value as number ?? NaN]);
      return Number.isFinite(p_value)
        ? [[String(term), `p ${short.startsWith("<") ? short : `= ${short}`}`]]
        : [];
    }),
  );
}

/** "contactyes: p = 0.03", of a term of another name "fb (f + x: p = 0.03)". */
function titleOf({ term, coefficient }: EffectRow, ps: ReadonlyMap<string, string>, words: Words): string {
  const p = ps.get(term), own = words.of(coefficient);
  if (p === undefined) return own;
  return coefficient.startsWith(term) ? `${own}: ${p}` : `${own} (${words.ofContrast(term)}: ${p})`;
}

/** The effect that the model takes for all thresholds, where the rows are of one coefficient. */
function commonOf(rows: readonly EffectRow[]): number {
  const one = rows.every(({ coefficient }) => coefficient === rows[0].coefficient);
  return one ? rows.find(({ threshold }) => threshold === COMMON)?.estimate as number ?? 0 : 0;
}

/** Thresholds below the name of their coefficient, where the panel does not name it. */
function entriesOf(rows: readonly EffectRow[], names: readonly string[], words: Words): Entry[] {
  const entry = (row: EffectRow, label: string) => entryOf(row, label, row.threshold !== COMMON, words);
  if (names.includes("coefficient")) return rows.map((row) => entry(row, row.threshold));
  if (names.includes("threshold")) return rows.map((row) => entry(row, row.coefficient));
  return [...Map.groupBy(rows, (row) => row.coefficient)].flatMap(([name, own]): Entry[] => [
    { heading: words.of(name) },
    ...own.map((row) => entry(row, row.threshold)),
  ]);
}

const scaleEntry = (row: EffectRow, p: ReadonlyMap<string, string>, words: Words): Entry => ({
  ...entryOf(row, row.coefficient, true, words),
  right: p.get(row.term),
});

function entryOf(row: EffectRow, label: string, filled: boolean, words: Words): Estimate {
  return {
    name: words.of(label),
    estimate: row.estimate as number,
    low: row.conf_low as number,
    high: row.conf_high as number,
    filled,
    title: `${row.coefficient}${filled && row.threshold === COMMON ? "" : `, ${row.threshold}`}\n${
      formatInterval(row)
    }`,
  };
}

/** "tempwarm at 1|2". */
function effectName({ coefficient, threshold }: EffectRow, words: Words): string {
  return words.of(coefficient) + (threshold === COMMON ? "" : ` at ${words.of(threshold)}`);
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
