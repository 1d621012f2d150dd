/** Figures: what draws a result, what it takes, and which kind of result it belongs to. */
import { describe, type Kind, type Kinds } from "../check.ts";
import type { Frame } from "../frame.ts";
import type { Finding } from "./findings.ts";
import type { TableLook } from "./frame_picture.ts";
import { checkPlotOptions } from "./option_check.ts";
import type { CommonPlotOptions } from "./plot_options.ts";

/**
 * A variable of the data behind a result, as a figure needs to know it.
 *
 * @category Figures and tables
 */
export interface FigureVariable {
  /** Column name in the result. */
  readonly name: string;
  /** A covariate, a factor of the model, or the grouping factor of random effects. */
  readonly kind: "numeric" | "factor" | "group";
  /** Levels of a factor in the model's order. */
  readonly levels?: readonly string[];
  /** The levels are categories in an order, which colours show. */
  readonly ordered?: boolean;
}

/**
 * The rows behind estimates, as points on their scale.
 *
 * @category Figures and tables
 */
export interface FigureData {
  /** The variables of the rows. */
  readonly frame: Frame;
  /** The response of each row on the scale of the estimates, NaN where it has none there; null with the reason in `absent`. */
  readonly response: ArrayLike<number> | null;
  /** Trials of each row, which size its point. */
  readonly size?: ArrayLike<number>;
  /** The responses are 0 or 1: shares say more than points. */
  readonly binary?: boolean;
  /** Each row stands for one of these categories: `response` is 1 at it, and 0 at the others. */
  readonly category?: {
    readonly name: string;
    readonly levels: readonly string[];
    readonly of: ArrayLike<number>;
  };
  /** What partial residuals are made of: residuals on the scale of the linear predictor, and the way there and back. */
  readonly partial?: {
    readonly residual: ArrayLike<number>;
    /** The linear predictor of an estimate. */
    eta(estimate: number): number;
    /** The partial residual on the scale of the estimates: of the linear predictor at the row's place, and the row's residual. */
    value(eta: number, residual: number): number;
  };
  /** Why there are no points. */
  readonly absent?: string;
}

/**
 * What figures and captions say and need beyond the columns of a result. Everything is optional.
 *
 * @category Figures and tables
 */
export interface FigureMeta {
  /** The model in words: "testScore ~ bodyLength + (1 | site), beta (logit)". The caption begins with it. */
  readonly title?: string;
  /** What the estimates are of, for the axis: "probability of germination", "breaks (log scale)". */
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
  /** The variable over whose levels the estimates sum to one, such as the categories of a response. */
  readonly whole?: string;
  /** The rows that the model was fitted to, for the points underneath; asked for when they are drawn. */
  readonly data?: () => FigureData;
  /** Value of no effect, for a line (0 of differences, 1 of ratios). */
  readonly null?: number;
  /** Row by row the smallest p-value that the test of the row can tell from 0: one by n simulations says no more than p < 1/n. */
  readonly leastP?: readonly number[];
  /** Sentences below figure and table. */
  readonly notes?: readonly string[];
  /** How the table looks, where it is not the data frame as it stands. */
  readonly table?: TableLook;
  /** The text/plain form, where it is not the plain table (e.g. a printed anova table). */
  readonly text?: () => string;
  /** A further result that is shown below this one, and what the two are called in text. */
  readonly below?: { readonly result: Frame; readonly names: readonly [string, string] };
}

/**
 * Options of `.plot()` as the project's own figures read them; checked by name and kind before.
 *
 * @category Figures and tables
 */
export type FigureOptions = Readonly<Record<string, unknown>>;

/**
 * A drawn figure: an SVG element.
 *
 * @category Figures and tables
 */
export interface FigureElement {
  /** The figure as markup. */
  readonly outerHTML: string;
}

/**
 * The options of a figure that {@link CommonPlotOptions} does not have, each with the kind of its values; and `y` and `grid`, where
 * it has a vertical axis.
 *
 * @category Figures and tables
 */
export type OwnOptions<Options extends object> =
  & Kinds<Omit<Options, keyof CommonPlotOptions>>
  & { readonly [Option in keyof CommonPlotOptions]?: Kind };

