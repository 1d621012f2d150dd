/** Results: real polars data frames that also draw themselves. */
import { describe, kinds, noMore } from "../check.ts";
import { columnNames, type ColumnValues, type Frame, frameOf, withSeries } from "../frame.ts";
import { displayable, type MimeBundle, mimeBundle } from "./bundle.ts";
import { completable } from "./complete.ts";
import {
  draw,
  type Figure,
  type FigureElement,
  figureKinds,
  type FigureMeta,
  figureOf,
  type FigureOptions,
  type PanelOptions,
  panelsOf,
  type ResultKind,
} from "./figure.ts";
import { type Finding, findingsText, withFindings } from "./findings.ts";
import { framePicture } from "./frame_picture.ts";
import { escapeHtml, htmlBlock, htmlParts, OPENED } from "./html.ts";
import { figureHtml } from "./image.ts";
import type { PlotOptions } from "./figure_options.ts";
import type { CommonPlotOptions } from "./plot_options.ts";
import { textPicture } from "./text.ts";

/**
 * The parts of a figure, for plots of one's own.
 *
 * @category Figures and tables
 */
export interface PlotParts<Options extends object = PlotOptions> {
  /**
   * The marks of the figure, to be combined with others:
   * `Plot.plot({ ...means.plot.panels()[0], marks: [...means.plot.marks(), Plot.ruleY([30])] })`.
   *
   * @param options as those of the figure
   * @throws TypeError when the figure has several plots, each with marks of its own
   */
  marks(options?: Options): readonly unknown[];
  /**
   * Every plot of the figure as the options of `Plot.plot()`: `marks`, scales (`x`, `y`, `color`), size and margins.
   *
   * @param options as those of the figure
   */
  panels(options?: Options): readonly PanelOptions[];
}

/**
 * What draws itself.
 *
 * @category Figures and tables
 */
export interface Drawn<Options extends object = PlotOptions> {
  /**
   * Draws the figure that belongs to a result.
   *
   * @param options size, title, axes and `marks` to append, as Observable Plot has them, and the figure's own
   * @returns the figure element, which a notebook shows
   * @throws TypeError when this kind of result has no figure; RangeError for an option that the figure does not have
   */
  plot(options?: Options): FigureElement;
}

/**
 * A polars data frame that also draws itself: in a notebook as figure and table, and with `.plot()`.
 *
 * @category Figures and tables
 */
export interface ResultFrame<Options extends object = PlotOptions> extends Frame {
  /** Draws the figure that belongs to this result; its marks are `plot.marks()`. */
  readonly plot: Drawn<Options>["plot"] & PlotParts<Options>;
}

/** What a result is beside a table. */
interface Result {
  readonly frame: Frame;
  /** Name of its kind. */
  readonly kind: string;
  readonly meta: FigureMeta;
  /** The figure that it was given, in place of that of its kind. */
  readonly figure?: Figure;
}

/** Rows of a table in text. */
const TEXT_ROWS = 20;

/** The {@link Result} of a frame: beside it, since it knows the model, and a frame is its reader's. */
const results = new WeakMap<Frame, Result>();

/** A kind of result whose figure knows more than its columns; the token under which both are found. */
export function resultKind<Meta extends FigureMeta = FigureMeta>(name: string): ResultKind<Meta> {
  return { name };
}

/**
 * Makes a result: a real polars data frame with `.plot()` and a notebook display. What polars derives from it
 * (`filter`, `sort`, …) is a plain data frame again.
 *
 * @param kind the kind, or the name of one that has no figure and shows its table
 * @param columns columns by name, or a data frame
 * @param meta what the figure and the captions need
 */
export function resultFrame(
  kind: string | ResultKind,
  columns: Readonly<Record<string, ColumnValues>> | Frame,
  meta?: FigureMeta,
): ResultFrame;
export function resultFrame<Meta extends FigureMeta>(
  kind: ResultKind<Meta>,
  columns: Readonly<Record<string, ColumnValues>> | Frame,
  meta: Meta,
): ResultFrame;
export function resultFrame(
  kind: string | { readonly name: string },
  columns: Readonly<Record<string, ColumnValues>> | Frame,
  meta: FigureMeta = {},
): ResultFrame {
  const frame = kinds.frame.is(columns)
    ? withSeries(columns as Frame, columnNames(columns as Frame))
    : frameOf(columns as Readonly<Record<string, ColumnValues>>);
  return shown({ frame, kind: typeof kind === "string" ? kind : kind.name, meta });
}

/**
 * A table with another figure: in `.plot()`, in a notebook and in what is exported from it. A result stays what it is (what
 * `contrast()` or `confint()` find behind it, its title and notes); a data frame of one's own becomes a result.
 *
 * ```ts
 * import { compose, type Figure, pl, Plot, withFigure } from "@tidyglmm/tidyglmm";
 *
 * const dots: Figure = {
 *   options: {},
 *   draw: (frame, meta, options) =>
 *     compose({ panels: [{ plot: Plot.dot(frame.toRecords(), { x: "n", y: "power" }).plot() }], caption: [meta.title] }, options),
 * };
 * withFigure(pl.DataFrame({ n: [10, 20], power: [0.4, 0.7] }), dots, { title: "Power." }); // shows figure and table
 * ```
 *
 * @param table a result, or a data frame
 * @param figure what draws it
 * @param meta what captions and axes say, in place of what the result knows
 * @returns a new result
 * @throws {TypeError} when the first is no data frame, or the second no figure
 * @category Extend
 */
