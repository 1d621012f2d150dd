/**
 * Descriptive statistics, and the one door to simple-statistics: means, quantiles and spreads of figures, checks and tables. What it
 * gives is what R gives, also where simple-statistics throws or has no number (none, infinite or constant values). Its normal
 * distribution is a table of four digits and is never used.
 */
// deno-lint-ignore-file no-import-prefix -- an address with its version works from any folder
import * as simple from "npm:simple-statistics@7.12.1";

/** Numbers without NaN. */
type Numbers = ArrayLike<number>;

/** simple-statistics reads typed arrays as well; its types do not say so. */
const asArray = (values: Numbers) => values as unknown as readonly number[];

/** Sum, its rounding errors carried along (Neumaier 1974); 0 of none. */
export function sum(values: Numbers): number {
  const total = simple.sum(asArray(values));
  if (Number.isFinite(total)) return total;
  let plain = 0; // what is carried is Inf − Inf once the sum is infinite
  for (let i = 0; i < values.length; i++) plain += values[i];
  return plain;
}

/** Arithmetic mean; NaN of none. */
export function mean(values: Numbers): number {
  return sum(values) / values.length;
}

/** Sample variance Σ(x − x̄)²/(n − 1), the mean first; NaN below two values, 0 where all are the same. */
export function variance(values: Numbers): number {
  if (values.length < 2) return NaN;
  return isConstant(values) ? 0 : simple.sampleVariance(asArray(values));
}

/** Sample standard deviation; see {@link variance}. */
export function standardDeviation(values: Numbers): number {
  return Math.sqrt(variance(values));
}

/** √(Σx²/n): the spread about 0; NaN of none. */
export function rootMeanSquare(values: Numbers): number {
  return values.length === 0 ? NaN : simple.rootMeanSquare(asArray(values));
}

/**
 * Adjusted skewness G₁ = √(n(n − 1))/(n − 2) · m₃/m₂^1.5, that of SAS, SPSS and datawizard ("type 2"); NaN below three values or where
 * all are the same.
 * Source: Joanes & Gill (1998), The Statistician 47:183–189.
 */
export function skewness(values: Numbers): number {
  return values.length < 3 || isConstant(values) ? NaN : simple.sampleSkewness(asArray(values));
}

/**
 * Quantile of sorted values, between order statistics as R does it; NaN of none.
 * Source: Hyndman & Fan (1996), Am. Stat. 50:361–365, definition 7.
 */
export function quantileSorted(sorted: Numbers, p: number): number {
  if (sorted.length === 0) return NaN;
  const at = p * (sorted.length - 1), low = sorted[Math.floor(at)], high = sorted[Math.ceil(at)];
  return low === high ? low : simple.quantileSorted(asArray(sorted), p); // else Inf − Inf between two infinite values
}

/** Quantile; see {@link quantileSorted}. */
export function quantile(values: Numbers, p: number): number {
  return quantileSorted(sortedNumbers(values), p);
}

/** Median; NaN of none. */
export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** The numbers in increasing order. */
export function sortedNumbers(values: Numbers): Float64Array {
  return Float64Array.from(values).sort();
}

/** Smallest and largest number; NaN of none. */
export function extent(values: Numbers): [low: number, high: number] {
  return values.length === 0 ? [NaN, NaN] : simple.extent(asArray(values));
}

/**
 * Density of the numbers by Gaussian kernels of one width, that of R's `density`: 0.9 min(sd, IQR/1.34) n^(−1/5), with the standard
 * deviation where half of the numbers are the same.
 * @returns the density as a function of x; null where all numbers are the same
 * Source: Silverman (1986), Density Estimation, eq. 3.31.
 */
export function kernelDensity(values: Numbers): ((x: number) => number) | null {
  const width = bandwidth(values);
  return width > 0 ? simple.kernelDensityEstimation(asArray(values) as number[], "gaussian", width) : null;
}

/** Width of the kernels of {@link kernelDensity}. */
export function bandwidth(values: Numbers): number {
  const sorted = sortedNumbers(values), sd = standardDeviation(sorted);
  const quartiles = (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / 1.34;
  return 0.9 * (Math.min(sd, quartiles) || sd) * values.length ** -0.2;
}

function isConstant(values: Numbers): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
