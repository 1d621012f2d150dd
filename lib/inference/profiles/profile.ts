/**
 * Profile likelihood: for a function ω = f(ψ) of the parameters, ζ(c) = ±√(2(min_{f(ψ)=c} nll − nll̂)) is nearly linear in
 * c, and the interval is where |ζ| stays below its cut-off (Bates & Watts 1988, section 6.1; Bates et al. 2015, §5.2).
 * The constrained minimum is found by sequential quadratic programming with the exact gradient (Nocedal & Wright 2006, ch. 18).
 */
import { bfgs } from "../../math/bfgs.ts";
import { absolute, choleskySolve, copyOf, Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import type { Base, Quantity } from "../../model/parameters/parameter.ts";

/** One profiled quantity: limits (NaN where a constrained minimum was not found) and the curve (c, ζ). */
export interface Profile {
  readonly low: number;
  readonly high: number;
  readonly curve: readonly { readonly value: number; readonly zeta: number }[];
}

/** Curvature of a parameter that the likelihood does not depend on, to rounding. */
const FLAT = 1e-6;

/** Shares of a standard deviation on the way to none of it: the likelihood changes with its square. */
const TOWARDS_NONE = [0.3, 0.1, 0.01, 0.001];

/** What is profiled. */
interface Profiled {
  readonly base: Base;
  readonly f: Quantity;
  /** The least value where f can be anything; null where it never can, or none was found. */
  readonly anywhere: () => Point | null;
}

/** A constrained minimum. */
interface Point {
  readonly psi: Float64Array;
  readonly value: number;
}

/** Profiles one quantity to ζ = ±`cutoff`, within its range (standard deviations end at 0). */
export function profile(
  base: Base,
  f: Quantity,
  se: number,
  cutoff: number,
  range: readonly [number, number],
): Profile {
  const estimate = f.value(base.psi), curve = [{ value: estimate, zeta: 0 }];
  let none: Point | null | undefined;
  const of: Profiled = {
    base,
    f,
    anywhere: () => none === undefined ? none = withoutDeviation(base, f) : none,
  };
  const high = side(of, estimate, se, cutoff, range[1], +1, curve);
  const low = side(of, estimate, se, cutoff, range[0], -1, curve);
  curve.sort((a, b) => a.value - b.value);
  return { low, high, curve };
}

/**
 * Finds c beyond the estimate with |ζ(c)| = cutoff: ζ is nearly linear, so interpolating it converges in a few steps. Where ζ
 * stays below the cutoff, because the edge of the range comes first or the likelihood is flat, the limit is the edge.
 */
function side(
  of: Profiled,
  estimate: number,
  se: number,
  cutoff: number,
  edge: number,
  sign: 1 | -1,
  curve: { value: number; zeta: number }[],
): number {
  const room = Math.abs(edge - estimate);
  if (room < 1e-9) return edge;
  const passed: Reached[] = [{ distance: 0, zeta: 0 }], { base } = of;
  let psi = base.psi, outside: Reached | null = null, distance = Math.min(cutoff * se, (2 * room) / 3);
  for (let k = 0; k < 60; k++) {
    const value = estimate + sign * distance, point = minimumAt(of, value, psi), inside = passed.at(-1)!;
    const zeta = point ? Math.sqrt(Math.max(0, 2 * (point.value - base.value))) : Infinity;
    if (point) curve.push({ value, zeta: sign * zeta });
    if (Math.abs(zeta - cutoff) < 1e-5 * cutoff) return value;
    if (zeta < cutoff) {
      passed.push({ distance, zeta });
      psi = point!.psi;
      if (distance > 0.998 * room || levelsOff(passed, cutoff)) return edge;
    } else outside = { distance, zeta };
    if (outside && outside.distance - inside.distance < 1e-6 * Math.max(se, inside.distance)) break;
    distance = next(passed.at(-1)!, outside, cutoff, room);
  }
  if (outside?.zeta === Infinity) return levelsOff(passed, cutoff, 0.02) ? edge : NaN;
  return estimate + sign * distance;
}

/** A distance from the estimate and |ζ| there. */
interface Reached {
  readonly distance: number;
  readonly zeta: number;
}

/** ζ has hardly grown since a third of the way: the likelihood falls no further, as where observations are separated. */
function levelsOff(passed: readonly Reached[], cutoff: number, share = 1e-4): boolean {
  const last = passed.at(-1)!, before = passed.findLast(({ distance }) => distance <= last.distance / 3);
  return before !== undefined && before.distance > 0 && last.zeta - before.zeta < share * cutoff;
}

/** The next distance to look at: between two points, or further out than the last one. */
function next(inside: Reached, outside: Reached | null, cutoff: number, room: number): number {
  if (outside) return between(inside, outside, cutoff);
  const step = inside.zeta > 0 ? Math.min(3, 1.02 * cutoff / inside.zeta) : 3;
  return Math.min(step * inside.distance, (inside.distance + 999 * room) / 1000);
}

/**
 * min nll subject to f(ψ) = c, from ψ; where that leads nowhere, from a point moved to f = c. A flat parameter has no slope where
 * it stands but may have one nearer to 0 (extra zeros that the free fit does not need), and a standard deviation of 0 has none there
 * but may be larger at another c, so the search starts there too.
 */
function minimumAt({ base, f, anywhere }: Profiled, c: number, psi: Float64Array): Point | null {
  const flat = Array.from(psi.keys()).filter((j) => base.hessian.get(j, j) <= FLAT);
  const nearer = flat.length > 0 ? psi.map((v, j) => flat.includes(j) ? v / 5 : v) : null;
  const left = base.leave(psi), search = (from: Float64Array | null) => from && constrained(base, f, c, from);
  const moved = () => [psi, base.psi].map((from) => f.move?.(from, c) ?? null);
  if (left) return least([...[psi, nearer, left, ...moved()].map(search), anywhere()]);
  return least([psi, nearer].map(search)) ?? least(moved().map(search)) ?? anywhere();
}

/** The least value where one of the standard deviations behind a correlation is as good as 0: what it has at whatever correlation. */
function withoutDeviation(base: Base, { deviations = [] }: Quantity): Point | null {
  const found = deviations.map((sd) => {
    const of: Profiled = { base, f: sd, anywhere: () => null }, size = sd.value(base.psi);
    let point: Point | null = { psi: base.psi, value: base.value };
    for (const share of TOWARDS_NONE) point = point && minimumAt(of, share * size, point.psi);
    return point;
  });
  return least(found);
}

function least(points: readonly (Point | null)[]): Point | null {
  return points.reduce((a, b) => a === null || (b !== null && b.value < a.value) ? b : a, null);
}

/** Where ζ reaches the cutoff on the line between two points; the middle when one of them has no ζ. */
function between(inside: Reached, outside: Reached, cutoff: number): number {
  const gap = outside.distance - inside.distance;
  if (outside.zeta === Infinity) return inside.distance + gap / 2;
  const share = (cutoff - inside.zeta) / (outside.zeta - inside.zeta);
  return inside.distance + gap * Math.min(0.98, Math.max(0.02, share));
}

/** min nll subject to f(ψ) = c, by SQP with damped BFGS for the Lagrangian; null when it fails. */
function constrained(
  base: Base,
  f: Quantity,
  c: number,
  start: Float64Array,
): Point | null {
  const p = start.length, gradient = new Float64Array(p), trialGradient = new Float64Array(p);
  let B = positive(base.hessian), isFresh = true;
  let psi = start.slice(), value = base.objective.evaluate(psi, gradient), lambda = 0;
  for (let iteration = 0; iteration < 60; iteration++) {
    const a = f.gradient(psi), gap = c - f.value(psi), solved = kkt(B, gradient, a, gap);
    if (!solved) return null;
    const { step, back } = solved;
    lambda = solved.lambda;
    const projected = step.reduce((s, v, i) => s + v * (gradient[i] - lambda * a[i]), 0);
    const scale = Math.abs(c) + Math.abs(gap) + 1e-12;
    if (Math.abs(gap) < 1e-9 * scale && Math.abs(projected) < 1e-9) return { psi, value };
    const penalty = 2 * Math.abs(lambda) + 1e-8, merit = value + penalty * Math.abs(gap);
    let t = 1, accepted = false;
    for (let tries = 0; tries < 14; tries++, t /= 2) {
      const trial = psi.map((v, i) => v + t * step[i]);
      bend(trial, f, c - (1 - t) * gap, back);
      const next = base.objective.evaluate(trial, trialGradient);
      if (
        !Number.isFinite(next) ||
        next + penalty * Math.abs(c - f.value(trial)) > merit + 1e-11 * Math.abs(merit)
      ) continue;
      const newA = f.gradient(trial), s = trial.map((v, i) => v - psi[i]);
      const y = trialGradient.map((g, i) => g - lambda * newA[i] - (gradient[i] - lambda * a[i]));
      bfgs(B, s, y);
      psi = trial;
      value = next;
      gradient.set(trialGradient);
      accepted = true;
      isFresh = false;
      break;
    }
    if (accepted) continue;
    if (isFresh) return Math.abs(gap) < 1e-6 * scale ? { psi, value } : null;
    B = positive(base.hessian); // what it has learnt of the way here misleads
    isFresh = true;
  }
  return Math.abs(c - f.value(psi)) < 1e-6 * (Math.abs(c) + 1e-12) ? { psi, value } : null;
}

/** Least curvature of a direction beside the largest: that of a flat one is the noise of differences. */
const LEAST = 1e-6;

/** A Hessian whose flat parameters (no curvature of their own) count as if they had unit variance, and whose flat directions as weak ones, so that steps stay in sight. */
function positive(hessian: Matrix): Matrix {
  const B = copyOf(hessian);
  for (let j = 0; j < B.rows; j++) {
    if (B.get(j, j) > FLAT) continue;
    for (let i = 0; i < B.rows; i++) {
      B.set(i, j, 0);
      B.set(j, i, 0);
    }
    B.set(j, j, 1);
  }
  return absolute(B, LEAST);
}

/** Second-order correction: back to where f is what a straight line would have made it, or curved constraints let no long step pass. */
function bend(trial: Float64Array, f: Quantity, wanted: number, back: Float64Array) {
  for (let k = 0; k < 2; k++) {
    const off = wanted - f.value(trial);
    if (!Number.isFinite(off)) return;
    for (let i = 0; i < trial.length; i++) trial[i] += off * back[i];
  }
}

/** Solves [B −a; aᵀ 0][s; λ] = [−g; gap], and B⁻¹a/(aᵀB⁻¹a): the shortest way by which f grows by 1. */
function kkt(
  B: Matrix,
  g: Float64Array,
  a: Float64Array,
  gap: number,
): { step: Float64Array; lambda: number; back: Float64Array } | null {
  const Bg = solveSafelyTwo(B, g, a);
  if (!Bg) return null;
  const [x, z] = Bg, aa = dot(a, z);
  if (!(Math.abs(aa) > 1e-300)) return null;
  const lambda = (gap + dot(a, x)) / aa;
  return { step: x.map((v, i) => -v + lambda * z[i]), lambda, back: z.map((v) => v / aa) };
}

/** B⁻¹g and B⁻¹a, with pivots that are not positive replaced (B is a quasi-Newton approximation). */
function solveSafelyTwo(B: Matrix, g: Float64Array, a: Float64Array): [Float64Array, Float64Array] | null {
  const n = B.rows, L = Matrix.zeros(n, n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let s = B.get(i, j);
      for (let k = 0; k < j; k++) s -= L.get(i, k) * L.get(j, k);
      if (i === j && !(s > 1e-14 * Math.abs(B.get(j, j)))) s = Math.max(1e-8, Math.abs(B.get(j, j)));
      L.set(i, j, i === j ? Math.sqrt(s) : s / L.get(j, j));
    }
  }
  return [choleskySolve(L, g), choleskySolve(L, a)];
}
