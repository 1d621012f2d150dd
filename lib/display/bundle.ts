/** MIME bundles: what a notebook shows for a value. */
import { columnNames, type Frame, rowCount } from "../frame.ts";
import { kernelBroadcast } from "../runtime.ts";
import { preformatted } from "./html.ts";
import { pngOf } from "./png.ts";

/** One value in several formats, by MIME type; a notebook shows the richest that it can. */
export type MimeBundle = Record<string, unknown>;

/** The method by which a Deno notebook asks a value how it wants to be shown. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/**
 * A value that shows itself in a notebook.
 *
 * @category Figures and tables
 */
export interface Displayable {
  /**
   * Called by the notebook.
   * @internal
   */
  [DISPLAY](): MimeBundle;
}

/** Most rows that a table hands to a notebook's own data viewer. */
const RESOURCE_ROWS = 1000;

/**
 * A bundle of plain text and, where given, HTML (else the text, preformatted), and a table for data viewers.
 *
 * @param parts `text` always; `html` a block of HTML; `frame` the data behind it; `svg` the figure in the HTML, of which notebooks
 *   keep a PNG too
 */
export function mimeBundle(parts: { text: string; html?: string; frame?: Frame; svg?: string }): MimeBundle {
  const bundle: MimeBundle = {
    "text/html": parts.html ?? preformatted(parts.text),
    "text/plain": parts.text,
  };
  if (parts.frame) bundle["application/vnd.dataresource+json"] = dataResource(parts.frame);
  if (parts.svg) Object.defineProperty(bundle, FIGURE, { value: parts.svg });
  return bundle;
}

/** Where a bundle keeps the figure of which a PNG is made; not part of what is sent. */
const FIGURE = Symbol("tidyglmm.figure");

/** A kernel waits for promises, and drawing pixels needs one: elsewhere a bundle is there at once, without PNG. */
function finished(bundle: MimeBundle): MimeBundle {
  const svg = (bundle as { [FIGURE]?: string })[FIGURE];
  if (!svg || !kernelBroadcast()) return bundle;
  const whole = pngOf(svg).then((png) => (png ? withPng(bundle, png) : bundle));
  return whole as unknown as MimeBundle;
}

/** Characters of an image from which pixels are shown in place of the drawing: thousands of lines, of which no screen shows each. */
const MANY = 140_000;

/** The bundle with the PNG beside the HTML, and in it where the drawing is very large. */
export function withPng(bundle: MimeBundle, png: string): MimeBundle {
  const html = String(bundle["text/html"]).replace(
    /src="data:image\/svg\+xml,[^"]*"/,
    (source) => source.length > MANY ? `src="data:image/png;base64,${png}"` : source,
  );
  return { ...bundle, "text/html": html, "image/png": png };
}

/**
 * Makes an object show itself in a notebook.
 *
 * @param object any object
 * @param bundle makes the bundle, when the notebook asks
 * @returns the same object
 */
export function displayable<T extends object>(object: T, bundle: () => MimeBundle): T & Displayable {
  Object.defineProperty(object, DISPLAY, {
    value: () => finished(bundle()),
    enumerable: false,
    configurable: true,
    writable: true,
  });
  return object as T & Displayable;
}

/** A table in the "tabular data resource" format: records and a schema (the first {@link RESOURCE_ROWS} rows). */
function dataResource(frame: Frame): unknown {
  const shown = rowCount(frame) > RESOURCE_ROWS ? frame.slice(0, RESOURCE_ROWS) : frame;
  const types = new Map(
    frame.getColumns().map((column) => [column.name, jsonType(String(column.dtype.variant))]),
  );
  return {
    schema: { fields: columnNames(frame).map((name) => ({ name, type: types.get(name) })) },
    data: shown.toRecords(),
  };
}

function jsonType(variant: string): string {
  if (/^U?Int/.test(variant)) return "integer";
  if (/^(Float|Decimal)/.test(variant)) return "number";
  if (variant === "Bool") return "boolean";
  return variant === "List" ? "array" : variant === "Struct" ? "object" : "string";
}
