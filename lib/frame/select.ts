/** Columns and rows of a data frame without its methods, which a column named "select", "filter" or "clone" hides. */
import { type Frame, frameOfSeries, namesOf, pl, type Series, seriesAt } from "./polars.ts";

/** The columns named, then further ones. */
export function withSeries(frame: Frame, names: readonly string[], added: readonly Series[] = []): Frame {
  return frameOfSeries([...names.map((name) => seriesAt(frame, name)), ...added]);
}

/** All columns, the rows of these numbers in that order. */
export function takeRows(frame: Frame, rows: Iterable<number>): Frame {
  const places = [...rows];
  return frameOfSeries(namesOf(frame).map((name) => seriesAt(frame, name).gather(places)));
}

/** All columns, the rows marked true. */
export function keepRows(frame: Frame, names: readonly string[], keep: readonly boolean[]): Frame {
  const mask = pl.Series("keep", keep as boolean[]);
  return frameOfSeries(names.map((name) => seriesAt(frame, name).filter(mask)));
}
