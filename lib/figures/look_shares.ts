/** A first look at categories by category: shares stacked to 100 %. */
import { type Canvas, type LookPanel, rowsBy } from "./look_canvas.ts";
import type { Categories } from "./look_roles.ts";
import { categoryAxis } from "./look_strips.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";

/** Marks and axes; the levels of the response have the colours. */
export function shares(canvas: Canvas, response: Categories, colors: readonly string[]): LookPanel {
  const { roles: { x, facet }, n } = canvas, { codes, levels } = x as Categories;
  const columns = rowsBy(n, x as Categories, facet);
  const bars = columns.flatMap((own) => {
    const counts = new Int32Array(response.levels.length);
    for (const i of own) counts[response.codes[i]]++;
    let from = 0;
    return response.levels.map((level, k) => {
      const y1 = from, y2 = from += counts[k] / own.length, at = codes[own[0]];
      return {
        ...canvas.panel(own[0]),
        x1: at - 0.4,
        x2: at + 0.4,
        y1,
        y2,
        color: colors[k],
        title: `${levels[at]}\n${level}: ${counts[k]} of ${own.length} (${
          formatValue(Number((100 * (y2 - y1)).toPrecision(3)))
        } %)`,
      };
    });
  });
  const counts = columns.map((own) => ({
    ...canvas.panel(own[0]),
    x: codes[own[0]],
    text: String(own.length),
  }));
  return {
    marks: [
      Plot.rect(bars, {
        ...canvas.channels,
        x1: "x1",
        x2: "x2",
        y1: "y1",
        y2: "y2",
        fill: "color",
        fillOpacity: 0.85,
        title: "title",
      }),
      Plot.text(counts, {
        ...canvas.channels,
        x: "x",
        y: 1,
        text: "text",
        dy: -7,
        fontSize: 10.5,
        fillOpacity: 0.8,
      }),
    ],
    x: categoryAxis(x as Categories, canvas.words),
    y: { domain: [0, 1.08], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: String, label: "share of rows" },
    notes: ["Numbers above the bars: rows."],
  };
}
