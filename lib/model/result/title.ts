/** A model in one line, for captions. */
import type { Model } from "./model.ts";

/** "testScore ~ bodyLength + (1 | site), beta (logit)". */
export function modelTitle(model: Model): string {
  const { formulas, family } = model;
  return [
    model.formula,
    formulas.zeroInflation && `zero inflation ${formulas.zeroInflation}`,
    formulas.dispersion && `dispersion ${formulas.dispersion}`,
    `${family.name} (${family.link.name})`,
  ].filter(Boolean).join(", ");
}
