/** Means without random effects at the rows of the fit. */
import type { Model } from "../../model/result/model.ts";
import { rowSolution } from "../../model/result/sample.ts";
import { rowsOf } from "../predict/residuals.ts";

/** Response-scale means with all random effects at 0: probabilities for binomial types, with extra zeros. */
export function populationMeans(model: Model): Float64Array {
  const solution = rowSolution(model, "fitted values"), row = rowsOf(solution.fixedPredictors());
  return Float64Array.from({ length: solution.design.n }, (_, i) => model.family.mean(row(i)));
}