export function withFigure<Options extends object = CommonPlotOptions>(
  table: Frame,
  figure: Figure<FigureMeta, Options>,
  meta: FigureMeta = {},
): ResultFrame<Options> {
  noMore("withFigure", arguments, 3);
  if (!kinds.frame.is(table)) {
    throw new TypeError(`Cannot draw ${describe(table)}: it should be a data frame`);
  }
  if (!kinds.object.is(figure) || typeof figure.draw !== "function" || !kinds.object.is(figure.options)) {
    throw new TypeError(
      `Cannot use ${
        describe(figure)
      } as a figure: it should be an object { options, draw(frame, meta, options) }`,
    );
  }
  const { frame, kind, meta: known } = resultOf(table) ?? { frame: table, kind: "own", meta: {} };
  const made = shown({ frame, kind, meta: { ...known, ...meta }, figure: figure as unknown as Figure });
  for (const key of Reflect.ownKeys(table)) { // what else it carries, such as the contrasts of means
    if (!Object.hasOwn(made, key)) {
      Object.defineProperty(made, key, Object.getOwnPropertyDescriptor(table, key)!);
    }
  }
  return made as unknown as ResultFrame<Options>;
}

/** The data frame with the methods and the display of a result. */
function shown(result: Result): ResultFrame {
  const host = completable(result.frame),
    panels = (options: FigureOptions = {}) => panelsOf(plotOf(result, options));
  const plot = Object.assign((options: FigureOptions = {}) => plotOf(result, options), {
    panels,
    marks: (options: FigureOptions = {}) => onlyMarks(panels(options)),
  });
  Object.defineProperty(host, "plot", { value: plot, enumerable: false, configurable: true, writable: true });
  const made = displayable(host, () => bundleOf(result)) as unknown as ResultFrame;
  results.set(made, result);
  return made;
}

function onlyMarks(panels: readonly PanelOptions[]): readonly unknown[] {
  if (panels.length === 1) return panels[0].marks;
  throw new TypeError(
    `Cannot give the marks of the figure: it has ${panels.length} plots, each with axes of its own; plot.panels() gives the ` +
      "options of every one of them, with its marks",
  );
}

function resultOf(frame: Frame): Result | undefined {
  return results.get(frame);
}

/**
 * The {@link FigureMeta} of a result; undefined for any other data frame.
 * @param kind with it, only that of a result of this kind, with all that the kind has
 */
export function metaOf(frame: Frame): FigureMeta | undefined;
export function metaOf<Meta extends FigureMeta>(frame: Frame, kind: ResultKind<Meta>): Meta | undefined;
export function metaOf(frame: Frame, kind?: { readonly name: string }): FigureMeta | undefined {
  const result = resultOf(frame);
  return kind === undefined || result?.kind === kind.name ? result?.meta : undefined;
}

function plotOf(
  { frame, kind, meta, figure = figureOf(kind) }: Result,
  options: FigureOptions,
): FigureElement {
  if (figure) return shownWith(draw(figure, frame, meta, options), figure.findings?.(frame, meta) ?? []);
  const known = figureKinds().map((name) => `"${name}"`).join(", ");
  throw new TypeError(
    `Cannot plot this result: results of kind "${kind}" have no figure` +
      (known ? `; figures exist for ${known}` : ""),
  );
}

/** A figure that shows what was found beside it. */
function shownWith(figure: FigureElement, findings: readonly Finding[]): FigureElement {
  if (findings.length === 0) return figure;
  return displayable(figure, () => {
    const svg = figure.outerHTML;
    return mimeBundle({ text: findingsText(findings), html: withFindings(figureHtml(svg), findings), svg });
  });
}

/** Figure first, then the table, in one block, and a further result below; a figure that fails leaves a note in its place. */
function bundleOf(result: Result): MimeBundle {
  const { frame, kind, meta, figure = figureOf(kind) } = result, body: string[] = [];
  let title = meta.title, svg: string | undefined, findings: readonly Finding[] = [];
  if (figure) {
    try {
      svg = plotOf(result, {}).outerHTML;
      findings = figure.findings?.(frame, meta) ?? [];
      body.push(findings.length > 0 ? withFindings(figureHtml(svg), findings) : figureHtml(svg));
      title = undefined; // the figure's caption says it
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      body.push(`<div style="font-size:0.9em;opacity:0.75">No figure: ${escapeHtml(reason)}</div>`);
    }
  }
  const hidden = [...meta.table?.hidden ?? [], ...figure?.said ?? []];
  const words = {
    title: meta.title,
    notes: meta.notes,
    leastP: meta.leastP,
    look: { ...meta.table, hidden },
  };
  const picture = framePicture(frame, OPENED, words);
  const html = htmlBlock({ title, body: [...body, ...htmlParts(picture)], notes: picture.notes });
  const text = meta.text?.() ?? textPicture(framePicture(frame, TEXT_ROWS, words), findingsText(findings));
  if (!meta.below) return mimeBundle({ html, text, frame, svg });
  const { names } = meta.below, next = bundleOf(resultOf(meta.below.result)!);
  return mimeBundle({
    html: html + next["text/html"],
    text: `${names[0]}:\n${text}\n\n${names[1]}:\n${next["text/plain"]}`,
    frame,
    svg,
  });
}
