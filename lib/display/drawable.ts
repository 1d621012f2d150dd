/** What can be drawn: figures, and results that draw themselves. */
import { describe, isPromise } from "../check.ts";
import type { FigureElement } from "./figure.ts";

/**
 * A result, or anything else with a `.plot()`.
 *
 * @category Figures and tables
 */
export interface Drawable {
  /** Draws its figure. */
  plot(options?: { width: number }): FigureElement;
}

/**
 * The markup of a figure; of a result that of its figure.
 * @param where name of the function, for the message
 * @param width of a result's figure in pixels; its own where null
 * @throws TypeError when it is neither
 */
export function markupOf(where: string, figure: unknown, width: number | null): string {
  const { outerHTML, plot } = (figure ?? {}) as Partial<FigureElement & Drawable>;
  if (typeof outerHTML === "string" && outerHTML.startsWith("<svg")) return outerHTML;
  if (typeof plot !== "function") {
    throw new TypeError(
      `Cannot use ${where}(): ${
        isPromise(figure)
          ? "its figure is a promise: write await before it"
          : `${describe(figure)} is no figure; it should be what .plot() gives, or a result that draws itself`
      }`,
    );
  }
  return markupOf(
    where,
    width === null ? plot.call(figure) : plot.call(figure, { width: Math.round(width) }),
    null,
  );
}
