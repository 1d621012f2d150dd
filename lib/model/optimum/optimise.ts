/** From a plan to an optimum: which objective, how it is searched, and what is left behind. */
import { withThreads } from "../../math/crew.ts";
import { aboutZero } from "./about_zero.ts";
import { bestOf } from "./best_of.ts";
import { coldStart, curvatureAt } from "./cold_start.ts";
import { heldEntries } from "../objective/held.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { type Engine, objectiveOf } from "./engine.ts";
import { asPhi } from "./flatness.ts";
import { generalEngine } from "./general_engine.ts";
import { optimiseIteratively } from "./iterative.ts";
import { embed, findOptimum } from "./descent.ts";
import { FLAT } from "./optimum.ts";
import { type FitPlan, optionsOf } from "./plan.ts";
import { AdaptiveQuadrature } from "../objective/quadrature.ts";
import { Restricted } from "../objective/restricted.ts";
import { rowSums } from "../objective/row_sums.ts";
import { withMeans } from "./restricted_optimum.ts";
import {
  gaussianProblem,
  generalProblem,
  overDifferentRows,
  searchGaussian,
  searchGeneral,
} from "./search.ts";
import { secondStarts } from "./second_starts.ts";
import { nearStart, offBoundary, startedAt } from "./starting_point.ts";

export type { FitPlan, Watch } from "./plan.ts";

/** Finds the optimum of a plan. */
export function optimise(given: FitPlan): Engine {
  const plan = given.closed && !given.sums ? { ...given, sums: rowSums(given.design) } : given;
  return withThreads(plan.control?.threads, () => {
    const engine = optimiseIteratively(plan, byFactors) ?? byFactors(plan);
    return engine.kind === "general" ? aboutZero(engine, plan) : engine;
  });
}

function byFactors(plan: FitPlan): Engine {
  return plan.closed ? optimiseGaussian(plan) : plan.reml ? optimiseRestricted(plan) : optimiseGeneral(plan);
}

function optimiseGaussian(plan: FitPlan): Engine {
  const objective = objectiveOf(plan) as ProfiledDeviance,
    { byPattern } = objective,
    byLevel = byPattern ? null : objective.byLevel,
    quicker = byPattern ?? byLevel;
  const problem = gaussianProblem(plan, objective, quicker ?? objective, quicker === null);
  const optimum = searchGaussian(plan, objective, problem);
  if (byLevel) byLevel.leaveEngineAt(optimum.psi);
  else objective.evaluate(optimum.psi);
  const converged = optimum.converged && !objective.reproduces;
  return { kind: "gaussian", design: plan.design, objective, optimum: { ...optimum, converged } };
}

function optimiseGeneral(plan: FitPlan): Engine {
  const { quadrature, warm } = plan;
  const whole = objectiveOf(plan) as Laplace, objective = warm ? whole : overDifferentRows(whole);
  const problem = generalProblem(plan, objective), laplace = searchGeneral(plan, objective, problem);
  const different = objective === whole ? undefined : objective.design.n;
  if (quadrature === 1) return generalEngine(whole, objective, { ...laplace, different });
  const integral = {
    ...problem,
    objective: new AdaptiveQuadrature(objective, quadrature),
    separated: undefined, // it leaves the rows at one of its nodes, not at the modes
    options: generalProblem(plan, objective, objective, quadrature).options,
  };
  const optimum = findOptimum(integral, laplace.psi, embed(laplace.hessian, laplace.free, objective.size));
  return generalEngine(whole, integral.objective, { ...optimum, different });
}

/** The restricted likelihood over everything but the mean's coefficients, and those given the rest. */
function optimiseRestricted(plan: FitPlan): Engine {
  const { warm, from, start: given = [] } = plan;
  const objective = objectiveOf(plan) as Laplace, { effects, thetaAt, size, design } = objective;
  const restricted = new Restricted(objective), own = heldEntries(effects, thetaAt);
  const means = Array.from({ length: restricted.p }, (_, at) => ({ at, value: 0 })),
    held = [...means, ...own];
  const options = {
    ...optionsOf(plan, objective, { points: 1, held: own, stands: false }), // its modes are not those of this search
    flat: new Float64Array(size).fill(FLAT),
  };
  const problem = { objective: restricted, effects, thetaAt, options, held };
  const start = warm
    ? offBoundary(warm.psi, thetaAt)
    : from
    ? nearStart(from, objective)
    : startedAt(coldStart(objective), objective, given);
  const first = findOptimum(problem, start, curvatureAt(objective, start));
  const known = {
    ...first,
    psi: restricted.withMeans(first.psi),
    fixed: withoutMeans(first.fixed),
    held: withoutMeans(first.held),
  };
  const optimum = warm
    ? first
    : bestOf(problem, first, secondStarts(objective, known), (at) => curvatureAt(objective, at));
  const whole = withMeans(restricted, optimum), found = { ...whole, flat: asPhi(objective, whole.flat) };
  objective.settle(found.psi);
  return { kind: "general", design, objective, optimum: found, restricted: true };

  function withoutMeans(list: readonly number[]): number[] {
    return list.filter((i) => i >= restricted.p);
  }
}
