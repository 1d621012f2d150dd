/** fitAsync(): the same fit off the main thread, so that a notebook stays responsive and can stop it. */
import { startProgress } from "../display.ts";
import { copyOfFrame, type Frame, rowCount } from "../frame.ts";
import { engineAgain, type FitOptions, planFit } from "./fit.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../check.ts";
import { stopButton, wasBlocked } from "../runtime.ts";
import { FIT_OPTIONS } from "./options/check_options.ts";
import { published } from "./result/value.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";
import { type Engine, engineAt, objectiveInPieces } from "./optimum/engine.ts";
import { type FitPlan, optimise, type Watch } from "./optimum/optimise.ts";
import type { Optimum } from "./optimum/optimum.ts";
import { isBetter, optimumWhereStopped, type Step } from "./optimum/stopped.ts";
import { fitInWorkers, NotPortable, type PoolOptions } from "./workers/worker_pool.ts";

/**
 * Options of {@link fitAsync}.
 *
 * @category Fit
 */
export interface FitAsyncOptions extends FitOptions {
  /**
   * Called after every iteration with the log-likelihood so far and the number of evaluations; without it a fit that takes
   * longer shows its progress in the notebook's cell.
   */
  onProgress?: (logLik: number, evaluations: number) => void;
  /** Gives the fit up; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
}

const OPTIONS: Kinds<FitAsyncOptions> = {
  ...FIT_OPTIONS,
  onProgress: kinds.callback,
  signal: kinds.signal,
};

/**
 * Fits a model as {@link fit} does, in a worker thread. A family that you made yourself is fitted on the main thread,
 * because functions cannot be sent to another one.
 *
 * The stop button of a notebook ends the search and gives the model where it was, uncertified, with a message that says so.
 *
 * ```ts
 * import { dataset, fitAsync } from "@tidyglmm/tidyglmm";
 *
 * const data = await dataset("sleepstudy"), stop = new AbortController();
 * const model = await fitAsync("Reaction ~ Days + (1 | Subject)", data, { signal: stop.signal }); // stop.abort() ends it
 * model.converged; // true
 * ```
 *
 * @returns the fitted model, the same numbers as from fit()
 * @throws what fit() throws, the signal's reason when it is aborted, and an Error when it is stopped before its first step
 * @category Fit
 */
export async function fitAsync(formula: string, data: Frame, options: FitAsyncOptions = {}): Promise<Model> {
  noMore("fitAsync", arguments, 3);
  checkOptions("fitAsync", options, OPTIONS);
  const { onProgress: given, signal, ...rest } = options;
  const display = startProgress("Fitting"), told = given ?? rest.control?.onProgress;
  const watch: Watch = {
    step({ logLik, evaluations }) {
      told?.(logLik, evaluations);
      if (!given) display.update(NaN, `log-likelihood ${logLik.toFixed(3)}, evaluation ${evaluations}`);
    },
    part(rows, steps) {
      if (!given) display.update(NaN, `a part of ${rows.toLocaleString("en")} rows, step ${steps}`);
    },
    standardErrors(done, of) {
      if (!given) display.update(done / of, `standard errors, ${done} of ${of} evaluations`);
    },
  };
  try {
    signal?.throwIfAborted();
    if (kinds.frame.is(data) && rowCount(data) > MANY_ROWS) await display.begin("reading the data");
    const plan = planFit(formula, data, rest), own = copyOfFrame(data);
    const { engine, points } = await engineOff(plan, watch, signal);
    const options = points === plan.quadrature ? plan.options : { ...plan.options, quadrature: points };
    const again = engineAgain(formula, own, { ...plan, options }, engine);
    return published(makeModel(formula, own, plan.family, engine, options, again));
  } finally {
    await display.end();
  }
}

/** Rows whose reading takes longer than a reader waits for a sign of life. */
const MANY_ROWS = 20_000;

/** An engine, and the points of the quadrature that it is by. */
interface Found {
  readonly engine: Engine;
  readonly points: number;
}

/** The engine, found off this thread where the family can be sent to another. */
async function engineOff(plan: FitPlan, watch: Watch, signal: AbortSignal | undefined): Promise<Found> {
  const button = stopButton();
  try {
    return await engineInWorker(plan, watch, { signal, stop: button.signal });
  } catch (error) {
    if (!(error instanceof NotPortable)) throw error;
    const step = (at: Step) => {
      watch.step(at);
      signal?.throwIfAborted();
    };
    const engine = optimise({
      ...plan,
      control: { ...plan.control, onProgress: undefined },
      watch: { ...watch, step },
    });
    wasBlocked("A fit of a family or structure of your own");
    return { engine, points: plan.quadrature };
  } finally {
    button.release();
  }
}

/**
 * The engine from a worker. This thread makes its own objective meanwhile, and every step tells what it would take to evaluate: a
 * search that is stopped costs no evaluation here, which could take as long as the stop button shall not.
 */
async function engineInWorker(
  plan: FitPlan,
  watch: Watch,
  { signal, stop }: Pick<PoolOptions, "signal" | "stop">,
): Promise<Found> {
  let best: Step | null = null, optimum: Optimum | null = null;
  const work = fitInWorkers([plan], 1, () => undefined, {
    signal,
    stop,
    watch: {
      ...watch,
      step(at) {
        if (isBetter(at, best)) best = at;
        watch.step(at);
      },
    },
    onDone(_, __, result) {
      if (result instanceof Error) throw result;
      optimum = result;
    },
  });
  const objective = firstOf(work, SIGN_OF_LIFE).then(() => objectiveInPieces(plan));
  objective.catch(() => {}); // the worker says it, too
  await work;
  if (optimum) return { engine: engineAt(plan, optimum, await objective), points: plan.quadrature };
  const { points } = best ??= notBegun();
  return { engine: engineAt(plan, optimumWhereStopped(best), await objective), points };
}

/** By then the progress is shown, which making an objective would hold up. Milliseconds. */
const SIGN_OF_LIFE = 150;

/** Waits for work, or so long. */
async function firstOf(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pause = new Promise((resume) => timer = setTimeout(resume, milliseconds));
  try {
    await Promise.race([work, pause]);
  } finally {
    clearTimeout(timer);
  }
}

function notBegun(): never {
  throw new Error("Cannot give a model: the fit was stopped before its first step");
}
