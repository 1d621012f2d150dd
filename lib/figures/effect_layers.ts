/** The marks of estimates: lines with ribbons over a number, points with intervals over a factor. */
import type { FigureOptions } from "../display.ts";
import { type Axis, FEW_GROUPS, type Roles } from "./axes.ts";
import { colorChannel } from "./colors.ts";
import { type Dodge, type Mark, placeOf } from "./effect.ts";
import { Plot } from "./plot.ts";
import type { PanelLayout } from "./scales.ts";
import { textWidth } from "./text.ts";

/** Lines up to which each point can be hovered. */
const MOST_HOVERED = 600;

/** Has both ends of its interval. */
export const isWhole = ({ low, high }: Mark): boolean => Number.isFinite(low) && Number.isFinite(high);

/** Ribbons and lines; the population, where groups are drawn too, in the colour of text and on top of them. */
export function lineLayers(
  marks: readonly Mark[],
  population: readonly Mark[],
  roles: Roles,
  options: FigureOptions,
): unknown[] {
  const at = { ...placeOf(roles), z: "line", sort: "x" }, color = colorChannel(roles.color, options);
  const banded = options.bands === false ? [] : bandsOf(marks, roles);
  const own = new Set(banded.map(({ line, fx, fy }) => [line, fx, fy].join("\n"))).size;
  const many = crowded(marks);
  const onTop = population.length > 0 && roles.color && !roles.groups.includes(roles.color)
    ? color
    : "currentColor";
  return [
    Plot.areaY(
      banded,
      { ...at, y1: "low", y2: "high", fill: color, fillOpacity: own > 3 ? 0.14 : 0.2 } as never,
    ),
    Plot.line(marks as Mark[], {
      ...at,
      y: "y",
      stroke: color,
      strokeWidth: many ? 1.2 : 2.2,
      strokeOpacity: many ? 0.6 : 1,
    } as never),
    Plot.line(
      population as Mark[],
      {
        ...at,
        y: "y",
        stroke: onTop,
        strokeWidth: roles.facet?.ofGroups ? 2.2 : 3.2,
        strokeDasharray: roles.facet?.ofGroups ? "5 3" : undefined,
      } as never,
    ),
    Plot.dot(marks.length <= MOST_HOVERED ? marks as Mark[] : [], {
      ...placeOf(roles),
      y: "y",
      r: 5,
      fill: color,
      fillOpacity: 0,
      title: "title",
    } as never),
  ];
}

/** Marks whose ribbons can be told apart: of the population, and of groups while they are few. */
function bandsOf(marks: readonly Mark[], { facet }: Roles): Mark[] {
  const few = facet?.ofGroups === true || !crowded(marks);
  return marks.filter((mark) => isWhole(mark) && (few || !mark.grouped));
}

/** More lines of groups in a panel than can be told apart. */
export function crowded(marks: readonly Mark[]): boolean {
  const panels = Map.groupBy(marks.filter(({ grouped }) => grouped), ({ fx, fy }) => `${fx} ${fy}`);
  return [...panels.values()].some((own) => new Set(own.map(({ line }) => line)).size > FEW_GROUPS);
}

/** Letters beside estimates: level while there is room for them, else turned. */
export interface Lettering {
  readonly turned: boolean;
  readonly size: number;
  /** Pixels above the intervals. */
  readonly room: number;
}

/** How letters are written in the room that a line has. */
export function letteringOf(marks: readonly Mark[], { step }: Dodge, layout: PanelLayout): Lettering | null {
  const widest = Math.max(0, ...marks.map(({ letters }) => textWidth(letters)));
  if (widest === 0) return null;
  const own = step || layout.stepX;
  if (widest + 3 <= own) return { turned: false, size: 12, room: 18 };
  const size = Math.max(7, Math.min(12, own - 2));
  return { turned: true, size, room: widest * size / 12 + 10 };
}

/** Points with intervals, the lines of a level side by side; joined by colour where wanted. */
export function intervalLayers(
  marks: readonly Mark[],
  roles: Roles,
  { offset }: Dodge,
  { joined, lettering }: { joined: boolean; lettering: Lettering | null },
  options: FigureOptions,
): unknown[] {
  const color = colorChannel(roles.color, options), small = roles.groups.length > 0 && crowded(marks);
  return [...Map.groupBy(inOrder(marks, roles.x), ({ line }) => line)].flatMap(([line, own]) => {
    const at = { ...placeOf(roles), dx: offset.get(line)! };
    return [
      joined
        ? Plot.line(
          own,
          { ...at, z: null, y: "y", stroke: color, strokeWidth: 1.4, strokeOpacity: 0.6 } as never,
        )
        : null,
      options.bands === false ? null : Plot.ruleX(
        own.filter(isWhole),
        { ...at, y1: "low", y2: "high", stroke: color, strokeWidth: 1.8 } as never,
      ),
      Plot.dot(own, { ...at, y: "y", fill: color, r: small ? 2.5 : 4, title: "title" } as never),
      lettering &&
      Plot.text(own.filter(({ letters }) => letters !== ""), letterOptions(at, lettering, options)),
    ];
  });
}

function letterOptions(at: object, { turned, size }: Lettering, { bands }: FigureOptions): never {
  return {
    ...at,
    y: (mark: Mark) => bands !== false && Number.isFinite(mark.high) ? mark.high : mark.y,
    text: "letters",
    dy: turned ? -8 : -9,
    fontSize: size,
    fontWeight: 600,
    ...(turned ? { rotate: -90, textAnchor: "start" } : {}),
  } as never;
}

/** Left to right: joined points follow each other so. */
function inOrder(marks: readonly Mark[], x: Axis | null): Mark[] {
  const order = new Map(x?.levels.map((level, i) => [level, i]));
  const across = ({ x }: Mark) => typeof x === "number" ? x : order.get(x) ?? 0;
  return [...marks].sort((a, b) => across(a) - across(b));
}
