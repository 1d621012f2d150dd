/** The end of a search: Newton steps with a differenced Hessian, and what the likelihood determines there. */
import { choleskyFactor, choleskySolve, Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { largestOf } from "../../math/largest.ts";
import { Curvature } from "./curvature.ts";
import { amongAll, invert } from "./directions.ts";
import { CERTAIN, type Descent, HESSIAN_ERROR, type Optimum, type Problem } from "./optimum.ts";
import { restrict } from "./restriction.ts";
import { atFarEnd } from "./far_end.ts";
import { runaways } from "./runaways.ts";

/** Predicted decrease of the log-likelihood at which Newton stops. */
const FINISHED = 1e-13;
/**
 * Half the squared length of a step, in standard errors, after which the curvature is differenced again: standard errors are those of the
 * optimum, not of a point before it, to about 3e-5 (a step of 1.4e-4 standard errors changes them by a fifth of that).
 */
const STRAYED = 1e-8;
/** The same of a rough Hessian: a tenth of a standard error changes it by some hundredths. */
const ROUGHLY_STRAYED = 5e-3;
/** The predicted decrease at which Newton stops, of objectives with their own curvature, whose evaluations are dear: 8e-7 standard errors. */
export const FINISHED_NEWTON = 3e-13;

/** Newton steps with a differenced Hessian, and what is left of the gradient. */
export function polish(
  problem: Problem,
  { psi: start, free, value: startValue, hessian: approximate, evaluations: spent }: Descent,
  flatBelow: Float64Array,
  held: readonly number[],
): Optimum {
  const objective = restrict(problem.objective, start, free), p = free.length;
  const strayed = problem.options.roughly ? ROUGHLY_STRAYED : STRAYED;
  const curvature = new Curvature(objective, approximate, problem.options);
  const first = Float64Array.from(free, (i) => start[i]), slope = new Float64Array(p);
  const from = { x: first, value: p > 0 ? objective.evaluate(first, slope) : startValue, gradient: slope };
  const { end, directions, evaluations: further } = atFarEnd(problem, objective, free, from);
  let { x, gradient, value } = end, evaluations = spent + 1 + further, remaining = Infinity;
  let hessian = p > 0 ? curvature.at(x) : Matrix.zeros(0, 0);
  const far = runaways(problem, objective, x, free, value, hessian), away = [...directions, ...far];
  for (let iteration = 0; iteration < 12 && p > 0; iteration++) {
    const step = newtonStep(hessian, gradient, away);
    remaining = step.decrease;
    if (Math.abs(remaining) < (objective.curvature ? FINISHED_NEWTON : FINISHED) || !step.definite) break;
    const next = x.map((v, i) => v - step.newton[i]),
      slope = new Float64Array(p),
      moved = objective.evaluate(next, slope);
    evaluations++;
    if (!(moved <= value + 1e-10 * Math.abs(value))) break;
    [x, gradient, value] = [next, slope, moved];
    if (remaining > strayed || objective.curvature) hessian = curvature.at(x);
  }
  const psi = objective.expand(x),
    known = away.map((d) => amongAll(d, free, psi.length)),
    { covariance, smallest, flat } = invert(
      hessian,
      [...free],
      psi.length,
      flatBelow,
      known,
      largestOf(gradient.map(Math.abs)),
    );
  if (p > 0) value = objective.evaluate(x, gradient); // leaves the objective's modes at the optimum
  const distance = Math.sqrt(Math.max(0, 2 * remaining)), { defined } = curvature;
  return {
    psi,
    value,
    free,
    hessian,
    covariance,
    flat: { directions: flat, pulls: [], ray: null },
    evaluations: evaluations + curvature.evaluations + far.length,
    gradient: p === 0 ? 0 : defined ? distance : Infinity,
    fixed: Array.from(psi, (_, i) => i).filter((i) => !free.includes(i)),
    held,
    smallestEigenvalue: defined ? smallest : -Infinity,
    converged: defined && Number.isFinite(value) &&
      (p === 0 || (distance < CERTAIN && smallest > -HESSIAN_ERROR)),
  };
}

/**
 * H⁻¹g, and ½ gᵀH⁻¹g by which the objective would fall; by the diagonal alone where H is not positive definite. Nothing moves along
 * directions that are flat.
 */
function newtonStep(hessian: Matrix, gradient: Float64Array, flat: readonly Float64Array[]) {
  const p = gradient.length;
  if (flat.length > 0) {
    const all = Array.from(gradient, (_, i) => i);
    const { covariance, smallest } = invert(hessian, all, p, new Float64Array(p), flat);
    const newton = Float64Array.from(covariance.mmul(Matrix.columnVector(gradient)).to1DArray());
    return { newton, decrease: dot(newton, gradient) / 2, definite: smallest > 0 };
  }
  const L = choleskyFactor(hessian);
  const newton = L
    ? choleskySolve(L, gradient)
    : gradient.map((g, i) => g / Math.max(1e-8, Math.abs(hessian.get(i, i))));
  return { newton, decrease: dot(newton, gradient) / 2, definite: L !== null };
}
