/** Which variable goes where: across, colour, facets, and groups as thin lines. */
import type { FigureMeta, FigureOptions, FigureVariable } from "../display.ts";
import { columnNames, type Frame, readColumn } from "../frame.ts";
import { levelsOf } from "./rows.ts";

/** A variable with its levels in order (of a numeric variable: its distinct values as text). */
export interface Axis {
  readonly name: string;
  readonly numeric: boolean;
  readonly levels: readonly string[];
}

/** The parts that the varying variables play in a figure. */
export interface Roles {
  /** Across: the first numeric variable that varies, else the first factor; null when nothing varies. */
  readonly x: Axis | null;
  readonly color: Axis | null;
  readonly facet: Axis | null;
  /** Varying variables beyond those: their combinations are lines of their own. */
  readonly rest: readonly Axis[];
  /** Grouping factors of random effects: thin lines. */
  readonly groups: readonly Axis[];
}

/** The variables of a result: as its meta says, else every column before `estimate`. */
function variablesOf(frame: Frame, meta: FigureMeta): readonly FigureVariable[] {
  if (meta.variables) return meta.variables;
  const names = columnNames(frame);
  return names.slice(0, Math.max(0, names.indexOf("estimate"))).flatMap((name) => {
    try {
      return [{ name, kind: readColumn(frame, name).kind }];
    } catch {
      return [];
    }
  });
}

/** Gives each variable that varies its part. */
export function rolesOf(frame: Frame, meta: FigureMeta): Roles {
  const varying = variablesOf(frame, meta).flatMap((variable) => {
    const column = readColumn(frame, variable.name);
    const present = levelsOf(frame, variable.name);
    if (present.length < 2) return [];
    const levels = variable.levels?.filter((level) => present.includes(level)) ?? present;
    return [{
      kind: variable.kind,
      name: variable.name,
      numeric: column.kind === "numeric" && variable.kind === "numeric",
      levels,
    }];
  });
  const groups = varying.filter((axis) => axis.kind === "group");
  const others = varying.filter((axis) => axis.kind !== "group");
  const x = others.find((axis) => axis.numeric) ?? others[0] ?? groups.shift() ?? null;
  // A colour stands for one of a few values: a numeric variable with many goes to the facets or the rest at the end.
  const left = others.filter((axis) => axis !== x);
  left.sort((a, b) => Number(a.levels.length > 10) - Number(b.levels.length > 10));
  const [color = null, facet = null, ...rest] = left;
  return { x, color, facet, rest, groups };
}

/** Columns and rows of small panels for one variable, and where each level's panel is. */
export function facetGrid(
  levels: readonly string[],
): { columns: number; rows: number; at: Map<string, [number, number]> } {
  const n = levels.length;
  const columns = n <= 3 ? n : n === 4 ? 2 : n <= 9 ? 3 : 4;
  const at = new Map(
    levels.map((level, i) => [level, [i % columns, Math.floor(i / columns)] as [number, number]]),
  );
  return { columns, rows: Math.ceil(n / columns), at };
}

/** Colours of levels: Plot's observable10 while they last, then an even walk through a light-to-dark-safe rainbow; or the caller's. */
export function colorsOf(levels: readonly string[], options: FigureOptions = {}): string[] {
  const own = (options.color as { range?: readonly string[] } | undefined)?.range;
  if (own) return levels.map((_, i) => own[i % own.length]);
  if (levels.length <= OBSERVABLE10.length) return levels.map((_, i) => OBSERVABLE10[i]);
  return levels.map((_, i) => `hsl(${Math.round(360 * i / levels.length)} 62% ${i % 2 ? 62 : 48}%)`);
}

/** Colour where colour stands for nothing. */
export const NEUTRAL = "#4c7fe6";

const OBSERVABLE10 = [
  "#4c7fe6",
  "#efb118",
  "#ff725c",
  "#6cc5b0",
  "#3ca951",
  "#ff8ab7",
  "#a463f2",
  "#97bbf5",
  "#9c6b4e",
  "#9498a0",
];
