/** Influence of groups: Cook's distances, and how far each coefficient moves when a group is left out. */
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type NamedPlotOptions,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { INFLUENCE } from "../inference/describe/influence.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { changeRows, changes, distances } from "./influence_panels.ts";
import { linesOf } from "./labels.ts";
import { plotSvg } from "./plot.ts";
import { notDrawn, type Row, rowsOf } from "./rows.ts";
import { type Style, styleOf } from "./style.ts";
import { facetNames, sideBySide } from "./table_facets.ts";
import { decreasing } from "../math/decreasing.ts";

/** Groups whose distance is listed, those that have a panel, and the width of one. */
const MOST = 20, MOST_PANELS = 12, LEAST_WIDTH = 230;

/**
 * Draws what `influence` gives: left the groups by Cook's distance, with the line above which one is worth a look; right the changes
 * of the coefficients, the farthest group by name.
 *
 * @param frame `group`, `level`, `rows`, `cooks_distance`, then a column per coefficient
 */
export const influence: KindFigure<FigureMeta> = {
  kind: INFLUENCE,
  options: { ...plotOptions.labels, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    NamedPlotOptions
  >,
  draw,
};

/** What may have panels beside the distances: the coefficients, or the groups that are left out. */
const FACETS = ["term", "level"];

function draw(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const all = rowsOf(frame), rows = all.filter((row) => Number.isFinite(row.cooks_distance));
  if (rows.length === 0) throw new RangeError("Cannot plot the influence: no group could be left out");
  const { facet } = options as NamedPlotOptions, [by, second] = facetNames(facet, FACETS);
  if (second) throw new RangeError('Cannot use facet: panels are of "term" or of "level", a change has both');
  const groups: Groups = {
    rows,
    largest: decreasing(rows, (row) => row.cooks_distance as number).slice(0, MOST),
    coefficients: columnNames(frame).slice(4),
    limit: 4 / all.length,
  };
  const style = styleOf(options),
    width = Number(options.width ?? 720),
    most = by === "level" ? MOST_PANELS : MOST;
  const drawn = by ? changesInPanels(groups, by, width, style) : bothPanels(groups, width, style);
  const figure = compose({
    panels: drawn.panels.map(({ title, ...panel }): Panel => ({
      title: title as string,
      plot: plotSvg(panelOptions(panel, { ...options, width: panel.width }, ["color"])),
    })),
    columns: drawn.columns,
    caption: [
      meta.title && `${meta.title}.`,
      `${by === "level" ? "F" : `Dashed: 4 / ${all.length}; f`}illed: groups${
        by === "level" ? ` with distances above 4 / ${all.length}` : " above it"
      }.`,
      rows.length > most &&
      `The ${most} of ${rows.length} groups with the largest distances are ${by ? "drawn" : "listed"}.`,
      notDrawn(all.map((row) => ({ ...row, estimate: row.cooks_distance })), (row) => String(row.level)),
    ],
  }, options);
  style.words.done();
  return figure;
}

/** The groups that were left out, those with the largest distances first, and what moved. */
interface Groups {
  readonly rows: readonly Row[];
  readonly largest: readonly Row[];
  readonly coefficients: readonly string[];
  readonly limit: number;
}

/** The distances, and the changes of all coefficients. */
function bothPanels({ rows, largest, coefficients, limit }: Groups, width: number, style: Style) {
  const panels: Record<string, unknown>[] = [
    { title: "Cook's distance", ...distances(largest, limit, width * 0.42, style) },
    { title: "Change of the coefficients", ...changes(rows, coefficients, limit, width * 0.58, style) },
  ];
  return { panels, columns: 2 };
}

/** A panel for each coefficient beside the distances, groups in their order; or for each group, by coefficient. */
function changesInPanels({ largest, coefficients, limit }: Groups, by: string, total: number, style: Style) {
  const { words } = style, title = (name: string) => linesOf(words.ofLevel(by, name), width - 12).join("\n");
  const change = (row: Row, name: string) => ({ x: row[name] as number, row, name });
  const shown = by === "term" ? largest : largest.slice(0, MOST_PANELS);
  const parts = by === "term"
    ? coefficients.map((name) => ({ name, marks: shown.map((row) => change(row, name)) }))
    : shown.map((row) => ({
      name: String(row.level),
      marks: coefficients.map((name) => change(row, name)),
    }));
  const { columns, width } = sideBySide(parts.length + Number(by === "term"), total, LEAST_WIDTH);
  const far = Math.max(
    ...parts.flatMap(({ marks }) => marks.map(({ x }) => Math.abs(x))).filter(Number.isFinite),
  );
  const panels: Record<string, unknown>[] = parts.map(({ name, marks }) => ({
    title: title(name),
    ...changeRows(marks, by === "term" ? "level" : "term", { limit, far, width }, style),
  }));
  if (by === "term") panels.unshift({ title: "Cook's distance", ...distances(shown, limit, width, style) });
  return { panels, columns };
}
