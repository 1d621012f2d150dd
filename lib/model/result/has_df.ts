/** Whether the statistics of a mixed model's mean are t's. */
import { hasResidual, type Model } from "./model.ts";
import { residualTerm } from "./term_result.ts";

/**
 * REML fits with one residual variance have degrees of freedom (Satterthwaite, Kenward–Roger), which rest on their closed form; with a
 * dispersion formula their statistics are normal, as those of likelihoods.
 */
export function hasDf(model: Model): boolean {
  return model.reml && (hasResidual(model) || residualTerm(model.random) !== undefined);
}
