/** Residuals as numbers that also draw themselves, in the ways that people know from regression. */
import {
  DISPLAY,
  type Displayable,
  displayable,
  type FigureElement,
  type FigureMeta,
  type MimeBundle,
  type ResidualPlotOptions,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import type { Frame } from "../../frame.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution, rowsToShow } from "../../model/result/sample.ts";
import { modelTitle } from "../../model/result/title.ts";

/**
 * A figure of residuals: against fitted values, against normal quantiles, their size against fitted values, their distribution.
 *
 * @category The model
 */
export type ResidualPlot = "fitted" | "qq" | "scale-location" | "histogram";

/**
 * Residuals of the rows used: a Float64Array, with a figure.
 *
 * @category The model
 */
export interface Residuals extends Float64Array<ArrayBuffer>, Displayable {
  /**
   * Draws the residuals.
   *
   * @param kind "fitted", "qq", "scale-location" or "histogram"; all four without it
   * @param options size, title, axes, `marks`, and `along`: a column in place of the fitted values
   */
  plot(kind?: ResidualPlot | ResidualPlotOptions, options?: ResidualPlotOptions): FigureElement;
}

/** What the figures of residuals know. */
export interface ResidualVectorMeta extends FigureMeta {
  /** "response", "pearson", … */
  readonly type: string;
  /** A right model's residuals are normal with one variance. */
  readonly normal: boolean;
  /** The rows of the fit. */
  readonly rows: Frame;
}

/** Residuals with their fitted values. */
export const RESIDUALS: ResultKind<ResidualVectorMeta> = resultKind("residuals");

/** The numbers with `plot()` and a display; what `map` and `filter` make of them are plain numbers again. */
export function residualVector(
  values: Float64Array<ArrayBuffer>,
  model: Model,
  type: string,
  fitted: Float64Array,
): Residuals {
  const table = () => residualTable(values, model, type, fitted);
  Object.defineProperty(values, "plot", {
    value: (kind: ResidualPlot | ResidualPlotOptions = {}, options: ResidualPlotOptions = {}) =>
      table().plot(typeof kind === "string" ? { ...options, kind } : kind),
    enumerable: false,
    configurable: true,
    writable: true,
  });
  const bundle = (): MimeBundle => (table() as unknown as Displayable)[DISPLAY]();
  return displayable(values, bundle) as unknown as Residuals;
}

/** Residuals beside their fitted values, as the figures take them. */
export function residualTable(
  values: Float64Array,
  model: Model,
  type: string,
  fitted: Float64Array,
): ResultFrame<ResidualPlotOptions> {
  const { design } = rowSolution(model, "residuals");
  return resultFrame(RESIDUALS, { row: design.rows, fitted, residual: values }, {
    title: modelTitle(model),
    response: model.response,
    type,
    normal: model.family.residual === true,
    rows: rowsToShow(model),
  });
}
