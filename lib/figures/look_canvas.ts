/** What the pictures of a first look share: panels, colours, hovering, sizes. */
import { facetGrid } from "./axes.ts";
import { NEUTRAL } from "./colors.ts";
import { mostOf, radiusOf } from "./point_sizes.ts";
import { type Categories, isNumbers, type LookRoles, type Numbers } from "./look_roles.ts";
import { formatValue, thin } from "./rows.ts";
import type { Words } from "./words.ts";

/** The variables with their places on the page. */
export interface Canvas {
  readonly roles: LookRoles;
  /** The numbers drawn upwards: of two categories 0 and 1. */
  readonly y: Numbers;
  readonly n: number;
  readonly color: (i: number) => string;
  /** Panel of a row. */
  readonly panel: (i: number) => { fx?: number; fy?: number };
  /** Channels of marks that stand in panels. */
  readonly channels: { fx?: string; fy?: string };
  readonly radius: (i: number) => number;
  readonly title: (i: number) => string;
  readonly words: Words;
  /** The rows are drawn as points. */
  readonly points: boolean;
}

/** What the reader says of names and points. */
export type LookWishes = Pick<Canvas, "words" | "points">;

/** Marks and axes of one panel, or of small panels. */
export interface LookPanel {
  readonly marks: unknown[];
  readonly x: Record<string, unknown>;
  readonly y: Record<string, unknown>;
  /** Sentences for the caption. */
  readonly notes: readonly (string | false | null | undefined)[];
}

/** @param colors one for each level of the colour variable */
export function canvasOf(
  roles: LookRoles,
  y: Numbers,
  colors: readonly string[],
  wishes: LookWishes,
): Canvas {
  const { color, facet, trials } = roles, n = roles.rows.length, at = facet && facetGrid(facet.levels).at;
  const most = mostOf([...trials ?? []]);
  return {
    roles,
    y,
    n,
    color: (i) => color ? colors[color.codes[i]] : NEUTRAL,
    panel: (i) => {
      if (!at) return {};
      const [fx, fy] = at.get(facet!.levels[facet!.codes[i]])!;
      return { fx, fy };
    },
    channels: facet ? { fx: "fx", fy: "fy" } : {},
    radius: (i) => trials ? radiusOf(trials[i], most) : n > 2000 ? 1.4 : n > 300 ? 1.9 : 3,
    title: (i) => titleOf(roles, y, i),
    ...wishes,
  };
}

/** A row's values when the pointer is on it. */
function titleOf({ rows, x, trials, color, facet, lines }: LookRoles, y: Numbers, i: number): string {
  const of = (v: Categories | null) => v ? [`${v.name} ${v.levels[v.codes[i]]}`] : [];
  return [
    `row ${rows[i]}`,
    ...(isNumbers(x) ? [`${x.name} ${formatValue(x.values[i])}`] : of(x)),
    ...of(color),
    ...of(facet),
    ...of(lines),
    `${y.name} ${formatValue(y.values[i])}${trials ? ` of ${trials[i]}` : ""}`,
  ].join("\n");
}

/** Numbers between −½ and ½ that look random, the same every time. */
export const jitter = (i: number): number => (i * 0.618034) % 1 - 0.5;

/** Places of n rows, thinned before points are made of them: a million with their titles take many seconds. */
export const placesOf = (n: number) => thin(Array.from({ length: n }, (_, i) => i));

/** The rows of each combination of some categories that has any. */
export function rowsBy(n: number, ...by: readonly (Categories | null)[]): Int32Array[] {
  const groups = new Map<number, number[]>(), used = by.filter((each) => each !== null);
  for (let i = 0; i < n; i++) {
    let key = 0;
    for (const { codes, levels } of used) key = key * levels.length + codes[i];
    const own = groups.get(key);
    if (own) own.push(i);
    else groups.set(key, [i]);
  }
  return [...groups.values()].map((rows) => Int32Array.from(rows));
}

/** Mean, weighted by trials where there are some. */
export function meanAt({ y, roles: { trials } }: Canvas, rows: ArrayLike<number>): number {
  let total = 0, weight = 0;
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k], w = trials ? trials[i] : 1;
    total += w * y.values[i];
    weight += w;
  }
  return total / weight;
}
