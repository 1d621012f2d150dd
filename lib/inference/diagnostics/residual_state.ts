/** From simulations and observations to the state behind a frame of residuals. */
import { rank, scaleRanks } from "./ranks.ts";
import type { Simulations } from "./simulations.ts";
import type { ResidualState } from "./state.ts";

/** What a state is made of; the rest is computed. */
export type ResidualSource =
  & Pick<
    ResidualState,
    "simulations" | "observed" | "trials" | "fitted" | "rows" | "unit" | "integer" | "seed" | "data"
  >
  & Partial<ResidualState>;

/** Ranks the observations among the simulations; `ranked` gives other vectors to rank in their place (rotated, refitted). */
export function residualState(
  source: ResidualSource,
  ranked?: { observed: Float64Array; simulations: Simulations },
): ResidualState {
  const { simulations, observed, fitted, trials, integer, seed } = source;
  const all = rank(simulations, observed, fitted, trials, integer && !ranked);
  const own = ranked
    ? rank(ranked.simulations, ranked.observed, new Float64Array(ranked.observed.length), null, false)
    : all;
  return {
    model: null,
    effects: null,
    dependent: false,
    refitted: null,
    rotated: false,
    ...source,
    ...scaleRanks(own.below, own.equal, simulations.count, seed),
    extremes: all.extremes,
    spread: all.spread,
    zeros: all.zeros,
  };
}
