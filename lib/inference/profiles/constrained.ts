/**
 * The constrained minimum of a profile, min nll subject to f(ψ) = c, by sequential quadratic programming with the exact gradient
 * (Nocedal & Wright 2006, chapter 18; second-order corrections 15.6).
 */
import { bfgs } from "../../math/bfgs.ts";
import { absolute, choleskySolve, copyOf, Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import type { Base, Quantity } from "../../model/parameters/parameter.ts";

/** A constrained minimum. */
export interface Point {
  readonly psi: Float64Array;
  readonly value: number;
}

/** Curvature of a parameter that the likelihood does not depend on, to rounding. */
const FLAT = 1e-6;

/** Places of parameters that the likelihood does not depend on. */
export function flatParameters({ hessian }: Base): number[] {
  return Array.from({ length: hessian.rows }, (_, j) => j).filter((j) => !(hessian.get(j, j) > FLAT));
}

/** min nll subject to f(ψ) = c, by SQP with damped BFGS for the Lagrangian; null when it fails. */
export function constrained(
  base: Base,
  f: Quantity,
  c: number,
  start: Float64Array,
): Point | null {
  const p = start.length, gradient = new Float64Array(p), trialGradient = new Float64Array(p);
  let B = positive(base), isFresh = true;
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
    B = positive(base); // what it has learnt of the way here misleads
    isFresh = true;
  }
  return Math.abs(c - f.value(psi)) < 1e-6 * (Math.abs(c) + 1e-12) ? { psi, value } : null;
}

/** Least curvature of a direction beside the largest: that of a flat one is the noise of differences. */
const LEAST = 1e-6;

/**
 * The Hessian, with flat parameters (no curvature of their own) as if they had unit variance, and flat directions as weak ones, so that
 * steps stay in sight.
 */
function positive(base: Base): Matrix {
  const B = copyOf(base.hessian);
  for (const j of flatParameters(base)) {
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
