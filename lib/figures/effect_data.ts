/** The rows of the data that belong to an effect: those whose levels the figure shows. */
import type { FigureData } from "../display.ts";
import { type Column, columnNames, readColumn, rowCount } from "../frame.ts";
import { type Axis, keyOf, type Roles } from "./axes.ts";
import { formatValue, type Row } from "./rows.ts";

/** A row of the data with its place among them. */
export type DataRow = Row & { readonly [AT]: number };
export const AT = Symbol("row");

/** Rows from which points are chosen, where each is one of its own: more would be many times what is drawn. */
export const MOST_READ = 20_000;

/** The rows with the variables of the figure; of very many that are no shares, evenly chosen ones. */
export function rowsIn(
  { frame, category, binary }: FigureData,
  { x, color, facet, rest, groups }: Roles,
): DataRow[] {
  const present = columnNames(frame);
  const wanted = [x, color, ...rest, ...groups].flatMap((axis) => axis?.name ?? []);
  const names = [...new Set([...wanted, ...facet?.names ?? []])].filter((name) => present.includes(name));
  const columns = names.map((name) => readColumn(frame, name)), n = rowCount(frame);
  const step = category || binary ? 1 : Math.max(1, n / MOST_READ);
  const rows = Array.from({ length: Math.floor(n / step) }, (_, i) => rowAt(columns, Math.floor(i * step)));
  if (!category) return rows;
  return rows.flatMap((row) => category.levels.map((level) => ({ ...row, [category.name]: level })));
}

function rowAt(columns: readonly Column[], i: number): DataRow {
  const row = { [AT]: i } as Row & { [AT]: number };
  for (const column of columns) {
    row[column.name] = column.kind === "numeric" ? column.values[i] : column.levels[column.codes[i]] ?? null;
  }
  return row;
}

/** The roles of the variables that the data have with the figure's levels; a covariate held at some values matches no point. */
export function sharedRoles(roles: Roles, { frame, category }: FigureData, rows: readonly DataRow[]): Roles {
  const present = new Set([...columnNames(frame), ...category ? [category.name] : []]);
  const has = (axis: Axis) =>
    present.has(axis.name) &&
    (!axis.numeric || rows.every((row) => axis.levels.includes(formatValue(row[axis.name]))));
  return {
    x: roles.x,
    color: roles.color && has(roles.color) ? roles.color : null,
    facet: roles.facet && roles.facet.names.every((name) => present.has(name)) ? roles.facet : null,
    rest: roles.rest.filter(has),
    groups: roles.groups.filter((axis) => present.has(axis.name)),
  };
}

/** Does a row belong to something that the figure shows? */
export function isShown(row: DataRow, { x, color, facet, rest }: Roles): boolean {
  const factors = [color, ...rest, ...x?.numeric ? [] : [x]].filter((axis) => axis !== null);
  return factors.every(({ name, levels }) => levels.includes(formatValue(row[name]))) &&
    (!facet || facet.keys.includes(keyOf(row, facet.names))) &&
    (!x?.numeric || Number.isFinite(row[x.name]));
}
