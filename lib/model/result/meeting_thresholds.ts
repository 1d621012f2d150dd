/** Thresholds that differ between rows and meet in some: their likelihood has its maximum at the edge, where they would cross. */
import { recipeCategories } from "../../formula/recipe.ts";
import { isNominal } from "../families/part.ts";
import type { Engine } from "../optimum/engine.ts";
import { type Model, partsOf, usedRows } from "./model.ts";
import { cellsOf } from "./separated_cells.ts";

/** A distance below this share of that of the outermost thresholds is none. */
const NONE = 0.01;

/** One sentence where a category's thresholds meet, null where none do. */
export function meetingThresholds(model: Omit<Model, "messages">, engine: Engine): string | null {
  const { family, recipe } = model, { cut, variant } = family, categories = recipeCategories(recipe);
  if (engine.kind !== "general" || !cut || !variant?.nominal || !categories) return null;
  const { eta, parts } = engine.objective, n = engine.design.n, row = new Float64Array(parts.length);
  const meet = categories.slice(1, -1).map(() => new Uint8Array(n));
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < row.length; k++) row[k] = eta[k][i];
    const span = cut(row, categories.length - 2) - cut(row, 0);
    meet.forEach((at, k) => at[i] = Number(cut(row, k + 1) - cut(row, k) < NONE * span));
  }
  const k = meet.findIndex((at) => at.includes(1));
  if (k < 0) return null;
  const part = partsOf(model).find(isNominal)!.name;
  const where = cellsOf(recipe, part, usedRows(model as Model), meet[k]);
  const [below, own, above] = categories.slice(k);
  return `The thresholds ${below}|${own} and ${own}|${above} meet ${
    where === null ? "in some rows" : `where ${where}`
  }: ` +
    `no response is ${own} there, or too few are, so that the likelihood rises until they would cross. Join categories, or leave ` +
    "the term out of the nominal effects.";
}
