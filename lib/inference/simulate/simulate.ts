/** New responses from a fitted model. */
import { effectTerms } from "../../model/result/term_result.ts";
import { type ResultFrame, resultFrame } from "../../display.ts";
import { childSeed, seed as stream } from "../../math/random.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution } from "../../model/result/sample.ts";
import { type SimulatedEffects, Simulator } from "./simulator.ts";
import { modelTitle } from "../../model/result/title.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link simulate}.
 *
 * @category Checks
 */
export interface SimulateOptions {
  /** Number of simulations (1). */
  n?: number;
  /** Whole number of 32 bits that starts the random numbers (123). */
  seed?: number;
  /**
   * "conditional" (default): random effects stay at their modes; "unconditional": all are drawn anew, those of zero inflation and
   * dispersion too; terms as a formula, "~ (1 | site)": these are held and the others drawn.
   */
  randomEffects?: SimulatedEffects;
  /** Called now and then with the number of simulations done. */
  onProgress?: (done: number, n: number) => void;
}

const OPTIONS: Kinds<SimulateOptions> = {
  n: kinds.count,
  seed: kinds.seed,
  randomEffects: kinds.text,
  onProgress: kinds.callback,
};

/**
 * Simulates new responses at the rows of the fit.
 *
 * Simulation s has a random stream of its own, so simulation 7 is the same whether 10 or 1,000 are made, and on every machine.
 *
 * ```ts
 * import { dataset, fit, simulate } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * simulate(model, { n: 3, seed: 1 }); // three columns of 54 responses
 * ```
 *
 * @returns `row` (0-based index in the data given), then `sim_1`, `sim_2`, …; numbers of successes for binomial types.
 * Frequency weights do not change a row's distribution; precision weights divide the variance.
 * @throws RangeError for an n or a seed that is not a whole number, or terms that the model does not have
 * Source: Gelman & Hill (2007), chapter 8.
 * @category Predict and simulate
 */
export function simulate(model: Model, options: SimulateOptions = {}): ResultFrame {
  noMore("simulate", arguments, 2);
  model = ownModel(model, "simulate");
  checkOptions("simulate", options, OPTIONS);
  const { n = 1, seed = 123, randomEffects = "conditional", onProgress } = options;
  const simulator = new Simulator(model, randomEffects),
    columns: Record<string, Int32Array | Float64Array> = {};
  columns.row = rowSolution(model, "simulations").design.rows;
  for (let s = 0; s < n; s++) {
    const y = columns[`sim_${s + 1}`] = new Float64Array(simulator.n);
    simulator.draw(streamOf(seed, s), y);
    onProgress?.(s + 1, n);
  }
  return resultFrame("simulate", columns, {
    title: modelTitle(model),
    response: model.response,
    notes: [effectsSentence(model, randomEffects)],
  });
}

/** The random stream of simulation s. */
export function streamOf(seed: number, s: number) {
  return stream(childSeed(seed, s + 1));
}

/** What was done with the random effects, in words; empty for a model without. */
export function effectsSentence(model: Model, effects: SimulatedEffects): string {
  if (effectTerms(model.random).length === 0) return "";
  if (effects === "conditional") {
    return "Simulated with the random effects held at their modes (conditional).";
  }
  if (effects === "unconditional") return "Simulated with all random effects drawn anew (unconditional).";
  return `Simulated with ${
    effects.replace(/^\s*~\s*/, "")
  } held at the modes and the other random effects drawn anew.`;
}
