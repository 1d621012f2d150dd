import { byDistance } from "./by_distance.ts";
import { chainCells } from "./cells.ts";
import { markovExtension, markovPrecision } from "./markov.ts";
import { coordinatesOf, timesOf } from "./positions.ts";
import type { Covariance, Structure, TermShape } from "./structure.ts";
import { Timeline } from "./timeline.ts";

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
    const times = timesOf("ou", term);
    return times.length > FEW && !term.residual ? chain(term, times) : onLine.bind(term);
  },
};

const onLine = byDistance("ou", "Ornstein–Uhlenbeck", () => ({
  at: (h) => Math.exp(-h),
  slopes: (h) => [-Math.exp(-h), 0],
  onSphere: false,
}));

/** Every time of a level a node, a Markov chain with ρ = exp(−Δ/r) of neighbours. */
function chain(term: TermShape, times: readonly number[]): Covariance {
  const positions = ["0", String(meanDistance(times))]; // two times say of the range what all of them do
  const field = onLine.bind({ ...term, names: positions, positions });
  const cells = chainCells(term, times.length);
  const line = new Timeline(cells, times), range = rangeOf(field);
  const step = (theta: Float64Array, at: number, gap: number) => {
    const u = gap / range(theta[at + 1]), rho = Math.exp(-u);
    return { rho, q: -Math.expm1(-2 * u), slope: rho * u };
  };
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
    cells,
    precision: markovPrecision(line, step, 1),
    between: (theta, at, i, j) =>
      theta[at] ** 2 * Math.exp(-Math.abs(times[i] - times[j]) / range(theta[at + 1])),
    extend: (theta, at, position, level = 0) => {
      const [t] = coordinatesOf("ou", term.label, position);
      return markovExtension(line, level, t, theta[at] ** 2, (gap) => step(theta, at, gap));
    },
  };
}

/** Mean distance of two different times, in increasing order t_k being larger than k of them. */
function meanDistance(times: readonly number[]): number {
  const sorted = Float64Array.from(times).sort(), c = sorted.length;
  return sorted.reduce((sum, t, k) => sum + (t - sorted[0]) * (2 * k - c + 1), 0) * 2 / (c * (c - 1));
}

/** r of its θ. */
function rangeOf({ shown }: Covariance): (t: number) => number {
  const found = shown.find((p) => p.kind === "own");
  return (t) => (found as { value(t: number): number }).value(t);
}
