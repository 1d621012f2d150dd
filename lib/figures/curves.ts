/** Curves told apart by colour, and points among them. */
import type { FigureElement, FigureOptions } from "../display.ts";
import { legend, levelColors } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
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

/** Draws curves with a legend below which they stand. */
export function drawCurves(curves: Curves, options: FigureOptions): FigureElement {
  const words = new Words(options), { axis, x, y, domain, rules = [], rings = [] } = curves;
  const colors = levelColors(axis, options), style = { x: "x", y: "y" };
  const colorOf = ({ level }: Place) => level === null ? "currentColor" : colors[axis.levels.indexOf(level)];
  const marks = [
    Plot.ruleY([0], { strokeOpacity: 0.4 }),
    Plot.ruleY(rules, { strokeDasharray: "4 3", strokeOpacity: 0.5 }),
    Plot.line(curves.lines, {
      ...style,
      z: "level",
      title: "level",
      stroke: colorOf,
      strokeWidth: 2,
      clip: domain !== undefined,
    }),
    Plot.dot(rings, {
      ...style,
      stroke: colorOf,
      strokeWidth: 1.5,
      r: 4,
      title: ({ title }: Place) => title ?? "",
    }),
    Plot.dot(curves.dots, { ...style, fill: colorOf, r: 3, title: ({ title }: Place) => title ?? "" }),
  ];
  const plot = plotSvg(panelOptions(
    {
      width: Number(options.width ?? 560),
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
      marks,
    },
    options,
    ["color"],
  ));
  const figure = compose({
    panels: [{ plot }],
    legend: legend(axis, axis.levels, colors, options, words),
    caption: curves.caption,
  }, options);
  words.done();
  return figure;
}
