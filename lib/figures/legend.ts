/** What colours and sizes of a figure stand for, in lines above its panels. */
import type { Element } from "./plot.ts";
import { element, textAt } from "./svg.ts";
import { textWidth } from "./text.ts";

/**
 * A colour, or a size, and what it stands for.
 *
 * @category Extend
 */
export interface LegendItem {
  /** What the colour stands for. */
  readonly text: string;
  /** A colour of CSS. */
  readonly color: string;
  /** Of a circle, in pixels; without it the colour is shown as a square. */
  readonly radius?: number;
}

/**
 * What colours, or sizes, stand for.
 *
 * @category Extend
 */
export interface Legend {
  /** Name of the variable. */
  readonly label: string;
  /** Its values. */
  readonly items: readonly LegendItem[];
}

/** Pixels of a line of text, and of a square with the room after it. */
export const LINE = 16;
const MARK = 16;

/** Legends after each other, in as many lines as they need; returns where they end. */
export function addLegends(svg: Element, legends: readonly Legend[], width: number, top: number): number {
  let x = 4, y = top + LINE - 2;
  const takes = (room: number) => {
    if (x + room > width && x > 4) [x, y] = [4, y + LINE + 2];
    x += room;
    return x - room;
  };
  legends.forEach(({ label, items }, k) => {
    const first = items[0] ? roomOf(items[0]) : 0, room = label ? 1.1 * textWidth(label) + 14 : 0; // bold
    if (k > 0) x = x + 14 + room + first > width ? Infinity : x + 14;
    if (label) svg.appendChild(textAt(label, takes(room), y, { "font-weight": 600 }));
    for (const item of items) addItem(svg, item, takes(roomOf(item)), y);
  });
  return y + 10;
}

const roomOf = ({ text, radius = 0 }: LegendItem) => Math.max(MARK, 2 * radius + 5) + textWidth(text) + 10;

/** A square of the colour, or a circle of the size, and the text. */
function addItem(svg: Element, { text, color, radius }: LegendItem, x: number, y: number): void {
  svg.appendChild(
    radius === undefined
      ? element("rect", { x, y: y - 10, width: 11, height: 11, rx: 2, fill: color })
      : element("circle", { cx: x + radius, cy: y - 4, r: radius, fill: color, "fill-opacity": 0.7 }),
  );
  svg.appendChild(textAt(text, x + (radius === undefined ? MARK : 2 * radius + 5), y, {}));
}
