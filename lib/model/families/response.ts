/** What families share in looking at a response. */
import { ones } from "../../math/shared_memory.ts";
import type { Link } from "../links/link.ts";
import type { Response } from "./family.ts";

/** A response outside a family's support: what is wrong, apart from the sentence that names the family. */
export class OutsideSupport extends RangeError {
  /** Errors of this kind are shown as what they are to a caller. */
  override readonly name = "RangeError";

  constructor(family: string, readonly reason: string) {
    super(`Cannot fit family "${family}": ${reason}`);
  }
}

/**
 * Throws for the first row whose value is outside the family's support.
 * @param inside whether the value (and the number of trials) of a row is possible
 * @param should what the values should be, e.g. "whole numbers >= 0"
 * @param rows row numbers in the data given, counted from 0 as polars does
 * @param remedy what to do instead, when there is something
 * @throws RangeError
 * @category Extend
 */
export function requireSupport(
  family: string,
  response: Response,
  rows: ArrayLike<number>,
  inside: (y: number, trials: number) => boolean,
  should: string,
  remedy: (y: number) => string = () => "",
): void {
  const { name, y, trials } = response;
  for (let i = 0; i < y.length; i++) {
    if (inside(y[i], trials === null ? 1 : trials[i])) continue;
    const of = trials === null ? "" : ` of ${trials[i]}`;
    const advice = remedy(y[i]);
    throw new OutsideSupport(
      family,
      `response "${name}" must be ${should}, but row ${rows[i]} is ${y[i]}${of}` +
        (advice === "" ? "" : `; ${advice}`),
    );
  }
}

/** Is y a whole number ≥ 0? */
export const isCount = (y: number): boolean => y >= 0 && Number.isInteger(y);

/** Support check of the count families. */
export function requireCounts(family: string, response: Response, rows: ArrayLike<number>): void {
  requireSupport(
    family,
    response,
    rows,
    isCount,
    "whole numbers >= 0",
    (y) => y > 0 ? `for a rate, fit the count with offset(log(exposure))` : "",
  );
}

/** Support check of successes out of trials. */
export function requireSuccesses(family: string, response: Response, rows: ArrayLike<number>): void {
  requireSupport(
    family,
    response,
    rows,
    (y, n) => isCount(y) && isCount(n) && y <= n,
    response.trials === null ? "0 or 1" : "whole numbers of successes between 0 and the trials",
    (y) => y > 0 && y < 1 ? `for a proportion, name its column of trials: { weights: "trials" }` : "",
  );
}

/** Whole numbers below this are found by the number itself, other values by a map. */
const DIRECT = 4096;

/** The distinct values of a response and, for every row, which of them it is. Tables are made once per value. */
export interface Distinct {
  readonly values: Float64Array;
  readonly index: Int32Array;
}

export function distinct(y: Float64Array): Distinct {
  const direct = new Int32Array(DIRECT).fill(-1), others = new Map<number, number>(), values: number[] = [];
  const index = new Int32Array(y.length);
  for (let i = 0; i < y.length; i++) {
    const value = y[i], small = value >= 0 && value < DIRECT && value === Math.floor(value);
    let at = small ? direct[value] : others.get(value) ?? -1;
    if (at < 0) {
      at = values.push(value) - 1;
      if (small) direct[value] = at;
      else others.set(value, at);
    }
    index[i] = at;
  }
  return { values: Float64Array.from(values), index };
}

/** f(y) of every row, computed once per distinct value. */
export function perRow(y: Float64Array, f: (value: number) => number): Float64Array {
  const direct = new Float64Array(DIRECT).fill(NaN), others = new Map<number, number>();
  return y.map((value) => {
    if (value >= 0 && value < DIRECT && value === Math.floor(value)) {
      const known = direct[value];
      return known === known ? known : direct[value] = f(value);
    }
    let known = others.get(value);
    if (known === undefined) others.set(value, known = f(value));
    return known;
  });
}

/** Weighted mean of f over the rows; rows where f is NaN (zeros of a positive family) are left out. */
export function weightedMean(weights: Float64Array, f: (i: number) => number): number {
  let sum = 0, total = 0;
  for (let i = 0; i < weights.length; i++) {
    const value = f(i);
    if (Number.isNaN(value)) continue;
    sum += weights[i] * value;
    total += weights[i];
  }
  return sum / total;
}

/** x, kept inside [low, high]; the middle of the range on the log scale when x is not a number. */
export function clamp(x: number, low: number, high: number): number {
  return Number.isNaN(x) ? Math.sqrt(low * high) : Math.min(high, Math.max(low, x));
}

/** Start means of a response on the whole line: y where the link can take it, else the mean of y, else ½ (every link can). */
export function startReal(y: Float64Array, link: Link): Float64Array {
  const usable = (mu: number) => {
    const eta = link.eta(mu);
    return link.valid(eta, "identity") && Math.abs(link.mean(eta) - mu) <= 1e-6 * Math.abs(mu);
  };
  let mean = 0;
  for (let i = 0; i < y.length; i++) mean += y[i] / y.length;
  const fallback = usable(mean) ? mean : 0.5;
  return y.map((value) => usable(value) ? value : fallback);
}

/** Residual standard deviation about `mu`; that of y itself, or 1, while the residuals are all 0 (mu still being y). */
export function startSpread(y: Float64Array, mu: Float64Array, weights: Float64Array): number {
  const residual = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2);
  const mean = weightedMean(weights, (i) => y[i]);
  const total = weightedMean(weights, (i) => (y[i] - mean) ** 2);
  if (residual > 1e-8 * total) return Math.sqrt(residual);
  return total > 0 ? Math.sqrt(total) : 1;
}

/** Support check of the positive continuous families. */
export function requirePositive(
  family: string,
  response: Response,
  rows: ArrayLike<number>,
  zeroInflated: boolean,
): void {
  requireSupport(
    family,
    response,
    rows,
    (y) => y > 0 && y < Infinity || zeroInflated && y === 0,
    zeroInflated ? "numbers >= 0" : "numbers > 0",
    (y) => y === 0 ? `for exact zeros add zeroInflation: "~ 1" (a hurdle at 0)` : "",
  );
}

/** y, with the mean of the positive values in place of zeros. */
export function positiveMean(y: Float64Array): Float64Array {
  const mean = weightedMean(ones(y.length), (i) => y[i] > 0 ? y[i] : NaN);
  return y.map((value) => value > 0 ? value : mean);
}

/** What it means that the dispersion of a negative binomial runs to its limit. */
export const noOverdispersion = (where: string): string =>
  `no overdispersion${where}: the negative binomial is a Poisson distribution there` +
  (where ? "" : '; family "poisson" fits as well with a parameter less');
