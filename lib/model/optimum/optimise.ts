/** From a plan to an optimum: which objective, where to start, and a second start when the first does not end well. */
import { Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import { withThreads } from "../../math/tile_team.ts";
import { bestOf } from "./best_of.ts";
import { asPhi, withSeparation } from "./flatness.ts";
import { differentRows } from "../objective/equal_rows.ts";
import { type Held, heldEntries } from "../objective/held.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { type Engine, type Ingredients, objectiveOf } from "./engine.ts";
import type { FitControl } from "../options/options.ts";
import {
  certified,
  embed,
  findOptimum,
  FLAT,
  type Optimum,
  type OptimumOptions,
  type Problem,
} from "./optimum.ts";
import { Restricted } from "../objective/restricted.ts";
import { AdaptiveQuadrature } from "../objective/quadrature.ts";
import { coldStart, curvatureAt, startHessian } from "./cold_start.ts";
import { sampledStart, type Start } from "./sampled_start.ts";
import { remember } from "./restriction.ts";
import { freeCovarianceOptimum } from "./free_covariance.ts";
import { fixedStart, withInformation } from "./start.ts";
import type { StartValue } from "../options/start_values.ts";
import { withStart } from "./given_start.ts";
import { withMeans } from "./restricted_optimum.ts";
import { isRegular, secondStarts, strongGroups } from "./second_starts.ts";
import { type Step, stepAt } from "./stopped.ts";
import { type Estimates, startFrom } from "./warm_start.ts";

/** What a fit computes with. */
export interface FitPlan extends Ingredients {
  readonly quadrature: number;
  readonly control?: FitControl;
  /** A point to start from, and its Hessian: the optimum of the same model for other responses. */
  readonly warm?: { readonly psi: Float64Array; readonly hessian: Matrix };
  /** Values to start from, where the caller gave some. */
  readonly start?: readonly StartValue[];
  /** A model to start from, for other rows of its data. */
  readonly from?: Estimates;
  /** Is told how far the search is. */
  readonly watch?: Watch;
}

/** What is told how far a search is. */
export interface Watch {
  /** After every step. */
  readonly step: (step: Step) => void;
  /** While the Hessian is differenced: evaluations done, and of how many. */
  readonly standardErrors: (done: number, of: number) => void;
}

/** Finds the optimum of a plan. */
export function optimise(plan: FitPlan): Engine {
  const by = plan.closed ? optimiseGaussian : plan.reml ? optimiseRestricted : optimiseGeneral;
  return withThreads(plan.control?.threads, () => by(plan));
}

/** Options of a search, which tells of its steps. */
function optionsOf(
  { control, watch }: FitPlan,
  objective: Laplace | ProfiledDeviance,
  { points, held, stands = true }: {
    readonly points: number;
    readonly held: readonly Held[];
    readonly stands?: boolean;
  },
): OptimumOptions {
  const { onProgress, maxEvaluations, tolerance } = control ?? {};
  return {
    maxEvaluations,
    tolerance,
    onProgress: (onProgress || watch) && ((value, count, psi, slope) => {
      onProgress?.(-value, count);
      const at = {
        points,
        held: held.map(({ at }) => at),
        standing: stands ? objective.standing() : undefined,
      };
      watch?.step(stepAt(psi, -value, count, slope, at));
    }),
    onHessian: watch?.standardErrors,
  };
}

function optimiseGaussian(plan: FitPlan): Engine {
  const { design, warm, from, start: given = [] } = plan;
  const objective = objectiveOf(plan) as ProfiledDeviance, { effects } = objective;
  const held = heldEntries(effects, 0), { byPattern } = objective;
  const told = (stands: boolean) => optionsOf(plan, objective, { points: 1, held, stands });
  const start = warm
    ? offBoundary(warm.psi)
    : from
    ? offBoundary(startFrom(from, objective))
    : startedAt(objective.start(), objective, given);
  const known = warm || from || given.length > 0,
    free = held.length === 0 &&
      freeCovarianceOptimum(objective, told(false), known ? start : null);
  // towards a likelihood without bound the engine is at its end before that search is
  if (free && Number.isFinite(objective.evaluate(free.psi, new Float64Array(free.psi.length)))) {
    return { kind: "gaussian", design, objective, optimum: free };
  }
  const options = told(!byPattern);
  const problem = { objective: byPattern ?? objective, effects, thetaAt: 0, options, held };
  const first = findOptimum(problem, start, Matrix.eye(start.length));
  const optimum = warm
    ? first
    : bestOf(problem, first, strongGroups(effects, first), (at) => Matrix.eye(at.length));
  objective.evaluate(optimum.psi, new Float64Array(optimum.psi.length));
  return { kind: "gaussian", design, objective, optimum };
}

function optimiseGeneral(plan: FitPlan): Engine {
  const { quadrature, warm } = plan;
  const whole = objectiveOf(plan) as Laplace, objective = warm ? whole : overDifferentRows(whole);
  const { effects, thetaAt, size } = objective, held = heldEntries(effects, thetaAt);
  const options = (points: number): OptimumOptions => ({
    ...optionsOf(plan, objective, { points, held }),
    flat: new Float64Array(size).fill(FLAT),
  });
  const problem = {
    objective: remember(effects.q > 0 ? objective : withInformation(objective)),
    effects,
    thetaAt,
    options: options(1),
    held,
  };
  const different = objective === whole ? undefined : objective.design.n;
  const { psi: start, hessian, starts } = startOf(plan, objective, problem.objective);
  const first = findOptimum(problem, start, hessian);
  const best = warm || (starts && isRegular(first))
    ? { ...first, starts }
    : bestOf(problem, first, secondStarts(objective, first), (at) => curvatureAt(objective, at));
  const laplace = Number.isFinite(best.value) || problem.held.length > 0
    ? best
    : withoutGroups(problem, objective);
  if (quadrature === 1) return generalEngine(whole, objective, { ...laplace, different });
  const integral = {
    ...problem,
    objective: new AdaptiveQuadrature(objective, quadrature),
    options: options(quadrature),
  };
  const optimum = findOptimum(integral, laplace.psi, embed(laplace.hessian, laplace.free, size));
  return generalEngine(whole, integral.objective, { ...optimum, different });
}

/** The objective over the different rows, where they are few among all. */
function overDifferentRows(objective: Laplace): Laplace {
  const different = differentRows(objective.design);
  return different ? objective.atRows(different) : objective;
}

/** Where the search begins, and the Hessian there: from an optimum given, from a part of the rows, or from the data alone. */
function startOf(
  { warm, from, start: given = [], control }: FitPlan,
  objective: Laplace,
  target: Objective,
): Start {
  if (warm) return { psi: offBoundary(warm.psi, objective.thetaAt), hessian: warm.hessian };
  const sampled = from || given.length > 0 ? null : sampledStart(objective, target, control?.maxEvaluations);
  if (sampled) return sampled;
  const psi = from ? nearStart(from, objective) : startedAt(coldStart(objective), objective, given);
  return { psi, hessian: startHessian(objective, psi) };
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

/** The engine at an optimum, with what the data determine there. */
function generalEngine(objective: Laplace, target: Objective, optimum: Optimum): Engine {
  const inPhi = { ...optimum, flat: asPhi(objective, optimum.flat) };
  if (target !== objective) objective.evaluate(optimum.psi, new Float64Array(objective.size));
  objective.settle(optimum.psi);
  return {
    kind: "general",
    design: objective.design,
    objective,
    optimum: withSeparation(objective, target, inPhi),
  };
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

/** A variance that was 0 for one response need not be for another, and 0 itself is a stationary point: move away from it. */
function offBoundary(psi: Float64Array, thetaAt = 0): Float64Array {
  return psi.map((v, i) => (i >= thetaAt && Math.abs(v) < 0.05 ? 0.1 : v));
}

function nearStart(from: Estimates, objective: Laplace): Float64Array {
  const start = offBoundary(startFrom(from, objective), objective.thetaAt);
  objective.evaluate(start, new Float64Array(objective.size));
  return start;
}

/** The start with the caller's values; where the likelihood is not defined there, the caller should know. */
function startedAt(
  psi: Float64Array,
  objective: Laplace | ProfiledDeviance,
  values: readonly StartValue[],
): Float64Array {
  if (values.length === 0) return psi;
  const start = withStart(psi, objective, values),
    value = objective.evaluate(start, new Float64Array(start.length));
  if (Number.isFinite(value)) return start;
  throw new RangeError(
    "Cannot start there: the likelihood is not defined at the values of the option start; leave the option out, or take values nearer " +
      "to what the data suggest",
  );
}
