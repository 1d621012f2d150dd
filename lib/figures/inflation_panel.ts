/** Variance inflation of the terms of a model. */
import type { CheckMeta } from "../inference/diagnostics/check_model.ts";
import { CHECK_SIZE } from "./check_panels.ts";
import { fittedLabels } from "./labels.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";
import { marginFor } from "./scales.ts";
import type { Style } from "./style.ts";
import { decreasing } from "../math/decreasing.ts";

/** Terms whose names can be read below each other in a panel. */
export const MOST_TERMS = 14;

/** The largest inflations below each other, with lines at 5 and 10. */
export function inflationPanel(
  inflation: CheckMeta["inflation"],
  width: number,
  style: Style,
): Record<string, unknown> {
  const { words } = style;
  const largest = decreasing(inflation, ({ gvif }) => gvif).slice(0, MOST_TERMS),
    shown = inflation.filter((v) => largest.includes(v)), // in the formula's order
    names = fittedLabels(shown.map((v) => words.of(v.term)), 150),
    most = Math.max(11, ...shown.map((v) => v.gvif));
  return {
    ...CHECK_SIZE,
    width,
    marginLeft: Math.min(width * 0.45, marginFor(names.values())),
    x: {
      type: "log",
      domain: [1, most * 1.1],
      ticks: [1, 2, 5, 10, 20, 50, 100].filter((t) => t <= most * 1.1),
      tickFormat: String,
      label: words.of("variance inflation"),
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: {
      domain: shown.map((v) => v.term),
      label: null,
      tickFormat: (term: string) => names.get(words.of(term)) ?? term,
    },
    marks: inflationMarks(shown, style),
  };
}

function inflationMarks(shown: CheckMeta["inflation"], { color, alert }: Style): unknown[] {
  type Term = CheckMeta["inflation"][number];
  return [
    Plot.ruleX([5, 10], { strokeDasharray: "4 3", strokeOpacity: 0.7 }),
    Plot.ruleY(shown, { x1: 1, x2: "gvif", y: "term", stroke: color, strokeWidth: 3 }),
    Plot.dot(shown, {
      x: "gvif",
      y: "term",
      r: 5,
      fill: (v: Term) => v.gvif >= 5 ? alert : color,
      title: (v: Term) => `${v.term}: ${formatValue(v.gvif)}`,
    }),
    Plot.text(shown, {
      x: "gvif",
      y: "term",
      dx: 10,
      textAnchor: "start",
      text: (v: Term) => formatValue(v.gvif),
    }),
  ];
}
