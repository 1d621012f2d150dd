/** The search of one objective: from where the plan says, and from elsewhere where the first optimum may not be the best. */
import { Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import { bestOf } from "./best_of.ts";
import { curvatureAt } from "./cold_start.ts";
import { domainOf, insideEdges } from "./edge.ts";
import { freeCovarianceOptimum } from "./free_covariance.ts";
import { differentRows } from "../objective/equal_rows.ts";
import { heldEntries } from "../objective/held.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { certified, findOptimum } from "./descent.ts";
import { FLAT, type Optimum, type Problem } from "./optimum.ts";
import { type FitPlan, optionsOf } from "./plan.ts";
import { remember } from "./restriction.ts";
import { separated } from "./separation.ts";
import { isRegular } from "./regular.ts";
import { otherThetas, secondStarts } from "./second_starts.ts";
import { fixedStart, withInformation } from "./start.ts";
import { gaussianStart, generalStart } from "./starting_point.ts";

/** @param target what is minimised: the objective itself, or the same function by other means */
export function gaussianProblem(
  plan: FitPlan,
  objective: ProfiledDeviance,
  target: Objective,
  stands: boolean,
): Problem {
  const { effects } = objective, held = heldEntries(effects, 0);
  const options = optionsOf(plan, objective, { points: 1, held, stands });
  return { objective: target, effects, thetaAt: 0, options, held };
}

/** The optimum over θ in closed form. */
export function searchGaussian(plan: FitPlan, objective: ProfiledDeviance, problem: Problem): Optimum {
  const { psi, hessian } = gaussianStart(plan, objective), { warm, from, start = [] } = plan;
  const known = warm || from || start.length > 0 ? psi : null,
    told = gaussianProblem(plan, objective, objective, false).options;
  const free = problem.held.length === 0 && freeCovarianceOptimum(objective, told, known);
  // towards a likelihood without bound the engine is at its end before that search is
  if (free && Number.isFinite(objective.evaluate(free.psi))) return free;
  const first = findOptimum(problem, psi, hessian);
  if (warm) return first;
  return bestOf(problem, first, otherThetas(objective.effects, first), (at) => Matrix.eye(at.length));
}

/**
 * @param target what is minimised
 * @param points of the quadrature
 */
export function generalProblem(plan: FitPlan, objective: Laplace, target?: Objective, points = 1): Problem {
  const { effects, thetaAt, size } = objective, held = heldEntries(effects, thetaAt);
  const options = {
    ...optionsOf(plan, objective, { points, held }),
    flat: new Float64Array(size).fill(FLAT),
  };
  const minimised = target ?? (effects.q > 0 ? objective : withInformation(objective));
  const overPsi = (psi: Float64Array, value: number) => {
    const { directions, ray } = separated(objective, psi, value);
    return { directions: directions.map((d) => objective.toPsi(d)), ray: ray && objective.toPsi(ray) };
  };
  const isItself = minimised === objective; // of others, what rows say of their predictors is not at hand
  return {
    objective: remember(minimised),
    effects,
    thetaAt,
    options,
    held,
    separated: isItself ? overPsi : undefined,
  };
}

/** The optimum over ψ by the Laplace approximation. */
export function searchGeneral(plan: FitPlan, objective: Laplace, problem: Problem): Optimum {
  const { psi: start, hessian, starts } = generalStart(plan, objective, problem.objective);
  const first = findOptimum(problem, start, hessian);
  const best = plan.warm || (starts && isRegular(first))
    ? { ...first, starts }
    : bestOf(problem, first, secondStarts(objective, first), (at) => curvatureAt(objective, at));
  if (problem.held.length > 0) return best;
  if (!Number.isFinite(best.value)) return withoutGroups(problem, objective);
  return best.converged ? best : towardsEdge(problem, objective, best);
}

/**
 * The optimum without random effects at the edge of what the link allows, where nothing can be certified; the best so far where that is no
 * better.
 */
function towardsEdge(problem: Problem, objective: Laplace, best: Optimum): Optimum {
  const { thetaAt, size, effects, parts: [mean] } = objective;
  objective.evaluate(best.psi);
  const domain = domainOf(mean, objective.eta[0][0]);
  if (!domain) return best;
  const bare = effects.q > 0 ? objective.withoutEffects() : objective;
  const found = insideEdges(bare, domain, effects.q > 0 ? fixedStart(bare) : best.psi);
  if (!(found.value < best.value)) return best;
  const psi = new Float64Array(size), free = Array.from({ length: thetaAt }, (_, i) => i);
  psi.set(found.psi);
  const hessian = bare.fixedInformation(),
    still = { ...problem, options: { ...problem.options, moreDescents: 0 } };
  return certified(still, { psi, value: found.value, free, hessian, evaluations: best.evaluations });
}

/** Where the approximation broke down wherever the search went: the fit at variances of 0, which never does, uncertified. */
function withoutGroups(problem: Problem, objective: Laplace): Optimum {
  const { thetaAt, size } = objective, psi = new Float64Array(size);
  psi.set(fixedStart(objective.withoutEffects()));
  const value = objective.evaluate(psi, new Float64Array(size)),
    free = Array.from({ length: thetaAt }, (_, i) => i);
  const hessian = objective.fixedInformation();
  const still = { ...problem, options: { ...problem.options, moreDescents: 0 } };
  const optimum = certified(still, { psi, value, free, hessian, evaluations: 1 });
  return { ...optimum, converged: false, starts: { tried: 1, agreeing: 0 } };
}

/** The objective over the different rows, where they are few among all. */
export function overDifferentRows(objective: Laplace): Laplace {
  const different = differentRows(objective.design);
  return different ? objective.atRows(different) : objective;
}
