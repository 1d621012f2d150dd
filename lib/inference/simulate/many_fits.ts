/** One model fitted to many responses, from its own optimum on: bootstraps, refits of residuals, influence. */
import type { Progress } from "../../display.ts";
import { Matrix } from "../../math/dense.ts";
import { planFit } from "../../model/fit.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { type FitPlan, optimise } from "../../model/optimum/optimise.ts";
import type { Optimum } from "../../model/optimum/optimum.ts";
import { fitInWorkers, NotPortable } from "../../model/workers/worker_pool.ts";
import { streamOf } from "./simulate.ts";
import { Simulator } from "./simulator.ts";

/** A counter on a progress display. */
export function countOn(display: Progress): (done: number, n: number) => void {
  return (done, n) => display.update(done / n, `${done} of ${n}`);
}

/** The plan of a model, starting at its optimum. */
export function warmPlan(model: Model): FitPlan {
  const { optimum, design } = engineOf(model, "another fit"), { psi, free, hessian } = optimum;
  const H = Matrix.eye(psi.length).mul(10);
  free.forEach((i, a) => free.forEach((j, b) => H.set(i, j, hessian.get(a, b))));
  const plan = planFit(model.formula, model.data!, {
    ...model.options,
    family: model.family,
  });
  return { ...plan, design, warm: { psi, hessian: H } };
}

/** The plan for another response. */
export function withResponse(plan: FitPlan, y: Float64Array): FitPlan {
  return { ...plan, design: { ...plan.design, response: { ...plan.design.response, y } } };
}

/** b → response b simulated from a model, all random effects drawn anew; the same for the same seed in any order. */
export function simulatedResponses(model: Model, seed: number): (b: number) => Float64Array {
  const simulator = new Simulator(model, "unconditional");
  return (b) => {
    const y = new Float64Array(simulator.n);
    simulator.draw(streamOf(seed, b), y);
    return y;
  };
}

/** Settings of a run of fits. */
export interface Run {
  onProgress?: (done: number, n: number) => void;
  signal?: AbortSignal;
  workers?: number;
}

/**
 * Fits a plan to `n` responses, in worker threads; on this thread where a user's own family cannot be sent to one.
 * @param response response number b, called when its turn comes
 * @returns optima in the order of the responses; an Error where one failed
 */
export async function fitAll(
  plan: FitPlan,
  n: number,
  response: (b: number) => Float64Array,
  run: Run,
): Promise<(Optimum | Error)[]> {
  try {
    return await fitInWorkers(plan, n, response, {
      signal: run.signal,
      workers: run.workers,
      onDone: (done) => run.onProgress?.(done, n),
    });
  } catch (error) {
    if (!(error instanceof NotPortable)) throw error;
  }
  const optima: (Optimum | Error)[] = [];
  for (let b = 0; b < n; b++) {
    run.signal?.throwIfAborted();
    optima.push(optimumOrError(withResponse(plan, response(b))));
    run.onProgress?.(b + 1, n);
    await new Promise((resume) => setTimeout(resume, 0));
  }
  return optima;
}

/** The optimum of a plan, found on this thread. */
export function optimumOrError(plan: FitPlan): Optimum | Error {
  try {
    return optimise(plan).optimum;
  } catch (error) {
    return error as Error;
  }
}
