/** fitAsync(): the same fit off the main thread, so that a notebook stays responsive and can stop it. */
import { startProgress } from "../display.ts";
import { type Frame, rowCount } from "../frame.ts";
import { type FitOptions, planFit } from "./fit.ts";
import { checkOptions, type Kinds, kinds } from "../check.ts";
import { stopButton } from "../runtime.ts";
import { FIT_OPTIONS } from "./options/check_options.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";
import type { Engine } from "./optimum/engine.ts";
import { engineAt, engineWhereStopped, type FitPlan, optimise, type Watch } from "./optimum/optimise.ts";
import { fitInWorkers, NotPortable } from "./workers/worker_pool.ts";

/** Options of {@link fitAsync}. */
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
 * @returns the fitted model, the same numbers as from fit()
 * @throws what fit() throws, the signal's reason when it is aborted, and an Error when it is stopped before its first step
 */
export async function fitAsync(formula: string, data: Frame, options: FitAsyncOptions = {}): Promise<Model> {
  checkOptions("fitAsync", options, OPTIONS);
  const { onProgress: given, signal, ...rest } = options;
  const display = startProgress("Fitting"), told = given ?? rest.control?.onProgress;
  let best: Step | null = null;
  const watch: Watch = {
    step(psi, logLik, evaluations) {
      if (!best || logLik > best.logLik) best = { psi, logLik, evaluations };
      told?.(logLik, evaluations);
      if (!given) display.update(NaN, `log-likelihood ${logLik.toFixed(3)}, evaluation ${evaluations}`);
    },
    standardErrors(done, of) {
      if (!given) display.update(done / of, `standard errors, ${done} of ${of} evaluations`);
    },
  };
  try {
    if (kinds.frame.is(data) && rowCount(data) > MANY_ROWS) await display.begin("reading the data");
    const plan = planFit(formula, data, rest);
    const engine = await engineInWorker(plan, watch, signal, () => best);
    return makeModel(formula, data, plan.family, engine, plan.options);
  } finally {
    await display.end();
  }
}

/** Rows whose reading takes longer than a reader waits for a sign of life. */
const MANY_ROWS = 20_000;

/** A point on the way. */
interface Step {
  readonly psi: Float64Array;
  readonly logLik: number;
  readonly evaluations: number;
}

async function engineInWorker(
  plan: FitPlan,
  watch: Watch,
  signal: AbortSignal | undefined,
  best: () => Step | null,
): Promise<Engine> {
  const button = stopButton();
  try {
    const [[optimum]] = await fitInWorkers([plan], 1, () => undefined, {
      signal,
      stop: button.signal,
      watch,
    });
    if (optimum instanceof Error) throw optimum;
    return optimum ? engineAt(plan, optimum) : stopped(plan, best());
  } catch (error) {
    if (!(error instanceof NotPortable)) throw error;
    return optimise({ ...plan, control: { ...plan.control, onProgress: undefined }, watch });
  } finally {
    button.release();
  }
}

function stopped(plan: FitPlan, step: Step | null): Engine {
  if (step) return engineWhereStopped(plan, step.psi, step.evaluations);
  throw new Error("Cannot give a model: the fit was stopped before its first step");
}
