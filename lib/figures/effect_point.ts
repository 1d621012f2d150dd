/** A point of the data under estimates, and what the caption says of them. */
import { type FigureData, formatCount } from "../display.ts";
import { rowCount } from "../frame.ts";
import type { Mark } from "./effect.ts";
import { MOST_READ } from "./effect_data.ts";
import type { Legend } from "./legend.ts";
import { MOST_POINTS } from "./rows.ts";

/** A point of the data. */
export interface Point extends Mark {
  /** Radius in pixels. */
  readonly r: number;
}

/** The points of a figure, and what its caption says of them. */
export interface DataPoints {
  readonly points: readonly Point[];
  /** Colours stand for the same as those of the estimates; else the points are grey. */
  readonly colored: boolean;
  readonly notes: readonly string[];
  /** What sizes stand for. */
  readonly sizes?: Legend;
}

/** Radius of a usual point. */
export const RADIUS = 2.4;

/** "2,000 of 180,000 points are drawn." */
export function drawnOf(note: string | undefined, { frame, category }: FigureData): string[] {
  const n = rowCount(frame);
  if (note === undefined || category) return note ? [note] : [];
  return [n > MOST_READ ? `${formatCount(MOST_POINTS)} points of ${formatCount(n)} rows are drawn.` : note];
}

/** A value without an interval. */
export function bare(y: number, said: string) {
  return { y, low: NaN, high: NaN, letters: "", said };
}
