/** What is estimated of ordered categories beside a location: a number for every category, or for every threshold between two. */
import { recipeCategories } from "../../formula/recipe.ts";
import { identity } from "../../model/links/identity.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import { type BackTransform, fromLink, type ScaleMap } from "../cells/back_transform.ts";
import { byLevel, type CellFunction, responseMean } from "../cells/grid_values.ts";
import { cutQuantity, probabilityQuantity, type RowQuantity, upToQuantity } from "../cells/row_quantity.ts";
import type { GridDimension } from "../grid/reference_grid.ts";

/** What is estimated in each cell, of which parts, and how it is undone. */
export interface Quantity {
  readonly parts: readonly string[];
  readonly cell: CellFunction;
  readonly scale: BackTransform | null;
  /** Scale on which intervals are made of what is not transformed, so that they stay in its range. */
  readonly ends?: ScaleMap;
  /** What the grid has beside the predictors: the categories, or the thresholds. */
  readonly dimension?: GridDimension;
}

/** The dimension of the thresholds, as R's emmeans calls it. */
const CUT = "cut";

/** The components by name; those of probabilities are averaged as they are, the linear predictors on the link scale. */
const COMPONENTS: Readonly<
  Record<
    string,
    { readonly of: "category" | "cut"; readonly quantity: (model: Model, k: number) => RowQuantity }
  >
> = {
  probability: { of: "category", quantity: probabilityQuantity },
  cumulative: { of: "cut", quantity: (model, k) => upToQuantity(model, k, "below") },
  exceedance: { of: "cut", quantity: (model, k) => upToQuantity(model, k, "above") },
  predictor: { of: "cut", quantity: cutQuantity },
};

/** Is it a component of ordered categories? */
export const isOfCategories = (component: string): boolean => Object.hasOwn(COMPONENTS, component);

/** Is it a probability? */
export const isProbability = (component: string): boolean =>
  isOfCategories(component) && component !== "predictor";

/** What the numbers are, for an axis. */
export function categoryAxis({ response }: Model, component: string): string {
  return {
    probability: `probability of ${response}`,
    cumulative: `probability of ${response} up to the cut`,
    exceedance: `probability of ${response} above the cut`,
  }[component] ?? `linear predictor of ${response} up to the cut`;
}

/** A component of ordered categories, with the categories or thresholds as a further dimension of the grid. */
export function categoryQuantity(
  model: Model,
  component: string,
  population: boolean,
  offset: number | undefined,
): Quantity {
  const { of, quantity } = COMPONENTS[component], categories = recipeCategories(model.recipe)!;
  const name = of === "cut" ? CUT : model.response,
    labels = of === "cut" ? categories.slice(1).map((above, k) => `${categories[k]}|${above}`) : categories;
  const quantities = labels.map((_, k) => quantity(model, k)), [{ scale }] = quantities;
  const cells = quantities.map((each) =>
    responseMean(model, { quantity: each, population, offset, link: identity })
  );
  return {
    parts: partsOf(model).map((part) => part.name),
    cell: byLevel(cells, name),
    scale: component === "predictor" ? fromLink(model.family.link) : null,
    ends: component === "predictor" ? undefined : scale,
    dimension: { name, labels, values: null, ordered: true, boolean: false, counted: false },
  };
}
