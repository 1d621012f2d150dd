/** Results: real polars data frames that also draw themselves. */
import { columnNames, type ColumnValues, type Frame, frameOf, withSeries } from "../frame.ts";
import { displayable, type MimeBundle, mimeBundle } from "./bundle.ts";
import { completable } from "./complete.ts";
import { escapeHtml, htmlBlock, htmlTable } from "./html.ts";
import { figureHtml } from "./image.ts";
import { checkPlotOptions, type PlotOptions } from "./plot_options.ts";
import { textTable } from "./text.ts";

/** A variable of the data behind a result, as a figure needs to know it. */
export interface FigureVariable {
  /** Column name in the result. */
  readonly name: string;
  /** A covariate, a factor of the model, or the grouping factor of random effects. */
  readonly kind: "numeric" | "factor" | "group";
  /** Levels of a factor in the model's order. */
  readonly levels?: readonly string[];
}

/** What a figure says and needs beyond the columns of the result. Everything is optional. */
export interface FigureMeta {
  /** The model in words: "testScore ~ bodyLength + (1 | site), beta (logit)". The caption begins with it. */
  readonly title?: string;
  /** Name of the response, for the axis. */
  readonly response?: string;
  /** Ends of the response's range on its own scale, e.g. [0, 1] of a proportion; infinite where open. */
  readonly range?: readonly [number, number];
  /** Confidence level of `conf_low`, `conf_high`. */
  readonly level?: number;
  /** What the interval is: "confidence" (of the mean) or "prediction" (of a new response). */
  readonly interval?: "confidence" | "prediction";
  /** Scale of `estimate`: of the response, or of the linear predictor. */
  readonly scale?: "response" | "link";
  /** Predictors in the order of the formula, grouping factors of random effects that were predicted last. */
  readonly variables?: readonly FigureVariable[];
  /** The rows that the model was fitted to, for the points underneath; must hold the variables and `response`. */
  readonly data?: Frame;
  /** Value of no effect, for a line (0 of differences, 1 of ratios). */
  readonly null?: number;
  /** Points of profile curves: the signed root deviance ζ of a parameter at a value. */
  readonly profile?: readonly { readonly parameter: string; readonly value: number; readonly zeta: number }[];
  /** Sentences below figure and table. */
  readonly notes?: readonly string[];
  /** The text/plain form, where it is not the plain table (e.g. a printed anova table). */
  readonly text?: () => string;
}

/** Options of `.plot()` as a figure reads them; checked by name and kind before. */
export type FigureOptions = Readonly<Record<string, unknown>>;

/** A drawn figure: an SVG or HTML element of Observable Plot. */
export interface FigureElement {
  /** The figure as markup. */
  readonly outerHTML: string;
}

/** A figure: table in, picture out. */
export type Figure = (frame: Frame, meta: FigureMeta, options: FigureOptions) => FigureElement;

/** A polars data frame that also draws itself: in a notebook as figure and table, and with `.plot()`. */
export interface ResultFrame<Options extends object = PlotOptions> extends Frame {
  /**
   * Draws the figure that belongs to this result.
   *
   * @param options size, title, axes and `marks` to append, as Observable Plot has them, and the figure's own
   * @returns the figure element, which a notebook shows
   * @throws TypeError when this kind of result has no figure; RangeError for an option that the figure does not have
   */
  plot(options?: Options): FigureElement;
}

/** Key under which a result keeps its {@link FigureMeta}. */
export const META: unique symbol = Symbol("tidyglmm.meta");

let figures: Readonly<Record<string, Figure>> = {};

/** Tells results how each kind is drawn; called once, by the folder of figures. */
export function setFigures(registry: Readonly<Record<string, Figure>>): void {
  figures = registry;
}

/** The names of the kinds of results that have a figure. */
export function figureKinds(): string[] {
  return Object.keys(figures);
}

/**
 * Makes a result: a real polars data frame with `.plot()` and a notebook display. What polars derives from it
 * (`filter`, `sort`, …) is a plain data frame again.
 *
 * @param kind name of the figure ("predict", "ranef", "tidy", "augment", …); a kind without a figure shows its table
 * @param columns columns by name, or a data frame
 * @param meta what the figure and the captions need
 */
export function resultFrame(
  kind: string,
  columns: Readonly<Record<string, ColumnValues>> | Frame,
  meta: FigureMeta = {},
): ResultFrame {
  const frame = isFrame(columns) ? withSeries(columns, columnNames(columns)) : frameOf(columns);
  const host = completable(frame);
  const plot = (options: FigureOptions = {}) => draw(kind, frame, meta, options);
  Object.defineProperty(host, "plot", { value: plot, enumerable: false, configurable: true, writable: true });
  Object.defineProperty(host, META, { value: meta, enumerable: false, configurable: true });
  return displayable(host, () => bundleOf(kind, frame, meta)) as unknown as ResultFrame;
}

/** The {@link FigureMeta} of a result; undefined for any other data frame. */
export function metaOf(frame: Frame): FigureMeta | undefined {
  return (frame as { [META]?: FigureMeta })[META];
}

function draw(kind: string, frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  if (Object.hasOwn(figures, kind)) {
    checkPlotOptions(kind, options);
    return figures[kind](frame, meta, options);
  }
  const known = figureKinds().map((name) => `"${name}"`).join(", ");
  throw new TypeError(
    `Cannot plot this result: results of kind "${kind}" have no figure` +
      (known ? `; figures exist for ${known}` : ""),
  );
}

/** Figure first, then the table, in one block; a figure that fails leaves a note instead of taking the table with it. */
function bundleOf(kind: string, frame: Frame, meta: FigureMeta): MimeBundle {
  const body: string[] = [];
  let title = meta.title, svg: string | undefined;
  if (Object.hasOwn(figures, kind)) {
    try {
      svg = draw(kind, frame, meta, {}).outerHTML;
      body.push(figureHtml(svg));
      title = undefined; // the figure's caption says it
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      body.push(`<div style="font-size:0.9em;opacity:0.75">No figure: ${escapeHtml(reason)}</div>`);
    }
  }
  body.push(htmlTable(frame));
  const html = htmlBlock({ title, body, notes: meta.notes });
  const text = meta.text?.() ??
    [meta.title, textTable(frame), ...(meta.notes ?? [])].filter(Boolean).join("\n");
  return mimeBundle({ html, text, frame, svg });
}

function isFrame(value: object): value is Frame {
  return Object.prototype.toString.call(value) === "[object DataFrame]";
}
