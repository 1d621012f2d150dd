/** Observed distribution of the response against simulated ones: hanging rootogram, density, or binned residuals of 0 and 1. */
import type { ExactShare, PredictiveCheck } from "../inference/diagnostics/predictive.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";
import type { Style } from "./style.ts";

/** What goes upwards. */
export const Y_LABELS = {
  density: "density",
  rootogram: "√ frequency, hanging",
  binned: "mean residual",
} as const;

/** How the panel is read. */
const READING = {
  density: "The observed density (thick line) should stay in the band of simulated ones.",
  rootogram: "Bars hang from the expected frequencies (line) and should end in the grey band around zero.",
  binned: "Mean residuals of rows of like probability should stay in the band of simulated ones.",
} as const;

/** How it is read without its band. */
const WITHOUT_BAND = {
  density: "The observed density (thick line) should be near that of simulations (dashed).",
  rootogram: "Bars hang from the expected frequencies (line) and should end near zero.",
  binned: "Mean residuals of rows of like probability should be near zero.",
} as const;

/** How a panel is read, in a sentence or two. */
export function predictiveReading(
  { kind, exact }: Pick<PredictiveCheck, "kind" | "exact">,
  { bands }: Style,
): string {
  const own = (bands ? READING : WITHOUT_BAND)[kind];
  if (exact.length === 0) return own;
  return `${own} Above it: the share of ${
    exact.map(({ value }) => `exact ${value === 0 ? "zeros" : "ones"}`).join(" and ")
  }${bands ? ", with that of simulations" : ""}.`;
}

/** Options of the panel; bars of a rootogram hang from the expected frequencies and should end at the zero line. */
export function predictivePanel(
  check: PredictiveCheck,
  response: string,
  width: number,
  style: Style,
  { height = 300, color = "currentColor" }: { height?: number; color?: string } = {},
): Record<string, unknown> {
  const base = { width, height, marginLeft: 54, marginRight: 14, marginTop: 24, marginBottom: 44 };
  const x = {
    label: style.words.of(response),
    labelAnchor: "center",
    labelArrow: "none",
    insetLeft: 6,
    insetRight: 6,
    tickSpacing: width < 300 ? 32 : 50,
  };
  const rows = binsOf(check);
  const y = {
    label: style.words.of(Y_LABELS[check.kind]),
    labelArrow: "none",
    grid: true,
    insetTop: check.exact.length > 0 ? 20 : 0, // where their shares are written
  };
  if (check.kind === "binned") {
    return {
      ...base,
      x: { ...x, label: `fitted probability of ${style.words.of(response)}` },
      y,
      marks: binnedMarks(rows, color, style),
    };
  }
  return {
    ...base,
    x,
    y,
    marks: check.kind === "density"
      ? [...densityMarks(rows, color, style), ...check.exact.map((share) => exactMark(share, style))]
      : rootogramMarks(rows, check.step, color, style),
  };
}

/** A value or class with what was observed, and the median and the ends of what was simulated. */
type Bin = Readonly<Record<"x" | "observed" | "median" | "low" | "high", number>>;

/** The bins of a check. */
export const binsOf = (check: PredictiveCheck): Bin[] =>
  Array.from(check.at, (at, b) => ({
    x: at,
    observed: check.observed[b],
    median: check.median[b],
    low: check.low[b],
    high: check.high[b],
  }));

function densityMarks(rows: readonly Bin[], color: string, style: Style) {
  return [
    style.bands
      ? Plot.areaY(rows, { x: "x", y1: "low", y2: "high", fill: style.color, fillOpacity: 0.3 })
      : null,
    Plot.line(rows, { x: "x", y: "median", stroke: style.color, strokeDasharray: "4 3" }),
    Plot.line(rows, { x: "x", y: "observed", stroke: color, strokeWidth: 2 }),
    Plot.dot(rows.filter((_, b) => b % 6 === 3), {
      x: "x",
      y: "observed",
      r: 5,
      fill: color,
      fillOpacity: 0,
      title: (r: Bin) =>
        `${formatValue(r.x)}\ndensity ${formatValue(r.observed)}, simulated ${formatValue(r.low)} to ${
          formatValue(r.high)
        }`,
    }),
  ];
}

/** "0: 26 % (21 to 30)" at that end: the share that is observed, and those that are simulated. */
function exactMark({ value, observed, low, high }: ExactShare, style: Style) {
  const percent = (share: number) => String(Math.round(100 * share)), left = value === 0;
  const band = ` (${percent(low)} to ${percent(high)})`, off = observed < low || observed > high;
  return Plot.text([0], {
    text: () => `${value}: ${percent(observed)} %${style.bands ? band : ""}`,
    title: () => `${percent(observed)} % of the responses are exactly ${value}, of simulated ones${band} %`,
    frameAnchor: left ? "top-left" : "top-right",
    dx: left ? 4 : -4,
    dy: 4,
    fontWeight: off && style.bands ? "bold" : undefined,
  });
}

function rootogramMarks(rows: readonly Bin[], step: number, color: string, style: Style) {
  const root = Math.sqrt, outside = color === "currentColor" ? style.color : color;
  const bars = rows.map((r, b) => {
    const top = root(r.median), bottom = top - root(r.observed), last = b === rows.length - 1;
    return {
      x1: r.x - step / 2 + 0.08 * step,
      x2: r.x + step / 2 - 0.08 * step,
      x: r.x,
      top,
      bottom,
      color: r.observed < r.low || r.observed > r.high ? outside : style.color,
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
      fill: "color",
      fillOpacity: 0.6,
      title: "title",
    }),
    style.bands
      ? Plot.areaY(bars, { x: "x", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.14 })
      : null,
    Plot.line(bars, { x: "x", y: "top", stroke: "currentColor", strokeWidth: 2 }),
    Plot.ruleY([0], { strokeOpacity: 0.8 }),
  ];
}

/** Observed minus fitted share in bins of the fitted probability. Source: Gelman & Hill (2007), section 5.6. */
function binnedMarks(rows: readonly Bin[], color: string, style: Style) {
  const inside = (r: Bin) => r.observed >= r.low && r.observed <= r.high;
  const titled = rows.map((r) => ({
    ...r,
    title: `fitted ${formatValue(r.x)}, observed ${formatValue(r.x + r.observed)}\nresidual ${
      formatValue(r.observed)
    }, simulated ${formatValue(r.low)} to ${formatValue(r.high)}`,
  }));
  const dots = { x: "x", y: "observed", r: 3.2, title: "title" };
  return [
    style.bands
      ? Plot.areaY(rows, { x: "x", y1: "low", y2: "high", fill: style.color, fillOpacity: 0.25 })
      : null,
    Plot.ruleY([0], { strokeOpacity: 0.6 }),
    Plot.dot(titled.filter(inside), { ...dots, fill: style.color }),
    Plot.dot(titled.filter((r) => !inside(r)), { ...dots, fill: color, stroke: color }),
  ];
}
