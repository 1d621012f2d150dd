/** The door to Observable Plot, drawing without a browser on linkedom's document. */
// deno-lint-ignore-file no-import-prefix -- an address with its version works from any folder
import * as Plot from "npm:@observablehq/plot@0.6.17";
import { parseHTML } from "npm:linkedom@0.18.12";

const window = parseHTML("<html><body></body></html>") as unknown as { document: Element };

/** The document in which figures are made. */
export const document: Element = window.document;

/** An element of a figure. */
// deno-lint-ignore no-explicit-any
export type Element = any;

/** Observable Plot as its authors ship it; it draws in the {@link document} that it is given. */
export { Plot };

/** Observable Plot with all its types. */
export type Library = typeof import("npm:@observablehq/plot@0.6.17");

const drawn = new WeakMap<object, Record<string, unknown>>();

/** Draws one plot as an SVG element, with the house's defaults: text of 12 px, no background. */
export function plotSvg(options: Record<string, unknown>): Element {
  const svg = withScheme(() =>
    Plot.plot(
      { document, style: { fontSize: "12px", overflow: "visible" }, ...options } as never,
    ) as Element
  );
  return drawnWith(svg, options);
}

/** A scale of colours by itself. */
export function colorScaleOf(color: Record<string, unknown>): (value: string) => unknown {
  const scale = withScheme(() => Plot.scale({ color } as never));
  return (value) => scale.apply(value);
}

/** Plot names a scheme that it does not have without saying of what it is. */
function withScheme<T>(draw: () => T): T {
  try {
    return draw();
  } catch (error) {
    const [, kind, name] = /^unknown (.+) scheme: (.*)$/.exec((error as Error).message) ?? [];
    if (kind === undefined) throw error;
    throw new RangeError(
      `Cannot use color.scheme "${name}": it is not known, ${
        kind === "quantitative" || kind === "diverging"
          ? 'colours stand for numbers here and it should be one of their schemes such as "viridis" or "RdBu"'
          : 'it should be a scheme of Observable Plot such as "tableau10" or "dark2"'
      }`,
    );
  }
}

/** The plot, whose options are kept. */
export function drawnWith(plot: Element, options: Record<string, unknown>): Element {
  drawn.set(plot, options);
  return plot;
}

/** The options with which a plot was drawn, its marks among them; undefined for what other libraries drew. */
export function optionsOf(plot: Element): Record<string, unknown> | undefined {
  return drawn.get(plot);
}
