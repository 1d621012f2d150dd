/** Scaled (quantile) residuals of a model by simulation. */
import { type ResidualsPlotOptions, type ResultFrame, startProgress } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution } from "../../model/result/sample.ts";
import { begin, countOn } from "../simulate/many_fits.ts";
import { effectsSentence } from "../simulate/simulate.ts";
import { type SimulatedEffects, Simulator } from "../simulate/simulator.ts";
import { modelTitle } from "../../model/result/title.ts";
import { populationMeans } from "./population.ts";
import { refitInWorkers, type Refits, refitSimulations } from "./refit.ts";
import { residualState } from "./residual_state.ts";
import { rotate, type Rotation } from "./rotation.ts";
import { drawnSimulations } from "./simulations.ts";
import { residualFrame, type ResidualState } from "./state.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link simulateResiduals}.
 *
 * @category Checks
 */
export interface SimulateResidualsOptions {
  /** Number of simulations (250): residuals come in steps of 1/n. */
  n?: number;
  /** Whole number of 32 bits that starts the random numbers (123). */
  seed?: number;
  /**
   * "conditional" (default): random effects stay at their modes, the residuals test the response's distribution;
   * "unconditional": they are drawn anew, as DHARMa did before version 0.5; "~ (1 | site)": these terms held, the others drawn.
   */
  randomEffects?: SimulatedEffects;
  /** Fit the model again to every simulation and compare residuals instead of responses: exact for small data, n fits long. */
  refit?: boolean;
  /** Removes the correlation between rows before ranking: "estimated" from the simulations, or a covariance matrix (n × n). */
  rotation?: Rotation;
  /** Called now and then with the number of simulations done. */
  onProgress?: (done: number, n: number) => void;
}

const OPTIONS: Kinds<SimulateResidualsOptions> = {
  n: kinds.count,
  seed: kinds.seed,
  randomEffects: kinds.text,
  refit: kinds.flag,
  rotation: kinds.anyOf(kinds.oneOf("estimated"), kinds.object, kinds.values),
  onProgress: kinds.callback,
};

/**
 * Scaled residuals: r_i is the share of simulated responses below y_i, so it is uniform on (0, 1) whatever the family when the
 * model is right. Ties (whole numbers) are broken at random.
 *
 * ```ts
 * import { dataset, fit, simulateResiduals } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * simulateResiduals(model); // figure and table
 * ```
 *
 * @returns `row` (0-based index in the data given), `observed`, `fitted` (population level, response scale), `residual`;
 * it draws itself as Q–Q plot and residuals against predictions (`.plot({ x: "bodyLength" })` against a predictor)
 * @throws RangeError for an n or seed that cannot be used
 * Source: Dunn & Smyth (1996), J. Comput. Graph. Stat. 5:236–244; Gelman & Hill (2007), chapter 8; cases `dharma_*`.
 * @category Checks
 */
export function simulateResiduals(
  model: Model,
  options: SimulateResidualsOptions = {},
): ResultFrame<ResidualsPlotOptions> {
  noMore("simulateResiduals", arguments, 2);
  model = ownModel(model, "simulateResiduals");
  checkOptions("simulateResiduals", options, OPTIONS);
  const { rotation, onProgress } = options, source = prepare(model, options);
  if (options.refit) return frameOfRefits(source, refitSimulations(model, source.simulations, onProgress));
  if (rotation === undefined) return frameOfModel(residualState(source));
  const rotated = rotate(source.simulations, source.observed, rotation);
  return frameOfModel(
    residualState({ ...source, rotated: true }, rotated),
    ["Responses were rotated to remove their correlation, so residuals belong to combinations of rows."],
  );
}

/**
 * Options of {@link simulateResidualsAsync}.
 *
 * @category Checks
 */
export interface SimulateResidualsAsyncOptions extends Omit<SimulateResidualsOptions, "refit" | "rotation"> {
  /** Gives the fits up; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Worker threads for the fits; default one per processor. */
  workers?: number;
}

const ASYNC_OPTIONS: Kinds<SimulateResidualsAsyncOptions> = {
  n: kinds.count,
  seed: kinds.seed,
  randomEffects: kinds.text,
  onProgress: kinds.callback,
  signal: kinds.signal,
  workers: kinds.count,
};

/**
 * {@link simulateResiduals} with `refit`, the fits in worker threads: the notebook stays responsive, shows progress and can
 * stop the work: the residuals then rest on the fits that are done.
 *
 * ```ts
 * import { dataset, fit, simulateResidualsAsync } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * await simulateResidualsAsync(model, { n: 50, seed: 1 });
 * ```
 *
 * @returns the same frame as `simulateResiduals(model, { ...options, refit: true })`, up to the accuracy of the fits
 * @category Checks
 */
export async function simulateResidualsAsync(
  model: Model,
  options: SimulateResidualsAsyncOptions = {},
): Promise<ResultFrame<ResidualsPlotOptions>> {
  noMore("simulateResidualsAsync", arguments, 2);
  model = ownModel(model, "simulateResidualsAsync");
  checkOptions("simulateResidualsAsync", options, ASYNC_OPTIONS);
  const { n = 250, onProgress, signal, workers } = options;
  const display = startProgress("Fits to simulated responses");
  try {
    await begin(display, n);
    const source = prepare(model, { ...options, refit: true });
    const run = { signal, workers, onProgress: onProgress ?? countOn(display) };
    return frameOfRefits(source, await refitInWorkers(model, source.simulations, run));
  } finally {
    await display.end();
  }
}

/** Checks the options and draws the simulations. */
function prepare(model: Model, options: SimulateResidualsOptions) {
  const { n = 250, seed = 123, randomEffects = "conditional", refit = false, rotation, onProgress } = options;
  if (refit && rotation !== undefined) {
    throw new RangeError("Cannot simulate residuals with refit and rotation at once: choose one of them");
  }
  const { design } = rowSolution(model, "simulated residuals"), { response } = design;
  const simulator = new Simulator(model, randomEffects);
  return {
    simulations: drawnSimulations(simulator, n, seed, refit ? undefined : onProgress),
    observed: response.y,
    trials: response.trials,
    fitted: populationMeans(model),
    rows: design.rows,
    unit: "row",
    integer: model.family.discrete,
    seed,
    data: null,
    model,
    effects: randomEffects,
    dependent: simulator.redraws,
  };
}

function frameOfRefits(source: ReturnType<typeof prepare>, refits: Refits): ResultFrame {
  const { simulations } = refits;
  return frameOfModel(
    residualState(
      { ...source, simulations: refits.drawn ?? source.simulations, refitted: refits.pearson },
      refits,
    ),
    [`Residuals of ${simulations.count} fits to simulated responses (refit).`, ...refits.notes],
  );
}

function frameOfModel(state: ResidualState, notes: readonly string[] = []): ResultFrame {
  const model = state.model!, { trials } = state;
  const frequency = rowSolution(model, "simulated residuals").design.weights !== null;
  return residualFrame(state, {
    title: modelTitle(model),
    response: model.response,
    range: trials ? [0, 1] : model.family.support,
    scale: "response",
    notes: [
      `${state.simulations.count} simulations, seed ${state.seed}. ${effectsSentence(model, state.effects!)}`
        .trim(),
      ...notes,
      ...(frequency ? ["Frequency weights: each row counts once here, whatever its weight."] : []),
    ],
  });
}
