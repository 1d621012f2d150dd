/**
 * The log scale of ordered categories has no intercept: where its columns are 0, the scale is 1. Of a covariate far from 0 that is far from
 * all data,
 *
 *   (θ_k − η)/exp(ζᵀx) = (e^−c θ_k − e^−c η)/exp(ζᵀ(x − m)),   c = ζᵀm (and what an offset is about),
 *
 * so that θ, β and the standard deviations of η change by e^c with ζ, along a valley that no search follows. It goes over the model about
 * m: of columns that 0 lies among the values of m is 0, of others their mean. The model about 0 has the same likelihood at
 *
 *   (γ, θ) of the location = e^c (γ, θ) there,   ζ the same,
 *
 * in the unit that is the power of two next to e^c, so that its numbers are as large.
 */
import { denseColumn, type DesignColumn } from "../../math/columns.ts";
import type { Design } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { Covariance } from "../structures/structure.ts";
import { allEffects } from "./all_effects.ts";

/** The part of the log scale, m, and what its offset is about. */
export interface ScaleReference {
  readonly part: number;
  readonly at: Float64Array;
  readonly offset: number;
}

/** Where the scale of a design is 1 in a search; null where that is where its columns are 0. */
export function scaleReference(design: Design, family: Family): ScaleReference | null {
  const part = family.parts(design.response).findIndex((p) => p.intercept === "elsewhere");
  if (part < 0) return null;
  const { X, offset: given } = design.predictors[part];
  const at = Float64Array.from(X, within), offset = given ? within(given) : 0;
  return (offset !== 0 || at.some((v) => v !== 0)) && isFree(design, part) ? { part, at, offset } : null;
}

/** The design about the reference. */
export function aboutReference(design: Design, family: Family): Design {
  const reference = scaleReference(design, family);
  if (reference === null) return design;
  const { part, at, offset } = reference;
  const predictors = design.predictors.map((p, k) =>
    k !== part ? p : {
      ...p,
      X: p.X.map((x, j) => at[j] === 0 ? x : denseColumn(x).map((v) => v - at[j])),
      offset: p.offset && p.offset.map((v) => v - offset),
    }
  );
  return { ...design, predictors };
}

/** 0 where it is among the values, else their mean. */
function within(column: DesignColumn): number {
  const x = denseColumn(column);
  let low = Infinity, high = -Infinity, sum = 0;
  for (let i = 0; i < x.length; i++) {
    low = Math.min(low, x[i]);
    high = Math.max(high, x[i]);
    sum += x[i];
  }
  return low <= 0 && high >= 0 ? 0 : sum / x.length;
}

/** Can all that the scale multiplies change by one factor? Offsets and values that the caller holds cannot. */
function isFree(design: Design, part: number): boolean {
  const others = design.predictors.filter((_, k) => k !== part), [{ random }] = others;
  return others.every(({ offset, held }) => offset === null && (!held || held.every(Number.isNaN))) &&
    random.every(({ fixed = {} }) => Object.keys(fixed).length === 0) &&
    allEffects(design).terms.every(({ part: own, covariance }) => own === part || scales(covariance));
}

/** Are the standard deviations of a structure what all of its T is a multiple of? Then 2T(θ) is T of twice those. */
function scales(covariance: Covariance): boolean {
  const { width, thetas } = covariance, theta = Float64Array.from(covariance.start(new Array(width).fill(1)));
  const [once, twice] = [1, 2].map((f) => {
    const T = new Float64Array(width * width), at = theta.slice(0, thetas);
    for (const i of scalesOf(covariance)) at[i] *= f;
    covariance.fill(at, 0, T);
    return T;
  });
  return once.every((v, i) => Math.abs(twice[i] - 2 * v) <= 1e-12 * Math.abs(v));
}

/** Places in θ of what T is a multiple of. */
export function scalesOf({ linear, thetas, edges }: Covariance): number[] {
  return linear ? Array.from({ length: thetas }, (_, i) => i) : edges.map(({ at }) => at);
}
