/** The Kolmogorov–Smirnov test against the uniform distribution on (0, 1). */
import { lchoose } from "./gamma_function.ts";

/** Which deviations count: any, F_n above F ("greater"), or below ("less"). */
export type Alternative = "two.sided" | "greater" | "less";

/** Distance of an empirical distribution from the uniform, and how likely one as large is. */
export interface KolmogorovTest {
  readonly statistic: number;
  readonly pValue: number;
  /** By the exact distribution (fewer than 100 values, no ties), else by the limit. */
  readonly exact: boolean;
}

/**
 * D = sup |F_n(x) − x|, with the p-value that R's ks.test gives: exact for n < 100 without ties, else asymptotic.
 * Source: Kolmogorov (1933); Birnbaum & Tingey (1951) for one side; reference cases `dharma_*`.
 */
export function kolmogorovTest(values: Float64Array, alternative: Alternative = "two.sided"): KolmogorovTest {
  const x = values.slice().sort(), n = x.length;
  let above = -Infinity, below = -Infinity, ties = false;
  for (let i = 0; i < n; i++) {
    above = Math.max(above, (i + 1) / n - x[i]);
    below = Math.max(below, x[i] - i / n);
    if (i > 0 && x[i] === x[i - 1]) ties = true;
  }
  const exact = n < 100 && !ties;
  const statistic = alternative === "greater"
    ? above
    : alternative === "less"
    ? below
    : Math.max(above, below);
  const pValue = alternative === "two.sided"
    ? (exact ? 1 - kolmogorovExact(n, statistic) : kolmogorovTail(Math.sqrt(n) * statistic))
    : exact
    ? oneSidedTail(n, statistic)
    : Math.exp(-2 * n * statistic * statistic);
  return { statistic, pValue: Math.min(1, Math.max(0, pValue)), exact };
}

/** Terms of the limit below this are left out, as R leaves them out: its asymptotic p-values are good to 1e-6, and so are these. */
const TERM = 1e-6;

/**
 * P(√n D > x) in the limit: 2 Σ (−1)^(k−1) exp(−2k²x²); for x < 1 by the first term of the theta function's other series, whose
 * second is below 4e-5 there.
 * Source: Marsaglia, Tsang & Wang (2003), J. Stat. Softw. 8(18), eqs. 1 and 2.
 */
function kolmogorovTail(x: number): number {
  if (!(x > 0)) return 1;
  if (x < 1) return 1 - Math.sqrt(2 * Math.PI) / x * Math.exp(-((Math.PI / x) ** 2) / 8);
  let sum = 0;
  for (let k = 1; k < 20; k++) {
    const term = 2 * Math.exp(-2 * (k * x) ** 2);
    sum += k % 2 ? term : -term;
    if (k > 1 && term <= TERM) break;
  }
  return sum;
}

/**
 * P(D < d) for n values: n!/nⁿ times the middle entry of Hⁿ.
 * Source: Marsaglia, Tsang & Wang (2003), section 2.
 */
export function kolmogorovExact(n: number, d: number): number {
  const k = Math.floor(n * d) + 1, m = 2 * k - 1, h = k - n * d;
  const H = new Float64Array(m * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) H[i * m + j] = i - j + 1 < 0 ? 0 : 1;
  for (let i = 0; i < m; i++) {
    H[i * m] -= h ** (i + 1);
    H[(m - 1) * m + i] -= h ** (m - i);
  }
  H[(m - 1) * m] += 2 * h - 1 > 0 ? (2 * h - 1) ** m : 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) for (let g = 2; g <= i - j + 1; g++) H[i * m + j] /= g;
  }
  let { matrix, exponent } = power(H, m, n), value = matrix[(k - 1) * m + k - 1];
  for (let i = 1; i <= n; i++) {
    value *= i / n;
    if (value < 1e-140) [value, exponent] = [value * 1e140, exponent - 140];
  }
  return value * 10 ** exponent;
}

/** Aⁿ by squaring, scaled by powers of ten that are counted apart. */
function power(A: Float64Array, m: number, n: number): { matrix: Float64Array; exponent: number } {
  if (n === 1) return { matrix: A, exponent: 0 };
  const half = power(A, m, n >> 1);
  let matrix = times(half.matrix, half.matrix, m), exponent = 2 * half.exponent;
  if (n % 2) matrix = times(matrix, A, m);
  if (matrix[(m >> 1) * m + (m >> 1)] > 1e140) {
    matrix = matrix.map((v) => v * 1e-140);
    exponent += 140;
  }
  return { matrix, exponent };
}

function times(A: Float64Array, B: Float64Array, m: number): Float64Array {
  const C = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      const a = A[i * m + k];
      for (let j = 0; j < m; j++) C[i * m + j] += a * B[k * m + j];
    }
  }
  return C;
}

/** P(D⁺ ≥ d) = d Σ_j C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j). */
function oneSidedTail(n: number, d: number): number {
  if (d <= 0) return 1;
  let sum = 0;
  for (let j = 0; j <= Math.floor(n * (1 - d)); j++) {
    const rest = 1 - d - j / n;
    if (rest <= 0) continue;
    sum += Math.exp(lchoose(n, j) + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}
