/** The rows of a fit as figures draw them under estimates: the response on the scale of the estimates. */
import type { FigureData } from "../../display.ts";
import { recipeCategories } from "../../formula/recipe.ts";
import { hasPointMass, type Model } from "../../model/result/model.ts";
import { rowSolution, rowsToShow, showsRows } from "../../model/result/sample.ts";
import type { ScaleMap } from "../cells/back_transform.ts";
import { residuals } from "./residuals.ts";

/** Of what the estimates are. */
export interface DataScale {
  /** The response itself, its linear predictor, the probability of every category, or neither of them (and then why). */
  readonly of: "response" | "link" | "categories" | { readonly absent: string };
  /** Undoes a transformation of the response, log(y) for instance, where the estimates have it undone. */
  readonly undo?: Pick<ScaleMap, "mean">;
  /** From the linear predictor of the mean to the estimates; null where they are of more than this predictor. */
  readonly map: Pick<ScaleMap, "eta" | "mean" | "slope"> | null;
  /** What the column of the categories is called. */
  readonly category?: string;
}

/** Makes the data of a figure, when they are asked for; undefined where the rows of the fit are not here. */
export function figureData(model: Model, scale: DataScale): (() => FigureData) | undefined {
  if (!showsRows(model)) return undefined;
  let made: FigureData | undefined;
  return () => made ??= make(model, scale);
}

function make(model: Model, { of, undo, map, category }: DataScale): FigureData {
  const frame = rowsToShow(model), { y, trials } = rowSolution(model, "the data of a figure").design.response;
  let working: ArrayLike<number> | undefined;
  const bounded = model.family.usesTrials || Number.isFinite(model.family.support[1]);
  const partial = map && !model.family.categories && !hasPointMass(model)
    ? {
      get residual() {
        return working ??= residuals(model, { type: "working" });
      },
      eta: (estimate: number) => map.eta(estimate),
      // h(η + r) of a log link runs away with r; where means have no upper bound h(η) + r h′(η) is y where nothing else has an effect
      value: (eta: number, r: number) =>
        undo || bounded ? map.mean(eta + r) : map.mean(eta) + r * map.slope(eta),
    }
    : undefined;
  if (typeof of === "object") return { frame, response: null, absent: of.absent };
  if (of === "categories") {
    const levels = recipeCategories(model.recipe)!;
    return { frame, response: y, category: { name: category!, levels, of: y.map((k) => k - 1) } };
  }
  if (of === "link" && model.family.link.name !== "identity") {
    const absent = `the data have no values on the ${model.family.link.name} scale` +
      (partial ? '; points: "partial" draws partial residuals' : "") +
      ', and type: "response" has the data\'s own scale';
    return { frame, response: null, partial, absent };
  }
  const several = trials?.some((n) => n !== 1) ?? false;
  return {
    frame,
    response: trials
      ? y.map((successes, i) => successes / trials[i])
      : undo
      ? y.map((value) => undo.mean(value))
      : y,
    size: several ? trials! : undefined,
    binary: trials !== null && !several,
    partial,
  };
}

/** The linear predictor as it is. */
export const AS_IT_IS: Pick<ScaleMap, "eta" | "mean" | "slope"> = {
  eta: (v) => v,
  mean: (v) => v,
  slope: () => 1,
};
