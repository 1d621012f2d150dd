import { byDistance } from "./by_distance.ts";
import { coordinates, coordinatesOf } from "./positions.ts";
import type { Covariance, Extension, Precision, Structure, TermShape } from "./structure.ts";

/** Up to so many times a level is one node with a dense template; beyond, each time is a node and P is tridiagonal. */
const FEW = 12;

/**
 * `ou(0 + numFactor(time) | g)`: an Ornstein–Uhlenbeck process, var(b_t) = σ², cor(b_s, b_t) = exp(−|s − t|/r) over times that may
 * lie anywhere. θ = (σ, log(r/d̄)), d̄ a typical distance (Uhlenbeck & Ornstein 1930, Phys. Rev. 36).
 */
export const ou: Structure = {
  name: "ou",
  meaning: "Ornstein–Uhlenbeck",
  bind(term): Covariance {
    const field = onLine.bind(term), times = timesOf(term);
    return times.length > FEW && !term.residual ? chain(term, field, times) : field;
  },
};

const onLine = byDistance("ou", "Ornstein–Uhlenbeck", () => ({
  at: (h) => Math.exp(-h),
  slopes: (h) => [-Math.exp(-h), 0],
  onSphere: false,
}));

/** @throws RangeError where the positions have more than one coordinate */
function timesOf(term: TermShape): number[] {
  const places = coordinates("ou", term), wide = places.find((p) => p.length !== 1);
  if (!wide) return places.map(([t]) => t);
  throw new RangeError(
    `Cannot use ou(${term.label}): its positions are times, and (${
      wide.join(", ")
    }) has ${wide.length} coordinates; ` +
      "in the plane use exp(…)",
  );
}

/**
 * Every time a node: v is a Markov chain over the times in their order. With ρ = exp(−Δ/r) of neighbours and q = 1 − ρ², a gap adds ρ²/q to the
 * diagonal at both of its ends, −ρ/q between them and −log q to log|P|, beside ones on the diagonal.
 */
function chain(term: TermShape, field: Covariance, times: readonly number[]): Covariance {
  const order = Array.from(times.keys()).sort((a, b) => times[a] - times[b]), range = rangeOf(field);
  return {
    structure: "ou",
    width: 1,
    thetas: 2,
    freedom: "scalar",
    linear: false,
    edges: field.edges,
    shown: field.shown,
    start: (sd) => field.start(sd),
    fill(theta, at, T) {
      T[0] = theta[at];
    },
    pullback(_theta, at, D, gradient) {
      gradient[at] += D[0];
    },
    near: (T) => [T[0], field.start([1])[1]],
    precision: precisionOf(term.levels.length, times, order, range),
    between: (theta, at, i, j) =>
      theta[at] ** 2 * Math.exp(-Math.abs(times[i] - times[j]) / range(theta[at + 1])),
    extend: (theta, at, position) =>
      between(theta[at], range(theta[at + 1]), times, order, coordinatesOf("ou", term.label, position)[0]),
  };
}

/** r of its θ. */
function rangeOf({ shown }: Covariance): (t: number) => number {
  const found = shown.find((p) => p.kind === "own");
  return (t) => (found as { value(t: number): number }).value(t);
}

function precisionOf(
  levels: number,
  times: readonly number[],
  order: readonly number[],
  range: (t: number) => number,
): Precision {
  const c = times.length, pairs = levels * (c - 1), nodes = levels * c;
  const rows = new Int32Array(pairs), cols = new Int32Array(pairs), gaps = new Float64Array(c - 1);
  for (let k = 0; k + 1 < c; k++) gaps[k] = times[order[k + 1]] - times[order[k]];
  for (let l = 0, e = 0; l < levels; l++) {
    for (let k = 0; k + 1 < c; k++, e++) {
      rows[e] = l * c + Math.max(order[k], order[k + 1]);
      cols[e] = l * c + Math.min(order[k], order[k + 1]);
    }
  }
  return {
    nodes,
    rows,
    cols,
    unequal: false,
    fill(theta, at, values) {
      const r = range(theta[at + 1]);
      let logDet = 0;
      values.fill(1, 0, nodes);
      for (let k = 0; k + 1 < c; k++) {
        const rho = Math.exp(-gaps[k] / r), q = -Math.expm1(-2 * gaps[k] / r);
        logDet -= levels * Math.log(q);
        for (let l = 0, e = k; l < levels; l++, e += c - 1) {
          values[rows[e]] += rho * rho / q;
          values[cols[e]] += rho * rho / q;
          values[nodes + e] = -rho / q;
        }
      }
      return logDet;
    },
    pullback(theta, at, D, logDet, gradient) { // dρ/dt = ρ Δ/r, d(ρ²/q)/dt = 2ρρ′/q², d(ρ/q)/dt = ρ′(1 + ρ²)/q²
      const r = range(theta[at + 1]);
      let sum = 0;
      for (let k = 0; k + 1 < c; k++) {
        const u = gaps[k] / r, rho = Math.exp(-u), q = -Math.expm1(-2 * u), slope = rho * u;
        sum += logDet * levels * 2 * rho * slope / q;
        for (let l = 0, e = k; l < levels; l++, e += c - 1) {
          sum += (D[rows[e]] + D[cols[e]]) * 2 * rho * slope / (q * q);
          sum -= D[nodes + e] * slope * (1 + rho * rho) / (q * q);
        }
      }
      gradient[at + 1] += sum;
    },
  };
}

/** A Markov process: its neighbours in time say all. */
function between(
  sd: number,
  r: number,
  times: readonly number[],
  order: readonly number[],
  t: number,
): Extension {
  const next = order.findIndex((k) => times[k] >= t), after = next < 0 ? [] : [order[next]];
  const before = next === 0 ? [] : [order[next < 0 ? order.length - 1 : next - 1]];
  const index = [...before, ...after], near = index.map((k) => Math.exp(-Math.abs(times[k] - t) / r));
  if (index.length === 1) {
    const beyond = Math.abs(times[index[0]] - t);
    return { index, weight: near, variance: -sd * sd * Math.expm1(-2 * beyond / r) };
  }
  const [a, b] = near, both = a * b, q = -Math.expm1(-2 * Math.abs(times[index[0]] - times[index[1]]) / r);
  const weight = [a * (1 - b * b) / q, b * (1 - a * a) / q];
  return { index, weight, variance: sd * sd * (1 - a * a) * (1 - b * b) / (1 - both * both) };
}
