/** Observed distribution of the response against simulated ones: hanging rootogram or density. */
import type { PredictiveCheck } from "../inference/diagnostics/predictive.ts";
import { NEUTRAL } from "./axes.ts";
import { Plot } from "./plot.ts";
import { ALERT } from "./residual_panels.ts";
import { formatValue } from "./rows.ts";

/** Options of the panel; bars of a rootogram hang from the expected frequencies and should end at the zero line. */
export function predictivePanel(
  check: PredictiveCheck,
  response: string,
  width: number,
  height = 300,
): Record<string, unknown> {
  const base = { width, height, marginLeft: 54, marginRight: 14, marginTop: 24, marginBottom: 44 };
  const x = { label: response, labelAnchor: "center", labelArrow: "none", insetLeft: 6, insetRight: 6 };
  const rows = Array.from(check.at, (at, b) => ({
    x: at,
    observed: check.observed[b],
    median: check.median[b],
    low: check.low[b],
    high: check.high[b],
  }));
  const [label, marks] = check.kind === "density"
    ? ["density", densityMarks(rows)]
    : ["√ frequency, hanging", rootogramMarks(rows, check.step)];
  return { ...base, x, y: { label, labelArrow: "none", grid: true }, marks };
}

/** A value or class with what was observed, and the median and the ends of what was simulated. */
type Bin = Readonly<Record<"x" | "observed" | "median" | "low" | "high", number>>;

function densityMarks(rows: readonly Bin[]) {
  return [
    Plot.areaY(rows, { x: "x", y1: "low", y2: "high", fill: NEUTRAL, fillOpacity: 0.3 }),
    Plot.line(rows, { x: "x", y: "median", stroke: NEUTRAL, strokeDasharray: "4 3" }),
    Plot.line(rows, { x: "x", y: "observed", stroke: ALERT, strokeWidth: 2 }),
    Plot.dot(rows.filter((_, b) => b % 6 === 3), {
      x: "x",
      y: "observed",
      r: 5,
      fill: ALERT,
      fillOpacity: 0,
      title: (r: Bin) =>
        `${formatValue(r.x)}\ndensity ${formatValue(r.observed)}, simulated ${formatValue(r.low)} to ${
          formatValue(r.high)
        }`,
    }),
  ];
}

function rootogramMarks(rows: readonly Bin[], step: number) {
  const root = Math.sqrt;
  const bars = rows.map((r, b) => {
    const top = root(r.median), bottom = top - root(r.observed), last = b === rows.length - 1;
    return {
      x1: r.x - step / 2 + 0.08 * step,
      x2: r.x + step / 2 - 0.08 * step,
      x: r.x,
      top,
      bottom,
      // the bottom of a bar with as many as a right model gives lies in this band
      low: top - root(r.high),
      high: top - root(r.low),
      title: `${formatValue(r.x)}${
        last ? " and more" : step > 1 ? ` to ${formatValue(r.x + step - 1)}` : ""
      }: ${formatValue(r.observed)} observed, ${formatValue(r.median)} expected (${formatValue(r.low)} to ${
        formatValue(r.high)
      })`,
    };
  });
  return [
    Plot.rect(bars, {
      x1: "x1",
      x2: "x2",
      y1: "bottom",
      y2: "top",
      fill: NEUTRAL,
      fillOpacity: 0.6,
      title: "title",
    }),
    Plot.areaY(bars, { x: "x", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.14 }),
    Plot.line(bars, { x: "x", y: "top", stroke: ALERT, strokeWidth: 2 }),
    Plot.ruleY([0], { strokeOpacity: 0.8 }),
  ];
}
