/** The door to Observable Plot, drawing without a browser on linkedom's document. */
import * as plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Observable Plot, the same instance that this module draws with. */
export const Plot: typeof import("@observablehq/plot") = plot;

const window = parseHTML("<html><body></body></html>") as unknown as { document: Element };

/** The document in which figures are made. */
export const document: Element = window.document;

/** An element of a figure. */
// deno-lint-ignore no-explicit-any
export type Element = any;

/** Draws one plot as an SVG element, with the house's defaults: text of 12 px, no background. */
export function plotSvg(options: Record<string, unknown>): Element {
  return Plot.plot({ document, style: { fontSize: "12px", overflow: "visible" }, ...options } as never);
}
