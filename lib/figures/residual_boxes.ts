/** Boxes of scaled residuals by the levels of a factor. */
import { type LevelTest, levelTests } from "../inference/diagnostics/categorical.ts";
import { QUARTILES } from "../inference/diagnostics/quantiles.ts";
import type { ResidualState } from "../inference/diagnostics/state.ts";
import type { FactorPredictor } from "../inference/diagnostics/test_frame.ts";
import { quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { fittedLabels } from "./labels.ts";
import { Plot } from "./plot.ts";
import { BASE, type ResidualPanel, UNIT } from "./residual_panel.ts";
import { formatValue } from "./rows.ts";
import { ALERT, type Style } from "./style.ts";

/** Boxes of residuals by level; filled in the alert colour where a level is not uniform (5 %, Holm). */
export function boxPanel(
  state: ResidualState,
  x: FactorPredictor,
  width: number,
  style: Style,
): ResidualPanel {
  const tests = levelTests(state.residual, x), shown = tests.slice(0, MOST_LEVELS), { words } = style;
  const room = (width - 64) / shown.length;
  const long = Math.max(...shown.map(({ level }) => words.of(level).length)) * 7 > room;
  const names = fittedLabels(shown.map(({ level }) => words.of(level)), 80);
  return {
    options: {
      ...BASE,
      marginBottom: long ? 84 : 44,
      height: long ? 370 : 330,
      width,
      x: {
        type: "band",
        domain: shown.map(({ level }) => level),
        padding: 0.3,
        label: words.of(x.name),
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: (level: string) => long ? names.get(words.of(level))! : words.of(level),
        ...(long ? { tickRotate: -40 } : {}),
      },
      y: { ...UNIT, label: words.of("scaled residual"), grid: false },
      marks: boxMarks(boxesOf(state, x, shown, style)),
    },
    note: noteOf(tests, shown.length, style),
  };
}

/** Levels that are drawn, and those that are named. */
const MOST_LEVELS = 40, MOST_NAMED = 5;

/** Which levels are off, and how many are not drawn. */
function noteOf(tests: readonly LevelTest[], drawn: number, { alert, words }: Style): string {
  const off = tests.filter(({ adjusted }) => adjusted < 0.05).map(({ level }) => level);
  const color = alert === ALERT ? "Orange" : "In the second colour";
  const names = off.slice(0, MOST_NAMED).map(words.of).join(", ") + (off.length > MOST_NAMED ? ", …" : "");
  return [
    off.length > 0 ? `${color}: not uniform (5 %, Holm): ${names}.` : "",
    tests.length > drawn ? `${drawn} of ${tests.length} levels are drawn.` : "",
  ].filter(Boolean).join(" ");
}

function boxesOf({ residual }: ResidualState, x: FactorPredictor, shown: readonly LevelTest[], style: Style) {
  const places = Map.groupBy(residual.keys(), (i) => x.levels[x.codes[i]]);
  return shown.map((test) =>
    boxOf(test, Float64Array.from(places.get(test.level)!, (i) => residual[i]), style)
  );
}

/** The five numbers of a box, and its colour. */
function boxOf(
  { level, n, statistic, adjusted }: LevelTest,
  values: Float64Array,
  { color, alert }: Style,
) {
  const sorted = sortedNumbers(values), q = (p: number) => quantileSorted(sorted, p);
  return {
    level,
    low: sorted[0],
    q1: q(0.25),
    median: q(0.5),
    q3: q(0.75),
    high: sorted[sorted.length - 1],
    color: adjusted < 0.05 ? alert : color,
    title: `${level}\n${n} residuals\nD = ${formatValue(statistic)}, adjusted p = ${formatValue(adjusted)}`,
  };
}

function boxMarks(boxes: readonly ReturnType<typeof boxOf>[]) {
  const box = { x: "level", stroke: "color" };
  return [
    Plot.ruleY(QUARTILES, { strokeDasharray: "4 3", strokeOpacity: 0.75 }),
    Plot.ruleX(boxes, { ...box, y1: "low", y2: "high", strokeWidth: 1.4 }),
    Plot.barY(boxes, { ...box, y1: "q1", y2: "q3", fill: "color", fillOpacity: 0.45, title: "title" }),
    Plot.tickY(boxes, { ...box, y: "median", strokeWidth: 2.4 }),
  ];
}
