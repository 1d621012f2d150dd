/** Bootstrap draws: a histogram per statistic. */
import {
  type FigureElement,
  type FigureOptions,
  type ForestPlotOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame, readNumeric } from "../frame.ts";
import { BOOTSTRAP, type BootstrapMeta } from "../inference/intervals/bootstrap.ts";
import { extent, quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { oneColor } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { binned, histogramMark } from "./histogram.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue } from "./rows.ts";
import { linesOf } from "./labels.ts";
import { Words } from "./words.ts";

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
  options: { ...plotOptions.checks } satisfies OwnOptions<ForestPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: BootstrapMeta, options: FigureOptions): FigureElement {
  const names = columnNames(frame).filter((name) => name !== "draw");
  if (names.length === 0) throw new RangeError("Cannot plot the bootstrap: no draw has a statistic");
  const columns = Math.min(3, names.length), width = Math.floor(Number(options.width ?? 640) / columns);
  const words = new Words(options);
  const panels = names.map((name): Panel => ({
    title: linesOf(words.of(meta.titles?.[name] ?? name), width / 1.1 - 12).join("\n"),
    plot: histogram(readNumeric(frame, name), width, options),
  }));
  const caption = [
    meta.title && `${meta.title}.`,
    options.bands === false
      ? "Line: median of the draws."
      : "Lines: median and the central 95 % of the draws.",
    ...(meta.notes ?? []),
  ];
  const figure = compose({ panels, columns, caption }, options);
  words.done();
  return figure;
}

function histogram(values: Float64Array, width: number, options: FigureOptions) {
  const sorted = sortedNumbers(values.filter((v) => v === v)), at = (p: number) => quantileSorted(sorted, p);
  const marks = sorted.length === 0 ? [] : [
    histogramMark(bins(sorted), oneColor(options)),
    Plot.ruleX([at(0.5)], { stroke: "currentColor", strokeWidth: 1.5 }),
    Plot.ruleX(options.bands === false ? [] : [at(0.025), at(0.975)], {
      stroke: "currentColor",
      strokeOpacity: 0.6,
      strokeDasharray: "3,3",
    }),
    Plot.ruleY([0], { stroke: "currentColor" }),
  ];
  const shared = {
    width: width - 6,
    height: 162,
    marginLeft: 36,
    marginBottom: 32,
    marginTop: 22,
    marginRight: 12,
  };
  return plotSvg(
    panelOptions({ ...shared, x: { label: null, ticks: 3 }, y: { label: "draws", ticks: 4 }, marks }, {
      ...options,
      width: width - 6,
    }, ["color"]),
  );
}

/** About twenty bins of equal width. */
function bins(sorted: Float64Array) {
  const [from, high] = extent(sorted), count = 20, step = (high - from) / count || 1;
  return binned(
    sorted,
    { from, step, count },
    (x1, x2, own) => `${formatValue(x1)} to ${formatValue(x2)}: ${own} draws`,
  );
}
