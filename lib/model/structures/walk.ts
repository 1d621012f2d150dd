/**
 * Random walks over times that may lie anywhere, in continuous time: W(t) of order 1, its integral of order 2. Both begin at 0 at the
 * first time t₀ of the data (order 2 with slope 0), which makes them proper: what a walk leaves open, its level and slope, are the
 * fixed intercept and the fixed slope of time, or random ones of the same groups. Time is counted in spans of the data, θ is the
 * standard deviation at the end of the span, and what is shown is that per unit of time.
 */
import { allCells, cellOf, withoutPosition } from "./cells.ts";
import { coordinatesOf, timesOf } from "./positions.ts";
import type { Covariance, Extension, Precision, TermShape } from "./structure.ts";
import { Timeline } from "./timeline.ts";

/** What differs between the orders; time is counted from t₀ in spans. */
export interface Walk {
  readonly name: string;
  /** Fewest times, and what the variance grows with: t^power. */
  readonly fewest: number;
  readonly power: number;
  /** var(b) = σ² t^power / divisor after a time t. */
  readonly divisor: number;
  /** Covariance at two times after t₀, relative to the variance at time 1. */
  covariance(s: number, t: number): number;
  precision(line: Timeline): Precision;
  /** E(b_t | the nodes of a level) for t after t₀, variances relative to that at time 1. */
  at(line: Timeline, level: number, t: number): Extension;
}

/** The structure of a walk. @throws RangeError where there are too few times, or where it stands in the residual's place */
export function bindWalk(walk: Walk, term: TermShape): Covariance {
  const { name, power, divisor } = walk, given = timesOf(name, term), { label, levels, residual } = term;
  const first = given.reduce((a, b) => Math.min(a, b), Infinity);
  const span = given.reduce((a, b) => Math.max(a, b), -Infinity) - first;
  if (residual) {
    throw new RangeError(
      `Cannot use ${name}(${label}) in the residual's place: at its first time a walk is 0, and a residual is not; ` +
        `use ou(…), or leave the residual as it is`,
    );
  }
  if (given.length < walk.fewest) {
    throw new RangeError(
      `Cannot use ${name}(${label}): it walks over at least ${walk.fewest} times, but there ${
        given.length === 1 ? "is 1" : `are ${given.length}`
      }`,
    );
  }
  const times = given.map((t) => (t - first) / span), start = times.indexOf(0);
  const cells = withoutPosition(term.cells ?? allCells(levels.length, times.length), start);
  const line = new Timeline(cells, times),
    typical = times.reduce((s, t) => s + t ** power, 0) / (times.length - 1);
  const place = (position: string) => (coordinatesOf(name, label, position)[0] - first) / span;
  return {
    structure: name,
    width: 1,
    thetas: 1,
    freedom: "scalar",
    linear: true,
    edges: [{ at: 0, column: [0], idle: [] }],
    shown: [{
      kind: "sd",
      name: `sd__${name}`,
      label: name,
      of: 0,
      at: 0,
      factor: Math.sqrt(divisor / span ** power),
    }],
    start: (sd) => [Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / sd.length / typical)],
    fill(theta, at, T) {
      T[0] = theta[at];
    },
    pullback(_theta, at, D, gradient) {
      gradient[at] += D[0];
    },
    near: (T) => [T[0]],
    cells,
    precision: walk.precision(line),
    between: (theta, at, i, j) => theta[at] ** 2 * walk.covariance(times[i], times[j]),
    varianceAt: (position) => Math.abs(place(position)) ** power,
    extend(theta, at, position, level = 0) {
      const t = place(position), variance = theta[at] ** 2;
      if (t <= 0) return { index: [], weight: [], variance: variance * (-t) ** power }; // the other side of t₀ is another walk
      const code = times.indexOf(t), cell = code < 0 ? -1 : cellOf(cells, level, code);
      if (cell >= 0) return { index: [cell], weight: [1], variance: 0 };
      const found = walk.at(line, level, t);
      return { ...found, variance: variance * found.variance };
    },
  };
}
