/** A first look at numbers by category: points, the box of their quartiles, and the mean. */
import { quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { type Canvas, jitter, type LookPanel, meanAt, placesOf, rowsBy } from "./look_canvas.ts";
import type { Categories } from "./look_roles.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";
import type { Words } from "./words.ts";

/** Marks and axes; colours stand beside each other. */
export function strips(canvas: Canvas): LookPanel {
  const { roles: { x, color, facet, trials }, y, n, words, points } = canvas,
    { codes, levels, name } = x as Categories;
  const parts = color && color.name !== name ? color.levels.length : 1, room = 0.8 / parts;
  const centre = (i: number) => codes[i] + (parts > 1 ? (color!.codes[i] - (parts - 1) / 2) * room : 0);
  const { rows: shown, note } = placesOf(n);
  const rows = shown.map((i) => ({
    ...canvas.panel(i),
    x: centre(i) + 0.6 * room * jitter(i),
    y: y.values[i],
    r: canvas.radius(i),
    color: canvas.color(i),
    title: canvas.title(i),
  }));
  const boxes = rowsBy(n, x as Categories, color, facet).map((own) => {
    const sorted = sortedNumbers(Float64Array.from(own, (i) => y.values[i]));
    const [q1, median, q3] = [0.25, 0.5, 0.75].map((p) => quantileSorted(sorted, p));
    const at = centre(own[0]), half = 0.36 * room, average = meanAt(canvas, own);
    return {
      ...canvas.panel(own[0]),
      x: at,
      x1: at - half,
      x2: at + half,
      q1,
      median,
      q3,
      mean: average,
      box: own.length >= 5,
      several: own.length > 1,
      color: canvas.color(own[0]),
      title: `${levels[codes[own[0]]]}${
        parts > 1 ? `, ${color!.levels[color!.codes[own[0]]]}` : ""
      }\n${own.length} rows\nmean ${formatValue(average)}, median ${formatValue(median)}, quartiles ${
        formatValue(q1)
      } and ${formatValue(q3)}`,
    };
  });
  const drawn = boxes.filter(({ box }) => box), across = { ...canvas.channels, x1: "x1", x2: "x2" };
  return {
    marks: [
      Plot.dot(points ? rows : [], {
        ...canvas.channels,
        x: "x",
        y: "y",
        r: "r",
        fill: "color",
        fillOpacity: n > 300 ? 0.4 : 0.55,
        title: "title",
      }),
      Plot.rect(drawn, {
        ...across,
        y1: "q1",
        y2: "q3",
        stroke: "currentColor",
        fill: "color",
        fillOpacity: 0.15,
      }),
      Plot.ruleY(drawn, { ...across, y: "median", strokeWidth: 1.6 }),
      Plot.dot(boxes.filter(({ several }) => several), {
        ...canvas.channels,
        x: "x",
        y: "mean",
        symbol: "diamond",
        r: 5,
        fill: "color",
        stroke: "currentColor",
        strokeWidth: 1.4,
        title: "title",
      }),
    ],
    x: categoryAxis(x as Categories, words),
    y: {},
    notes: [
      points && note,
      drawn.length > 0 && "Boxes: quartiles and median.",
      boxes.some(({ several }) => several) &&
      (trials ? "Diamonds: means weighted by trials." : "Diamonds: means."),
    ],
  };
}

/** Categories at whole numbers, so that others have room between them. */
export function categoryAxis({ name, levels }: Categories, words: Words): Record<string, unknown> {
  return {
    label: words.of(name),
    type: "linear",
    domain: [-0.55, levels.length - 0.45],
    ticks: levels.map((_, k) => k),
    levels, // written by the figure, which knows the room
  };
}
