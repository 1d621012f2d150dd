/** Which variable goes where: across, colour, panels, and groups of random effects as lines. */
import type { FigureMeta, FigureOptions, FigureVariable } from "../display.ts";
import { columnNames, type Frame, nearestName, readColumn } from "../frame.ts";
import { formatValue, levelsOf, type Row, rowsOf } from "./rows.ts";

/** A variable with its levels in order (of a numeric variable: its distinct values as text). */
export interface Axis {
  readonly name: string;
  readonly numeric: boolean;
  readonly levels: readonly string[];
  /** The levels are categories in an order. */
  readonly ordered?: boolean;
}

/** Variables whose combinations have panels of their own. */
export interface Facet {
  readonly names: readonly string[];
  /** The combinations in order, each as {@link keyOf} gives it. */
  readonly keys: readonly string[];
  /** They are groups of random effects. */
  readonly ofGroups: boolean;
}

/** The parts that the variables play in a figure. */
export interface Roles {
  /** Across: the first numeric variable that varies, else the first factor; null when nothing varies. */
  readonly x: Axis | null;
  readonly color: Axis | null;
  readonly facet: Facet | null;
  /** Variables beyond those: their combinations are lines of their own. */
  readonly rest: readonly Axis[];
  /** Grouping factors of random effects: lines of their own. */
  readonly groups: readonly Axis[];
}

/** Groups that colours and ribbons tell apart in one panel; more have panels of their own, up to the second number. */
export const FEW_GROUPS = 5, MOST_PANELS = 36;

/** The variables of a result: as its meta says, else every column before `estimate`. */
export function variablesOf(frame: Frame, meta: FigureMeta): readonly FigureVariable[] {
  if (meta.variables) return meta.variables;
  const names = columnNames(frame), end = names.indexOf("estimate");
  return names.slice(0, Math.max(0, end)).flatMap((name) => {
    try {
      return [{ name, kind: readColumn(frame, name).kind }];
    } catch {
      return [];
    }
  });
}

/** A variable as an axis, its levels those that occur, in the variable's order. */
export function axisOf(frame: Frame, variable: FigureVariable): Axis {
  const present = levelsOf(frame, variable.name);
  return {
    name: variable.name,
    numeric: variable.kind === "numeric" && readColumn(frame, variable.name).kind === "numeric",
    levels: variable.levels?.filter((level) => present.includes(level)) ?? present,
    ...variable.ordered && { ordered: true },
  };
}

/** What the reader wants where. */
interface Wanted {
  readonly x?: string;
  readonly color?: string;
  readonly facet?: readonly string[];
}

/** Gives each variable that varies its part; those of `by` have panels, and the first of the others goes across, `inOrder` or as a number. */
export function rolesOf(
  frame: Frame,
  meta: FigureMeta,
  options: FigureOptions,
  { by = [], inOrder = false }: { readonly by?: readonly string[]; readonly inOrder?: boolean } = {},
): Roles {
  const variables = variablesOf(frame, meta);
  const varying = variables.map((variable) => ({ kind: variable.kind, axis: axisOf(frame, variable) }))
    .filter(({ axis }) => axis.levels.length > 1 || by.includes(axis.name));
  const wanted = wantedRoles(options, varying.map(({ axis }) => axis.name));
  const claimed = new Set([wanted.x, wanted.color, ...wanted.facet ?? (options.facet === false ? [] : by)]);
  const named = (name: string | undefined) => varying.find(({ axis }) => axis.name === name)?.axis ?? null;
  const free = varying.filter(({ axis }) => !claimed.has(axis.name));
  const groups = free.filter(({ kind }) => kind === "group").map(({ axis }) => axis);
  const others = free.filter(({ kind }) => kind !== "group").map(({ axis }) => axis);
  const first = inOrder ? undefined : others.find((axis) => axis.numeric);
  const x = named(wanted.x) ?? first ?? others[0] ?? groups.shift() ?? null;
  // A colour stands for one of a few values: a numeric variable with many goes to the panels or the rest at the end.
  const left = others.filter((axis) => axis !== x);
  left.sort((a, b) => Number(a.levels.length > 10) - Number(b.levels.length > 10));
  const color = named(wanted.color) ?? left.shift() ?? null;
  const facets = wanted.facet ?? (options.facet === false ? [] : by.length > 0 ? by : []);
  const axes = facets.length > 0
    ? facets.map((name) => named(name)!)
    : options.facet !== false && by.length === 0 && left.length > 0
    ? [left.shift()!]
    : [];
  const panels = axes.length === 0 && options.facet !== false && x?.numeric ? ofGroups(groups) : [];
  const colored = color ??
    (panels.length === 0 ? groups.find((axis) => axis.levels.length <= FEW_GROUPS) : null) ??
    null;
  const facet = axes.length > 0 ? axes : panels;
  const isGroup = (axis: Axis) => varying.some((v) => v.axis === axis && v.kind === "group");
  return {
    x,
    color: colored,
    facet: facet.length === 0 ? null : {
      names: facet.map(({ name }) => name),
      keys: keysOf(facet, rowsOf(frame)),
      ofGroups: facet.every(isGroup),
    },
    rest: left,
    groups: [...groups, ...facet.filter(isGroup), ...colored && isGroup(colored) ? [colored] : []].filter(
      (axis, i, all) => all.indexOf(axis) === i,
    ),
  };
}

