/** The model fitted again to each simulated response: residuals of the fits compared with residuals of the fit. */
import { engineOf, type Model } from "../../model/result/model.ts";
import type { Engine } from "../../model/optimum/engine.ts";
import { engineAt } from "../../model/optimum/engine.ts";
import type { FitPlan } from "../../model/optimum/optimise.ts";
import type { Optimum } from "../../model/optimum/optimum.ts";
import {
  fitAll,
  optimumOrError,
  type Run,
  stoppedNote,
  warmPlan,
  withResponse,
} from "../simulate/many_fits.ts";
import { linearPredictorsOf, rowsOf } from "../predict/residuals.ts";
import { heldSimulations, type Simulations } from "./simulations.ts";

/** Response residuals of the fit and of the fits to the simulations, and sums of squared Pearson residuals. */
export interface Refits {
  readonly observed: Float64Array;
  readonly simulations: Simulations;
  readonly pearson: { readonly observed: number; readonly simulated: Float64Array };
  /** The simulations that were fitted, where the run was stopped before all were. */
  readonly drawn?: Simulations;
  readonly notes: readonly string[];
}

/** Fits every simulation on this thread, starting at the model's optimum. */
export function refitSimulations(
  model: Model,
  simulations: Simulations,
  onProgress?: (done: number, n: number) => void,
): Refits {
  const plan = refitPlan(model), fits: FitResiduals[] = [];
  simulations.each((y, s) => {
    const own = withResponse(plan, y.slice());
    fits.push(residualsAt(model, own, optimumOrError(own)));
    onProgress?.(s + 1, simulations.count);
  });
  return collect(model, fits);
}

/** The same in worker threads: for long work, with progress and a way to stop it. */
export async function refitInWorkers(model: Model, simulations: Simulations, run: Run): Promise<Refits> {
  const plan = refitPlan(model), responses: Float64Array[] = [];
  simulations.each((y) => {
    responses.push(y.slice());
  });
  const n = responses.length, residuals: FitResiduals[] = [];
  const onFit = (b: number, optimum: Optimum | Error) => {
    residuals[b] = residualsAt(model, withResponse(plan, responses[b]), optimum);
  };
  const fits = await fitAll([plan], n, (s) => responses[s], { ...run, onFit });
  if (fits.length < 2) throw new Error("Cannot give residuals: the fits were stopped before two were done");
  const refits = collect(model, fits.map(({ b }) => residuals[b]));
  if (fits.length === n) return refits;
  return {
    ...refits,
    drawn: heldSimulations(fits.map(({ b }) => responses[b])),
    notes: [stoppedNote(fits.length, n, "fits to simulated responses"), ...refits.notes],
  };
}

function refitPlan(model: Model): FitPlan {
  if (model.quadrature > 1) {
    throw new RangeError(
      "Cannot refit a model fitted by quadrature: leave refit out, or fit with quadrature: 1",
    );
  }
  return warmPlan(model);
}

function collect(model: Model, fits: readonly FitResiduals[]): Refits {
  const observed = residualsOf(model, engineOf(model, "fits to simulations"));
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

/** Residuals of a fit, missing where it failed. */
function residualsAt(model: Model, plan: FitPlan, optimum: Optimum | Error): FitResiduals {
  return optimum instanceof Error
    ? { residual: new Float64Array(plan.design.n).fill(NaN), pearson: NaN }
    : residualsOf(model, engineAt(plan, optimum));
}

function residualsOf(model: Model, engine: Engine): FitResiduals {
  const { family } = model, { design } = engine, { y, trials } = design.response;
  const row = rowsOf(linearPredictorsOf(engine));
  const weights = design.weights ?? design.precision, residual = new Float64Array(design.n);
  let pearson = 0;
  for (let i = 0; i < design.n; i++) {
    const eta = row(i), n = trials ? trials[i] : 1;
    const variance = family.unitVariance ? family.unitVariance(eta) : family.variance(eta, n);
    residual[i] = y[i] / n - family.mean(eta);
    pearson += (weights ? weights[i] : 1) * residual[i] ** 2 / variance;
  }
  return { residual, pearson };
}
