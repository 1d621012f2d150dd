/**
 * From an objective to its optimum and the certificate that says so: quasi-Newton on the exact gradient, variances that
 * collapse set to exactly zero, the Hessian by differences of the gradient, and Newton steps with that Hessian until the
 * remaining decrease is negligible.
 */
import { choleskyFactor, Matrix, symmetricEigen } from "../math/dense.ts";
import { hessianFromGradient } from "../math/differentiate.ts";
import { minimize, type Objective } from "../math/minimize.ts";
import type { RandomEffects, TermLayout } from "./random_effects.ts";

/** How sure we are of an optimum, in numbers. */
export interface Certificate {
  /** √(gᵀH⁻¹g): distance to the optimum in standard errors. */
  readonly gradient: number;
  /** Smallest eigenvalue of the Hessian scaled to unit diagonal (≤ 0: not a minimum; near 0: a flat direction). */
  readonly smallestEigenvalue: number;
  /** Covariance parameters at the boundary, in words: "sd (Intercept) | block". */
  readonly boundary: readonly string[];
  /** Evaluations of the objective and passes over the rows. */
  readonly evaluations: number;
  /** Gradient negligible, no direction in which the objective falls. */
  readonly converged: boolean;
  /** For one scalar grouping factor: 2·(log-likelihood by 9-point quadrature − Laplace), and shifts of the estimates in SE. */
  readonly laplaceError?: { readonly logLik: number; readonly shift: number };
  /** All of it in sentences. */
  readonly text: string;
}

/** The optimum over the free parameters; fixed ones sit at their boundary. */
export interface Optimum {
  readonly psi: Float64Array;
  readonly value: number;
  /** Indices of ψ that are free, and the Hessian over them. */
  readonly free: readonly number[];
  readonly hessian: Matrix;
  /** Inverse of the Hessian embedded in full size (zeros for fixed parameters; Infinity variances for flat ones). */
  readonly covariance: Matrix;
  /** Parameters on directions along which the likelihood is flat. */
  readonly flat: readonly number[];
  readonly fixed: readonly number[];
  readonly evaluations: number;
  readonly gradient: number;
  readonly smallestEigenvalue: number;
  readonly converged: boolean;
}

export interface OptimumOptions {
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
  readonly onProgress?: (value: number, evaluations: number) => void;
  /** Curvature of every parameter below which the likelihood counts as flat in it. */
  readonly flat?: Float64Array;
}

/** On a scale where effects are of order 1, a curvature below this (a standard error above 3000) says that nothing is known. */
export const FLAT = 1e-7;
/** Eigenvalues of a differenced Hessian of unit diagonal are wrong by up to this. */
const HESSIAN_ERROR = 1e-4;
/**
 * Predicted decrease of the log-likelihood below which quasi-Newton hands over to Newton, and at which Newton stops. The
 * Hessian is taken where the hand-over happens: √(2·1e-9) standard errors from the optimum changes it by about 4e-5.
 */
const HAND_OVER = 1e-9;
const FINISHED = 1e-13;
/** The same for objectives with their own curvature, whose evaluations are dear: 1e-10 is 1.4e-5 standard errors. */
const FINISHED_NEWTON = 1e-10;
/** Below this standard deviation (on the standardised scale of its term) zero is tried as the estimate. */
const SMALL = 0.05;

/** Minimises a general objective over ψ = (γ, θ). */
export function findOptimum(
  objective: Objective,
  effects: RandomEffects,
  thetaAt: number,
  start: Float64Array,
  startHessian: Matrix,
  options: OptimumOptions,
): Optimum {
  const { maxEvaluations = 500, tolerance = objective.curvature ? FINISHED_NEWTON : HAND_OVER } = options;
  objective = remember(objective);
  let free: number[] = Array.from(start, (_, i) => i),
    psi: Float64Array = start.slice(),
    evaluations = 0,
    hessian = startHessian;
  let value = Infinity;
  for (let round = 0; round < 4; round++) {
    const restricted = restrict(objective, psi, free);
    const minimum = minimize(restricted, {
      start: Float64Array.from(free, (i) => psi[i]),
      hessian,
      tolerance,
      maxEvaluations,
      maxStep: 3,
      onIteration: options.onProgress,
    });
    evaluations += minimum.evaluations;
    psi = restricted.expand(minimum.x);
    value = minimum.value;
    const collapsed = collapse(objective, effects, thetaAt, psi, value, free);
    evaluations += collapsed.evaluations;
    if (collapsed.free.length === free.length) {
      hessian = minimum.hessian;
      break;
    }
    hessian = minimum.hessian.selection(
      collapsed.free.map((i) => free.indexOf(i)),
      collapsed.free.map((i) => free.indexOf(i)),
    );
    ({ free, psi } = collapsed);
  }
  const flat = options.flat ?? new Float64Array(psi.length).fill(objective.curvature ? FLAT : 0);
  return polish(restrict(objective, psi, free), psi, free, value, hessian, evaluations, flat);
}

