/**
 * Models whose grouping factors cross in so many levels that a factor of their effects takes long, or has no room: a search by gradients that
 * are estimated (iterative_factor.ts), and then one factor at the optimum, which says how far that was from it.
 */
import { factorSize } from "../../math/elimination_tree.ts";
import { expectTeam } from "../../math/tile_team.ts";
import type { IterativeFactor } from "../../math/iterative/iterative_factor.ts";
import { allEffects, meanEffects } from "../objective/all_effects.ts";
import type { EffectSystem } from "../objective/effect_system.ts";
import { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { hasRoom, isDear, iteratively } from "../objective/make_factor.ts";
import { rowSums } from "../objective/row_sums.ts";
import { alongTheWay } from "./along_the_way.ts";
import { invert } from "./directions.ts";
import { type Engine, objectiveOf } from "./engine.ts";
import { generalEngine } from "./general_engine.ts";
import { FLAT, type Optimum } from "./optimum.ts";
import type { FitPlan } from "./plan.ts";
import {
  gaussianProblem,
  generalProblem,
  overDifferentRows,
  searchGaussian,
  searchGeneral,
} from "./search.ts";

/** Numbers in a factor below which there is nothing to gain: it is made in some hundredths of a second. */
const LITTLE = 5e5;
/** Distance from the optimum, in standard errors, at which a search ends that was not asked for. */
const EXACT = 1.4e-5;
/** Newton steps that lead there. */
const MOST_STEPS = 3;
/** Parts of the random vectors that are compared. */
const PARTS = 8;

const NOT_NEEDED =
  'The option control.crossed: "iterative" was not needed: the factor of the random effects is small, and the fit is exact.';

/**
 * The engine of a plan that asks for it, or whose factor is dear; null for others.
 * @param byFactors fits a plan without
 * @param room is there room for a factor?
 */
export function optimiseIteratively(
  given: FitPlan,
  byFactors: (plan: FitPlan) => Engine,
  room = hasRoom,
): Engine | null {
  const asked = given.control?.crossed === "iterative", effects = crossedEffects(given);
  if (!effects) return null;
  const plan = given.closed ? { ...given, sums: given.sums ?? rowSums(given.design) } : given;
  const cannot = causeAgainst(plan, effects), { stored, widest } = factorSize(effects.pattern);
  if (asked && cannot) {
    throw new RangeError(`Cannot fit with the option control.crossed: "iterative" ${cannot}`);
  }
  if (asked && stored < LITTLE) return byFactors(withMessage(plan, NOT_NEEDED));
  if (!asked && (cannot || !isDear(effects.pattern) || !room(effects.pattern))) {
    if (!effects.pattern.twofold) expectTeam(widest); // while its structure is found
    return null;
  }
  const objective = withoutFactors(plan);
  const found = objective instanceof Laplace
    ? {
      ...searchGeneral(plan, objective, generalProblem(plan, objective, alongTheWay(objective))),
      ...over(plan, objective),
    }
    : searchGaussian(plan, objective, gaussianProblem(plan, objective, alongTheWay(objective), true));
  if (asked) return byEstimates(plan, objective, found, room(effects.pattern));
  const engine = byFactor(plan, objective, found);
  return engine.optimum.converged ? engine : byFactors(plan);
}

/** The random effects, where factors cross in them. */
function crossedEffects({ closed, sums, design }: FitPlan): EffectSystem | null {
  if (design.predictors.every(({ random }) => random.length === 0)) return null;
  const effects = closed ? sums?.effects ?? meanEffects(design) : allEffects(design);
  return effects.pattern.row.length > effects.pattern.nodes ? effects : null;
}

/** Why there is no such search, in words that go on after "Cannot fit so". */
function causeAgainst({ closed, reml, quadrature }: FitPlan, { pattern }: EffectSystem): string | null {
  if (quadrature > 1) return "and quadrature, which is for one grouping factor: leave one of them out";
  if (reml && !closed) return "by REML beside a dispersion formula: use reml: false, or leave crossed out";
  if (pattern.twofold) {
    return "and a walk of second order (rw2), whose precision takes twice the digits: leave crossed out";
  }
  if (pattern.ties) return "and neighbours by icar(), whose effects sum to 0: leave crossed out";
  return null;
}

/** Different rows, where the search went over these alone. */
function over({ design }: FitPlan, { design: { n } }: Laplace): { different?: number } {
  return n < design.n ? { different: n } : {};
}

function withMessage(plan: FitPlan, message: string): FitPlan {
  const { design, control } = plan;
  return {
    ...plan,
    design: { ...design, messages: [message, ...design.messages] },
    control: { ...control, crossed: "exact" },
  };
}

/** The objective without factors, over the different rows. */
function withoutFactors(plan: FitPlan): Laplace | ProfiledDeviance {
  const objective = objectiveOf(plan, undefined, iteratively);
  return objective instanceof Laplace && !plan.warm ? overDifferentRows(objective) : objective;
}

/** The exact objective at what was found; Newton steps until that is near enough to the optimum. */
function byFactor(plan: FitPlan, searched: Laplace | ProfiledDeviance, found: Optimum): Engine {
  const objective = exactAt(plan, searched, found), gradient = new Float64Array(found.psi.length);
  let at = found, value = objective.evaluate(at.psi, gradient);
  for (let steps = 0; Number.isFinite(value); steps++) {
    at = atGradient(withOwnCurvature(objective, at), value, gradient);
    if (at.gradient < EXACT || steps === MOST_STEPS) break;
    const psi = at.psi.slice();
    for (const i of at.free) for (const j of at.free) psi[i] -= at.covariance.get(i, j) * gradient[j];
    at = { ...at, psi, evaluations: at.evaluations + 1 };
    value = objective.evaluate(psi, gradient);
  }
  const converged = found.converged && Number.isFinite(value) && at.gradient < EXACT;
  const optimum = { ...at, value, converged, iterative: { exact: true, logLik: 0, shift: at.gradient } };
  return engineOf(plan, objective, optimum);
}

/** The exact objective about to be evaluated at what was found, where its modes are known. */
function exactAt(
  plan: FitPlan,
  searched: Laplace | ProfiledDeviance,
  { psi }: Optimum,
): Laplace | ProfiledDeviance {
  const objective = objectiveOf(plan);
  objective.resume(psi, searched.standing());
  return objective;
}

/** The distance from the optimum that the gradient says. */
function atGradient(at: Optimum, value: number, gradient: Float64Array): Optimum {
  let square = 0;
  for (const i of at.free) {
    for (const j of at.free) square += gradient[i] * at.covariance.get(i, j) * gradient[j];
  }
  return { ...at, value, gradient: Math.sqrt(Math.max(0, square)) };
}

/** With the curvature of the objective, where that has one. */
function withOwnCurvature(objective: Laplace | ProfiledDeviance, at: Optimum): Optimum {
  const { curvature } = objective as ProfiledDeviance;
  if (!curvature || at.free.length === 0) return at;
  const hessian = curvature().selection([...at.free], [...at.free]), { length } = at.psi;
  const { covariance, smallest } = invert(hessian, at.free, length, new Float64Array(length).fill(FLAT));
  return { ...at, hessian, covariance, smallestEigenvalue: smallest };
}

/**
 * What was found, and how far that can be from what factors would say; the log-likelihood by one factor where there is room for it.
 * The inverse, which takes twice as long, is for those who ask for effects with their standard errors.
 */
function byEstimates(
  plan: FitPlan,
  searched: Laplace | ProfiledDeviance,
  found: Optimum,
  room: boolean,
): Engine {
  const estimate = searched.evaluate(found.psi, new Float64Array(found.psi.length)),
    errors = errorsOf(searched, found);
  if (!room) {
    return engineOf(plan, searched, { ...found, value: estimate, iterative: { exact: false, ...errors } });
  }
  const objective = exactAt(plan, searched, found), value = objective.evaluate(found.psi);
  const converged = found.converged && Number.isFinite(value),
    iterative = { exact: false, logLik: 0, shift: errors.shift };
  return engineOf(plan, objective, { ...found, value, converged, iterative });
}

/** Standard errors of the log-likelihood, and of the estimate that is least certain in its own standard errors, from parts of the vectors. */
function errorsOf(objective: Laplace | ProfiledDeviance, { psi, free, covariance }: Optimum) {
  const solver = objective.solver as IterativeFactor;
  const gradients = Array.from({ length: PARTS }, (_, number) => {
    const gradient = new Float64Array(psi.length);
    solver.part = { number, of: PARTS };
    objective.gradientHere(psi, gradient);
    return gradient;
  });
  solver.part = null;
  let shift = 0;
  for (const i of free) {
    const moved = gradients.map((g) => free.reduce((sum, j) => sum + covariance.get(i, j) * g[j], 0));
    const mean = moved.reduce((sum, v) => sum + v, 0) / PARTS;
    const variance = moved.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (PARTS * (PARTS - 1));
    if (covariance.get(i, i) > 0) shift = Math.max(shift, Math.sqrt(variance / covariance.get(i, i)));
  }
  return { logLik: solver.logDeterminantError / 2, shift };
}

function engineOf(plan: FitPlan, objective: Laplace | ProfiledDeviance, optimum: Optimum): Engine {
  return objective instanceof Laplace
    ? generalEngine(objective, objective, optimum)
    : { kind: "gaussian", design: plan.design, objective, optimum };
}
