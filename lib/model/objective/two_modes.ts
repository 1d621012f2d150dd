/** Where the Laplace approximation breaks down. */
import type { Laplace } from "./laplace.ts";

/** Pivot of H below which random effects have (almost) two modes. */
const TWO_MODES = 0.2;

/** Log-likelihood that the approximation may make too much of an effect that is nearly there: −½ log of the pivot. */
export const NEARLY = -Math.log(TWO_MODES) / 2;

/** Has some random effect two likely values, (almost), given the data, where the objective stands? */
export function hasTwoModes({ effects, solver }: Laplace): boolean {
  return effects.q > 0 && !(solver.smallestPivot() > TWO_MODES);
}
