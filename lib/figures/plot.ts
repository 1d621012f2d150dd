/** The door to Observable Plot, drawing without a browser on linkedom's document. */
import * as library from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { displayable, mimeBundle } from "../display.ts";

const window = parseHTML("<html><body></body></html>") as unknown as { document: Element };

/** The document in which figures are made. */
export const document: Element = window.document;

/** An element of a figure. */
// deno-lint-ignore no-explicit-any
export type Element = any;

/** Observable Plot, the same instance that this module draws with; a plot needs no browser and shows itself in a notebook. */
export const Plot: typeof import("@observablehq/plot") = { ...library, plot: drawn };

// `Plot.dot(data).plot()` draws with the library's own plot(), which would look for a browser's document.
library.Mark.prototype.plot = function ({ marks = [], ...options }: library.PlotOptions = {}) {
  return drawn({ ...options, marks: [...marks, this as library.Markish] });
};

function drawn(options: library.PlotOptions = {}): ReturnType<typeof library.plot> {
  const element = library.plot({ document, ...options } as never);
  const markup = () => `<div style="overflow-x:auto">${element.outerHTML}</div>`;
  return displayable(
    element,
    () =>
      mimeBundle({ text: String(options.caption ?? options.title ?? "a figure of Plot"), html: markup() }),
  );
}

/** Draws one plot as an SVG element, with the house's defaults: text of 12 px, no background. */
export function plotSvg(options: Record<string, unknown>): Element {
  return library.plot({ document, style: { fontSize: "12px", overflow: "visible" }, ...options } as never);
}
