/** Random effects: a caterpillar of conditional modes, one panel per grouping factor and coefficient. */
import { MEAN } from "../model/families/part.ts";
import {
  type EffectsPlotOptions,
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { RANEF } from "../model/result/ranef.ts";
import { compose, type Panel } from "./compose.ts";
import { facetedForest, type ForestPart, MOST_HEADED } from "./forest_facets.ts";
import { type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { linesOf } from "./labels.ts";
import { Words } from "./words.ts";
import { formatInterval, type Row, rowsOf, thin } from "./rows.ts";
import { decreasing } from "../math/decreasing.ts";

/** Half-width of a 95% interval in standard deviations. */
const Z = 1.96;

/**
 * Draws conditional modes ± 1.96 conditional standard deviations, sorted, one panel per grouping factor and term.
 *
 * @param frame result of `ranef`: `component`, `group`, `term`, `level`, `estimate`, `std_error`
 */
export const ranef: KindFigure = {
  kind: RANEF,
  table: {
    needs: ["group", "term", "level", "estimate"],
    isOf: (columns) => columns.has("term") && columns.has("level") && !columns.has("effect"),
    metaOf: () => ({}),
  },
  options: { ...plotOptions.estimates, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    EffectsPlotOptions
  >,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), words = new Words(options);
  const all = [...Map.groupBy(rows, (row) => [row.component, row.group, row.term].join("\n")).values()];
  if (all.length === 0) throw new RangeError("Cannot plot random effects: the model has none");
  // Effects whose variance is 0 are a column of equal dots: a sentence says as much, where there is something else to see.
  const varied = all.filter((part) => part.some((row) => row.estimate !== 0));
  const parts = varied.length > 0 ? varied : all;
  const notes = new Set<string | undefined>(
    all.filter((part) => !parts.includes(part)).map(([{ group, term }]) =>
      `Not drawn: ${group}: ${term}, all 0, as its variance is estimated as 0.`
    ),
  );
  const { facet = COLUMNS } = options as EffectsPlotOptions, usual = facet === COLUMNS;
  const sorted = parts.map((part) => {
    const { rows: shown, note } = thin(decreasing(part, (row) => row.estimate as number));
    notes.add(note);
    return partOf(shown, words);
  });
  const forest = facetedForest(sorted, facet, COLUMNS, words), columns = forest.length === 1 ? 1 : 2;
  const width = Number(options.width ?? 640) / columns, mostNames = usual ? undefined : MOST_HEADED;
  const panels = forest.map(({ entries, label, title }, k): Panel => {
    const plot = intervalPanel(
      entries,
      {
        label,
        reference: 0,
        width,
        marginLeft: Math.min(nameMargin(entries, mostNames), width * 0.45),
        mostNames,
      },
      { ...options, width }, // the caller's width is that of the whole figure
    );
    const written = usual ? sorted[k].title : title;
    return { plot, title: written && linesOf(written, width / 1.1 - 12).join("\n") };
  });
  const bars = options.bands !== false && rows.some((row) => Number.isFinite(row.std_error));
  const caption = [
    meta.title && `${meta.title}.`,
    `Conditional modes${bars ? " ± 1.96 conditional standard deviations" : ""}, sorted.`,
    ...notes,
  ];
  const figure = compose({ panels, columns, caption }, options);
  words.done();
  return figure;
}

/** Columns of which every combination has a panel. */
const COLUMNS = ["component", "group", "term"];

/** The effects of a term in the levels of a group. */
function partOf(rows: readonly Row[], words: Words): ForestPart {
  const [{ component, group, term }] = rows;
  const where = component && component !== MEAN ? ` (${component})` : "";
  return {
    title: `${words.of(String(group))}: ${words.of(String(term))}${where}`,
    label: words.of(String(term)),
    reference: 0,
    log: false,
    estimates: rows.map((row) => estimateOf(row, words)),
    rows,
  };
}

function estimateOf(row: Row, words: Words): Estimate {
  const estimate = row.estimate as number, sd = row.std_error as number ?? NaN;
  const low = estimate - Z * sd, high = estimate + Z * sd;
  const title = `${row.group} ${row.level}\n${row.term} ${
    formatInterval({ estimate, conf_low: low, conf_high: high })
  }`;
  return { name: words.of(String(row.level)), estimate, low, high, title };
}
