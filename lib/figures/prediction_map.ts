/** Predictions on a map: a tile for each place, its colour by the estimate. */
import { type FigureElement, type FigureMeta, type FigureOptions, formatNumbers } from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { colorOptions, numberColors } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import type { Legend } from "./legend.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";
import { Words } from "./words.ts";

/** Options of the same figure that tiles have no place for. */
const LEFT_OUT = ["points", "bands", "stacked", "facet", "fx", "fy"] as const;

/** Values that the legend shows, and places that axes name one by one. */
const SHOWN = 5, MOST_TICKS = 12;

/** A place with its estimate. */
interface Tile {
  readonly x: number;
  readonly y: number;
  readonly estimate: number;
  readonly title: string;
}

/**
 * Draws estimates over two columns of numbers.
 * @throws {RangeError} where these are no numbers, several estimates have one place, or an option is of another figure
 */
export function drawMap(frame: Frame, meta: FigureMeta, options: FigureOptions): FigureElement {
  const names = options.map as readonly string[], words = new Words(options), rows = rowsOf(frame);
  assertMap(names, columnNames(frame), rows, options);
  const response = words.of(meta.response ?? "estimate"), tiles = tilesOf(rows, names, response, words);
  const values = tiles.map(({ estimate }) => estimate).sort((a, b) => a - b);
  const ends = [values[0] ?? 0, values[values.length - 1] ?? 0] as const;
  const color = numberColors(ends, colorOptions(options)), size = sizeOf(tiles, options);
  const plot = plotSvg(panelOptions(
    {
      ...size,
      x: {
        label: words.of(names[0]),
        labelAnchor: "center",
        labelArrow: "none",
        ...ticksAt(tiles.map(({ x }) => x)),
      },
      y: { label: words.of(names[1]), labelArrow: "none", ...ticksAt(tiles.map(({ y }) => y)) },
      marks: [
        Plot.rect(tiles, {
          ...sides(tiles),
          fill: ({ estimate }: Tile) => color(estimate),
          shapeRendering: "crispEdges", // no seams between tiles
          title: "title",
        }),
      ],
    },
    options,
    ["color"],
  ));
  const figure = compose({
    panels: [{ plot }],
    legend: legendOf(response, ends, color),
    caption: [meta.title && `${meta.title}.`, "Estimates by colour.", notDrawn(rows)],
  }, options);
  words.done();
  return figure;
}

function assertMap(
  names: readonly string[],
  columns: readonly string[],
  rows: readonly Row[],
  options: FigureOptions,
): void {
  const absent = names.find((name) => !columns.includes(name));
  if (names.length !== 2 || absent !== undefined) {
    throw new RangeError(
      absent === undefined
        ? `Cannot draw a map of ${names.length} columns: it takes two, across and upwards, map: ["x", "y"]`
        : `Cannot draw a map: the predictions have no column "${absent}"; they have ${
          columns.map((name) => `"${name}"`).join(", ")
        }`,
    );
  }
  const text = names.find((name) => rows.some((row) => typeof row[name] === "string"));
  if (text !== undefined) {
    throw new RangeError(`Cannot draw a map: column "${text}" should be numbers, it is text`);
  }
  const other = LEFT_OUT.find((name) => options[name]) ??
    (["x", "color"] as const).find((name) => typeof options[name] === "string");
  if (other !== undefined) {
    throw new RangeError(
      `Cannot use ${other} with map: tiles have no place for it; leave one of the two out`,
    );
  }
}

function tilesOf(rows: readonly Row[], [x, y]: readonly string[], response: string, words: Words): Tile[] {
  const taken = new Set<string>();
  return rows.flatMap((row): Tile[] => {
    const at = [row[x], row[y], row.estimate] as number[], place = `${at[0]}, ${at[1]}`;
    if (taken.has(place)) {
      throw new RangeError(
        `Cannot draw a map: several predictions are at ${x} ${at[0]}, ${y} ${
          at[1]
        }; filter them to one for each place`,
      );
    }
    taken.add(place);
    if (!at.every(Number.isFinite)) return [];
    const title = `${words.of(x)} ${formatValue(at[0])}, ${words.of(y)} ${formatValue(at[1])}\n${response} ${
      formatValue(at[2])
    }`;
    return [{ x: at[0], y: at[1], estimate: at[2], title }];
  });
}

/** Ticks at the places where they are few: none between the rows of a field. */
function ticksAt(values: readonly number[]) {
  const places = [...new Set(values)].sort((a, b) => a - b);
  return places.length <= MOST_TICKS ? { ticks: places, tickFormat: formatValue } : {};
}

/** Half of the smallest step between places, on all sides of each. */
function sides(tiles: readonly Tile[]) {
  const half = (of: (tile: Tile) => number) => stepOf(tiles.map(of)) / 2;
  const [dx, dy] = [half(({ x }) => x), half(({ y }) => y)];
  return {
    x1: ({ x }: Tile) => x - dx,
    x2: ({ x }: Tile) => x + dx,
    y1: ({ y }: Tile) => y - dy,
    y2: ({ y }: Tile) => y + dy,
  };
}

function stepOf(values: readonly number[]): number {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((v, i) => v - sorted[i]);
  return steps.length > 0 ? Math.min(...steps) : 1;
}

/** As wide as others; as high as makes both directions one scale, where that is neither flat nor a tower. */
function sizeOf(tiles: readonly Tile[], options: FigureOptions) {
  const width = Number(options.width ?? 640),
    margins = { marginLeft: 50, marginRight: 16, marginTop: 24, marginBottom: 44 };
  const extent = (values: readonly number[]) => {
    const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    return (values.length > 0 ? high - low : 0) + stepOf(values);
  };
  const ratio = extent(tiles.map(({ y }) => y)) / extent(tiles.map(({ x }) => x));
  const inner = (width - 66) * Math.min(0.9, Math.max(0.35, ratio));
  return { width, height: Math.round(inner + 68), ...margins };
}

/** Some values from the lowest to the highest. */
function legendOf(
  label: string,
  [low, high]: readonly [number, number],
  color: (value: number) => string,
): Legend {
  const shown = low < high
    ? Array.from({ length: SHOWN }, (_, i) => low + (high - low) * i / (SHOWN - 1))
    : [low];
  const texts = formatNumbers(shown, { digits: 3 });
  return { label, items: shown.map((v, i) => ({ text: texts[i], color: color(v) })) };
}
