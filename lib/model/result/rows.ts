/** The rows behind a fit, for what computes row by row. */
import { rowsElsewhere } from "../../formula/absent_rows.ts";
import type { RandomEffects } from "../objective/random_effects.ts";
import type { Rows } from "../objective/stiff_rows.ts";
import type { Engine } from "../optimum/engine.ts";

/** The random effects with the rows that they touch. */
export function effectsOnRows(engine: Engine): RandomEffects {
  return engine.kind === "general" ? engine.objective.effects : gaussianRows(engine).effects;
}

/**
 * The rows of a Gaussian model in closed form.
 * @throws TypeError where they are elsewhere
 */
export function gaussianRows({ objective: { sums } }: Engine & { kind: "gaussian" }): Rows {
  if (sums.rows === null) throw rowsElsewhere();
  return sums.rows;
}
