/**
 * A figure is one SVG: a legend, panels in a grid, and a caption. One SVG saves as a file and needs no style sheet; its text is
 * the page's own colour, or that of the paper on which notebooks show it.
 */
import {
  displayable,
  FIGURE_OPTIONS,
  type FigureElement,
  figureHtml,
  type FigureOptions,
  keepPanels,
  type MimeBundle,
  mimeBundle,
  PAPERS,
  type Theme,
} from "../display.ts";
import { describe, noMore } from "../check.ts";
import { addLegends, type Legend, LINE } from "./legend.ts";
import { type Element, optionsOf } from "./plot.ts";
import { element, rounded, textAt, uniqueIds } from "./svg.ts";
import { wrap } from "./text.ts";

/**
 * One plot of a figure.
 *
 * @category Extend
 */
export interface Panel {
  /** What `Plot.plot()` gives: an SVG element, without title, caption or legend, which are the figure's. */
  readonly plot: FigureElement;
  /** A line above it. */
  readonly title?: string;
}

/**
 * What a figure is made of.
 *
 * @category Extend
 */
export interface FigureParts {
  /** The plots. */
  readonly panels: readonly Panel[];
  /** Panels side by side (1). */
  readonly columns?: number;
  /** Colours and what they stand for, after the name of the variable; and sizes, where they stand for something. */
  readonly legend?: Legend | readonly (Legend | undefined)[];
  /** Lines above the panels, the first of them bold. */
  readonly header?: readonly string[];
  /** Sentences below the panels. */
  readonly caption: readonly (string | false | null | undefined)[];
}

const FONT = 12, SMALL = 11;

/**
 * Puts legend, panels and caption into one SVG element, which shows itself in a notebook and saves as a file. Its text has the page's
 * own colour, so that it reads in light and dark.
 *
 * @param composition what the figure is made of
 * @param given options of `.plot()`, of which `title` and `caption` replace those of the composition
 * @throws {TypeError} when a panel is no SVG element
 * @category Extend
 */
export function compose(composition: FigureParts, given: object = {}): FigureElement {
  noMore("compose", arguments, 2);
  const { columns = 1 } = composition, options = given as FigureOptions;
  const legends = [composition.legend].flat().filter((each) => each !== undefined);
  const panels = composition.panels.map(svgPanel);
  const cells = panels.map(({ plot, title }) => ({
    plot,
    title,
    width: size(plot, "width"),
    height: size(plot, "height"),
  }));
  const rows = Array.from(
    { length: Math.ceil(cells.length / columns) },
    (_, i) => cells.slice(i * columns, (i + 1) * columns),
  );
  const width = Math.max(...rows.map((row) => sum(row.map((cell) => cell.width))));
  const svg = element("svg", { xmlns: "http://www.w3.org/2000/svg" });
  const caption = typeof options.caption === "string"
    ? options.caption
    : composition.caption.filter(Boolean).join(" ");
  // Screen readers get the caption as an element: linkedom leaves "<" as it is in attributes, which XML forbids.
  const description = element("desc", {});
  description.textContent = caption;
  svg.appendChild(description);
  let y = addHeader(svg, options.title, composition.header ?? [], width);
  if (legends.length > 0) y = addLegends(svg, legends, width, y);
  for (const row of rows) y = addRow(svg, row, y);
  const lines = caption.split("\n").flatMap((line) => wrap(line, width - 8, SMALL));
  y = addText(svg, lines, y + 2, { "font-size": SMALL, opacity: 0.8 });
  addFrame(svg, width, Math.ceil(y + 4), options.theme);
  const figure = displayable(uniqueIds(rounded(svg)), () => figureBundle(svg, caption));
  keepPanels(figure, panels.map(({ plot, title }) => ({ ...(title && { title }), ...optionsOf(plot) })));
  return figure;
}

