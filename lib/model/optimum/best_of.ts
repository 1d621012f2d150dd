/** The best of several descents, and how many of them agree. */
import type { Matrix } from "../../math/dense.ts";
import { valueAtStart } from "../../math/minimize.ts";
import { remember } from "./restriction.ts";
import { certified, descend } from "./descent.ts";
import type { Optimum, Problem } from "./optimum.ts";

/** A log-likelihood better by less than this is the same optimum. */
const SAME = 1e-6;
/** A descent is in another's basin within one standard error, when its log-likelihood is lower by what the curvature there says, up to a factor. */
const QUADRATIC = 1.5;
/** … or, where the log-likelihood is that near … */
const NEAR_VALUE = 0.02;
const NEAR_BOUNDARY = 0.3;
/** … lower by a third, at least, of what the curvature says: else there is something between them. */
const STEEPNESS = 3;
/**
 * Evaluations that a further start gets, and the steps after which it must be near what is known, and below it. (Of 143 random
 * fits that needed a look elsewhere, the starts that won were within 1 after 10 steps and below after 18, but for one that crept along a
 * flat zero inflation; separatedZeros starts at its end.)
 */
const ENOUGH = 120;
const NEARING = { steps: 12, within: 2 };
const WINNING = { steps: 20, within: 0 };
/** … and a descent that creeps is given up: one whose last steps together came down by less than a part of what is missing. */
const CREEPING = { steps: 3, share: 0.2 };

/**
 * Descends from each start until it is in the basin of the best optimum so far, and keeps what is better; what can be
 * certified goes before what cannot (an unbounded likelihood, an approximation that breaks down), whatever their values.
 * @param hessianAt first guess of the Hessian at a start
 */
export function bestOf(
  problem: Problem,
  first: Optimum,
  starts: readonly Float64Array[],
  hessianAt: (start: Float64Array) => Matrix,
): Optimum {
  if (starts.length === 0) return first;
  const objective = remember(problem.objective);
  const second = {
    ...problem,
    objective,
    options: { ...problem.options, maxEvaluations: ENOUGH, moreDescents: 1 },
  };
  let best = first, agreeing = 1, evaluations = first.evaluations;
  for (const start of starts) {
    if (!Number.isFinite(valueAtStart(objective, start))) continue; // nothing is defined there
    const basin = new Basin(problem, best), hessian = hessianAt(start), values: number[] = [];
    const descent = descend(second, start, hessian, (psi, value) => {
      values.push(value);
      return isHopeless(values, best.value) || basin.holds(psi, value);
    });
    evaluations += descent.evaluations;
    if (!Number.isFinite(descent.value)) continue; // ran to where nothing is defined
    if (basin.holds(descent.psi, descent.value) || Math.abs(descent.value - best.value) < SAME) agreeing++;
    if (best.converged && !(descent.value < best.value - SAME)) continue;
    const other = certified(second, descent);
    evaluations += other.evaluations - descent.evaluations;
    if (best.converged === other.converged ? !(other.value < best.value - SAME) : best.converged) continue;
    best = other;
    agreeing = 1;
  }
  objective.evaluate(best.psi, new Float64Array(best.psi.length)); // leaves the objective's modes at the optimum
  return { ...best, evaluations, starts: { tried: 1 + starts.length, agreeing } };
}

/** A descent that will hardly come below what is known, by its values so far. */
function isHopeless(values: readonly number[], best: number): boolean {
  const { length } = values, last = values[length - 1], missing = last - best;
  if ([NEARING, WINNING].some(({ steps, within }) => length >= steps && missing > within)) return true;
  return length > 2 * CREEPING.steps && values[length - 1 - CREEPING.steps] - last < CREEPING.share * missing;
}

/** The neighbourhood of an optimum in which every descent ends there. */
class Basin {
  private readonly centre: Float64Array;

  constructor(private readonly problem: Problem, private readonly optimum: Optimum) {
    this.centre = canonical(problem, optimum.psi);
  }

  holds(psi: Float64Array, value: number): boolean {
    const { value: best, free, fixed, hessian } = this.optimum;
    const missing = value - best;
    if (missing < -SAME || missing > QUADRATIC / 2) return false; // nothing in the basin is below its optimum
    const d = canonical(this.problem, psi).map((v, i) => v - this.centre[i]);
    if (fixed.some((i) => Math.abs(d[i]) > NEAR_BOUNDARY)) return false;
    let distance = 0;
    free.forEach((i, a) => free.forEach((j, b) => distance += d[i] * hessian.get(a, b) * d[j]));
    if (!(distance < 1)) return false;
    return missing < NEAR_VALUE
      ? distance / 2 < STEEPNESS * missing + SAME
      : distance / 2 < QUADRATIC * missing && missing < QUADRATIC * distance / 2;
  }
}

/** ψ with positive diagonals: the sign of a column of a template means nothing. */
function canonical({ effects, thetaAt }: Problem, psi: Float64Array): Float64Array {
  const out = psi.slice();
  for (const t of effects.terms) {
    const at = thetaAt + t.theta;
    for (const edge of t.covariance.edges) {
      if (out[at + edge.at] < 0) { for (const i of edge.column) out[at + i] *= -1; }
    }
  }
  return out;
}
