/** A part of the residuals, as if there were no others. */
import { countZeros, varianceAround } from "./ranks.ts";
import { mappedSimulations, type Simulations } from "./simulations.ts";
import type { ResidualState } from "./state.ts";

/**
 * The residuals at some places with their simulations. The model is that of all rows, so a part has none, nor its data.
 *
 * @param places positions among the residuals
 */
export function partOf(state: ResidualState, places: readonly number[]): ResidualState {
  const take = (values: Float64Array) => Float64Array.from(places, (i) => values[i]);
  const fitted = take(state.fitted), trials = state.trials && take(state.trials);
  const pick = (y: Float64Array, out: Float64Array) => places.forEach((i, k) => out[k] = y[i]);
  // simulations, and what tests need of every one, are made when a test asks for them
  let mapped: Simulations | undefined, spread: Float64Array | undefined, zeros: Float64Array | undefined;
  const simulations: Simulations = {
    n: places.length,
    count: state.simulations.count,
    held: state.simulations.held,
    each: (visit) => (mapped ??= mappedSimulations(state.simulations, places.length, pick)).each(visit),
  };
  const ofEach = (of: (y: Float64Array) => number) => {
    const out = new Float64Array(simulations.count);
    simulations.each((y, s) => out[s] = of(y));
    return out;
  };
  return Object.defineProperties({
    ...state,
    simulations,
    observed: take(state.observed),
    trials,
    fitted,
    residual: take(state.residual),
    lower: take(state.lower),
    upper: take(state.upper),
    rows: Int32Array.from(places, (i) => state.rows[i]),
    extremes: null,
    refitted: null,
    model: null,
    data: null,
  }, {
    spread: { get: () => spread ??= ofEach((y) => varianceAround(y, fitted, trials)), enumerable: true },
    zeros: { get: () => zeros ??= ofEach(countZeros), enumerable: true },
  });
}
