/** A test of normality. */
import { mean } from "./descriptive.ts";
import { pnorm, qnorm } from "./normal.ts";

/**
 * Shapiro–Francia test: squared correlation of ordered values with normal scores (Blom's); small when not normal.
 * @returns statistic W′ and p-value; p is 1 below 5 values, where nothing can be seen
 * Source: Shapiro & Francia (1972), J. Am. Stat. Assoc. 67:215–216; Royston (1993), Statistics and Computing 3:117–124 (p-value).
 */
export function shapiroFrancia(values: Float64Array): { statistic: number; pValue: number } {
  const x = values.slice().sort(), n = x.length, scores = x.map((_, i) => qnorm((i + 0.625) / (n + 0.25)));
  const centre = mean(x);
  let cross = 0, squares = 0, norms = 0;
  for (let i = 0; i < n; i++) {
    cross += (x[i] - centre) * scores[i];
    squares += (x[i] - centre) ** 2;
    norms += scores[i] ** 2;
  }
  if (n < 5 || squares === 0) return { statistic: 1, pValue: 1 };
  const statistic = Math.min(1, cross * cross / (squares * norms)), u = Math.log(n), v = Math.log(u);
  const expected = -1.2725 + 1.0521 * (v - u), sd = 1.0308 - 0.26758 * (v + 2 / u);
  return { statistic, pValue: pnorm((Math.log1p(-statistic) - expected) / sd, 0, 1, false) };
}
