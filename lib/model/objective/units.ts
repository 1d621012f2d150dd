/**
 * The units in which a fit is computed. Milliseconds or seconds, grams or tonnes: the answer must not depend on it, so the
 * engine sees y/s and η/unit, which are of order 1, and everything that it gives out is in the data's units again.
 *
 *   y = s y′,   η = unit · η′ + shift,   part k: η_k = η′_k + unitShift_k log s,   ℓ(y) = ℓ′(y′) − log s
 */
import type { Units } from "../../formula/types.ts";
import type { Family, Part, Response } from "../families/family.ts";
import type { Link } from "../links/link.ts";

/** The units of a response. */
export function unitsOf({ response }: { response: Response }, family: Family): Units {
  const { unitShift } = family,
    [{ link, scale }] = family.parts(response),
    { mean, spread } = moments(response);
  const none: Units = { response: 1, eta: 1, shift: 0, parts: [] };
  const additive = isAdditive(link);
  if (additive && (!unitShift || scale === "log")) return none;
  if (!unitShift) {
    const natural = scale === "own" || family.support[1] <= 1; // η is of order 1 by itself
    return { ...none, eta: natural ? 1 : steepness(link, mean, spread) };
  }
  const s = powerOfTwo(scale === "log" ? mean : spread), parts = unitShift.map((f) => f * Math.log(s));
  if (additive) return { response: s, eta: 1, shift: Math.log(s), parts };
  const unit = link.eta(s) / link.eta(1);
  return isHomogeneous(link) ? { response: s, eta: unit, shift: 0, parts } : none;
}

/** What the η of a part is in: that of the mean also where the part holds the mean's constant, or some of what it is beside. */
export function unitOf({ eta }: Units, { constant }: Part, k: number): number {
  return k === 0 || constant !== undefined ? eta : 1;
}

/** Mean of the response (of the proportion), and its standard deviation; computed so that no square overflows. */
function moments({ y, trials }: Response) {
  let largest = 0, mean = 0, squares = 0;
  const value = (i: number) => (trials ? (trials[i] > 0 ? y[i] / trials[i] : 0) : y[i]);
  for (let i = 0; i < y.length; i++) largest = Math.max(largest, Math.abs(value(i)));
  if (largest === 0) return { mean: 0, spread: 0 };
  for (let i = 0; i < y.length; i++) mean += value(i) / largest / y.length;
  for (let i = 0; i < y.length; i++) squares += (value(i) / largest - mean) ** 2;
  return { mean: mean * largest, spread: Math.sqrt(squares / y.length) * largest };
}

/** g(cμ) = g(μ) + const(c), as for the log. */
function isAdditive({ eta }: Link): boolean {
  const first = eta(2) - eta(1), second = eta(8) - eta(4);
  return Math.abs(first - second) <= 1e-9 * Math.abs(first);
}

/** g(cμ) = g(c) g(μ) / g(1): identity, inverse, square root, powers. */
function isHomogeneous({ eta }: Link): boolean {
  const first = eta(2) / eta(1), second = eta(8) / eta(4);
  return Number.isFinite(first) && first > 0 && Math.abs(first - second) <= 1e-9 * first;
}

/** sd(y) |dη/dμ|: how far one standard deviation of the response moves η. */
function steepness(link: Link, mean: number, spread: number): number {
  const unit = spread / Math.abs(link.slope(link.eta(mean)));
  return Number.isFinite(unit) && unit > 0 ? powerOfTwo(unit) : 1;
}

/** The power of two next to x > 0; 1 where there is none. */
export function powerOfTwo(x: number): number {
  return x > 0 && Number.isFinite(x) ? 2 ** Math.round(Math.log2(x)) : 1;
}
