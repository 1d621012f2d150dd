/**
 * Minimisation of a smooth function with exact gradient in a few dozen well-scaled variables: quasi-Newton steps
 * B s = −g with backtracking (Nocedal & Wright 2006, chapters 3 and 6). B comes from the objective's own curvature when
 * it has one (average information) and what short steps show it to lack, else from BFGS updates of a good first guess.
 */
import { bfgs } from "./bfgs.ts";
import { LackingCurvature } from "./lacking_curvature.ts";
import { absolute, copyOf, largestEntry, lowerFactor, Matrix, OVERFLOW, safeSolver } from "./dense.ts";
import { dot } from "./vectors.ts";

/** A function to minimise. */
export interface Objective {
  /**
   * Value at x, gradient written into `gradient` (not on failure: then the value is Infinity or NaN).
   * @param slack what the value may be off by, and the gradient by as much for each standard error: 0 where it is not said
   */
  evaluate(x: Float64Array, gradient: Float64Array, slack?: number): number;
  /** What the last value may be off by; 0 where it is not said. */
  readonly off?: number;
  /** Approximate Hessian at the last evaluated x; called after evaluate. */
  curvature?(): Matrix;
  /**
   * Told that differences to one side, very near, begin at x, which gradients have to be exact for. True where x was evaluated anew for
   * them; null where gradients err by more than that.
   * @param error what a gradient may be off by
   */
  quieten?(x: Float64Array, error: number): boolean | null;
  /** Where the gradient is dear: what holds most of the curvature and is not. */
  readonly part?: PartOfObjective;
  /** Variables whose rows of the Hessian are known at the last evaluated x. */
  known?(): KnownCurvature;
}

/**
 * A part of a function whose gradient and Hessian cost little where the function was evaluated last; of what is left the gradient is differenced to
 * one side.
 */
export interface PartOfObjective {
  /** Its gradient at x, written into `gradient`. */
  gradient(x: Float64Array, gradient: Float64Array): void;
  hessian(x: Float64Array): Matrix;
}

/** The Hessian over some variables that have no mixed second derivatives with the others. */
export interface KnownCurvature {
  readonly at: readonly number[];
  readonly curvature: Matrix;
}

export interface MinimizeOptions {
  start: Float64Array;
  /** First guess of the Hessian (ignored when the objective has a curvature). */
  hessian?: Matrix;
  /** Stop when the predicted decrease ½ gᵀB⁻¹g is below this (in units of the function), which may depend on x. */
  tolerance: number | ((x: Float64Array) => number);
  maxEvaluations: number;
  /** Curvature, as a share of the largest, that steps count with at least (1e-9). */
  floor?: number;
  /** Largest step: each variable moves by no more than this or its own size. */
  maxStep?: number;
  /** Called at the start and after every step. */
  onIteration?: (value: number, evaluations: number, x: Float64Array, slope: Slope) => void;
  /** Asked after every step; true ends the search where it is. */
  stop?: (x: Float64Array, value: number, gradient: Float64Array) => boolean;
}

/** Gradient and Hessian approximation at a point on the way. */
export interface Slope {
  readonly gradient: Float64Array;
  readonly hessian: Matrix;
}

export interface Minimum {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
  /** Last Hessian approximation. */
  hessian: Matrix;
  predictedDecrease: number;
  evaluations: number;
  converged: boolean;
  /** Ended by `stop`. */
  stopped: boolean;
}

/** Least curvature beside the largest, where not said otherwise. */
const FLOOR = 1e-9;

/** Share of the slope along a step that values on it may be off by: what is found there decides on the next step, which is no better known. */
const SLACK = 1e-4;
/** What the value at the start may be off by. */
export const START_SLACK = 1e-3;
/** The value where a search is to begin, no more exact than it needs to be there. */
export function valueAtStart(objective: Objective, x: Float64Array): number {
  return objective.evaluate(x, new Float64Array(x.length), START_SLACK);
}

/** A point has to be known exactly where the predicted decrease is no more than so many times what its value is off by. */
const CLEARLY = 100;

/** Evaluations that may fail before a search is given up: it keeps running into the edge of what is defined. */
const MAX_FAILURES = 40;

