/** Bootstrap draws: a histogram per statistic, or those of a group, a component or a term on one axis. */
import { kinds } from "../check.ts";
import {
  type BootstrapPlotOptions,
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame, readNumeric } from "../frame.ts";
import { BOOTSTRAP, type BootstrapMeta } from "../inference/intervals/bootstrap.ts";
import { extent, quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { distributionRows } from "./distribution_rows.ts";
import { binned, histogramMark } from "./histogram.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue, type Row, thin } from "./rows.ts";
import { linesOf } from "./labels.ts";
import { type Style, styleOf } from "./style.ts";
import { facetNames, sideBySide, tablePanels } from "./table_facets.ts";

/**
 * Draws the distribution of every statistic over the draws, with its median and central 95 %.
 *
 * @param frame result of `bootstrap`: `draw`, then a column per statistic
 */
export const bootstrap: KindFigure<BootstrapMeta> = {
  kind: BOOTSTRAP,
  table: {
    needs: ["draw"],
    isOf: (columns) => columns.has("draw") && !columns.has("estimate"),
    metaOf: () => ({ estimates: {} }),
  },
  options: {
    ...plotOptions.checks,
    points: kinds.flag,
    facet: plotOptions.names,
  } satisfies OwnOptions<BootstrapPlotOptions>,
  draw,
};

/** Pixels that a panel of distributions needs. */
const LEAST_WIDTH = 400;
/** What may have panels: where a statistic stands in the model, or each by itself. */
const PLACES = ["statistic", "component", "group", "term"];

function draw(frame: Frame, meta: BootstrapMeta, options: FigureOptions): FigureElement {
  const names = columnNames(frame).filter((name) => name !== "draw"), style = styleOf(options);
  if (names.length === 0) throw new RangeError("Cannot plot the bootstrap: no draw has a statistic");
  const { facet = "statistic" } = options as BootstrapPlotOptions, by = facetNames(facet, PLACES);
  const drawn = by.includes("statistic")
    ? histograms(frame, names, meta, style, options)
    : together(frame, names, meta, by, style, options);
  const figure = compose({
    ...drawn,
    caption: [
      meta.title && `${meta.title}.`,
      style.bands ? "Lines: median and the central 95 % of the draws." : "Line: median of the draws.",
      options.points === true && thin(Array.from(readNumeric(frame, "draw"))).note,
      ...(meta.notes ?? []),
    ],
  }, options);
  style.words.done();
  return figure;
}

const titleOf = (name: string, { titles }: BootstrapMeta, { words }: Style) =>
  words.of(titles?.[name] ?? name);
const drawsOf = (frame: Frame, name: string) =>
  sortedNumbers(readNumeric(frame, name).filter((v) => v === v));

/** A panel for each statistic. */
function histograms(
  frame: Frame,
  names: readonly string[],
  meta: BootstrapMeta,
  style: Style,
  options: FigureOptions,
) {
  const columns = Math.min(3, names.length), width = Math.floor(Number(options.width ?? 640) / columns);
  const panels = names.map((name): Panel => ({
    title: linesOf(titleOf(name, meta, style), width / 1.1 - 12).join("\n"),
    plot: plotSvg(panelOptions(
      histogram(drawsOf(frame, name), width - 6, style, options.points === true),
      { ...options, width: width - 6 },
      ["color"],
    )),
  }));
  return { panels, columns };
}

/** Statistics that belong together below each other on one axis. */
function together(
  frame: Frame,
  names: readonly string[],
  meta: BootstrapMeta,
  by: readonly string[],
  style: Style,
  options: FigureOptions,
) {
  const rows = names.map((statistic): Row & { statistic: string } => ({
    component: "own",
    group: null,
    term: statistic,
    ...meta.places?.[statistic],
    statistic,
  }));
  const parts = tablePanels(rows, by, style.words);
  const { columns, width } = sideBySide(parts.length, Number(options.width ?? 640), LEAST_WIDTH);
  const panels = parts.map(({ title, rows: own }): Panel => {
    const clouds = own.map(({ statistic }) => ({
      label: titleOf(statistic, meta, style),
      sorted: drawsOf(frame, statistic),
    }));
    const panel = distributionRows(clouds, {
      label: style.words.of("value"),
      width,
      style,
      points: options.points === true,
    });
    return {
      title: linesOf(title, width - 12).join("\n") || undefined,
      plot: plotSvg(panelOptions(panel, { ...options, width }, ["color"])),
    };
  });
  return { panels, columns };
}

function histogram(
  sorted: Float64Array,
  width: number,
  { color, bands }: Style,
  points: boolean,
): Record<string, unknown> {
  const at = (p: number) => quantileSorted(sorted, p), bars = bins(sorted);
  const high = RUG * Math.max(...bars.map(({ count }) => count));
  const marks = sorted.length === 0 ? [] : [
    histogramMark(bars, color),
    Plot.ruleX(points ? thin(Array.from(sorted)).rows : [], { y1: 0, y2: high, strokeOpacity: 0.35 }),
    Plot.ruleX([at(0.5)], { stroke: "currentColor", strokeWidth: 1.5 }),
    Plot.ruleX(bands ? [at(0.025), at(0.975)] : [], {
      stroke: "currentColor",
      strokeOpacity: 0.6,
      strokeDasharray: "3,3",
    }),
    Plot.ruleY([0], { stroke: "currentColor" }),
  ];
  return {
    width,
    height: 162,
    marginLeft: 36,
    marginBottom: 32,
    marginTop: 22,
    marginRight: 12,
    x: { label: null, ticks: 3 },
    y: { label: "draws", ticks: 4 },
    marks,
  };
}

/** Height of a draw's line, as a share of the highest bar. */
const RUG = 0.06;

/** About twenty bins of equal width. */
function bins(sorted: Float64Array) {
  const [from, high] = extent(sorted), count = 20, step = (high - from) / count || 1;
  return binned(
    sorted,
    { from, step, count },
    (x1, x2, own) => `${formatValue(x1)} to ${formatValue(x2)}: ${own} draws`,
  );
}
