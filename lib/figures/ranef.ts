/** Random effects: a caterpillar of conditional modes, one panel per grouping factor and coefficient. */
import { MEAN } from "../model/families/part.ts";
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type ForestPlotOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { RANEF } from "../model/result/ranef.ts";
import { compose, type Panel } from "./compose.ts";
import { type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { linesOf } from "./labels.ts";
import { Words } from "./words.ts";
import { formatInterval, type Row, rowsOf, thin } from "./rows.ts";

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
  options: { ...plotOptions.estimates, ...plotOptions.color } satisfies OwnOptions<ForestPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), words = new Words(options);
  const all = [...Map.groupBy(rows, (row) => [row.component, row.group, row.term].join("\n")).values()];
  if (all.length === 0) throw new RangeError("Cannot plot random effects: the model has none");
  // Effects whose variance is 0 are a column of equal dots: a sentence says as much, where there is something else to see.
  const varied = all.filter((part) => part.some((row) => row.estimate !== 0));
  const parts = varied.length > 0 ? varied : all;
  const columns = parts.length === 1 ? 1 : 2;
  const width = Number(options.width ?? 640) / columns;
  const notes = new Set<string | undefined>(
    all.filter((part) => !parts.includes(part)).map(([{ group, term }]) =>
      `Not drawn: ${group}: ${term}, all 0, as its variance is estimated as 0.`
    ),
  );
  const panels: Panel[] = parts.map((part) => {
    const sorted = part.map((row) => estimateOf(row, words)).sort((a, b) => b.estimate - a.estimate);
    const { rows: shown, note } = thin(sorted);
    notes.add(note);
    const { component, group, term } = part[0];
    const where = component && component !== MEAN ? ` (${component})` : "";
    const margin = Math.min(nameMargin(shown), width * 0.45);
    const plot = intervalPanel(
      shown,
      { label: words.of(String(term)), reference: 0, width, marginLeft: margin },
      { ...options, width }, // the caller's width is that of the whole figure
    );
    const title = `${words.of(String(group))}: ${words.of(String(term))}${where}`;
    return { plot, title: linesOf(title, width / 1.1 - 12).join("\n") };
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

function estimateOf(row: Row, words: Words): Estimate {
  const estimate = row.estimate as number, sd = row.std_error as number ?? NaN;
  const low = estimate - Z * sd, high = estimate + Z * sd;
  const title = `${row.group} ${row.level}\n${row.term} ${
    formatInterval({ estimate, conf_low: low, conf_high: high })
  }`;
  return { name: words.of(String(row.level)), estimate, low, high, title };
}
