/** Curves told apart by colour, and points among them. */
import type { CurvesPlotOptions, FigureElement, FigureOptions } from "../display.ts";
import { extent } from "../math/descriptive.ts";
import { legend, levelColors } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { linesOf } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { facetNames, sideBySide } from "./table_facets.ts";
import { Words } from "./words.ts";

/** A place on a curve, or a point. */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** The curve's name; null for a point of no curve. */
  readonly level: string | null;
  /** What a point says when it is hovered. */
  readonly title?: string;
}

/** What is drawn. */
export interface Curves {
  /** What the curves are, and their names in order. */
  readonly axis: { readonly name: string; readonly levels: readonly string[] };
  readonly lines: readonly Place[];
  readonly dots: readonly Place[];
  readonly rings?: readonly Place[];
  /** Names of the axes. */
  readonly x: string;
  readonly y: string;
  /** Ends of the vertical axis, beyond which curves are cut. */
  readonly domain?: readonly [number, number];
  /** Heights of dashed lines across. */
  readonly rules?: readonly number[];
  readonly caption: readonly (string | false | undefined)[];
}

/** Pixels that a panel needs. */
const LEAST_WIDTH = 260;

/** Draws curves with a legend below which they stand; each in a panel of its own where the reader wants it. */
export function drawCurves(curves: Curves, options: FigureOptions): FigureElement {
  const words = new Words(options), { axis } = curves, colors = levelColors(axis, options);
  const apart = facetNames((options as CurvesPlotOptions).facet, [axis.name]).length > 0;
  const parts = apart ? axis.levels.map((level) => onlyOf(curves, level)) : [curves];
  const { columns, width } = sideBySide(parts.length, Number(options.width ?? 560), LEAST_WIDTH);
  const shared = apart ? sharedAxes(curves) : {};
  const panels = parts.map((part, k): Panel => {
    const panel = curvesPanel(part, axis.levels, colors, width, { words, points: options.points !== false });
    const axes = Object.fromEntries(
      Object.entries(shared).map((
        [name, domain],
      ) => [name, { ...panel[name] as object, domain, nice: true }]),
    );
    return {
      title: apart ? linesOf(words.of(axis.levels[k]), width / 1.1 - 12).join("\n") : undefined,
      plot: plotSvg(panelOptions({ ...panel, ...axes }, { ...options, width }, ["color"])),
    };
  });
  const figure = compose({
    panels,
    columns,
    legend: legend(axis, axis.levels, colors, options, words),
    caption: curves.caption,
  }, options);
  words.done();
  return figure;
}

/** One of the curves, with the points that belong to none. */
function onlyOf(curves: Curves, level: string): Curves {
  const own = (places: readonly Place[]) =>
    places.filter((place) => place.level === level || place.level === null);
  return { ...curves, lines: own(curves.lines), dots: own(curves.dots), rings: own(curves.rings ?? []) };
}

/** Ends of axes that panels share. */
function sharedAxes({ lines, dots, rings = [], domain }: Curves): Record<string, readonly number[]> {
  const all = [...lines, ...dots, ...rings];
  return { x: extent(all.map(({ x }) => x)), y: domain ?? extent([0, ...all.map(({ y }) => y)]) };
}

function curvesPanel(
  { x, y, domain, ...curves }: Curves,
  levels: readonly string[],
  colors: readonly string[],
  width: number,
  { words, points }: { words: Words; points: boolean },
): Record<string, unknown> {
  return {
    width,
    height: 260,
    marginTop: 28,
    marginLeft: 58,
    marginRight: 18,
    marginBottom: 44,
    x: { label: words.of(x), labelAnchor: "center", labelArrow: "none", nice: true },
    y: {
      label: words.of(y),
      labelArrow: "none",
      grid: true,
      ...(domain ? { domain } : { nice: true, zero: true }),
    },
    marks: curveMarks({ x, y, domain, ...curves }, levels, colors, points),
  };
}

function curveMarks(
  { lines, dots, rings = [], rules = [], domain }: Curves,
  levels: readonly string[],
  colors: readonly string[],
  points: boolean,
): unknown[] {
  const style = { x: "x", y: "y" }, title = ({ title }: Place) => title ?? "";
  const colorOf = ({ level }: Place) => level === null ? "currentColor" : colors[levels.indexOf(level)];
  return [
    Plot.ruleY([0], { strokeOpacity: 0.4 }),
    Plot.ruleY(rules, { strokeDasharray: "4 3", strokeOpacity: 0.5 }),
    Plot.line(lines, {
      ...style,
      z: "level",
      title: "level",
      stroke: colorOf,
      strokeWidth: 2,
      clip: domain !== undefined,
    }),
    Plot.dot(points ? rings : [], { ...style, stroke: colorOf, strokeWidth: 1.5, r: 4, title }),
    Plot.dot(points ? dots : [], { ...style, fill: colorOf, r: 3, title }),
  ];
}
