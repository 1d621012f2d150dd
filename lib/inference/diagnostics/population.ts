/** Means without random effects at the rows of the fit. */
import { engineOf, type Model } from "../../model/result/model.ts";
import { linearPredictorsOf } from "../predict/residuals.ts";

/** Response-scale means with all random effects at 0: (1 − p₀) h(η), probabilities for binomial types. */
export function populationMeans(model: Model): Float64Array {
  const engine = engineOf(model, "fitted values"), { objective, design } = engine, { link } = model.family;
  const eta = linearPredictorsOf(engine);
  if (objective.effects.q > 0) objective.effects.addTo(objective.b.map((b) => -b), eta);
  const mean = eta[0].map((e) => link.mean(e));
  if (design.predictors.at(-1)!.part !== "zi") return mean;
  const zero = eta.at(-1)!;
  return mean.map((mu, i) => mu / (1 + Math.exp(zero[i])));
}
