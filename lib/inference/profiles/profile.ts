/**
 * Profile likelihood: for a function ω = f(ψ) of the parameters, ζ(c) = ±√(2(min_{f(ψ)=c} nll − nll̂)) is nearly linear in
 * c, and the interval is where |ζ| stays below its cut-off (Bates & Watts 1988, section 6.1; Bates et al. 2015, §5.2).
 * The constrained minimum is found by sequential quadratic programming with the exact gradient (Nocedal & Wright 2006, ch. 18).
 */
import { bfgs } from "../../math/bfgs.ts";
import { choleskySolve, copyOf, Matrix } from "../../math/dense.ts";
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

/** Profiles one quantity to ζ = ±`cutoff`, within its range (standard deviations end at 0). */
export function profile(
  base: Base,
  f: Quantity,
  se: number,
  cutoff: number,
  range: readonly [number, number],
): Profile {
  const estimate = f.value(base.psi), curve = [{ value: estimate, zeta: 0 }];
  const high = side(base, f, estimate, se, cutoff, range[1], +1, curve);
  const low = side(base, f, estimate, se, cutoff, range[0], -1, curve);
  curve.sort((a, b) => a.value - b.value);
  return { low, high, curve };
}

/**
 * Finds c beyond the estimate with |ζ(c)| = cutoff: ζ is nearly linear, so interpolating it converges in a few steps. Where ζ
 * stays below the cutoff, because the edge of the range comes first or the likelihood is flat, the limit is the edge.
 */
function side(
  base: Base,
  f: Quantity,
  estimate: number,
  se: number,
  cutoff: number,
  edge: number,
  sign: 1 | -1,
  curve: { value: number; zeta: number }[],
): number {
  const room = Math.abs(edge - estimate);
  if (room < 1e-9) return edge;
  const passed: Reached[] = [{ distance: 0, zeta: 0 }];
  let psi = base.psi, outside: Reached | null = null, distance = Math.min(cutoff * se, (2 * room) / 3);
  for (let k = 0; k < 60; k++) {
    const value = estimate + sign * distance, point = minimumAt(base, f, value, psi), inside = passed.at(-1)!;
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
 * it stands but may have one nearer to 0 (extra zeros that the free fit does not need), so the search starts there too.
 */
function minimumAt(base: Base, f: Quantity, c: number, psi: Float64Array) {
  const flat = Array.from(psi.keys()).filter((j) => base.hessian.get(j, j) <= FLAT);
  const starts = flat.length > 0 ? [psi, psi.map((v, j) => flat.includes(j) ? v / 5 : v)] : [psi];
  const found = starts.map((from) => constrained(base, f, c, from)).filter((point) => point !== null);
  if (found.length > 0) return found.reduce((a, b) => b.value < a.value ? b : a);
  if (!f.move) return null;
  for (const from of [psi, base.psi]) {
    const moved = f.move(from, c), point = moved && constrained(base, f, c, moved);
    if (point) return point;
  }
  return null;
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
): { psi: Float64Array; value: number } | null {
  const p = start.length, gradient = new Float64Array(p), trialGradient = new Float64Array(p);
  const B = withFlatAsUnit(base.hessian);
  let psi = start.slice(), value = base.objective.evaluate(psi, gradient), lambda = 0;
  for (let iteration = 0; iteration < 60; iteration++) {
    const a = f.gradient(psi), gap = c - f.value(psi), solved = kkt(B, gradient, a, gap);
    if (!solved) return null;
    const { step } = solved;
    lambda = solved.lambda;
    const projected = step.reduce((s, v, i) => s + v * (gradient[i] - lambda * a[i]), 0);
    const scale = Math.abs(c) + Math.abs(gap) + 1e-12;
    if (Math.abs(gap) < 1e-9 * scale && Math.abs(projected) < 1e-9) return { psi, value };
    const penalty = 2 * Math.abs(lambda) + 1e-8, merit = value + penalty * Math.abs(gap);
    let t = 1, accepted = false;
    for (let tries = 0; tries < 14; tries++, t /= 2) {
      const trial = psi.map((v, i) => v + t * step[i]), next = base.objective.evaluate(trial, trialGradient);
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
      break;
    }
    if (!accepted) return Math.abs(gap) < 1e-6 * scale ? { psi, value } : null;
  }
  return Math.abs(c - f.value(psi)) < 1e-6 * (Math.abs(c) + 1e-12) ? { psi, value } : null;
}

/** A Hessian whose flat parameters (no curvature of their own) count as if they had unit variance, so that steps stay in sight. */
function withFlatAsUnit(hessian: Matrix): Matrix {
  const B = copyOf(hessian);
  for (let j = 0; j < B.rows; j++) {
    if (B.get(j, j) > FLAT) continue;
    for (let i = 0; i < B.rows; i++) {
      B.set(i, j, 0);
      B.set(j, i, 0);
    }
    B.set(j, j, 1);
  }
  return B;
}

/** Solves [B −a; aᵀ 0][s; λ] = [−g; gap]. */
function kkt(
  B: Matrix,
  g: Float64Array,
  a: Float64Array,
  gap: number,
): { step: Float64Array; lambda: number } | null {
  const Bg = solveSafelyTwo(B, g, a);
  if (!Bg) return null;
  const [x, z] = Bg, aa = dot(a, z);
  if (!(Math.abs(aa) > 1e-300)) return null;
  const lambda = (gap + dot(a, x)) / aa;
  return { step: x.map((v, i) => -v + lambda * z[i]), lambda };
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
