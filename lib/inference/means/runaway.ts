/** Rows of a table of estimates whose maximum-likelihood estimate is infinite, or that the likelihood leaves open. */
import { largestOf } from "../../math/largest.ts";
import type { Model } from "../../model/result/model.ts";
import type { CellFunction } from "../cells/grid_values.ts";
import { type Ends, oneSided } from "../profiles/one_sided.ts";
import { tendencies, type Tendency } from "../../model/result/tendency.ts";

/** What is known of rows that run to infinity; l is a row's gradient in the parameters of its table. */
export interface Runaway {
  /** 0 for rows that the data determine, ±1 where the estimate is ±∞, NaN where it could be anything. */
  tendency(l: Float64Array): Tendency;
  /** The one-sided interval of lᵀβ by profile likelihood for z normal deviates. */
  ends(l: Float64Array, z: number): Ends;
  /** Signed root of the likelihood ratio for lᵀβ = value, a normal deviate. */
  root(l: Float64Array, value: number): number;
  /** lᵀd of every flat direction. */
  components(l: Float64Array): Float64Array;
}

/** Share of a tangent up to which a flat direction takes no part in it: the slope of what has run to its limit. */
const NEGLIGIBLE = 1e-6;

/** The rule for a quantity of a model; null when the data determine all coefficients. */
export function runawayOf(
  model: Model,
  { linear, straight = linear, first }: Pick<CellFunction, "linear" | "straight" | "first">,
): Runaway | null {
  const { flat } = model, P = model.covariance.rows;
  if (flat.directions.length === 0) return null;
  const stacked = (l: Float64Array) => {
    const out = new Float64Array(P);
    out.set(l.subarray(0, Math.min(l.length, P - first)), first);
    return linear || !negligible(out) ? out : new Float64Array(P);
  };
  const negligible = (l: Float64Array) => {
    const size = (j: number) => largestOf(flat.pulls.map((a) => Math.abs(a[j])), 0) || 1;
    const most = l.reduce((m, v, j) => Math.max(m, Math.abs(v) * size(j)), 0);
    return flat.directions.every((d) => {
      const unit = largestOf(flat.pulls.map((a) => Math.abs(a.reduce((s, v, j) => s + v * d[j], 0))), 0) ||
        1;
      return Math.abs(l.reduce((s, v, j) => s + v * d[j], 0)) <= NEGLIGIBLE * most * unit;
    });
  };
  const profile = oneSided(model);
  return {
    tendency: (l) => tendencies(model).of(stacked(l)),
    ends: (l, z) => {
      const at = stacked(l);
      if (straight) return profile.ends(at, z);
      return tendencies(model).of(at) > 0 ? { low: NaN, high: Infinity } : { low: -Infinity, high: NaN };
    },
    root: (l, value) => straight ? profile.root(stacked(l), value) : NaN,
    components: (l) => tendencies(model).components(stacked(l)),
  };
}
