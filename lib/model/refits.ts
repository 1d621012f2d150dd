/** A model fitted again: to other responses, other rows, other sums, from its own optimum on. */
import { stopButton } from "../runtime.ts";
import { planFit } from "./fit.ts";
import { engineAt, searchedEngine } from "./optimum/engine.ts";
import { type FitPlan, optimise } from "./optimum/optimise.ts";
import type { Optimum } from "./optimum/optimum.ts";
import { makeModel } from "./result/make_model.ts";
import { liveEngine } from "./result/engines.ts";
import { dataOf, type Model } from "./result/model.ts";
import { type Solution, solution, solutionOf } from "./result/solution.ts";
import { fitInWorkers, NotPortable, type Optima, type PoolOptions } from "./workers/worker_pool.ts";

export type { FitPlan } from "./optimum/optimise.ts";
export type { Optimum } from "./optimum/optimum.ts";

/** The plan of a model, starting at its optimum. */
export function warmPlan(model: Model): FitPlan {
  const { design, warmStart } = solutionOf(model, "another fit");
  const plan = planFit(model.formula, dataOf(model, "another fit"), {
    ...model.options,
    family: model.family,
  });
  return { ...plan, design, warm: warmStart() };
}

/** The plan for another response. */
export function withResponse(plan: FitPlan, y: Float64Array): FitPlan {
  return { ...plan, design: { ...plan.design, response: { ...plan.design.response, y } } };
}

/** A model as the given one, fitted by another plan: where its search ends, or at an optimum that was found elsewhere. */
export function modelAt(model: Model, plan: FitPlan, optimum?: Optimum): Model {
  const engine = optimum ? engineAt(plan, optimum) : optimise(plan);
  return makeModel(model.formula, model.data, model.family, engine, model.options);
}

/** The solution of a plan at an optimum that was found elsewhere. */
export function solutionAt(plan: FitPlan, optimum: Optimum): Solution {
  const engine = engineAt(plan, optimum);
  return solution(() => engine);
}

/** The maximum-likelihood fit of a model whose rows are elsewhere, from the sums that are here; null for other models. */
export function likelihoodFromSums(model: Model): Model | null {
  const engine = liveEngine(model);
  if (model.data !== null || engine?.kind !== "gaussian") return null;
  const { formula, family, options } = model, { design, objective: { sums } } = engine;
  const plan = { design, family, closed: true, reml: false, sums, quadrature: 1, control: options.control };
  return makeModel(formula, null, family, optimise(plan), { ...options, reml: false });
}

/** Settings of a run of fits. */
export interface Run {
  onProgress?: (done: number, n: number) => void;
  /** Is given every fit when it ends, so that what is made of it does not wait for the last one. */
  onFit?: (b: number, optimum: Optimum | Error) => void;
  signal?: AbortSignal;
  workers?: number;
}

/** The fits of one response: an optimum per plan, or an Error where one failed. */
export interface Fits {
  /** Number of the response, from 0. */
  readonly b: number;
  readonly optima: readonly (Optimum | Error)[];
}

/**
 * Fits plans to `n` responses, in worker threads; on this thread where a user's own family cannot be sent to one.
 * @param response response number b, called when its turn comes
 * @returns the fits in the order of the responses; fewer than n where the stop button ended the run
 */
export async function fitAll(
  plans: readonly FitPlan[],
  n: number,
  response: (b: number) => Float64Array,
  run: Run,
): Promise<Fits[]> {
  const all = n * plans.length, button = stopButton(), { signal, workers } = run;
  const onDone: PoolOptions["onDone"] = (done, b, result) => {
    run.onFit?.(b, result);
    run.onProgress?.(done, all);
  };
  try {
    const byPlan = await fitInWorkers(plans, n, response, { signal, stop: button.signal, workers, onDone });
    return Array.from({ length: n }, (_, b) => fitsOf(b, byPlan)).filter((fits) => fits !== null);
  } catch (error) {
    if (!(error instanceof NotPortable)) throw error;
    return await fitAllHere(plans, n, response, { signal, stop: button.signal, onDone });
  } finally {
    button.release();
  }
}

/** The fits of response b; null where the run was stopped before they were done. */
function fitsOf(b: number, byPlan: Optima): Fits | null {
  const optima = byPlan.map((all) => all[b]).filter((optimum) => optimum !== undefined);
  return optima.length === byPlan.length ? { b, optima } : null;
}

/** On this thread, with a pause after every fit, in which the notebook can say stop. */
async function fitAllHere(
  plans: readonly FitPlan[],
  n: number,
  response: (b: number) => Float64Array,
  { signal, stop, onDone }: PoolOptions,
): Promise<Fits[]> {
  const all: Fits[] = [];
  for (let b = 0, done = 0; b < n; b++) {
    const optima: (Optimum | Error)[] = [];
    for (const plan of plans) {
      signal?.throwIfAborted();
      if (stop?.aborted) return all;
      const optimum = optimumOrError(withResponse(plan, response(b)));
      optima.push(optimum);
      done++;
      onDone?.(done, b, optimum);
      await new Promise((resume) => setTimeout(resume, 0));
    }
    all.push({ b, optima });
  }
  return all;
}

/** The optimum of a plan, found on this thread. */
export function optimumOrError(plan: FitPlan): Optimum | Error {
  try {
    return searchedEngine(optimise(plan)).optimum;
  } catch (error) {
    return error as Error;
  }
}