/** Size, and text of the page's own colour, or the theme's on its paper. */
function addFrame(svg: Element, width: number, height: number, theme: unknown): void {
  const attributes = {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    fill: "currentColor",
    "font-family": "system-ui, sans-serif",
    "font-size": FONT,
    role: "img",
    style: "max-width:100%;height:auto;white-space:pre;background:none;--plot-background:transparent",
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  if (theme === undefined) return;
  const { paper, ink } = PAPERS[theme as Theme];
  svg.setAttribute("data-theme", String(theme));
  svg.setAttribute("color", ink);
  svg.setAttribute("style", `${attributes.style};color:${ink}`);
  svg.insertBefore(element("rect", { width: "100%", height: "100%", fill: paper }), svg.firstChild);
}

/** Title and header; returns where they end. */
function addHeader(svg: Element, title: unknown, header: readonly string[], width: number): number {
  const bold = { "font-weight": 600 };
  const lines = typeof title === "string" ? wrap(title, (width - 8) / 1.1, 14) : [];
  let y = lines.length > 0 ? addText(svg, lines, 4, { ...bold, "font-size": 14 }) : 0;
  y = addText(svg, header.slice(0, 1), header.length > 0 ? y + 4 : y, { ...bold, "font-size": 13 });
  return addText(svg, header.slice(1).flatMap((line) => wrap(line, width - 8, SMALL)), y, {
    "font-size": SMALL,
  });
}

/** Panels side by side; returns where they end. */
function addRow(svg: Element, row: readonly Cell[], y: number): number {
  const lines = Math.max(...row.map(({ title }) => title ? title.split("\n").length : 0));
  const head = lines > 0 ? LINE * lines + 2 : 0;
  let x = 0;
  for (const { plot, title, width } of row) {
    title?.split("\n").forEach((line, i) =>
      svg.appendChild(textAt(line, x + 4, y + LINE * (i + 1) - 2, { "font-weight": 600 }))
    );
    place(plot, x, y + head);
    svg.appendChild(plot);
    x += width;
  }
  return y + Math.max(...row.map((cell) => cell.height)) + head;
}

/** A panel with its size. */
interface Cell {
  readonly plot: Element;
  readonly title?: string;
  readonly width: number;
  readonly height: number;
}

/** The element of a panel with its methods. */
function svgPanel({ plot, title }: Panel, i: number): { plot: Element; title?: string } {
  const tag = String((plot as Element)?.tagName).toLowerCase();
  if (tag === "svg") return { plot, title };
  throw new TypeError(
    `Cannot compose the figure: panel ${i + 1} is ${
      tag === "undefined" ? describe(plot) : `the element <${tag}>`
    }, it should be the <svg> that Plot.plot() gives without title, caption and legend; compose() has its own`,
  );
}

/** What a notebook shows of an SVG element. */
export function figureBundle(svg: Element, text: string): MimeBundle {
  const markup = svg.outerHTML;
  return mimeBundle({ text, html: figureHtml(markup), svg: markup });
}

/**
 * Options of one panel for `Plot.plot()`: the figure's, overridden by the reader's, those of axes merged, the reader's marks on top.
 *
 * @param defaults the figure's
 * @param given those of `.plot()`
 * @param own names of options that are not Plot's
 * @category Extend
 */
export function panelOptions(
  defaults: Readonly<Record<string, unknown>>,
  given: object,
  own: readonly string[] = [],
): Record<string, unknown> {
  noMore("panelOptions", arguments, 3);
  const options = given as FigureOptions;
  const merged: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(options)) {
    if (own.includes(name) || FIGURE_OPTIONS.includes(name) || isName(name, value)) continue;
    const before = defaults[name];
    if (name === "marks") merged.marks = [...(defaults.marks as unknown[] ?? []), ...(value as unknown[])];
    else merged[name] = isPlain(before) && isPlain(value) ? { ...before, ...value } : value;
  }
  for (const axis of ["x", "y"]) { // a grid asked for as a whole goes before those of our axes, not before the caller's
    const own = options[axis];
    if (options.grid === undefined || !isPlain(merged[axis]) || (isPlain(own) && "grid" in own)) continue;
    merged[axis] = { ...merged[axis], grid: options.grid };
  }
  if (isPlain(merged.color)) { // the figure draws its own legend
    const { by: _by, labels: _labels, ...scale } = merged.color;
    merged.color = { ...scale, legend: false };
    const { scheme, range } = isPlain(options.color) ? options.color : {};
    if (scheme !== undefined && range === undefined) delete (merged.color as Record<string, unknown>).range;
  }
  return merged;
}

/** The variable that an axis or colours stand for, which is the figure's affair. */
function isName(option: string, value: unknown): boolean {
  return (option === "x" || option === "color") && typeof value === "string";
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function addText(
  svg: Element,
  lines: readonly string[],
  top: number,
  attributes: Record<string, unknown>,
): number {
  lines.forEach((line, i) => svg.appendChild(textAt(line, 4, top + (i + 1) * LINE - 4, attributes)));
  return top + lines.length * LINE;
}

/** Moves a plot to its place, and drops its style sheet, whose rules the outer SVG's style attribute replaces. */
function place(plot: Element, x: number, y: number): void {
  plot.setAttribute("x", x);
  plot.setAttribute("y", y);
  plot.querySelector("style")?.remove();
  plot.removeAttribute("class");
}

function size(plot: Element, name: string): number {
  return Number(plot.getAttribute(name));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
