/** A model in one line, for captions. */
import type { TableLook } from "../../display.ts";
import type { Model } from "./model.ts";

/** "testScore ~ bodyLength + (1 | site), beta (logit)". */
export function modelTitle(model: Model): string {
  const { formulas, family } = model;
  return [
    model.formula,
    formulas.zeroInflation && `zero inflation ${formulas.zeroInflation}`,
    formulas.oneInflation && `one inflation ${formulas.oneInflation}`,
    formulas.dispersion && `dispersion ${formulas.dispersion}`,
    `${family.name} (${family.link.name})`,
  ].filter(Boolean).join(", ");
}

/** A table with a row for each model calls them M1, M2, …, or by names of their own, and says below which they are. */
export function shortNames(rows: readonly { readonly name?: string; readonly model: Model }[]): TableLook {
  const names = rows.map(({ name }, i) => name ?? `M${i + 1}`);
  return { cells: { model: names }, notes: rows.map(({ model }, i) => `${names[i]}: ${modelTitle(model)}`) };
}
