/** Quantities of one row's linear predictors that are more than one predictor behind its link: means, probabilities. */
import { recipeCategories } from "../../formula/recipe.ts";
import type { Family, Predictors } from "../../model/families/family.ts";
import { conditionalSize } from "../../model/families/part.ts";
import { identity } from "../../model/links/identity.ts";
import { logit } from "../../model/links/logit.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import type { ScaleMap } from "./back_transform.ts";

/** A smooth function of a row's predictors. */
export interface RowQuantity {
  /** Predictors that it depends on. */
  readonly parts: readonly number[];
  value(eta: Predictors): number;
  /** Its derivatives in all predictors. */
  slopes(eta: Predictors, out: Float64Array): void;
  /** Scale on which its intervals are made. */
  readonly scale: ScaleMap;
}

/**
 * E y, or the mean without point masses.
 * @returns null where it is link⁻¹(η₀)
 */
export function meanQuantity(model: Model, conditional = false): RowQuantity | null {
  const family = conditional ? model.family.conditional ?? model.family : model.family;
  const size = partsOf(model).length,
    K = conditional ? conditionalSize(model.family, size) : size,
    parts = family.meanParts?.(K);
  if (!parts) return null;
  const whole = new Float64Array(K);
  const own = (eta: Predictors) => {
    for (let k = 0; k < K; k++) whole[k] = eta[k];
    return whole;
  };
  return {
    parts,
    value: (eta) => family.mean(own(eta)),
    slopes: (eta, out) => family.meanSlopes(own(eta), out.subarray(0, K)),
    scale: family.categories
      ? withinRange(1, recipeCategories(model.recipe)!.length)
      : partsOf(model)[0].link,
  };
}

/** P(Y = category c), counted from 0. */
export function probabilityQuantity(model: Model, c: number): RowQuantity {
  const family = withProbabilities(model.family);
  return {
    parts: partsOf(model).map((_, k) => k),
    value: (eta) => family.probabilities(eta)[c],
    slopes: (eta, out) => family.probabilitySlopes(eta, c, out),
    scale: logit,
  };
}

/** P(Y ≤ category k), counted from 0, or P(Y > category k). */
export function upToQuantity(model: Model, k: number, side: "below" | "above"): RowQuantity {
  const family = withProbabilities(model.family), size = recipeCategories(model.recipe)!.length;
  const own = Array.from({ length: size }, (_, c) => c).filter((c) => side === "below" ? c <= k : c > k);
  const scratch = new Float64Array(partsOf(model).length);
  return {
    parts: partsOf(model).map((_, part) => part),
    value(eta) {
      const p = family.probabilities(eta);
      return own.reduce((sum, c) => sum + p[c], 0);
    },
    slopes(eta, out) {
      out.fill(0);
      for (const c of own) {
        family.probabilitySlopes(eta, c, scratch);
        for (let part = 0; part < scratch.length; part++) out[part] += scratch[part];
      }
    },
    scale: logit,
  };
}

/** The linear predictor of P(Y ≤ category k), counted from 0: (θ − η)/e^ζ. */
export function cutQuantity(model: Model, k: number): RowQuantity {
  const { cut, cutSlopes } = withProbabilities(model.family);
  return {
    parts: partsOf(model).map((_, part) => part),
    value: (eta) => cut(eta, k),
    slopes: (eta, out) => cutSlopes(eta, k, out),
    scale: identity,
  };
}

/** What is compared on the link scale where it takes more than the first predictor; null where it is that one. */
export function locationQuantity(model: Model): RowQuantity | null {
  const weights = model.family.location?.(partsOf(model).length);
  if (!weights) return null;
  return {
    parts: weights.flatMap((w, k) => (w === 0 ? [] : [k])),
    value: (eta) => weights.reduce((sum, w, k) => sum + w * eta[k], 0),
    slopes: (_, out) => out.set(weights),
    scale: identity,
  };
}

type OfCategories = Required<Pick<Family, "probabilities" | "probabilitySlopes" | "cut" | "cutSlopes">>;

function withProbabilities(family: Family): OfCategories {
  const { probabilities, probabilitySlopes, cut, cutSlopes } = family;
  if (probabilities && probabilitySlopes && cut && cutSlopes) {
    return { probabilities, probabilitySlopes, cut, cutSlopes };
  }
  throw new RangeError(`Cannot compute probabilities of categories: family "${family.name}" has none`);
}

/** The logit of where a value lies between two ends. */
function withinRange(low: number, high: number): ScaleMap {
  const width = high - low;
  return {
    name: "logit",
    eta: (x) => logit.eta((x - low) / width),
    mean: (eta) => low + width * logit.mean(eta),
    slope: (eta) => width * logit.slope(eta),
  };
}