/**
 * A figure: table in, picture out. `withFigure` gives one to a table; those of the project belong to a kind of result.
 *
 * @category Figures and tables
 */
export interface Figure<Meta extends FigureMeta = FigureMeta, Options extends object = FigureOptions> {
  /** What `.plot()` takes beside size, title, caption, horizontal axis, margins and marks; any other option is refused. */
  readonly options: OwnOptions<Options>;
  /**
   * Draws a table.
   *
   * @param frame the result
   * @param meta what captions and axes say beyond its columns
   * @param options those of `.plot()`, checked; none in a notebook that shows the result itself
   * @returns one SVG element, as `compose` makes it
   */
  draw(frame: Frame, meta: Meta, options: Options): FigureElement;
  /** What stands beside it in a notebook, in words. */
  readonly findings?: (frame: Frame, meta: Meta) => readonly Finding[];
  /** Columns whose text the findings say, which the table below leaves out. */
  readonly said?: readonly string[];
}

/** A kind of result: its name, and the type of what its figure knows beyond the columns. */
export interface ResultKind<Meta extends FigureMeta = FigureMeta> {
  readonly name: string;
  /** Never called: it says what the figure of this kind is given. */
  readonly given?: (meta: Meta) => void;
}

/** The figure of a kind of result. */
export interface KindFigure<Meta extends FigureMeta = FigureMeta> extends Figure<Meta> {
  readonly kind: ResultKind<Meta>;
  /** How it draws a table that no longer is a result; absent where it needs more than columns. */
  readonly table?: TableFigure<Meta>;
}

/** What a figure needs of a table of which only the columns are known. */
export interface TableFigure<Meta extends FigureMeta = FigureMeta> {
  /** The columns that it cannot do without. */
  readonly needs: readonly string[];
  /** Is a table with these columns one of its kind? At most one figure says so. */
  isOf(columns: ReadonlySet<string>): boolean;
  /** What the columns say of it. */
  metaOf(frame: Frame): Meta;
}

// deno-lint-ignore no-explicit-any -- figures of all kinds side by side: each is drawn with the meta of its own kind
type AnyFigure = KindFigure<any>;
const figures = new Map<string, AnyFigure>();

/** Tells results how each kind is drawn; called once, by the folder of figures. */
export function setFigures(all: Iterable<AnyFigure>): void {
  for (const figure of all) figures.set(figure.kind.name, figure);
}

/** The figure of a kind; undefined where it has none. */
export function figureOf(kind: string): KindFigure | undefined {
  return figures.get(kind);
}

/** The figures, one of each kind. */
export function allFigures(): readonly KindFigure[] {
  return [...figures.values()];
}

/** The names of the kinds of results that have a figure. */
export function figureKinds(): string[] {
  return [...figures.keys()];
}

const panels = new WeakMap<object, readonly PanelOptions[]>();

/**
 * The options of one plot of a figure, as `Plot.plot()` takes them.
 *
 * @category Figures and tables
 */
export interface PanelOptions {
  /** Its marks. */
  readonly marks: readonly unknown[];
  /** Scales, size and margins. */
  readonly [option: string]: unknown;
}

/** Keeps what a figure was drawn with. */
export function keepPanels(figure: FigureElement, drawn: readonly Readonly<Record<string, unknown>>[]): void {
  panels.set(figure, drawn.map((options) => ({ marks: [], ...options })));
}

/** What a figure was drawn with. */
export function panelsOf(figure: FigureElement): readonly PanelOptions[] {
  return panels.get(figure) ?? [];
}

/** Draws a table, its options checked, and what is drawn too. */
export function draw(figure: Figure, frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  checkPlotOptions(figure.options, options);
  const drawn = figure.draw(frame, meta, options),
    markup = (drawn as Partial<FigureElement> | null)?.outerHTML;
  if (typeof markup === "string" && markup.startsWith("<svg")) return drawn;
  throw new TypeError(
    `Cannot plot: the figure's draw() gave ${
      typeof markup === "string" ? `the element ${markup.slice(0, markup.search(/[\s>]/))}>` : describe(drawn)
    }, it should be one SVG element, as compose({ panels: [{ plot: Plot.plot({ … }) }], caption: [] }, options) makes it`,
  );
}
