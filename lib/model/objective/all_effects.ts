/** The random effects of a design. */
import type { Design } from "../../formula/types.ts";
import { standsFor } from "./equal_rows.ts";
import { RandomEffects } from "./random_effects.ts";

/**
 * The random effects of all predictors; rows that are equal stand once.
 * @param unit what an effect of 1 moves the first predictor by
 */
export function allEffects(design: Design, unit: number = design.units?.eta ?? 1): RandomEffects {
  const { predictors, n, known } = design, units = predictors.map((_, k) => k === 0 ? unit : 1);
  return RandomEffects.of(predictors, n, units, known, standsFor(design));
}

/** Those of the mean alone, as a Gaussian model in closed form has them. */
export function meanEffects({ predictors: [mean], n, known }: Design): RandomEffects {
  return RandomEffects.of([mean], n, undefined, known);
}