/** Newton steps with a differenced Hessian, and what is left of the gradient. */
function polish(
  objective: ReturnType<typeof restrict>,
  start: Float64Array,
  free: number[],
  startValue: number,
  approximate: Matrix,
  spent: number,
  flatBelow: Float64Array,
): Optimum {
  const p = free.length, gradient = new Float64Array(p);
  let x = Float64Array.from(free, (i) => start[i]), evaluations = spent, value = startValue;
  const gradientAt = (at: Float64Array, out: Float64Array) => {
    objective.evaluate(at, out);
    evaluations++;
  };
  const steps = x.map((v, i) => stepFor(approximate.get(i, i), v));
  const hessianAt = (at: Float64Array) => {
    if (!objective.curvature) return hessianFromGradient(gradientAt, at, steps);
    objective.evaluate(at, gradient);
    return objective.curvature();
  };
  let hessian = p > 0 ? hessianAt(x) : Matrix.zeros(0, 0);
  let remaining = Infinity;
  for (let iteration = 0; iteration < 12 && p > 0; iteration++) {
    value = objective.evaluate(x, gradient);
    evaluations++;
    const L = choleskyFactor(hessian);
    const newton = L
      ? solveLower(L, gradient)
      : gradient.map((g, i) => g / Math.max(1e-8, Math.abs(hessian.get(i, i))));
    remaining = newton.reduce((s, v, i) => s + v * gradient[i], 0) / 2;
    if (Math.abs(remaining) < (objective.curvature ? FINISHED_NEWTON : FINISHED) || !L) break;
    const next = x.map((v, i) => v - newton[i]), scratch = new Float64Array(p);
    const moved = objective.evaluate(next, scratch);
    evaluations++;
    if (!(moved <= value + 1e-10 * Math.abs(value))) break;
    x = next;
    if (iteration === 2 || objective.curvature) hessian = hessianAt(x);
  }
  const psi = objective.expand(x);
  const { covariance, smallest, flat } = invert(hessian, free, psi.length, flatBelow);
  if (p > 0) value = objective.evaluate(x, gradient); // leaves the objective's modes at the optimum
  const distance = Math.sqrt(Math.max(0, 2 * remaining));
  return {
    psi,
    value,
    free,
    hessian,
    covariance,
    flat,
    evaluations,
    gradient: p > 0 ? distance : 0,
    fixed: Array.from(psi, (_, i) => i).filter((i) => !free.includes(i)),
    smallestEigenvalue: smallest,
    converged: p === 0 || (distance < 1e-3 && smallest > -HESSIAN_ERROR),
  };
}

/** A small fraction of a standard error, at which truncation and the noise of the gradient are both near 1e-5 relative. */
function stepFor(curvature: number, value: number): number {
  const se = curvature > 0 ? 1 / Math.sqrt(curvature) : 0.1 * Math.max(1, Math.abs(value));
  return Math.min(0.02, 3e-3 * se);
}

/** Inverse over the usable directions; parameters on flat ones get infinite variance instead of nonsense. */
function invert(hessian: Matrix, free: number[], size: number, flatBelow: Float64Array) {
  const covariance = Matrix.zeros(size, size), flat = new Set<number>();
  const curved = free.map((_, a) => a).filter((a) => Math.abs(hessian.get(a, a)) > flatBelow[free[a]]);
  free.forEach((i, a) => !curved.includes(a) && flat.add(i));
  const scale = curved.map((a) => 1 / Math.sqrt(Math.abs(hessian.get(a, a)))), p = curved.length;
  let smallest = Infinity;
  if (p > 0) {
    const scaled = Matrix.zeros(p, p);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) scaled.set(i, j, hessian.get(curved[i], curved[j]) * scale[i] * scale[j]);
    }
    const { values, vectors } = symmetricEigen(scaled);
    smallest = Math.min(...values);
    values.forEach((value, k) => {
      for (let i = 0; i < p; i++) {
        if (value <= 1e-9) {
          if (Math.abs(vectors.get(i, k)) > 0.05) flat.add(free[curved[i]]);
          continue;
        }
        const f = free[curved[i]], left = vectors.get(i, k) / value * scale[i];
        for (let j = 0; j < p; j++) {
          const g = free[curved[j]];
          covariance.set(f, g, covariance.get(f, g) + left * vectors.get(j, k) * scale[j]);
        }
      }
    });
  }
  for (const i of flat) covariance.set(i, i, Infinity);
  return { covariance, smallest, flat: [...flat] };
}

