/**
 * The weighted log-density of all rows as a function of the K linear predictors. Many rows are several ranges, whose sums are added in their
 * order: what comes of it is the same by one thread and by several, each with some of the ranges.
 */
import { isConstant } from "../../formula/constant_predictor.ts";
import type { Design, Units } from "../../formula/types.ts";
import type { Family, Part } from "../families/family.ts";
import { Jets, jetsOfRows } from "../../math/jets.ts";
import { RowDensities } from "./row_densities.ts";
import { cutRows } from "./cut_rows.ts";

/** One range of rows. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly densities: RowDensities;
  /** Their part of the likelihood's jets. */
  readonly jets: Jets;
}

/** Σ w ℓ and its derivatives row by row; `jets` is reused by every call. */
export class Likelihood {
  readonly jets: Jets;
  readonly K: number;
  readonly ranges: readonly Range[];

  constructor(
    readonly design: Design,
    readonly family: Family,
    readonly units: Units,
    parts: readonly Part[] = family.parts(design.response),
  ) {
    const { n, predictors, response, weights } = design;
    this.K = predictors.length;
    this.jets = new Jets(n, this.K, family.couples);
    const constant = predictors.map(isConstant), bounds = cutRows(design), alone = bounds.length === 2;
    this.ranges = bounds.slice(1).map((to, s) => {
      const from = bounds[s], jets = alone ? this.jets : jetsOfRows(this.jets, from, to);
      const some = <T extends Float64Array | null>(x: T) => (alone ? x : x && x.subarray(from, to)) as T;
      const there = { ...response, y: some(response.y), trials: some(response.trials) };
      const data = { response: there, weights: some(weights), constant, units };
      return { from, to, densities: new RowDensities(data, family, parts, jets), jets };
    });
  }

  /** Fills `jets` at these linear predictors, up to derivative `order`, and returns Σ w ℓ. */
  evaluate(eta: readonly Float64Array[], order: 0 | 1 | 2 | 3): number {
    const { ranges } = this;
    if (ranges.length === 1) return ranges[0].densities.evaluate(eta, order);
    return ranges.reduce(
      (sum, { from, to, densities }) => sum + densities.evaluate(eta.map((e) => e.subarray(from, to)), order),
      0,
    );
  }
}
