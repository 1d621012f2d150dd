/** fitAsync(): the same fit off the main thread, so that a notebook stays responsive and can stop it. */
import { startProgress } from "../display.ts";
import type { Frame } from "../frame.ts";
import { type FitOptions, planFit } from "./fit.ts";
import { checkOptions, type Kinds, kinds } from "../check.ts";
import { FIT_OPTIONS } from "./options/check_options.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";
import { engineAt, optimise } from "./optimum/optimise.ts";
import { fitInWorkers, NotPortable } from "./workers/worker_pool.ts";

/** Options of {@link fitAsync}. */
export interface FitAsyncOptions extends FitOptions {
  /**
   * Called after every iteration with the log-likelihood so far and the number of evaluations; without it a fit that takes
   * longer shows its progress in the notebook's cell.
   */
  onProgress?: (logLik: number, evaluations: number) => void;
  /** Stops the fit; the promise is then rejected with the signal's reason. */
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
 * @returns the fitted model, the same numbers as from fit()
 * @throws what fit() throws, and the signal's reason when it is aborted
 */
export async function fitAsync(formula: string, data: Frame, options: FitAsyncOptions = {}): Promise<Model> {
  checkOptions("fitAsync", options, OPTIONS);
  const { onProgress: given, signal, ...rest } = options, plan = planFit(formula, data, rest);
  const display = startProgress("Fitting");
  const onProgress = given ??
    ((logLik: number, k: number) =>
      display.update(NaN, `log-likelihood ${logLik.toFixed(3)}, evaluation ${k}`));
  try {
    const [optimum] = await fitInWorkers(plan, 1, () => undefined, {
      signal,
      onProgress: (_, logLik, evaluations) => onProgress(logLik, evaluations),
    });
    if (optimum instanceof Error) throw optimum;
    return makeModel(formula, data, plan.family, engineAt(plan, optimum), plan.options);
  } catch (error) {
    if (!(error instanceof NotPortable)) throw error;
    return makeModel(
      formula,
      data,
      plan.family,
      optimise({ ...plan, control: { ...plan.control, onProgress } }),
      plan.options,
    );
  } finally {
    await display.end();
  }
}
