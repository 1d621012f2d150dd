/** Several families in one panel: what each predicts, over what was observed. */
import type { PredictiveCheck } from "../inference/diagnostics/predictive.ts";
import { Plot } from "./plot.ts";
import { binsOf, Y_LABELS } from "./predictive_panel.ts";
import { formatValue } from "./rows.ts";
import type { Words } from "./words.ts";

/** A family with its colour. */
export interface FamilyCheck {
  readonly predictive: PredictiveCheck;
  readonly color: string;
  readonly title: string;
}

/** How the panel is read. */
export function familiesReading(kind: PredictiveCheck["kind"], bands: boolean): string {
  const what = {
    density: "Thick: the observed density; colours: the median of simulated ones",
    rootogram: "Bars: roots of the observed frequencies; lines: of the median of simulated ones",
    binned: "Points: mean residuals of rows of like probability, which should be near zero",
  }[kind];
  return `${what}${bands ? "; band: 95 % of simulations of the first family" : ""}.`;
}

/** Plot options of the panel. */
export function familiesPanel(
  families: readonly FamilyCheck[],
  response: string,
  { width, words, bands }: { width: number; words: Words; bands: boolean },
): Record<string, unknown> {
  const [{ predictive: { kind } }] = families, name = words.of(response);
  return {
    width,
    height: 340,
    marginLeft: 54,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 44,
    x: {
      label: kind === "binned" ? `fitted probability of ${name}` : name,
      labelAnchor: "center",
      labelArrow: "none",
      insetLeft: 6,
      insetRight: 6,
    },
    y: {
      label: words.of(kind === "rootogram" ? "√ frequency" : Y_LABELS[kind]),
      labelArrow: "none",
      grid: true,
    },
    marks: [
      ...kind === "binned" ? [Plot.ruleY([0], { strokeOpacity: 0.6 })] : [],
      ...kind === "rootogram" ? [observedBars(families[0].predictive)] : [],
      ...families.flatMap((family, k) => familyMarks(family, bands && k === 0)),
      ...kind === "density" ? [observedLine(families[0].predictive)] : [],
    ],
  };
}

/** What a family predicts, on the scale of the panel. */
function familyMarks({ predictive, color, title }: FamilyCheck, bands: boolean): unknown[] {
  const scale = predictive.kind === "rootogram" ? Math.sqrt : (v: number) => v;
  const rows = binsOf(predictive).map((bin) => ({
    x: bin.x,
    y: scale(predictive.kind === "binned" ? bin.observed : bin.median),
    low: scale(bin.low),
    high: scale(bin.high),
    title: `${title}\n${formatValue(bin.x)}: ${formatValue(bin.observed)} observed, ${
      formatValue(bin.median)
    } expected`,
  }));
  const dots = { x: "x", y: "y", fill: color, title: "title" };
  return [
    ...bands ? [Plot.areaY(rows, { x: "x", y1: "low", y2: "high", fill: color, fillOpacity: 0.18 })] : [],
    ...predictive.kind === "binned" ? [Plot.dot(rows, { ...dots, r: 3.2 })] : [
      Plot.line(rows, { x: "x", y: "y", stroke: color, strokeWidth: 2 }),
      Plot.dot(predictive.kind === "density" ? rows.filter((_, b) => b % 6 === 3) : rows, {
        ...dots,
        r: predictive.kind === "density" ? 5 : 2.4,
        fillOpacity: predictive.kind === "density" ? 0 : 1,
      }),
    ],
  ];
}

function observedLine(check: PredictiveCheck): unknown {
  return Plot.line(binsOf(check), { x: "x", y: "observed", stroke: "currentColor", strokeWidth: 2.4 });
}

function observedBars(check: PredictiveCheck): unknown {
  const bars = binsOf(check).map(({ x, observed }) => ({
    x1: x - 0.42 * check.step,
    x2: x + 0.42 * check.step,
    y: Math.sqrt(observed),
    title: `${formatValue(x)}: ${formatValue(observed)} observed`,
  }));
  return Plot.rect(bars, {
    x1: "x1",
    x2: "x2",
    y1: 0,
    y2: "y",
    fill: "currentColor",
    fillOpacity: 0.18,
    title: "title",
  });
}
