/**
 * Every parameter of a model as a smooth function of ψ, on one objective: coefficients, standard deviations, correlations,
 * dispersion. One list, that Wald intervals, profiles and their figures read.
 */
import { Matrix, solveSafely, timesVector } from "../../math/dense.ts";
import { hessianFromGradient } from "../../math/differentiate.ts";
import type { Objective } from "../../math/minimize.ts";
import { GaussianLikelihood } from "../objective/gaussian_likelihood.ts";
import type { Laplace } from "../objective/laplace.ts";
import { AllCoefficients } from "../objective/all_coefficients.ts";
import { heldEntries } from "../objective/held.ts";
import { ProfiledDeviance } from "../objective/linear.ts";
import { AdaptiveQuadrature } from "../objective/quadrature.ts";
import { type Engine, searchedEngine } from "../optimum/engine.ts";
import { engineOf, type Model } from "../result/model.ts";
import { sensitivities } from "../result/satterthwaite.ts";
import { coefficientParameters, constantParameters } from "./coefficients.ts";
import {
  type Base,
  overFree,
  type Parameter,
  type Quantity,
  quantityIn,
  type Reparametrisation,
} from "./parameter.ts";
import type { Space } from "./space.ts";
import { termParameters } from "./terms.ts";

type General = Engine & { readonly kind: "general" };

/** A model as an objective over ψ with its parameters. */
export interface Parametrised {
  readonly base: Base;
  readonly parameters: readonly Parameter[];
}

/** The objective and the parameters of a maximum-likelihood fit: of one by REML, the likelihood where that stands. */
export function parametrise(model: Model): Parametrised {
  const engine = engineOf(model, "profile intervals");
  if (engine.kind === "general") {
    const { objective, optimum } = searchedEngine(engine) as typeof engine;
    const target = model.quadrature > 1 ? new AdaptiveQuadrature(objective, model.quadrature) : objective;
    const flat = optimum.flat.directions.map((d) => objective.toPsi(d));
    return overFree(
      baseAt(target, optimum.psi.slice(), flat, spaceOf(objective)),
      whereSearched(listOf(model, spaceOf(engine.objective), engine), engine),
      optimum.held,
    );
  }
  const { likelihood, space } = closed(engine), held = heldEntries(space.effects, space.thetaAt);
  return overFree(
    baseAt(likelihood, likelihood.at(engine.optimum.psi), [], space),
    listOf(model, space, engine),
    held.map(({ at }) => at),
  );
}

/** The parameters of a model where it stands, with the standard error that its covariance gives each by the delta method. */
export function withStandardErrors(model: Model): { parameter: Parameter; estimate: number; se: number }[] {
  const engine = engineOf(model, "intervals of the random effects");
  if (engine.kind === "general") {
    const { base, parameters } = parametrise(model);
    return parameters.map((parameter) => ({
      parameter,
      estimate: parameter.value(base.psi),
      se: standardErrorOf(parameter, base),
    }));
  }
  const { likelihood, space } = closed(engine), sigma = Math.sqrt(engine.objective.sigma2); // of REML, where that was fitted
  const psi = likelihood.at(engine.optimum.psi, sigma);
  const { C } = sensitivities(engine),
    places = [...engine.optimum.free.map((i) => space.thetaAt + i), space.sigmaAt!];
  return listOf(model, space, engine).filter(({ kind }) => kind !== "fixed").map((parameter) => {
    const g = likelihood.toRelative(parameter.gradient(psi), psi);
    const variance = places.reduce(
      (s, i, a) => s + places.reduce((u, j, b) => u + g[i] * C.get(a, b) * g[j], 0),
      0,
    );
    return { parameter, estimate: parameter.value(psi), se: Math.sqrt(Math.max(0, variance)) };
  });
}

/** Parameters of the engine's ψ as functions of the ψ that was searched. */
function whereSearched(parameters: readonly Parameter[], { searched }: General): readonly Parameter[] {
  if (!searched) return parameters;
  const { map } = searched;
  const coordinates: Reparametrisation = {
    psi: (x) => map.from(x),
    of: (psi) => map.back(psi),
    down: (gradient, x) => timesVector(map.jacobian(x).transpose(), gradient),
  };
  return parameters.map((p) => ({ ...p, ...quantityIn(coordinates, p) }));
}

function spaceOf({ size, joint, effects, thetaAt }: Laplace): Space {
  return { size, joint, effects, thetaAt, sigmaAt: null };
}

/** The likelihood of a closed form with nothing profiled out, on an objective of its own. */
function closed({ objective: { sums } }: Engine & { kind: "gaussian" }) {
  const likelihood = new GaussianLikelihood(new ProfiledDeviance(sums, false)), { deviance } = likelihood;
  const space: Space = {
    size: likelihood.size,
    joint: new AllCoefficients([deviance.basis]),
    effects: deviance.effects,
    thetaAt: likelihood.thetaAt,
    sigmaAt: likelihood.sigmaAt,
  };
  return { likelihood, space };
}

function listOf(model: Model, space: Space, { design, optimum: { fixed }, kind }: Engine): Parameter[] {
  const at = kind === "general" ? 0 : space.thetaAt; // of the optimum's entries
  const sources = design.predictors.flatMap((p) => p.random), whole = sources.every((t) => !t.residual);
  return [
    ...coefficientParameters(model, space),
    ...termParameters(model, space, sources, fixed.map((i) => at + i)),
    ...(whole ? constantParameters(model, space) : []),
  ];
}

/** Value and Hessian at ψ. */
function baseAt(objective: Objective, psi: Float64Array, flat: readonly Float64Array[], space: Space): Base {
  const gradient = new Float64Array(psi.length), value = objective.evaluate(psi, gradient);
  const steps = psi.map((v) => 1e-4 * Math.max(1, Math.abs(v)));
  const hessian = psi.length === 0
    ? Matrix.zeros(0, 0)
    : hessianFromGradient((x, g) => objective.evaluate(x, g), psi, steps);
  objective.evaluate(psi, gradient);
  return { objective, psi, value, hessian, flat, leave: (psi) => offEdges(psi, space) };
}

/** Standard deviations, relative to a typical one, that are as good as 0, and what they are moved to. */
const NONE = 1e-3, SOME = 0.1;

function offEdges(psi: Float64Array, { effects, thetaAt }: Space): Float64Array | null {
  const edges = effects.terms.flatMap(({ covariance, theta }) =>
    covariance.edges.map((edge) => thetaAt + theta + edge.at)
  );
  const none = edges.filter((i) => Math.abs(psi[i]) < NONE);
  return none.length > 0 ? psi.map((v, i) => none.includes(i) ? SOME : v) : null;
}

/** √(∇fᵀ H⁻¹ ∇f): the delta-method standard error of a quantity; weak directions of H count as unit variances. */
export function standardErrorOf(quantity: Quantity, { psi, hessian }: Base): number {
  const g = quantity.gradient(psi), x = solveSafely(hessian, g, 1e-9);
  return Math.sqrt(Math.max(1e-16, g.reduce((s, v, i) => s + v * x[i], 0)));
}
