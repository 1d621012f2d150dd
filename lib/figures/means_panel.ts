/** Observed means of groups against those of simulations, below each other. */
import type { PredictedStatistic } from "../inference/diagnostics/check_predictions.ts";
import { listedRows, rowNames } from "./listed_rows.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";
import type { Style } from "./style.ts";

/** The mean of a group, how it is called at the left, and in full when the pointer is on it. */
export interface GroupMean extends PredictedStatistic {
  readonly name: string;
  readonly title: string;
}

/** What panels share. */
export interface MeansAxis {
  readonly label: string;
  readonly marginLeft: number;
  readonly width: number;
  /** Ends of the axis; none where Plot finds them. */
  readonly domain: readonly [number, number] | undefined;
}

/** Plot options of the means. */
export function meansPanel(
  rows: readonly GroupMean[],
  { label, marginLeft, width, domain }: MeansAxis,
  style: Style,
): Record<string, unknown> {
  const step = rows.length > 30 ? 14 : 20;
  return {
    width,
    height: rows.length * step + 62,
    marginLeft,
    ...listedRows({ label, ...(domain ? { domain } : { nice: true }) }, [-0.6, rows.length - 0.4]),
    marks: meanMarks(rows, style),
  };
}

function meanMarks(rows: readonly GroupMean[], { color, alert, bands }: Style): unknown[] {
  const marks = rows.map((row, y) => ({
    ...row,
    y,
    color: row.off ? alert : "currentColor",
    title: `${row.title}\nmean ${formatValue(row.observed)}\nsimulated ${formatValue(row.low)} to ${
      formatValue(row.high)
    }`,
  }));
  return [
    Plot.ruleY(bands ? marks : [], {
      x1: "low",
      x2: "high",
      y: "y",
      stroke: color,
      strokeOpacity: 0.45,
      strokeWidth: 6,
    }),
    Plot.ruleX(marks, {
      x: "expected",
      y1: (row: { y: number }) => row.y - 0.3,
      y2: (row: { y: number }) => row.y + 0.3,
      stroke: color,
      strokeWidth: 2,
    }),
    Plot.dot(marks, { x: "observed", y: "y", r: 3.4, fill: "color", title: "title" }),
    rowNames(marks.map(({ y, name }) => ({ y, text: name }))),
  ];
}
