/** A model in one line, for captions. */
import type { TableLook } from "../../display.ts";
import type { Model } from "./model.ts";
import { sampleNote } from "./sample.ts";

/** The formulas beyond the main one, with what they are of. */
export function furtherFormulas({ formulas, family }: Pick<Model, "formulas" | "family">) {
  const { zeroInflation, oneInflation, dispersion, residual, nominal } = formulas;
  const all = [
    ["zero inflation", zeroInflation],
    ["one inflation", oneInflation],
    [family.categories ? "scale" : "dispersion", dispersion],
    ["residual", residual],
    ["nominal", nominal],
  ];
  return all.flatMap(([what, formula]) => (what && formula ? [{ what, formula }] : []));
}

/** "testScore ~ bodyLength + (1 | site), beta (logit)". */
export function modelTitle(model: Model): string {
  const { formula, family } = model;
  const further = furtherFormulas(model).map((own) => `${own.what} ${own.formula}`);
  const title = [formula, ...further, `${family.name} (${family.link.name})`].join(", "),
    note = sampleNote(model);
  return note ? `${title}; ${note}` : title;
}

/** A table with a row for each model calls them M1, M2, …, or by names of their own, and says below which they are. */
export function shortNames(rows: readonly { readonly name?: string; readonly model: Model }[]): TableLook {
  const names = rows.map(({ name }, i) => name ?? `M${i + 1}`);
  return { cells: { model: names }, notes: rows.map(({ model }, i) => `${names[i]}: ${modelTitle(model)}`) };
}
