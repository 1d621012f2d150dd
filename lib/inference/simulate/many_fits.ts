/** One model fitted to many responses, from its own optimum on: bootstraps, refits of residuals, influence. */
import type { Progress } from "../../display.ts";
import { Matrix } from "../../math/dense.ts";
import { planFit } from "../../model/fit.ts";
import { dataOf, engineOf, type Model } from "../../model/result/model.ts";
import { type FitPlan, optimise } from "../../model/optimum/optimise.ts";
import type { Optimum } from "../../model/optimum/optimum.ts";
import { fitInWorkers, NotPortable, type Optima, type PoolOptions } from "../../model/workers/worker_pool.ts";
import { stopButton } from "../../runtime.ts";
import { streamOf } from "./simulate.ts";
import { Simulator } from "./simulator.ts";

/** A counter on a progress display. */
export function countOn(display: Progress): (done: number, n: number) => void {
  return (done, n) => display.update(done / n, `${done} of ${n}`);
}

/** Fits from which a run takes long enough to be announced before the threads are started. */
const MANY = 50;

/** Says at once that a long run has begun. */
export async function begin(display: Progress, n: number): Promise<void> {
  if (n >= MANY) await display.begin("started");
}

/** The plan of a model, starting at its optimum. */
export function warmPlan(model: Model): FitPlan {
  const { optimum, design } = engineOf(model, "another fit"), { psi, free, hessian } = optimum;
  const H = Matrix.eye(psi.length).mul(10);
  free.forEach((i, a) => free.forEach((j, b) => H.set(i, j, hessian.get(a, b))));
  const plan = planFit(model.formula, dataOf(model, "another fit"), {
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

/** What a result says when the stop button ended its run; nothing when it did not. */
export function stoppedNote(done: number, n: number, what: string): string {
  return done < n ? `Stopped: ${done} of ${n} ${what} were done and are what this rests on.` : "";
}

/** The optimum of a plan, found on this thread. */
export function optimumOrError(plan: FitPlan): Optimum | Error {
  try {
    return optimise(plan).optimum;
  } catch (error) {
    return error as Error;
  }
}
