/** Numbers of one column of a table: one number of decimals for all, as many as tell something. */
import { formatSignificant, toScientific } from "./format.ts";

/** Significant digits of the smallest standard error. */
export const DIGITS = 3;
/** Digits of the largest number of a column of estimates at most, before and after the point. */
const ROOM = 8;
/** Powers of ten that a column without standard errors may span; beyond, each number has digits of its own. */
const SPAN = 5;
/** Share of the largest number of a column below which one is what rounding leaves of a sum that is zero. */
const NOISE = 1e-10;
/** Decimals that a column keeps where no value of it needs more. */
const EXACT = 4;

/**
 * Decimals of estimates: the smallest standard error keeps `digits` significant digits, or one less where the largest number would
 * have more than {@link ROOM} digits. Smaller errors than there is room for are left to {@link writeFixed}. Estimates without an
 * error keep two digits.
 *
 * @param errors standard errors; those that are not positive and finite do not count
 * @param values estimates, limits: what is written with these decimals
 * @param alone estimates of the rows that have no standard error
 * @returns null where there is no standard error to go by
 */
export function decimalsByErrors(
  errors: Iterable<number>,
  values: Iterable<number>,
  alone: Iterable<number> = [],
  digits = DIGITS,
): number | null {
  const sizes = positive(errors).sort((a, b) => a - b);
  if (sizes.length === 0) return null;
  const keep = (size: number, significant: number) => significant - 1 - exponent(size, significant);
  const room = ROOM - 1 - Math.max(0, exponent(largest(values), digits)), fewer = Math.max(1, digits - 1);
  const fits = sizes.find((size) => keep(size, fewer) <= room);
  const wanted = fits === undefined ? keep(sizes[0], fewer) : Math.min(keep(fits, digits), room);
  const lone = positive(alone), least = lone.length === 0 ? 0 : keep(Math.min(...lone), 2);
  return Math.max(0, wanted, Math.min(least, wanted + 2, room));
}

/**
 * Numbers without standard errors: decimals that show four digits of the largest and three of the small ones, and none that no
 * value needs.
 */
export function writeValues(values: ArrayLike<number>, digits = DIGITS): string[] {
  const given = Array.from(values), noise = NOISE * largest(given);
  const all = given.map((value) => Math.abs(value) <= noise ? 0 : value);
  const sizes = positive(all).sort((a, b) => a - b);
  if (sizes.length === 0) return writeFixed(all, 0);
  const high = exponent(sizes[sizes.length - 1], digits + 1);
  const low = exponent(sizes[Math.floor(sizes.length / 10)], digits + 1);
  if (high - low >= SPAN || high > 9 || high < -4) {
    return all.map((value) => formatSignificant(value, digits + 1));
  }
  const exact = decimalsOf(all);
  return exact <= EXACT ? writeFixed(all, exact) : writeFixed(all, Math.max(0, digits - high, 2 - low));
}

/**
 * Numbers with the same decimals; in scientific notation where these would leave less than two digits of what they are known to.
 *
 * @param errors what they are known to
 */
export function writeFixed(
  values: ArrayLike<number>,
  decimals: number,
  errors: ArrayLike<number> = [],
): string[] {
  return Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) return formatSignificant(value);
    const finer = errors[i] > 0 && Number(errors[i].toPrecision(2)) < 10 ** (1 - decimals) && value !== 0;
    if ((finer && decimals > 0) || Math.abs(value) >= 1e15) return toScientific(value, 2);
    const text = value.toFixed(decimals);
    return Number(text) === 0 ? text.replace("-", "") : text;
  });
}

/** Numbers of one quantity: decimals by the errors, and none that no value needs; without errors as {@link writeValues}. */
export function writeQuantity(
  values: ArrayLike<number>,
  errors: ArrayLike<number> = [],
  digits = DIGITS,
): string[] {
  const given = Array.from(values), wanted = decimalsByErrors(Array.from(errors), given, [], digits);
  return wanted === null
    ? writeValues(given, digits)
    : writeFixed(given, Math.min(wanted, decimalsOf(given)), errors);
}

/** Test statistics: four digits of the largest and three of the small ones, two to three decimals (four of those below 1). */
export function writeStatistics(values: ArrayLike<number>): string[] {
  const sizes = positive(Array.from(values)).sort((a, b) => a - b), most = sizes[sizes.length - 1] ?? 0;
  if (most >= 1e7) return Array.from(values, (value) => formatSignificant(value));
  const small = sizes[Math.floor(sizes.length / 10)] ?? 0;
  const wanted = Math.max(3 - exponent(most, 4), 2 - exponent(small, 4));
  return writeFixed(values, Math.min(most < 1 ? 4 : 3, Math.max(2, wanted)));
}

/** Degrees of freedom: whole, or two decimals. */
export function writeDegrees(values: ArrayLike<number>): string[] {
  const rounded = Array.from(values, (value) => Number.isFinite(value) ? Number(value.toFixed(2)) : value);
  return writeFixed(rounded, decimalsOf(rounded) === 0 ? 0 : 2);
}

const positive = (values: Iterable<number>) =>
  [...values].map(Math.abs).filter((size) => size > 0 && size < Infinity);

const largest = (values: Iterable<number>) =>
  positive(values).reduce((most, size) => Math.max(most, size), 0);

/** Decimal exponent of a number that is rounded to so many digits: 9.996 is 10.00. */
function exponent(size: number, digits: number): number {
  return size === 0 ? 0 : Number(size.toExponential(Math.max(0, digits - 1)).split("e")[1]);
}

/** Decimals that every number needs to be written in full, {@link EXACT} + 1 where that is not enough. */
function decimalsOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  for (let d = 0; d <= EXACT; d++) {
    if (finite.every((value) => Math.abs(Number(value.toFixed(d)) - value) <= 1e-9 * Math.abs(value))) {
      return d;
    }
  }
  return EXACT + 1;
}
