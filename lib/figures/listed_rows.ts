/** What figures of rows below each other share: one axis below, names at the left. */
import { Plot } from "./plot.ts";

/** Name of a row, and where it stands. */
export interface RowName {
  readonly y: number;
  readonly text: string;
}

/** How a name stands at the left of the frame. */
export const AT_LEFT = { y: "y", frameAnchor: "left", textAnchor: "end", dx: -10 } as const;

/** The names of rows. */
export const rowNames = (names: readonly RowName[]): unknown =>
  Plot.text(names, { ...AT_LEFT, text: "text" });

/**
 * Axes and margins; heights hold 62 px beside the rows.
 * @param x scale options of the axis below
 * @param ends of the axis of rows, from above
 */
export const listedRows = (x: Record<string, unknown>, ends: readonly [number, number]) => ({
  marginRight: 18,
  marginTop: 8,
  marginBottom: 44,
  x: { labelAnchor: "center", labelArrow: "none", grid: true, ...x },
  y: { type: "linear", domain: [ends[1], ends[0]], axis: null },
});
