import type { Extension, Precision, Structure } from "./structure.ts";
import type { Timeline } from "./timeline.ts";
import { bindWalk, type Walk } from "./walk.ts";

/**
 * `rw1(0 + numFactor(time) | g)`: a random walk, b = 0 at the first time t₀ and independent steps after it with variance σ² per unit of
 * time: cov(b_s, b_t) = σ² (min(s, t) − t₀). θ = its standard deviation at the last time (Rue & Held 2005, section 3.3).
 */
export const rw1: Structure = {
  name: "rw1",
  meaning: "random walk of first order",
  bind: (term) => bindWalk(FIRST, term),
};

const FIRST: Walk = {
  name: "rw1",
  fewest: 2,
  power: 1,
  divisor: 1,
  covariance: Math.min,
  precision,
  at: bridge,
};

/** A step over a gap h adds 1/h to the diagonal at both of its ends, −1/h between them and −log h to log|P|. */
function precision(
  { cells: { first, position }, order, later, earlier, gapOf, gaps, time }: Timeline,
): Precision {
  const nodes = position.length, values = new Float64Array(nodes + later.length);
  let logDet = 0;
  for (let l = 0; l + 1 < first.length; l++) {
    if (first[l] === first[l + 1]) continue;
    const begin = order[first[l]], h = time[position[begin]];
    values[begin] += 1 / h;
    logDet -= Math.log(h);
  }
  later.forEach((a, e) => {
    const h = gaps[gapOf[e]];
    values[a] += 1 / h;
    values[earlier[e]] += 1 / h;
    values[nodes + e] = -1 / h;
    logDet -= Math.log(h);
  });
  return {
    nodes,
    rows: later.map((a, e) => Math.max(a, earlier[e])),
    cols: later.map((a, e) => Math.min(a, earlier[e])),
    unequal: true,
    fill(_theta, _at, out) {
      out.set(values);
      return logDet;
    },
    pullback() {},
  };
}

/** On the line between its neighbours in time; beyond the last one, there. */
function bridge(line: Timeline, level: number, t: number): Extension {
  const { before, after } = line.around(level, t), from = before < 0 ? 0 : line.timeOf(before);
  if (after < 0) {
    return { index: before < 0 ? [] : [before], weight: before < 0 ? [] : [1], variance: t - from };
  }
  const to = line.timeOf(after), share = (t - from) / (to - from);
  return {
    index: before < 0 ? [after] : [before, after],
    weight: before < 0 ? [share] : [1 - share, share],
    variance: (t - from) * (to - t) / (to - from),
  };
}
