/** Where a search begins, from all that a plan says of it. */
import { Matrix } from "../../math/dense.ts";
import { type Objective, valueAtStart } from "../../math/minimize.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { scaleReference } from "../objective/scale_reference.ts";
import type { StartValue } from "../options/start_values.ts";
import { coldStart, startHessian } from "./cold_start.ts";
import { withStart } from "./given_start.ts";
import type { FitPlan } from "./plan.ts";
import { sampledStart, type Start } from "./sampled_start.ts";
import { estimatesAbout, valuesAbout } from "./start_about.ts";
import { type Estimates, startFrom } from "./warm_start.ts";

/** θ to start from in closed form. */
export function gaussianStart(
  { warm, from, start: given = [] }: FitPlan,
  objective: ProfiledDeviance,
): Start {
  const psi = warm
    ? offBoundary(warm.psi)
    : from
    ? offBoundary(startFrom(from, objective))
    : startedAt(objective.start(), objective, given);
  return { psi, hessian: Matrix.eye(psi.length) };
}

/** Where the search begins, and the Hessian there: from an optimum given, from a part of the rows, or from the data alone. */
export function generalStart(
  { warm, from: fitted, start: values = [], control, watch, design, family }: FitPlan,
  objective: Laplace,
  target: Objective,
): Start {
  if (warm) return { psi: offBoundary(warm.psi, objective.thetaAt), hessian: warm.hessian };
  const reference = scaleReference(design, family);
  const from = reference && fitted ? estimatesAbout(reference, fitted, objective) : fitted;
  const given = reference ? valuesAbout(reference, values, objective) : values;
  const options = { maxEvaluations: control?.maxEvaluations, told: watch?.part };
  const sampled = from || given.length > 0 ? null : sampledStart(objective, target, options);
  if (sampled) return sampled;
  const psi = from
    ? nearStart(from, objective, target)
    : startedAt(coldStart(objective, target), objective, given, target);
  return { psi, hessian: startHessian(objective, psi) };
}

/** A variance that was 0 for one response need not be for another, and 0 itself is a stationary point: move away from it. */
export function offBoundary(psi: Float64Array, thetaAt = 0): Float64Array {
  return psi.map((v, i) => (i >= thetaAt && Math.abs(v) < 0.05 ? 0.1 : v));
}

/** The start that a fit of other data suggests, where the objective is then evaluated. @param target the objective, as it remembers */
export function nearStart(from: Estimates, objective: Laplace, target: Objective = objective): Float64Array {
  const start = offBoundary(startFrom(from, objective), objective.thetaAt);
  valueAtStart(target, start);
  return start;
}

/** The start with the caller's values; where the likelihood is not defined there, the caller should know. */
export function startedAt(
  psi: Float64Array,
  objective: Laplace | ProfiledDeviance,
  values: readonly StartValue[],
  target: Objective = objective,
): Float64Array {
  if (values.length === 0) return psi;
  const start = withStart(psi, objective, values),
    value = target.evaluate(start, new Float64Array(start.length));
  if (Number.isFinite(value)) return start;
  throw new RangeError(
    "Cannot start there: the likelihood is not defined at the values of the option start; leave the option out, or take values nearer " +
      "to what the data suggest",
  );
}
