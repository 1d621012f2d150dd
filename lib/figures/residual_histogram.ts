/** The distribution of residuals. */
import { extent, mean, standardDeviation } from "../math/descriptive.ts";
import { dnorm } from "../math/normal.ts";
import { binned, histogramMark } from "./histogram.ts";
import { Plot } from "./plot.ts";
import { ACROSS, AXIS, CURVE, type Drawn, labelOf } from "./residual_rows.ts";
import { formatValue } from "./rows.ts";

/** Bars, and the normal curve of the same mean and spread where residuals should have it. */
export function histogramPanel(drawn: Drawn): Record<string, unknown> {
  const { residual, meta, style } = drawn, n = residual.length, [low, high] = extent(residual);
  const count = Math.min(40, Math.ceil(2 * Math.cbrt(n)) + 4), step = (high - low) / count || 1;
  const bars = binned(
    residual,
    { from: low, step, count },
    (x1, x2, own) => `${formatValue(x1)} to ${formatValue(x2)}: ${own} residuals`,
  );
  const centre = mean(residual), sd = standardDeviation(residual);
  const curve = Array.from({ length: 81 }, (_, k) => low + (high - low) * k / 80)
    .map((x) => ({ x, y: n * step * dnorm(x, centre, sd) }));
  return {
    x: { ...ACROSS, label: labelOf(drawn) },
    y: { ...AXIS, label: style.words.of("rows") },
    marks: [
      histogramMark(bars, style.color),
      meta.normal && sd > 0 ? Plot.line(curve, CURVE) : null,
      Plot.ruleY([0]),
    ],
  };
}
