/** Small tools for SVG elements. */
import { simplifyPath } from "../display.ts";
import { document, type Element } from "./plot.ts";

/** A line of text. */
export function textAt(text: string, x: number, y: number, attributes: Record<string, unknown>): Element {
  const node = element("text", { x, y, ...attributes });
  node.textContent = text;
  return node;
}

/** An SVG element with attributes. */
export function element(name: string, attributes: Record<string, unknown>): Element {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** Coordinates to a hundredth of a pixel: smaller files, and the same on every machine. */
export function rounded(svg: Element): Element {
  const round = (value: string) =>
    value.replace(/-?\d*\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));
  for (const node of svg.querySelectorAll("*")) {
    for (const name of GEOMETRY) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, round(name === "d" ? simplifyLong(value) : value));
    }
  }
  return svg;
}

/** Characters of a path from which it has more points than the figure has pixels. */
const LONG = 20_000;

function simplifyLong(d: string): string {
  return d.length > LONG ? simplifyPath(d) : d;
}

const GEOMETRY = [
  "transform",
  "d",
  "x",
  "y",
  "x1",
  "x2",
  "y1",
  "y2",
  "cx",
  "cy",
  "width",
  "height",
  "viewBox",
];

/** Plot numbers its clip paths from 1 per process: names them after the content, so that figures on a page cannot clash. */
export function uniqueIds(svg: Element): Element {
  const numbers = new Map<string, string>();
  const clips = [...svg.querySelectorAll("[id]")];
  if (clips.length === 0) return svg;
  clips.forEach((node: Element, i: number) => {
    numbers.set(node.id, String(i + 1));
    node.id = `clip-${i + 1}`;
  });
  const uses = [...svg.querySelectorAll("[clip-path]")];
  const idOf = (node: Element) => node.getAttribute("clip-path").slice(5, -1);
  for (const node of uses) node.setAttribute("clip-path", `url(#clip-${numbers.get(idOf(node))})`);
  const prefix = hash(svg.outerHTML);
  for (const node of uses) node.setAttribute("clip-path", `url(#${prefix}-${idOf(node)})`);
  for (const node of clips) node.id = `${prefix}-${node.id}`;
  return svg;
}

function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return "f" + (h >>> 0).toString(36);
}