/** Groups that have panels: the first that are too many to be told apart by colour. */
function ofGroups(groups: readonly Axis[]): readonly Axis[] {
  const many = groups.find(({ levels }) => levels.length > FEW_GROUPS && levels.length <= MOST_PANELS);
  return many && !groups.some(({ levels }) => levels.length <= FEW_GROUPS) ? [many] : [];
}

/** The variables that options name. */
function wantedRoles(options: FigureOptions, names: readonly string[]): Wanted {
  const x = typeof options.x === "string" ? options.x : undefined;
  const by = typeof options.color === "string"
    ? options.color
    : (options.color as { by?: string } | undefined)?.by;
  const facet = options.facet === false || options.facet === undefined
    ? undefined
    : ([] as string[]).concat(options.facet as string | string[]);
  const given: [string, string][] = [
    ...(x === undefined ? [] : [["x", x]] as [string, string][]),
    ...(by === undefined ? [] : [["color", by]] as [string, string][]),
    ...(facet ?? []).map((name): [string, string] => ["facet", name]),
  ];
  for (const [option, name] of given) {
    if (!names.includes(name)) throw unknownVariable(option, name, names);
    const twice = given.find((other) => other[1] === name && other[0] !== option);
    if (twice) {
      throw new RangeError(
        `Cannot use ${option} "${name}": the variable is also that of ${twice[0]}, it should have one place`,
      );
    }
  }
  return { x, color: by, facet };
}

/** The error for a variable that a figure does not have. */
export function unknownVariable(option: string, name: string, names: readonly string[]): RangeError {
  const near = nearestName(name, [...names]);
  return new RangeError(
    `Cannot use ${option} "${name}": ${
      names.length === 0
        ? "no variable varies in this figure"
        : `the variables that vary in this figure are ${names.map((each) => `"${each}"`).join(", ")}`
    }` + (near ? `; did you mean "${near}"?` : ""),
  );
}

/** The levels of some variables in a row, as one text. */
export function keyOf(row: Row, names: readonly string[]): string {
  return names.map((name) => formatValue(row[name])).join("\n");
}

/** The combinations that occur, in the order of the levels, the last variable fastest. */
function keysOf(axes: readonly Axis[], rows: readonly Row[]): string[] {
  const names = axes.map(({ name }) => name), present = new Set(rows.map((row) => keyOf(row, names)));
  let keys: string[] = [""];
  axes.forEach(({ levels }, k) => {
    keys = keys.flatMap((key) => levels.map((level) => k === 0 ? level : `${key}\n${level}`));
  });
  return keys.filter((key) => present.has(key));
}

/** The number of columns that leaves the fewest places empty; the first of equal ones. */
function fewestEmpty(n: number, choices: readonly number[]): number {
  const empty = (columns: number) => Math.ceil(n / columns) * columns - n;
  return choices.reduce((best, columns) => empty(columns) < empty(best) ? columns : best);
}

/** Columns and rows of small panels, and where each panel is. */
export function facetGrid(
  keys: readonly string[],
): { columns: number; rows: number; at: Map<string, [number, number]> } {
  const n = keys.length;
  const columns = n <= 3 ? n : n === 4 ? 2 : n <= 9 ? 3 : fewestEmpty(n, n <= 16 ? [4, 5] : [5, 6, 4]);
  const at = new Map(
    keys.map((key, i) => [key, [i % columns, Math.floor(i / columns)] as [number, number]]),
  );
  return { columns, rows: Math.ceil(n / columns), at };
}
