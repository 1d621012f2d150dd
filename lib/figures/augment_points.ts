/** The rows of augment() as points, and the columns that options name. */
import type { FigureMeta } from "../display.ts";
import { columnNames, type Frame, nearestName, readColumn } from "../frame.ts";
import type { Axis } from "./axes.ts";
import { formatValue, levelsOf, type Row } from "./rows.ts";
import type { Words } from "./words.ts";

/** A row of the data with its fitted value. */
export interface Point {
  readonly x: number | string | null;
  readonly fitted: number;
  readonly observed: number;
  readonly residual: number;
  /** Level that the colour stands for. */
  readonly level: string;
  readonly group: string;
  readonly title: string;
  /** Of its row in the table. */
  readonly place: number;
}

/** Levels up to which colours tell groups apart. */
export const MOST_COLORS = 10;

/** How points are drawn. */
export interface PointStyle {
  /** Channel of their colour. */
  readonly color: unknown;
  readonly words: Words;
  /** The observed points are drawn. */
  readonly observed: boolean;
}

/** The column that goes across, its levels in the order of the model. */
export function axisOf(frame: Frame, name: string, meta: FigureMeta): Axis {
  const present = levelsOf(frame, name), levels = meta.variables?.find((v) => v.name === name)?.levels;
  return {
    name,
    numeric: readColumn(frame, name).kind === "numeric",
    levels: levels?.filter((level) => present.includes(level)) ?? present,
  };
}

export function pointsOf(
  rows: readonly Row[],
  x: string | undefined,
  groupBy: string | undefined,
  colored: boolean,
): Point[] {
  return rows.flatMap((row, place) => {
    if (!Number.isFinite(row.fitted)) return [];
    const group = groupBy === undefined ? "" : formatValue(row[groupBy]);
    const fitted = row.fitted as number, residual = row.residual as number;
    const lines = [
      `row ${formatValue(row.row)}`,
      ...(x === undefined ? [] : [`${x} ${formatValue(row[x])}`]),
      ...(groupBy === undefined ? [] : [`${groupBy} ${group}`]),
      `observed ${formatValue(fitted + residual)}, fitted ${formatValue(fitted)}`,
    ];
    return [{
      x: x === undefined ? null : row[x],
      fitted,
      observed: fitted + residual,
      residual: (row.pearson ?? row.residual) as number,
      level: colored ? group : "",
      group,
      title: lines.join("\n"),
      place,
    }];
  });
}

/** A column that an option names. */
export function columnOption(frame: Frame, name: unknown, option: string): string | undefined {
  if (name === undefined) return undefined;
  const names = columnNames(frame);
  if (typeof name === "string" && names.includes(name)) return name;
  const nearest = nearestName(String(name), names);
  throw new RangeError(
    `Cannot use ${option} "${name}": the columns are ${names.map((each) => `"${each}"`).join(", ")}` +
      (nearest ? `; did you mean "${nearest}"?` : ""),
  );
}
