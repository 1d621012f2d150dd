import { addTo, divideBy } from "../../math/double_double.ts";
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
 * Rounding of P, known to 106 bits, up to which the log-likelihood is right to 1e-4 whatever the variance: 100,000 even times have 1e-11, and
 * what reaches it are times that lie closer than some 4e-9 of the whole.
 */
const WORST = 1e-6;

/** @throws RangeError where times lie so close, for their span, that 32 digits do not hold the precision */
function checked(walk: Covariance, { label, positions }: TermShape): Covariance {
  const { nodes, rows, fill } = walk.precision!, values = new Float64Array(2 * (nodes + rows.length));
  fill(values, 0, values);
  const error = 2 ** -106 * Math.sqrt(values.subarray(0, nodes / 2).reduce((s, v) => s + v * v, 0));
  if (error <= WORST) return walk;
  throw new RangeError(
    `Cannot use rw2(${label}) over these ${
      positions!.length
    } times: some lie so close together, for the time that ` +
      `they span, that rounding would be seen in the likelihood; give it a column of rounded times, or use rw1 or ou`,
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
 * The entries of a gap h, of the precision of the state (value, slope) after it given the one before, Q⁻¹ with Q = [h³/3, h²/2; h²/2, h],
 * |Q| = h⁴/12, relative to the variance 1/3 of the value at time 1: with A = [1, h; 0, 1],
 *
 *   Q⁻¹ = [4/h³, −2/h²; −2/h², 4/3h],   AᵀQ⁻¹A = [4/h³, 2/h²; 2/h², 4/3h],   AᵀQ⁻¹ = [4/h³, −2/h²; 2/h², −2/3h]
 */
class Gap {
  /** 4/h³, 2/h², 4/3h and 2/3h, and what rounding left of them. */
  readonly entries = Float64Array.of(4, 2, 4, 2);
  readonly rests = new Float64Array(4);
  /** −log|Q| on that scale. */
  readonly logDet: number;

  constructor(h: number) {
    const { entries, rests } = this;
    [3, 2, 1, 1].forEach((power, k) => {
      for (let p = 0; p < power; p++) divideBy(entries, rests, k, h, 0);
      if (power === 1) divideBy(entries, rests, k, 3, 0);
    });
    this.logDet = Math.log(4 / 3) - 4 * Math.log(h);
  }
}

/**
 * A gap adds AᵀQ⁻¹A, −AᵀQ⁻¹ and Q⁻¹ to the blocks of its ends. Values are nodes 0 … m − 1 as cells are, slopes m … 2m − 1; couplings: value
 * and slope of each cell, then four for each gap.
 */
function precision(
  { cells: { first, position }, order, later, earlier, gapOf, gaps, time }: Timeline,
): Precision {
  const m = position.length, nodes = 2 * m, half = 3 * m + 4 * later.length;
  const rows = new Int32Array(half - nodes), cols = new Int32Array(half - nodes);
  const values = new Float64Array(2 * half), high = values.subarray(0, half), low = values.subarray(half);
  const add = (at: number, { entries, rests }: Gap, k: number, sign: number) =>
    addTo(high, low, at, sign * entries[k], sign * rests[k]);
  for (let k = 0; k < m; k++) [rows[k], cols[k]] = [m + k, k];
  const logDet = new Float64Array(1), rest = new Float64Array(1);
  const arrive = (k: number, gap: Gap) => {
    add(k, gap, 0, 1);
    add(m + k, gap, 2, 1);
    add(nodes + k, gap, 1, -1);
    addTo(logDet, rest, 0, gap.logDet, 0);
  };
  for (let l = 0; l + 1 < first.length; l++) {
    if (first[l] < first[l + 1]) arrive(order[first[l]], new Gap(time[position[order[first[l]]]]));
  }
  const between = Array.from(gaps, (h) => new Gap(h));
  later.forEach((b, e) => {
    const a = earlier[e], gap = between[gapOf[e]];
    arrive(b, gap);
    add(a, gap, 0, 1);
    add(m + a, gap, 2, 1);
    add(nodes + a, gap, 1, 1);
    const pairs = [[a, b, 0, -1], [a, m + b, 1, 1], [m + a, b, 1, -1], [m + a, m + b, 3, 1]];
    pairs.forEach(([from, to, k, sign], i) => {
      const at = m + 4 * e + i;
      rows[at] = Math.max(from, to);
      cols[at] = Math.min(from, to);
      add(nodes + at, gap, k, sign);
    });
  });
  return {
    nodes,
    rows,
    cols,
    unequal: true,
    twofold: true,
    fill(_theta, _at, out) {
      out.set(values);
      return logDet[0];
    },
    pullback() {},
  };
}

/** The value at t given the states on both sides: the cubic through both, and the variance (ab/(a + b))³ about it. */
function bridge(line: Timeline, level: number, t: number): Extension {
  const { before, after } = line.around(level, t), m = line.cells.position.length;
  const a = t - (before < 0 ? 0 : line.timeOf(before)), index = before < 0 ? [] : [before, m + before];
  if (after < 0) return { index, weight: before < 0 ? [] : [1, a], variance: a ** 3 };
  const b = line.timeOf(after) - t, r = a / (a + b), s = b / (a + b);
  const weight = [s * s * (1 + 2 * r), a * s * s];
  return {
    index: [...index, after, m + after],
    weight: [...(before < 0 ? [] : weight), r * r * (1 + 2 * s), -b * r * r],
    variance: (a * s) ** 3,
  };
}
