/** The model fitted again to each simulated response: residuals of the fits compared with residuals of the fit. */
import { expit } from "../../math/special.ts";
import { choleskyFactor, Matrix } from "../../math/dense.ts";
import { minimize } from "../../math/minimize.ts";
import type { Design } from "../../formula/types.ts";
import { Laplace } from "../../model/laplace.ts";
import { ProfiledDeviance } from "../../model/linear.ts";
import { type Engine, engineOf, type Model } from "../../model/model.ts";
import { engineAt } from "../../model/optimise.ts";
import type { Optimum } from "../../model/optimum.ts";
import { fitInWorkers, type PoolOptions } from "../../model/worker_pool.ts";
import { warmPlan } from "../bootstrap.ts";
import { linearPredictorsOf } from "../residuals.ts";
import { heldSimulations, type Simulations } from "./simulations.ts";

/** Response residuals of the fit and of the fits to the simulations, and sums of squared Pearson residuals. */
export interface Refits {
  readonly observed: Float64Array;
  readonly simulations: Simulations;
  readonly pearson: { readonly observed: number; readonly simulated: Float64Array };
  readonly notes: readonly string[];
}

/** Fits every simulation on this thread, starting at the model's optimum. */
export function refitSimulations(
  model: Model,
  simulations: Simulations,
  onProgress?: (done: number, n: number) => void,
): Refits {
  const engine = refittable(model), fits: FitResiduals[] = [];
  simulations.each((y, s) => {
    fits.push(residualsOf(model, refitTo(engine, model, y.slice())));
    onProgress?.(s + 1, simulations.count);
  });
  return collect(model, engine, fits);
}

/** The same in worker threads: for long work, with progress and a way to stop it. */
export async function refitInWorkers(
  model: Model,
  simulations: Simulations,
  options: PoolOptions,
): Promise<Refits> {
  const engine = refittable(model), plan = warmPlan(model), responses: Float64Array[] = [];
  simulations.each((y) => {
    responses.push(y.slice());
  });
  const optima = await fitInWorkers(plan, responses.length, (s) => responses[s], options);
  const fits = optima.map((optimum, s): FitResiduals => {
    if (optimum instanceof Error) {
      return { residual: new Float64Array(responses[s].length).fill(NaN), pearson: NaN };
    }
    const design: Design = { ...plan.design, response: { ...plan.design.response, y: responses[s] } };
    return residualsOf(model, engineAt({ ...plan, design }, optimum));
  });
  return collect(model, engine, fits);
}

function refittable(model: Model): Engine {
  if (model.quadrature > 1) {
    throw new RangeError(
      "Cannot refit a model fitted by quadrature: leave refit out, or fit with quadrature: 1",
    );
  }
  return engineOf(model, "fits to simulations");
}

function collect(model: Model, engine: Engine, fits: readonly FitResiduals[]): Refits {
  const observed = residualsOf(model, engine); // also leaves shared random effects at the optimum of the fit
  const failed = fits.filter(({ residual }) => !residual.every(Number.isFinite)).length;
  return {
    observed: observed.residual,
    simulations: heldSimulations(fits.map(({ residual }) => residual)),
    pearson: { observed: observed.pearson, simulated: Float64Array.from(fits, ({ pearson }) => pearson) },
    notes: failed > 0 ? [`${failed} of the fits to simulated responses did not succeed.`] : [],
  };
}

/** Response residuals with random effects, and the sum of squared Pearson residuals. */
interface FitResiduals {
  readonly residual: Float64Array;
  readonly pearson: number;
}

/** The engine at the optimum for another response; shares the layout of the random effects with the given one. */
function refitTo(engine: Engine, model: Model, y: Float64Array): Engine {
  const design: Design = { ...engine.design, response: { ...engine.design.response, y } },
    { optimum } = engine;
  const objective = engine.kind === "gaussian"
    ? new ProfiledDeviance(design, engine.objective.reml, engine.objective.effects)
    : new Laplace(design, model.family, engine.objective.effects);
  const { x } = minimize(objective, {
    start: awayFromZero(engine, optimum.psi),
    hessian: fullHessian(optimum),
    tolerance: 1e-8,
    maxEvaluations: 100,
    maxStep: 3,
  });
  return { kind: engine.kind, design, objective, optimum: { ...optimum, psi: x } } as Engine;
}

/** Variances at 0 have a zero gradient whatever the data: other data start them at a tenth of the scale of the term. */
function awayFromZero(engine: Engine, psi: Float64Array): Float64Array {
  const start = psi.slice(), at = engine.kind === "gaussian" ? 0 : engine.objective.thetaAt;
  for (const t of engine.objective.effects.terms) {
    for (const d of t.covariance.diagonal(t.count)) {
      const j = at + t.theta + d;
      if (Math.abs(start[j]) < 0.1) start[j] = 0.1;
    }
  }
  return start;
}

/** The Hessian over all parameters: that of the free ones, and 1 for those that sat at their boundary. */
function fullHessian({ psi, free, hessian }: Optimum): Matrix {
  const H = Matrix.eye(psi.length);
  free.forEach((i, a) => free.forEach((j, b) => H.set(i, j, hessian.get(a, b))));
  return choleskyFactor(H) ? H : Matrix.eye(psi.length);
}

function residualsOf(model: Model, engine: Engine): FitResiduals {
  const { family } = model, { design } = engine, { y, trials } = design.response;
  const eta = linearPredictorsOf(engine), phi = family.parts.map(() => 0);
  const zero = design.predictors.at(-1)!.part === "zi" ? eta.at(-1)! : null;
  const weights = design.weights ?? design.precision, residual = new Float64Array(design.n);
  let pearson = 0;
  for (let i = 0; i < design.n; i++) {
    const mu = family.link.mean(eta[0][i]),
      n = trials ? trials[i] : 1,
      p0 = zero ? expit(zero[i]) : 0;
    for (let k = 0; k < phi.length; k++) phi[k] = Math.exp(eta[k + 1][i]);
    const variance = family.unitVariance && !zero ? family.unitVariance(mu) : family.variance(mu, phi, n);
    residual[i] = y[i] / n - (1 - p0) * mu;
    const total = (1 - p0) * (variance + p0 * mu * mu);
    pearson += (weights ? weights[i] : 1) * residual[i] ** 2 / total;
  }
  return { residual, pearson };
}
