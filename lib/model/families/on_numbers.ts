/** What a distribution says where a predictor is no number. */
import type { Family } from "./family.ts";

/** The family whose draws, probabilities and quantiles are NaN where a predictor is: comparisons with it would answer like any number. */
export function onNumbers(family: Family): Family {
  return {
    ...family,
    simulate: (random, eta, trials) => hasNaN(eta) ? NaN : family.simulate(random, eta, trials),
    cdf: (y, eta, trials) => hasNaN(eta) ? NaN : family.cdf(y, eta, trials),
    quantile: (p, eta, trials) => hasNaN(eta) ? NaN : family.quantile(p, eta, trials),
  };
}

/** Is one of them no number? */
export function hasNaN(numbers: ArrayLike<number>): boolean {
  for (let k = 0; k < numbers.length; k++) if (Number.isNaN(numbers[k])) return true;
  return false;
}
