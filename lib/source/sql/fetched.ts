/** Values as an engine gives them in columns of a data frame: as a frame of the same rows would have them. */
import { type Frame, pl, withLevels } from "../../frame.ts";
import { countLevels } from "./levels.ts";
import { isNumber, type SqlRows, type UsedColumn } from "./rows.ts";
import { numberOf } from "./runner.ts";

/** A column's values, for {@link frameOf}. */
export function valuesOf(used: UsedColumn, values: readonly unknown[]) {
  if (isNumber(used)) return Float64Array.from(values, numberOf);
  const present = (v: unknown) => v !== null && v !== undefined;
  return used.kind === "boolean"
    ? values.map((v) => present(v) ? Number(v) === 1 : null)
    : values.map((v) => present(v) ? String(v) : null);
}

/** Orders of levels, dates and identifiers as a data frame has them; asks the engine for the orders once. */
export async function frameTypes(rows: SqlRows): Promise<(frame: Frame) => Frame> {
  const steps: ((frame: Frame) => Frame)[] = [];
  for (const each of rows.used) {
    const { name, kind, identifies, type } = each, of = pl.col(name);
    if (identifies) steps.push((frame) => frame.withColumns(of.cast(pl.Int64)));
    if (kind === "time") steps.push((frame) => withTimes(frame, name));
    if (kind !== "enum") continue;
    const { value } = await countLevels(rows, each, null);
    if (value.kind !== "factor") continue;
    steps.push((frame) => withLevels(frame, name, value.levels, type === "ORDERED ENUM"));
  }
  return (frame) => steps.reduce((typed, step) => step(typed), frame);
}

/** Days where no value has a time of the day. */
function withTimes(frame: Frame, name: string): Frame {
  const of = pl.col(name), first = frame.getColumn(name).toArray().find((v: unknown) => v !== null);
  if (first === undefined) return frame.withColumns(of.cast(pl.Date));
  return frame.withColumns(
    /^\d{4}-\d\d-\d\d$/.test(String(first))
      ? of.cast(pl.Date)
      : of.str.strptime(pl.Datetime("ms"), "%Y-%m-%d %H:%M:%S%.f"), // in microseconds: the unit is not looked at
  );
}
