/** plot(): the figure of any table, also of one that polars derived from a result. */
import {
  allFigures,
  draw,
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  metaOf,
  type PlotOptions,
  type ResultFrame,
} from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { checkValue, describe, kinds, noMore } from "../check.ts";

/**
 * Draws a table as the result that it is, or that it came from: `filter`, `sort` and the like give plain data frames, whose columns
 * still say what they are. The figure then has no more than the columns: no data underneath, and no model in its caption.
 *
 * ```ts
 * import { dataset, emmeans, fit, pairs, pl, plot } from "@tidyglmm/tidyglmm";
 *
 * const warp = await dataset("warpbreaks");
 * const means = emmeans(fit("breaks ~ wool * tension", warp), "~ tension | wool");
 * plot(pairs(means).filter(pl.col("p_value").lt(pl.lit(0.05))));
 * ```
 *
 * @param frame a result, or a data frame with its columns
 * @param kind what it is, where the columns do not tell: "contrast", "emmeans", "predict", "tidy", "ranef", "augment" or "bootstrap"
 * @param options those of `.plot()` of such a result
 * @returns the figure element, which a notebook shows
 * @throws {RangeError} when a column is missing that the figure needs, or no figure has such columns
 * @throws {TypeError} when it is no data frame
 * @category Means and comparisons
 */
export function plot(
  frame: Frame,
  kind?: string | PlotOptions,
  options: PlotOptions = {},
): FigureElement {
  noMore("plot", arguments, 3);
  if (!kinds.frame.is(frame)) {
    throw new TypeError(`Cannot plot ${describe(frame)}: it should be a data frame`);
  }
  if (kinds.object.is(kind)) return plot(frame, undefined, kind as PlotOptions);
  checkValue("plot", "options", options, kinds.object);
  if (kind === undefined && metaOf(frame)) return (frame as ResultFrame).plot(options);
  const names = columnNames(frame), figure = kind === undefined ? found(names) : named(kind as string);
  const { needs, metaOf: known } = figure.table!, absent = needs.find((name) => !names.includes(name));
  if (absent !== undefined) {
    throw new RangeError(
      `Cannot plot the table as "${figure.kind.name}": it has no column "${absent}"; the figure needs ${
        quoted(needs)
      }, the ` +
        `table has ${quoted(names)}`,
    );
  }
  return draw(figure, frame, known(frame), options as FigureOptions);
}

const drawable = () => allFigures().filter(({ table }) => table);

/** The figure of a kind. */
function named(kind: string): KindFigure {
  const all = drawable(), figure = all.find((each) => each.kind.name === kind);
  checkValue("plot", "kind", kind, kinds.oneOf(...all.map((each) => each.kind.name)));
  return figure!;
}

/** The figure whose columns a table has. */
function found(names: readonly string[]): KindFigure {
  const columns = new Set(names), figure = drawable().find(({ table }) => table!.isOf(columns));
  if (figure) return figure;
  const needs = drawable().map(({ kind, table }) => `"${kind.name}" (${quoted(table!.needs)})`);
  throw new RangeError(
    `Cannot plot the table: its columns ${quoted(names)} are those of no figure; there are figures for ${
      needs.join(", ")
    }, and ` +
      "what is drawn from more than columns, such as residuals and profiles, draws itself before polars derives from it",
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
