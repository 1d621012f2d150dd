/** Means without random effects at the rows of the fit. */
import { engineOf, type Model } from "../../model/result/model.ts";
import { effectsOnRows } from "../../model/result/rows.ts";
import { linearPredictorsOf, rowsOf } from "../predict/residuals.ts";

/** Response-scale means with all random effects at 0: probabilities for binomial types, with extra zeros. */
export function populationMeans(model: Model): Float64Array {
  const engine = engineOf(model, "fitted values"), { objective, design } = engine;
  const eta = linearPredictorsOf(engine), row = rowsOf(eta);
  if (objective.effects.q > 0) effectsOnRows(engine).addTo(objective.b.map((b) => -b), eta);
  return Float64Array.from({ length: design.n }, (_, i) => model.family.mean(row(i)));
}
