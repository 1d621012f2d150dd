/** A part of the residuals, as if there were no others. */
import { countZeros, varianceAround } from "./ranks.ts";
import { mappedSimulations, type Simulations } from "./simulations.ts";
import type { ResidualState } from "./state.ts";

/**
 * The residuals at some places with their simulations. The model is that of all rows, so a part has none, nor its data. What tests
 * need of the simulations is made when a test asks for it, of all parts in one pass.
 *
 * @param sets positions among the residuals, of each part
 */
export function partsOf(state: ResidualState, sets: readonly (readonly number[])[]): ResidualState[] {
  const parts = sets.map((places) => valuesOf(state, places));
  let made: Summaries[] | undefined;
  const summaries = () => made ??= summariesOf(state, sets, parts);
  return parts.map((part, k) =>
    Object.defineProperties({ ...part }, {
      spread: { get: () => summaries()[k].spread, enumerable: true },
      zeros: { get: () => summaries()[k].zeros, enumerable: true },
    })
  );
}

function valuesOf(state: ResidualState, places: readonly number[]): ResidualState {
  const take = (values: Float64Array) => Float64Array.from(places, (i) => values[i]);
  let mapped: Simulations | undefined;
  const own = () => mapped ??= mappedSimulations(state.simulations, places.length, pickOf(places));
  return {
    ...state,
    simulations: {
      n: places.length,
      count: state.simulations.count,
      held: state.simulations.held,
      each: (visit) => own().each(visit),
    },
    observed: take(state.observed),
    trials: state.trials && take(state.trials),
    fitted: take(state.fitted),
    residual: take(state.residual),
    lower: take(state.lower),
    upper: take(state.upper),
    rows: Int32Array.from(places, (i) => state.rows[i]),
    extremes: null,
    refitted: null,
    model: null,
    data: null,
  };
}

const pickOf = (places: readonly number[]) => (y: Float64Array, out: Float64Array) => {
  for (let k = 0; k < places.length; k++) out[k] = y[places[k]];
};

/** What is kept of every simulation. */
type Summaries = Pick<ResidualState, "spread" | "zeros">;

function summariesOf(
  { simulations }: ResidualState,
  sets: readonly (readonly number[])[],
  parts: readonly ResidualState[],
): Summaries[] {
  const out = sets.map((places) => ({
    pick: pickOf(places),
    y: new Float64Array(places.length),
    spread: new Float64Array(simulations.count),
    zeros: new Float64Array(simulations.count),
  }));
  simulations.each((all, s) =>
    out.forEach(({ pick, y, spread, zeros }, k) => {
      pick(all, y);
      spread[s] = varianceAround(y, parts[k].fitted, parts[k].trials);
      zeros[s] = countZeros(y);
    })
  );
  return out;
}