/** Finds a local minimum. A failed evaluation (Infinity, NaN) only shortens the step. */
export function minimize(objective: Objective, options: MinimizeOptions): Minimum {
  const p = options.start.length;
  let x = options.start.slice(), gradient = new Float64Array(p);
  let value = objective.evaluate(x, gradient, p > 0 ? START_SLACK : 0), evaluations = 1;
  let off = objective.off ?? 0; // what the value at x may be off by
  let B = objective.curvature
    ? objective.curvature()
    : (options.hessian ? copyOf(options.hessian) : Matrix.eye(p));
  const lacking = new LackingCurvature(B);
  const { tolerance, floor = FLOOR } = options,
    toleranceAt = typeof tolerance === "number" ? () => tolerance : tolerance;
  const trial = new Float64Array(p), trialGradient = new Float64Array(p);
  let decrease = Infinity, converged = false, stopped = false, stuck = 0, failures = 0;
  if (p === 0) {
    return { x, value, gradient, hessian: B, predictedDecrease: 0, evaluations, converged: true, stopped };
  }
  if (Number.isFinite(value)) options.onIteration?.(value, evaluations, x, { gradient, hessian: copyOf(B) });
  while (evaluations < options.maxEvaluations && failures < MAX_FAILURES && Number.isFinite(value)) {
    if (!isInRange(B)) break; // towards a function without bound
    let L = lowerFactor(B);
    if (!L && !objective.curvature) { // what the step is by, and what updates can learn from
      B = absolute(B, floor);
      L = lowerFactor(B);
    }
    const step = safeSolver(B, floor, L)(gradient).map((s) => -s);
    const slope = dot(gradient, step);
    decrease = -slope / 2;
    if (off > 0 && decrease < CLEARLY * off) {
      value = objective.evaluate(x, gradient);
      off = 0;
      continue;
    }
    if (decrease < toleranceAt(x)) {
      converged = true;
      break;
    }
    shorten(step, x, options.maxStep ?? Infinity);
    const accepted = search(step, dot(gradient, step));
    if (!accepted) {
      if (stuck++ > 1) break; // no decrease along a descent direction: rounding decides, or the gradient is wrong
      B = objective.curvature ? damp(B, 10) : Matrix.diag(Array.from({ length: p }, (_, i) => B.get(i, i)));
      continue;
    }
    stuck = 0;
    options.onIteration?.(value, evaluations, x, { gradient, hessian: copyOf(B) });
    stopped = options.stop?.(x, value, gradient) ?? false;
    if (stopped) break;
  }
  return { x, value, gradient, hessian: B, predictedDecrease: decrease, evaluations, converged, stopped };

  /** Backtracks along `step` until the value falls enough; then moves and updates B. */
  function search(step: Float64Array, slope: number): boolean {
    for (let t = 1, tries = 0; tries < 12 && evaluations < options.maxEvaluations; tries++) {
      for (let i = 0; i < p; i++) trial[i] = x[i] + t * step[i];
      const next = objective.evaluate(trial, trialGradient, -SLACK * t * slope);
      evaluations++;
      if (!Number.isFinite(next)) failures++;
      const slack = 1e-13 * Math.abs(value);
      if (next <= value + 1e-4 * t * slope + slack) {
        const s = step.map((v) => t * v), y = trialGradient.map((g, i) => g - gradient[i]);
        x = trial.slice();
        gradient = trialGradient.slice();
        value = next;
        off = objective.off ?? 0;
        if (objective.curvature) B = lacking.added(objective.curvature(), s, y);
        else bfgs(B, s, y);
        return true;
      }
      const quadratic = Number.isFinite(next) ? -slope * t * t / (2 * (next - value - slope * t)) : 0;
      t = Math.min(0.5 * t, Math.max(0.1 * t, quadratic));
    }
    return false;
  }
}

/** Curvature whose square is a number. */
function isInRange(B: Matrix): boolean {
  return largestEntry(B) < OVERFLOW;
}

function damp(B: Matrix, factor: number): Matrix {
  const next = copyOf(B);
  for (let i = 0; i < B.rows; i++) next.set(i, i, Math.abs(B.get(i, i)) * factor);
  return next;
}

function shorten(step: Float64Array, x: Float64Array, limit: number) {
  let excess = 1;
  for (let i = 0; i < x.length; i++) {
    excess = Math.max(excess, Math.abs(step[i]) / Math.max(limit, Math.abs(x[i])));
  }
  if (excess > 1) { for (let i = 0; i < step.length; i++) step[i] /= excess; }
}
