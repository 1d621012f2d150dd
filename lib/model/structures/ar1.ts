import { chainCells } from "./cells.ts";
import { markovExtension, markovPrecision } from "./markov.ts";
import { type Occasions, occasions } from "./positions.ts";
import type { Covariance, Extension, Shown, Structure, TermShape } from "./structure.ts";
import { Timeline } from "./timeline.ts";

/** Up to so many occasions a level is one node with a dense template; beyond, each occasion is a node and P is tridiagonal. */
const FEW = 12;

/**
 * `ar1(0 + time | g)`: var(b_t) = σ², cor(b_s, b_t) = ρ^|s − t| over the levels of `time` in their order; θ = (σ, t) with
 * ρ = t/√(1 + t²). b₁ = σ v₁, b_t = ρ b_{t−1} + σ√(1 − ρ²) v_t (Box & Jenkins 1976, section 3.2).
 */
export const ar1: Structure = {
  name: "ar1",
  meaning: "first-order autoregressive",
  bind(term: TermShape): Covariance {
    const line = occasions("ar1", term), c = line.labels.length;
    const common = {
      structure: "ar1",
      thetas: 2,
      freedom: "scalar" as const,
      linear: false,
      edges: [{ at: 0, column: [0], idle: [1] }],
      shown: SHOWN,
      extend: (theta: Float64Array, at: number, position: string) =>
        extend(theta[at], theta[at + 1], c, line.place(position)),
    };
    const start = (sd: readonly number[]) => [rootMeanSquare(sd), 0];
    return c > FEW && !term.residual
      ? {
        ...common,
        width: 1,
        start,
        fill: scale,
        pullback: scaled,
        near: alone,
        ...chain(term, line),
      }
      : {
        ...common,
        width: c,
        start,
        fill: (theta, at, T) => template(theta[at], theta[at + 1], c, T),
        pullback: (theta, at, D, gradient) => adjoint(theta, at, c, D, gradient),
        near: (T) => near(T, c),
      };
  },
};

/** ρ = t/√(1 + t²). @param at place of t in θ */
export const neighbours = (structure: string, at: number): Shown => ({
  kind: "own",
  name: `rho__${structure}`,
  label: "rho",
  meaning: "correlation of neighbours",
  correlation: true,
  latex: "\\rho",
  range: [-1, 1],
  at,
  value: (t) => t / Math.hypot(1, t),
  slope: (t) => (1 + t * t) ** -1.5,
  theta: (rho) => rho / Math.sqrt((1 - rho) * (1 + rho)),
  limit: {
    beyond: 100, // |ρ| = 0.99995
    power: true,
    means: (up, group, grows) =>
      up
        ? grows
          ? AS_A_WALK
          : `The effects of a level are as good as one for all its positions, (1 | ${group}).`
        : "Neighbours are opposite.",
  },
});

const AS_A_WALK =
  "So does its standard deviation: the data say how much neighbours differ, and no level to which effects return; " +
  "rw1(…) is that model.";

const SHOWN: readonly Shown[] = [
  { kind: "sd", name: "sd__ar1", label: "ar1", of: 0, at: 0 },
  neighbours("ar1", 1),
];

/** T_i0 = σρ^i, T_ij = σ√(1 − ρ²) ρ^(i−j) for j ≥ 1. */
function template(sd: number, t: number, c: number, T: Float64Array): void {
  const rho = t / Math.hypot(1, t), root = 1 / Math.hypot(1, t);
  T.fill(0, 0, c * c);
  for (let j = 0; j < c; j++) {
    let v = j === 0 ? sd : sd * root;
    for (let i = j; i < c; i++, v *= rho) T[j * c + i] = v;
  }
}

/** dρ/dt = (1 + t²)^(−3/2), d√(1 − ρ²)/dt = −t (1 + t²)^(−3/2). */
function adjoint(theta: Float64Array, at: number, c: number, D: Float64Array, gradient: Float64Array): void {
  const sd = theta[at], t = theta[at + 1], s = Math.hypot(1, t), rho = t / s, root = 1 / s, slope = root ** 3;
  let bySd = 0, byT = 0;
  for (let j = 0; j < c; j++) {
    const lead = j === 0 ? 1 : root, move = j === 0 ? 0 : -t * slope;
    let power = 1, previous = 0; // ρ^k and ρ^(k−1)
    for (let i = j, k = 0; i < c; i++, k++) {
      const d = D[j * c + i];
      bySd += d * lead * power;
      byT += d * sd * (move * power + lead * k * previous * slope);
      previous = power;
      power *= rho;
    }
  }
  gradient[at] += bySd;
  gradient[at + 1] += byT;
}

/** σ² and ρ from the mean variance and the mean covariance of neighbours. */
function near(T: Float64Array, c: number): number[] {
  let variance = 0, neighbours = 0;
  for (let i = 0; i < c; i++) {
    for (let k = 0; k <= i; k++) {
      variance += T[k * c + i] ** 2 / c;
      if (i + 1 < c) neighbours += T[k * c + i] * T[k * c + i + 1] / (c - 1);
    }
  }
  const rho = variance > 0 ? Math.max(-0.999, Math.min(0.999, neighbours / variance)) : 0;
  return [Math.sqrt(variance), rho / Math.sqrt(1 - rho * rho)];
}

function scale(theta: Float64Array, at: number, T: Float64Array): void {
  T[0] = theta[at];
}

function scaled(_theta: Float64Array, at: number, D: Float64Array, gradient: Float64Array): void {
  gradient[at] += D[0];
}

function alone(T: Float64Array): number[] {
  return [T[0], 0];
}

/** Every occasion of a level a node. */
function chain(
  { cells: own, levels }: TermShape,
  { labels, place }: Occasions,
): Pick<Covariance, "cells" | "precision" | "between" | "extend"> {
  const cells = chainCells({ cells: own, levels }, labels.length),
    line = new Timeline(cells, labels.map((_, k) => k));
  return {
    cells,
    precision: markovPrecision(line, step, 1),
    between,
    extend: (theta, at, position, level = 0) =>
      markovExtension(line, level, place(position), theta[at] ** 2, (m) => step(theta, at, m)),
  };
}

/** ρ^m of occasions m apart, with ρ = t/√(1 + t²) and 1 − ρ² = 1/(1 + t²). */
function step(theta: Float64Array, at: number, m: number) {
  const t = theta[at + 1], s = Math.hypot(1, t), rho = t / s;
  return {
    rho: rho ** m,
    q: m === 1 ? 1 / (s * s) : -Math.expm1(-m * Math.log1p(1 / (t * t))),
    slope: m * rho ** (m - 1) / s ** 3,
  };
}

function between(theta: Float64Array, at: number, i: number, j: number): number {
  const rho = theta[at + 1] / Math.hypot(1, theta[at + 1]);
  return theta[at] ** 2 * rho ** Math.abs(i - j);
}

/** ρ^m of the nearer end, m occasions beyond it. */
function extend(sd: number, t: number, c: number, place: number): Extension {
  const rho = t / Math.hypot(1, t), beyond = place < 0 ? -place : place - (c - 1);
  return {
    index: [place < 0 ? 0 : c - 1],
    weight: [rho ** beyond],
    variance: sd * sd * -Math.expm1(2 * beyond * Math.log(Math.abs(rho))),
  };
}

function rootMeanSquare(sd: readonly number[]): number {
  return Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / sd.length);
}
