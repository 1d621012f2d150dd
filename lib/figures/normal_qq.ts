/** Ordered residuals against normal quantiles. */
import { quantileSorted, sortedNumbers } from "../math/descriptive.ts";
import { qbeta } from "../math/distributions.ts";
import { qnorm } from "../math/normal.ts";
import { Plot } from "./plot.ts";
import {
  ACROSS,
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

/** Residuals at either end of a Q–Q plot that are never left out: the ends are what people look at. */
const ENDS = 20;

/**
 * Ordered residuals over normal quantiles; the line through the quartiles, and where 95 % of normal samples have each of them:
 * the i-th of n uniform numbers is Beta(i, n + 1 − i).
 */
export function normalQqPanel(drawn: Drawn): Record<string, unknown> {
  const { residual } = drawn, n = residual.length;
  const order = Array.from(residual.keys()).sort((a, b) => residual[a] - residual[b]);
  const at = (k: number) => qnorm((k + 0.5) / n);
  const ranks = thin(placesOf(drawn), drawn.most).rows, ends = ranks.length < n ? ENDS : 0;
  const outer = Array.from({ length: ends }, (_, k) => [k, n - 1 - k]).flat();
  const points = [...new Set([...ranks, ...outer])]
    .map((k) => ({ x: at(k), y: residual[order[k]], title: titleOf(drawn, order[k]) }));
  const sorted = sortedNumbers(residual),
    [q1, q3] = [quantileSorted(sorted, 0.25), quantileSorted(sorted, 0.75)];
  const slope = (q3 - q1) / (2 * qnorm(0.75)), middle = (q1 + q3) / 2;
  const band = [0, ...thin(ranks, 100).rows, n - 1].map((k) => ({
    x: at(k),
    low: middle + slope * qnorm(qbeta(0.025, k + 1, n - k)),
    high: middle + slope * qnorm(qbeta(0.975, k + 1, n - k)),
  }));
  const line = [at(0), at(n - 1)].map((x) => ({ x, y: middle + slope * x }));
  return {
    x: { ...ACROSS, label: drawn.style.words.of("normal quantile") },
    y: { ...AXIS, label: labelOf(drawn) },
    marks: [
      drawn.style.bands
        ? Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.1 })
        : null,
      Plot.line(line, { ...CURVE, strokeWidth: 1, ...DASHED }),
      dots(points, drawn.style),
    ],
  };
}
