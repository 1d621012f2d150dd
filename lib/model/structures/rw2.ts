import type { Covariance, Extension, Precision, Structure, TermShape } from "./structure.ts";
import type { Timeline } from "./timeline.ts";
import { bindWalk, type Walk } from "./walk.ts";

/**
 * `rw2(0 + numFactor(time) | g)`: a smooth walk, whose slope is a random walk with variance σ² per unit of time; value and slope are 0
 * at the first time t₀. With u ≤ s both counted from t₀, cov(b_u, b_s) = σ² u²(3s − u)/6, so that with a fixed intercept and slope of
 * time its modes are the cubic smoothing spline (Wahba 1978, J. R. Stat. Soc. B 40:364–372). A time is two nodes, value and slope,
 * which makes it a Markov chain; θ = the standard deviation at the last time.
 */
export const rw2: Structure = {
  name: "rw2",
  meaning: "random walk of second order",
  bind: (term) => checked(bindWalk(SECOND, term), term),
};

/**
 * Rounding of P, whose entries grow as the gaps' inverse third powers, up to which the log-likelihood is right to 1e-4 whatever the variance:
 * by a Kalman filter, which does not round so, it is off by 3e-7 at 200 even times, 8e-4 at 800 and 0.03 at 1,500.
 */
const WORST = 6e-6;

/** @throws RangeError where the times lie so close, for their span, that 16 digits do not hold the precision */
function checked(walk: Covariance, { label, positions }: TermShape): Covariance {
  const { nodes, rows, fill } = walk.precision!, values = new Float64Array(nodes + rows.length);
  fill(values, 0, values);
  const error = 2 ** -52 * Math.sqrt(values.subarray(0, nodes / 2).reduce((s, v) => s + v * v, 0));
  if (error <= WORST) return walk;
  throw new RangeError(
    `Cannot use rw2(${label}) over these ${
      positions!.length
    } times: they lie so close together, for the time that they span, that ` +
      `rounding would be seen in the likelihood; give it a column of rounded times, or use rw1 or ou`,
  );
}

const SECOND: Walk = {
  name: "rw2",
  fewest: 3,
  power: 3,
  divisor: 3,
  covariance: (s, t) => Math.min(s, t) ** 2 * (3 * Math.max(s, t) - Math.min(s, t)) / 2,
  precision,
  at: bridge,
};

/**
 * Precision of the state (value, slope) after a gap h given the one before, Q⁻¹ with Q = [h³/3, h²/2; h²/2, h], |Q| = h⁴/12; relative
 * to the variance 1/3 of the value at time 1.
 */
const inverse = (h: number) => ({ vv: 4 / h ** 3, vs: -2 / h ** 2, ss: 4 / (3 * h) });
/** −log|Q| on that scale. */
const logInverse = (h: number) => Math.log(4 / 3) - 4 * Math.log(h);

/**
 * A gap adds AᵀQ⁻¹A, −AᵀQ⁻¹ and Q⁻¹ to the blocks of its ends, with A = [1, h; 0, 1]. Values are nodes 0 … m − 1 as cells are, slopes
 * m … 2m − 1; couplings: value and slope of each cell, then four for each gap.
 */
function precision(
  { cells: { first, position }, order, later, earlier, gapOf, gaps, time }: Timeline,
): Precision {
  const m = position.length, nodes = 2 * m, rows: number[] = [], cols: number[] = [];
  const couple = (a: number, b: number) => {
    rows.push(Math.max(a, b));
    cols.push(Math.min(a, b));
  };
  for (let k = 0; k < m; k++) couple(k, m + k);
  later.forEach((b, e) => {
    for (const from of [earlier[e], m + earlier[e]]) for (const to of [b, m + b]) couple(from, to);
  });
  const values = new Float64Array(nodes + rows.length);
  let logDet = 0;
  const arrive = (k: number, h: number) => {
    const { vv, vs, ss } = inverse(h);
    values[k] += vv;
    values[m + k] += ss;
    values[nodes + k] += vs;
    logDet += logInverse(h);
  };
  for (let l = 0; l + 1 < first.length; l++) {
    if (first[l] < first[l + 1]) arrive(order[first[l]], time[position[order[first[l]]]]);
  }
  later.forEach((b, e) => {
    const a = earlier[e], h = gaps[gapOf[e]], { vv, vs, ss } = inverse(h), at = nodes + m + 4 * e;
    arrive(b, h);
    values[a] += vv;
    values[m + a] += h * h * vv + 2 * h * vs + ss;
    values[nodes + a] += h * vv + vs;
    values.set([-vv, -vs, -(h * vv + vs), -(h * vs + ss)], at);
  });
  return {
    nodes,
    rows: Int32Array.from(rows),
    cols: Int32Array.from(cols),
    unequal: true,
    fill(_theta, _at, out) {
      out.set(values);
      return logDet;
    },
    pullback() {},
  };
}

/** The value at t given the states on both sides: precisions Q_a⁻¹ from before and FᵀQ_b⁻¹F from after add up. */
function bridge(line: Timeline, level: number, t: number): Extension {
  const { before, after } = line.around(level, t), m = line.cells.position.length;
  const a = t - (before < 0 ? 0 : line.timeOf(before)), index = before < 0 ? [] : [before, m + before];
  if (after < 0) return { index, weight: before < 0 ? [] : [1, a], variance: a ** 3 };
  const b = line.timeOf(after) - t, p = inverse(a), q = inverse(b);
  const back = { vv: q.vv, vs: b * q.vv + q.vs, ss: b * b * q.vv + 2 * b * q.vs + q.ss }; // FᵀQ_b⁻¹F
  const vv = p.vv + back.vv, vs = p.vs + back.vs, ss = p.ss + back.ss, det = vv * ss - vs * vs;
  const value = (x: number, y: number) => (ss * x - vs * y) / det; // first entry of the solution
  const weightBefore = [value(p.vv, p.vs), value(a * p.vv + p.vs, a * p.vs + p.ss)];
  const weightAfter = [value(q.vv, b * q.vv + q.vs), value(q.vs, b * q.vs + q.ss)];
  return {
    index: [...index, after, m + after],
    weight: [...(before < 0 ? [] : weightBefore), ...weightAfter],
    variance: ss / det,
  };
}
