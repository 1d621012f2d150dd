/** Distributions of draws below each other on one axis: density, median and the central 95 %. */
import { extent, kernelDensity, quantileSorted } from "../math/descriptive.ts";
import { fittedLabels } from "./labels.ts";
import { listedRows, rowNames } from "./listed_rows.ts";
import { Plot } from "./plot.ts";
import { formatValue, thin } from "./rows.ts";
import { marginFor } from "./scales.ts";
import type { Style } from "./style.ts";

/** Draws of a statistic. */
export interface Draws {
  readonly label: string;
  readonly sorted: Float64Array;
}

/** Pixels of a row, and the share of it that the highest density takes. */
const ROW = 46, ROOM = 0.62;
/** Draws of which a density is made. */
const MOST_OF_DENSITY = 20_000;

/** Plot options of the rows. */
export function distributionRows(
  draws: readonly Draws[],
  { label, width, style, points }: { label: string; width: number; style: Style; points: boolean },
): Record<string, unknown> {
  const names = fittedLabels(draws.map((each) => each.label), 200);
  const shown = draws.map((each, y) => ({ ...each, y })).filter(({ sorted }) => sorted.length > 0);
  const middles = shown.map(({ label, sorted, y }) => {
    const [low, median, high] = [0.025, 0.5, 0.975].map((p) => quantileSorted(sorted, p));
    const title = `${label}\nmedian ${formatValue(median)} (${formatValue(low)} to ${formatValue(high)})`;
    return { y: y + 0.2, low, median, high, title };
  });
  return {
    width,
    height: draws.length * ROW + 62,
    marginLeft: marginFor(names.values()),
    ...listedRows({ label, nice: true, tickSpacing: 60 }, [-0.55, draws.length - 0.55]),
    marks: [
      ...shown.flatMap(({ sorted, y }) => density(sorted, y + 0.12, style)),
      points ? drawnPoints(shown, style) : null,
      style.bands ? Plot.ruleY(middles, { x1: "low", x2: "high", y: "y", strokeWidth: 2 }) : null,
      Plot.dot(middles, { x: "median", y: "y", r: 3.6, fill: "currentColor", title: "title" }),
      rowNames(draws.map((each, y) => ({ y, text: names.get(each.label)! }))),
    ],
  };
}

/** The draws below their interval, spread evenly. */
function drawnPoints(draws: readonly (Draws & { readonly y: number })[], { color }: Style): unknown {
  const all = draws.flatMap(({ sorted, y }) =>
    thin(Array.from(sorted)).rows.map((x, i) => ({ x, y: y + 0.3 + 0.14 * ((i * 0.618034) % 1) }))
  );
  return Plot.dot(all, { x: "x", y: "y", r: 1.5, fill: color, fillOpacity: 0.5 });
}

/** A density above its line, all as high as each other; nothing of draws that are all the same. */
function density(sorted: Float64Array, base: number, { color }: Style): unknown[] {
  const of = kernelDensity(thin(Array.from(sorted), MOST_OF_DENSITY).rows), [low, high] = extent(sorted);
  if (of === null || low === high) return [];
  const line = Array.from({ length: 81 }, (_, k) => low + (high - low) * k / 80).map((x) => ({
    x,
    d: of(x),
  }));
  const most = Math.max(...line.map(({ d }) => d));
  const area = line.map(({ x, d }) => ({ x, y: base - ROOM * d / most }));
  return [
    Plot.areaY(area, { x: "x", y1: base, y2: "y", fill: color, fillOpacity: 0.3 }),
    Plot.line(area, { x: "x", y: "y", stroke: color, strokeWidth: 1.2 }),
  ];
}
