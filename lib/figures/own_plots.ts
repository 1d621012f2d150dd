/** Observable Plot for the reader's own figures: it needs no browser, and what it draws shows itself in a notebook. */
import { displayable, type MimeBundle, mimeBundle } from "../display.ts";
import { compose, figureBundle, type Panel } from "./compose.ts";
import type { LegendItem } from "./legend.ts";
import { document, drawnWith, type Element, type Library, Plot as library } from "./plot.ts";

/**
 * Observable Plot, the same instance that this module draws with; a plot needs no browser and shows itself in a notebook.
 *
 * ```ts
 * import { dataset, emmeans, fit, Plot } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ tension", await dataset("warpbreaks"));
 * emmeans(model, "tension").plot({ marks: [Plot.ruleY([30])] });
 * ```
 *
 * @category Figures and tables
 */
export const Plot: typeof import("npm:@observablehq/plot@0.6.17") = { ...library, plot: drawn };

type Options = NonNullable<Parameters<Library["plot"]>[0]>;

// `Plot.dot(data).plot()` draws with the library's own plot(), which would look for a browser's document.
library.Mark.prototype.plot = function ({ marks = [], ...options }: Options = {}) {
  return drawn({ ...options, marks: [...marks, this as NonNullable<Options["marks"]>[number]] });
};

function drawn(options: Options = {}): ReturnType<Library["plot"]> {
  const element = drawnWith(
    library.plot({ document, ...options } as never),
    options as Record<string, unknown>,
  );
  return displayable(element, () => bundleOf(element, options));
}

/** One SVG with title, legend and caption, where Plot makes a figure of several HTML elements. */
function bundleOf(element: ReturnType<Library["plot"]>, options: Options): MimeBundle {
  const { title, subtitle, caption, ...rest } = options,
    text = textOf(caption) ?? textOf(title) ?? "a figure of Plot";
  const { color, opacity, symbol, r } = options as Record<
    string,
    { legend?: unknown; label?: string } | undefined
  >;
  if (opacity?.legend || symbol?.legend || r?.legend) { // legends that only HTML can hold
    return mimeBundle({ text, html: `<div style="overflow-x:auto">${(element as Element).outerHTML}</div>` });
  }
  const plot = library.plot(
    { document, ...rest, ...(color && { color: { ...color, legend: false } }) } as never,
  );
  const panels: Panel[] = [{ plot }], legend = color?.legend ? legendOf(element, color.label) : null;
  if (legend && "plot" in legend) panels.unshift(legend);
  const figure = compose({
    panels,
    legend: legend && "items" in legend ? legend : undefined,
    header: subtitle ? ["", textOf(subtitle)!] : [],
    caption: [textOf(caption)],
  }, title ? { title: textOf(title) } : {});
  return figureBundle(figure as Element, text);
}

/** Names and colours of a scale of categories; a strip of colours for numbers. */
function legendOf(
  element: ReturnType<Library["plot"]>,
  given: string | undefined,
): { label: string; items: LegendItem[] } | Panel | null {
  const scale = element.scale("color");
  if (!scale) return null;
  if (scale.type === "ordinal" || scale.type === "categorical") {
    const items = [...scale.domain!].map((value) => ({
      text: String(value),
      color: String(scale.apply(value)),
    }));
    return { label: given ?? scale.label ?? "", items };
  }
  return {
    plot: library.legend({ color: scale, document, ...(given && { label: given }) } as never) as Element,
  };
}

function textOf(content: unknown): string | undefined {
  if (content === undefined || content === null) return undefined;
  return typeof content === "object" ? String((content as Element).textContent ?? "") : String(content);
}