/** Keeps the last evaluation, so that asking twice at one point costs nothing. */
function remember(objective: Objective): Objective {
  let point: Float64Array | null = null, value = NaN;
  let kept = new Float64Array(0);
  return {
    evaluate(x, gradient) {
      if (!point || !x.every((v, i) => v === point![i])) {
        value = objective.evaluate(x, gradient);
        kept = gradient.slice();
        point = x.slice();
      }
      gradient.set(kept);
      return value;
    },
    curvature: objective.curvature && (() => objective.curvature!()),
  };
}

/** The objective over the free parameters only. */
export function restrict(objective: Objective, at: Float64Array, free: readonly number[]) {
  const full = at.slice(), fullGradient = new Float64Array(at.length);
  const expand = (x: Float64Array) => {
    const psi = full.slice();
    free.forEach((i, j) => psi[i] = x[j]);
    return psi;
  };
  return {
    expand,
    evaluate(x: Float64Array, gradient: Float64Array) {
      const value = objective.evaluate(expand(x), fullGradient);
      free.forEach((i, j) => gradient[j] = fullGradient[i]);
      return value;
    },
    curvature: objective.curvature && (() => {
      const c = objective.curvature!();
      return c.selection([...free], [...free]);
    }),
  };
}

/**
 * Tries zero for small diagonal entries of the templates, term by term. A collapse is kept when the objective does not get
 * worse: the likelihood is even in a template's diagonal, so 0 is then a true stationary point.
 */
export function collapse(
  objective: Objective,
  effects: RandomEffects,
  thetaAt: number,
  psi: Float64Array,
  value: number,
  free: readonly number[],
): { psi: Float64Array; free: number[]; evaluations: number } {
  let current: Float64Array = psi.slice(), best = value, kept = [...free], evaluations = 0;
  const scratch = new Float64Array(psi.length);
  for (const term of effects.terms) {
    const c = term.count, at = thetaAt + term.theta, diagonal = term.covariance.diagonal(c);
    for (let again = true, rounds = 0; again && rounds < 2 * c; rounds++) {
      again = false;
      for (let j = c - 1; j >= 0; j--) {
        const d = at + diagonal[j];
        if (!kept.includes(d) || Math.abs(current[d]) >= SMALL) continue;
        const { trial, zero } = withoutDiagonal(current, term, at, j);
        const next = objective.evaluate(trial, scratch);
        evaluations++;
        if (!(next <= best + 1e-8 * Math.max(1, Math.abs(best) * 1e-3))) continue;
        current = trial;
        best = next;
        kept = kept.filter((i) => i < at || i >= at + term.thetas);
        for (let k = 0; k < term.thetas; k++) if (!zero.has(k)) kept.push(at + k);
        kept.sort((x, y) => x - y);
        again = true;
      }
    }
  }
  return { psi: current, free: kept, evaluations };
}

/** θ with the j-th diagonal of one template zero, in canonical form, and which of the term's parameters are then fixed. */
function withoutDiagonal(current: Float64Array, term: TermLayout, at: number, j: number) {
  const c = term.count,
    trial = current.slice(),
    T = new Float64Array(c * c),
    diagonal = term.covariance.diagonal(c);
  trial[at + diagonal[j]] = 0;
  if (term.covariance.name === "us") { // T → the factor of T Tᵀ with zero columns for zero pivots
    term.covariance.fill(trial, at, c, T);
    semidefiniteFactor(T, c).forEach((v, k) => trial[at + k] = v);
  }
  const zero = new Set<number>();
  diagonal.forEach((d, k) => {
    if (trial[at + d] !== 0) return;
    for (let i = d; i < (diagonal[k + 1] ?? term.thetas); i++) zero.add(i); // the whole column of the template
  });
  return { trial, zero };
}

/** Lower factor of T Tᵀ by columns, zero columns for zero pivots: θ of the unstructured covariance. */
function semidefiniteFactor(T: Float64Array, c: number): number[] {
  const S = Matrix.zeros(c, c);
  for (let i = 0; i < c; i++) {
    for (let j = 0; j < c; j++) {
      for (let k = 0; k < c; k++) S.set(i, j, S.get(i, j) + T[k * c + i] * T[k * c + j]);
    }
  }
  const theta: number[] = [], L = Matrix.zeros(c, c);
  for (let j = 0; j < c; j++) {
    for (let i = j; i < c; i++) {
      let s = S.get(i, j);
      for (let k = 0; k < j; k++) s -= L.get(i, k) * L.get(j, k);
      const pivot = L.get(j, j);
      L.set(i, j, i === j ? (s > 1e-14 ? Math.sqrt(s) : 0) : pivot > 0 ? s / pivot : 0);
      theta.push(L.get(i, j));
    }
  }
  return theta;
}

function solveLower(L: Matrix, b: Float64Array): Float64Array {
  const n = L.rows, x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= L.get(i, k) * x[k];
    x[i] /= L.get(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= L.get(k, i) * x[k];
    x[i] /= L.get(i, i);
  }
  return x;
}
