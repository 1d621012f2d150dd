/** Scaled residuals of any model, from simulations made elsewhere. */
import type { ResidualsPlotOptions, ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { residualState } from "./residual_state.ts";
import type { MatrixLike } from "./rotation.ts";
import { heldSimulations } from "./simulations.ts";
import { residualFrame, vectorsOf } from "./state.ts";

/**
 * What {@link residualsFromSimulations} needs.
 *
 * @category Checks
 */
export interface OutsideSimulations {
  /** One column per simulation, one row per observation: a data frame, a matrix, or an array of columns. */
  simulated: Frame | MatrixLike | readonly ArrayLike<number>[];
  /** The responses that were observed. */
  observed: ArrayLike<number>;
  /** Predicted means, without random effects: the axis of the residual plot, and the centre of the dispersion test. */
  fitted: ArrayLike<number>;
  /** Whole-number responses (default: whether observations and simulations all are). */
  integer?: boolean;
  /** Whole number of 32 bits that starts the random numbers which break ties (123). */
  seed?: number;
  /** Columns that `x` and `group` may name, one row per observation. */
  data?: Frame;
}

const OPTIONS: Kinds<OutsideSimulations> = {
  simulated: kinds.anyOf(kinds.frame, kinds.values, { ...kinds.object, should: "a matrix" }),
  observed: kinds.values,
  fitted: kinds.values,
  integer: kinds.flag,
  seed: kinds.seed,
  data: kinds.frame,
};

/**
 * Scaled residuals from simulations of any model: a Bayesian posterior predictive, a fit in R or Python.
 *
 * ```ts
 * import { dataset, fit, fitted, residualsFromSimulations, simulate } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * const data = await dataset("warpbreaks"), observed = data.getColumn("breaks").toArray() as number[];
 * residualsFromSimulations({ simulated: simulate(model, { n: 100 }).drop("row"), observed, fitted: fitted(model) });
 * ```
 *
 * @returns as {@link simulateResiduals}; `row` counts the observations from 0
 * @throws RangeError when lengths differ or values are missing
 * Source: as simulateResiduals; cases `dharma_continuous`, `dharma_integer`.
 * @category Checks
 */
export function residualsFromSimulations(given: OutsideSimulations): ResultFrame<ResidualsPlotOptions> {
  noMore("residualsFromSimulations", arguments, 1);
  checkOptions("residualsFromSimulations", given, OPTIONS, ["simulated", "observed", "fitted"]);
  const { integer, seed = 123, data } = given, what = "make residuals from simulations";
  const vectors = vectorsOf(given.simulated);
  if (vectors === null || vectors.length === 0) {
    throw new TypeError(
      `Cannot ${what}: simulated should be a data frame, a matrix or an array of columns, one column per simulation`,
    );
  }
  const observed = Float64Array.from(given.observed),
    fitted = Float64Array.from(given.fitted),
    n = observed.length;
  requireNumbers(what, "observed", observed, n);
  requireNumbers(what, "fitted", fitted, n);
  vectors.forEach((v, s) => requireNumbers(what, `simulation ${s + 1}`, v, n));
  const whole = () => observed.every(Number.isInteger) && vectors.every((v) => v.every(Number.isInteger));
  const state = residualState({
    simulations: heldSimulations(vectors),
    observed,
    trials: null,
    fitted,
    rows: Int32Array.from(observed, (_, i) => i),
    unit: "row",
    integer: integer ?? whole(),
    seed,
    data: data ?? null,
  });
  return residualFrame(state, {
    title: "Simulations from outside",
    scale: "response",
    notes: [`${vectors.length} simulations.`],
  });
}

function requireNumbers(what: string, name: string, values: Float64Array, n: number): void {
  if (values.length !== n) {
    throw new RangeError(
      `Cannot ${what}: ${name} has ${values.length} values, observed has ${n}; give one row per observation, one column per simulation`,
    );
  }
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new RangeError(`Cannot ${what}: ${name} is ${values[bad]} in row ${bad}, it should be a number`);
  }
}
