/**
 * From an objective to its optimum and the certificate that says so: quasi-Newton on the exact gradient, variances that
 * collapse set to exactly zero, the Hessian by differences of the gradient, and Newton steps with that Hessian until the
 * remaining decrease is negligible.
 */
import { Matrix, symmetricEigen } from "../../math/dense.ts";
import { minimize } from "../../math/minimize.ts";
import { collapse } from "./boundary.ts";
import type { Held } from "../objective/held.ts";
import { type Descent, FLAT, type Optimum, type Problem } from "./optimum.ts";
import { FINISHED_NEWTON, polish } from "./polish.ts";
import { remember, restrict } from "./restriction.ts";
import { toleranceAt } from "./runaways.ts";
import { Stretched } from "./stretched.ts";

/**
 * Predicted decrease of the log-likelihood below which quasi-Newton hands over to Newton, and at which Newton stops. The
 * Hessian is taken where the hand-over happens: √(2·1e-9) standard errors from the optimum changes it by about 4e-5.
 */
const HAND_OVER = 1e-9;
/** How often a descent is taken up again from where no optimum could be certified. */
const MORE_DESCENTS = 3;

/** Minimises a general objective over ψ = (γ, θ), and certifies. */
export function findOptimum(problem: Problem, start: Float64Array, startHessian: Matrix): Optimum {
  const once = { ...problem, objective: remember(problem.objective) };
  return certified(once, descend(once, start, startHessian));
}

/**
 * Quasi-Newton from a start, with variances that collapse set to exactly zero on the way.
 * @param stop asked after every step; true ends the descent where it is
 */
export function descend(
  problem: Problem,
  start: Float64Array,
  startHessian: Matrix,
  stop?: (psi: Float64Array, value: number, gradient: Float64Array) => boolean,
): Descent {
  const { objective, effects, thetaAt, options, held } = problem;
  const { maxEvaluations = 500, tolerance = objective.curvature ? FINISHED_NEWTON : HAND_OVER } = options;
  let free: number[] = Array.from(start, (_, i) => i).filter((i) => !held.some(({ at }) => at === i)),
    psi: Float64Array = pinned(start, held),
    value = Infinity,
    evaluations = 0,
    hessian = held.length > 0 ? startHessian.selection(free, free) : startHessian;
  for (let round = 0; round < 4; round++) {
    const restricted = restrict(objective, psi, free), inner = Float64Array.from(free, (i) => psi[i]);
    const stretched = Stretched.of(problem, free, inner), start = stretched.to(inner);
    const at = (x: Float64Array) => restricted.expand(stretched.from(x));
    const minimum = minimize(stretched.view(restricted), {
      start,
      hessian: stretched.scaledHessian(hessian, start, 1),
      tolerance: (x) => toleranceAt(problem, at(x), tolerance),
      maxEvaluations,
      maxStep: 3,
      onIteration: options.onProgress &&
        ((value, count, x, slope) =>
          options.onProgress!(value, count, at(x), { ...stretched.overTheta(slope, x), free })),
      stop: stop && ((x, v, g) => stop(at(x), v, stretched.scaled(g, x, -1))),
    });
    evaluations += minimum.evaluations;
    psi = at(minimum.x);
    value = minimum.value;
    hessian = stretched.scaledHessian(minimum.hessian, minimum.x, -1);
    if (minimum.stopped) break;
    const collapsed = collapse(objective, effects, thetaAt, psi, value, free, held);
    evaluations += collapsed.evaluations;
    if (collapsed.free.length === free.length) break;
    const kept = collapsed.free.map((i) => free.indexOf(i));
    hessian = hessian.selection(kept, kept);
    ({ free, psi } = collapsed);
  }
  return { psi, value, free, hessian, evaluations };
}

/** ψ with the entries that are held at their values. */
function pinned(psi: Float64Array, held: readonly Held[]): Float64Array {
  const out = psi.slice();
  for (const { at, value } of held) out[at] = value;
  return out;
}

/** Newton steps with a differenced Hessian; where that is not positive definite the descent goes on along it, a few times. */
export function certified(problem: Problem, descent: Descent): Optimum {
  const { objective, options } = problem, { length } = descent.psi;
  const flat = options.flat ?? new Float64Array(length).fill(objective.curvature ? FLAT : 0);
  const held = problem.held.map(({ at }) => at);
  let at = descent, optimum = polish(problem, at, flat, held);
  for (
    let again = 0;
    again < (options.moreDescents ?? MORE_DESCENTS) && !optimum.converged && at.free.length > 0;
    again++
  ) {
    const next = descend(
      problem,
      leaveSaddle(problem, optimum),
      embed(optimum.hessian, optimum.free, length),
    );
    const spent = optimum.evaluations + next.evaluations;
    // −∞: a likelihood without bound; where it is still a number it can be explained
    if (!Number.isFinite(next.value) || !(next.value < optimum.value - HAND_OVER)) {
      return { ...optimum, evaluations: spent };
    }
    at = { ...next, evaluations: spent };
    optimum = polish(problem, at, flat, held);
  }
  return optimum;
}

/** ψ moved along the direction of most negative curvature, to the side and by the length that lower the objective most. */
function leaveSaddle({ objective }: Problem, { psi, value, free, hessian }: Optimum): Float64Array {
  if (free.length === 0) return psi;
  const { values, vectors } = symmetricEigen(hessian), scratch = new Float64Array(psi.length);
  if (!(values[0] < 0)) return psi;
  let best = psi, least = value;
  for (const t of [-1, -0.3, -0.1, 0.1, 0.3, 1]) {
    const trial = psi.slice();
    free.forEach((i, a) => trial[i] += t * vectors.get(a, 0));
    const v = objective.evaluate(trial, scratch);
    if (v < least) [best, least] = [trial, v];
  }
  return best;
}

/** A Hessian over free parameters in full size, 1 on the diagonal of the others. */
export function embed(hessian: Matrix, free: readonly number[], size: number): Matrix {
  const H = Matrix.eye(size);
  free.forEach((i, a) => free.forEach((j, b) => H.set(i, j, hessian.get(a, b))));
  return H;
}
