/** Residuals, and their size, over fitted values or a column. */
import { mean, standardDeviation } from "../math/descriptive.ts";
import { localRegression } from "../math/local_regression.ts";
import { Plot } from "./plot.ts";
import {
  across,
  AXIS,
  CURVE,
  DASHED,
  dots,
  type Drawn,
  labelOf,
  placesOf,
  titleOf,
} from "./residual_rows.ts";
import { thin } from "./rows.ts";

/** Points of which a local mean is more than the points themselves. */
const LEAST_OF_CURVE = 15;

/** Points over x with their local mean, of categories their means. */
function cloud(drawn: Drawn, y: Float64Array): unknown[] {
  const { x, levels } = drawn;
  const place = (i: number) => levels ? x[i] + 0.5 * ((i * 0.618034) % 1 - 0.5) : x[i];
  const shown = thin(placesOf(drawn), drawn.most).rows;
  const points = shown.map((i) => ({ x: place(i), y: y[i], title: titleOf(drawn, i) }));
  const dotted = drawn.style.points ? [dots(points, drawn.style)] : [];
  const curved = x.length >= LEAST_OF_CURVE;
  if (!levels) return [...dotted, curved ? Plot.line(localRegression(x, y), CURVE) : null];
  const means = levels.flatMap((_, k) => {
    const own = y.filter((_, i) => x[i] === k);
    return own.length > 0 ? [{ x1: k - 0.3, x2: k + 0.3, y: mean(own) }] : [];
  });
  return [...dotted, Plot.ruleY(means, { x1: "x1", x2: "x2", y: "y", strokeWidth: 2.5 })];
}

/** Residuals. */
export function fittedPanel(drawn: Drawn): Record<string, unknown> {
  return {
    ...across(drawn),
    y: { ...AXIS, label: labelOf(drawn) },
    marks: [Plot.ruleY([0], DASHED), ...cloud(drawn, drawn.residual)],
  };
}

/** Their size, as the square root of standardised ones. */
export function scalePanel(drawn: Drawn): Record<string, unknown> {
  const sd = standardDeviation(drawn.residual) || 1;
  return {
    ...across(drawn),
    y: { ...AXIS, label: `√ |${labelOf(drawn)} / sd|` },
    marks: cloud(drawn, drawn.residual.map((r) => Math.sqrt(Math.abs(r) / sd))),
  };
}
