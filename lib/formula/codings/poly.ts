import type { Coding } from "./coding.ts";

/**
 * Orthonormal polynomials of the scores 1 … k: linear, quadratic, cubic, … trend over equally spaced levels.
 * Columns come from the three-term recurrence of the discrete Legendre (Gram) polynomials on centred scores.
 *
 * Source: Kennedy & Gentle (1980), Statistical Computing, p. 343; names as R's contr.poly.
 */
export const poly: Coding = {
  name: "poly",
  columns(levels) {
    const k = levels.length;
    const scores = levels.map((_, i) => i - (k - 1) / 2);
    const columns = [levels.map(() => 1 / Math.sqrt(k))];
    for (let degree = 1; degree < k; degree++) columns.push(nextPolynomial(scores, columns));
    return columns.slice(1);
  },
  suffixes: (levels) => levels.slice(1).map((_, j) => [".L", ".Q", ".C"][j] ?? `^${j + 1}`),
};

/** Scores times the last column, made orthogonal to all columns (twice, for full precision) and of length one. */
function nextPolynomial(scores: readonly number[], columns: readonly number[][]): number[] {
  let next = scores.map((score, i) => score * columns[columns.length - 1][i]);
  for (const column of [...columns, ...columns]) {
    const overlap = next.reduce((sum, value, i) => sum + value * column[i], 0);
    next = next.map((value, i) => value - overlap * column[i]);
  }
  const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
  return next.map((value) => value / length);
}
