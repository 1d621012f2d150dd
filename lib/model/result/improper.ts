/** Fits at parameters where the family's formula is no distribution. */
import type { Model } from "./model.ts";
import { solutionOf } from "./solution.ts";

/** Probabilities that sum to 1 to so many digits are a distribution's. */
const MATTERS = 1e-6;

/** Are there rows whose probabilities do not sum to 1? */
export const isImproper = (model: Model): boolean => improperRows(model).length > 0;

/** One sentence on the rows whose probabilities do not sum to 1, with the family to take instead. */
export function improperRows(model: Omit<Model, "messages">): string[] {
  const { improper, name } = model.family;
  if (!improper) return [];
  const eta = solutionOf(model as Model, "η").linearPredictors(), { length: n } = eta[0];
  let rows = 0, worst = 1;
  for (let i = 0; i < n; i++) {
    const total = improper.total(eta.map((column) => column[i]));
    if (Math.abs(total - 1) > MATTERS) rows++;
    if (Math.abs(total - 1) > Math.abs(worst - 1)) worst = total;
  }
  if (rows === 0) return [];
  return [
    `The probabilities of family "${name}" do not sum to 1 in ${rows} of ${n} rows (to ${
      worst.toPrecision(4)
    } in the worst): ${improper.reason}. What rests on the likelihood (estimates, tests, AIC) is in doubt here; ` +
    `family ${improper.instead} is a distribution everywhere.`,
  ];
}
