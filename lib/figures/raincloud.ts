/** Distributions below each other: density above, a box in the middle, the points below ("raincloud"). */
import { extent, kernelDensity, quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { fittedLabels } from "./labels.ts";
import { listedRows, rowNames } from "./listed_rows.ts";
import { Plot } from "./plot.ts";
import { formatValue, thin } from "./rows.ts";
import { marginFor } from "./scales.ts";
import type { Style } from "./style.ts";

/** One distribution. */
export interface Cloud {
  /** Name at the left; none for the only one. */
  readonly label: string;
  /** Numbers without NaN, in the order of the rows. */
  readonly values: Float64Array;
  /** Row numbers of the values, for hovering. */
  readonly rows: ArrayLike<number>;
}

/** Height of a row from which a density has room. */
const WITH_DENSITY = 48;
/** Values of which a density is made; more would tell the same. */
const MOST_OF_DENSITY = 20_000;
/** Different whole numbers that have a bar each in place of a density. */
const MOST_BARS = 40;

/** Plot options of some distributions on one axis, and what the caption should say. */
export function raincloudPanel(
  clouds: readonly Cloud[],
  { label, width, style }: { label: string; width: number; style: Style },
): { options: Record<string, unknown>; notes: (string | undefined)[] } {
  const n = clouds.length, step = n === 1 ? 120 : n <= 8 ? 66 : n <= 16 ? 48 : 26;
  const named = clouds.some((cloud) => cloud.label !== ""),
    names = fittedLabels(clouds.map((cloud) => cloud.label), 180);
  const places = clouds.flatMap(({ values }, y) => Array.from(values, (_, i) => [y, i] as const));
  const { rows: shown, note } = thin(places), points = shown.map(([y, i]) => pointOf(clouds[y], y, i));
  return {
    options: {
      width,
      height: Math.round(n * step) + 56,
      marginLeft: named ? marginFor(names.values()) : 18,
      ...listedRows({ label, insetLeft: 4, insetRight: 4 }, [-0.5, n - 0.5]),
      marks: [
        ...(step >= WITH_DENSITY ? clouds.flatMap((cloud, y) => densityMarks(cloud, y, style)) : []),
        Plot.dot(style.points ? points : [], {
          x: "x",
          y: "y",
          r: points.length > 300 ? 1.5 : 2.4,
          fill: style.color,
          fillOpacity: points.length > 300 ? 0.55 : 0.75,
          title: "title",
        }),
        ...boxMarks(clouds, style),
        named ? rowNames(clouds.map((cloud, y) => ({ y, text: names.get(cloud.label)! }))) : null,
      ],
    },
    notes: [
      `${step >= WITH_DENSITY ? "Density, box" : "Box"} (quartiles, whiskers to 1.5 times its width)${
        style.points ? " and points" : ""
      }.`,
      style.points ? note : undefined,
    ],
  };
}

/** A point below the line of its distribution; they are spread evenly. */
function pointOf({ values, rows, label }: Cloud, y: number, i: number) {
  return {
    x: values[i],
    y: y + 0.14 + 0.3 * ((i * 0.618034) % 1),
    title: `${label ? `${label}\n` : ""}row ${rows[i]}: ${formatValue(values[i])}`,
  };
}

/** A density above the line, as high for the highest value of every distribution; bars of whole numbers where they are few. */
function densityMarks({ values }: Cloud, y: number, { color }: Style): unknown[] {
  const base = y - 0.1, room = 0.38, look = { fill: color, fillOpacity: 0.3 };
  const distinct = new Set(values);
  if (distinct.size > 1 && distinct.size <= MOST_BARS && values.every(Number.isInteger)) {
    const counts = Map.groupBy(values, (v) => v),
      most = Math.max(...[...counts.values()].map((v) => v.length));
    const bars = [...counts].map(([x, own]) => ({
      x1: x - 0.4,
      x2: x + 0.4,
      y2: base - room * own.length / most,
      title: `${x}: ${own.length} of ${values.length}`,
    }));
    return [Plot.rect(bars, { x1: "x1", x2: "x2", y1: base, y2: "y2", title: "title", ...look })];
  }
  const { rows } = thin(Array.from(values), MOST_OF_DENSITY), density = kernelDensity(rows);
  if (density === null || !Number.isFinite(density(rows[0]))) return [];
  const [low, high] = extent(values);
  const line = Array.from({ length: 81 }, (_, k) => low + (high - low) * k / 80).map((x) => ({
    x,
    d: density(x),
  }));
  const most = Math.max(...line.map(({ d }) => d));
  const area = line.map(({ x, d }) => ({ x, y: base - room * d / most }));
  return [
    Plot.areaY(area, { x: "x", y1: base, y2: "y", ...look }),
    Plot.line(area, { x: "x", y: "y", stroke: color, strokeWidth: 1.2 }),
  ];
}

/** Quartiles as a box with the median, whiskers to the last values within 1.5 times its width (Tukey), the mean as a diamond. */
function boxMarks(clouds: readonly Cloud[], { color }: Style): unknown[] {
  const boxes = clouds.flatMap(({ values, label }, y) => {
    if (values.length === 0) return [];
    const sorted = sortedNumbers(values),
      [q1, median, q3] = [0.25, 0.5, 0.75].map((p) => quantileSorted(sorted, p));
    const reach = 1.5 * (q3 - q1), inside = sorted.filter((v) => v >= q1 - reach && v <= q3 + reach);
    return [{
      y,
      y1: y - 0.07,
      y2: y + 0.07,
      q1,
      median,
      q3,
      low: inside[0],
      high: inside[inside.length - 1],
      title: `${label ? `${label}\n` : ""}${sorted.length} values\nmedian ${formatValue(median)}, quartiles ${
        formatValue(q1)
      } and ${formatValue(q3)}`,
    }];
  });
  return [
    Plot.ruleY(boxes, { x1: "low", x2: "high", y: "y", strokeWidth: 1.4 }),
    Plot.rect(boxes, {
      x1: "q1",
      x2: "q3",
      y1: "y1",
      y2: "y2",
      fill: color,
      stroke: "currentColor",
      strokeWidth: 1.2,
      title: "title",
    }),
    Plot.ruleX(boxes, { x: "median", y1: "y1", y2: "y2", stroke: "currentColor", strokeWidth: 2.4 }),
  ];
}
