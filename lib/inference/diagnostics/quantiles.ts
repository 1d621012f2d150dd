/** Do the quartiles of the residuals stay where they belong along a predictor? */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { Matrix, symmetricEigen } from "../../math/dense.ts";
import { stepwise } from "../../math/stepwise.ts";
import { positiveTail } from "../../math/quadratic_forms.ts";
import { type QuantileCurve, quantileCurve } from "../../math/quantile_regression.ts";
import { estimationEffects } from "./estimation_effect.ts";
import { numericPredictor, type ResidualState, stateOf } from "./state.ts";
import { mean, quantile } from "../../math/descriptive.ts";
import {
  metaFrom,
  pNumber,
  type Predictor,
  pText,
  short,
  type TestedPart,
  type TestedQuantile,
  testFrame,
  type TestRow,
} from "./test_frame.ts";
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testQuantiles}.
 *
 * @category Checks
 */
export interface QuantileOptions {
  /** A numeric column of the data, or one number per residual, in place of the predicted means. */
  x?: string | ArrayLike<number>;
  /** The quantiles looked at ([0.25, 0.5, 0.75]). */
  quantiles?: readonly number[];
  /**
   * Count in what estimating the model takes out of the residuals (true), so that 5 % of right models are rejected; false takes the
   * residuals as they are, as DHARMa does, and rejects about 1 % of them.
   */
  calibrated?: boolean;
}

const OPTIONS: Kinds<QuantileOptions> = {
  x: kinds.anyOf(kinds.column, kinds.values),
  quantiles: kinds.listOf(kinds.level),
  calibrated: kinds.flag,
};

/** The quantiles of the picture that people know. */
export const QUARTILES: readonly number[] = [0.25, 0.5, 0.75];
/** Most residuals that the test and the curves use; of more an evenly spread part is taken. */
const MOST_TEST_ROWS = 5000;
export const MOST_CURVE_ROWS = 4000;
/** Weights of orthogonal polynomials of degree 0, 1, 2, … in the test: what a smoother would keep of each. */
const WEIGHTS: readonly number[] = [1, 0.7, 0.8, 0.4, 0.4];
/** Values that differ by less than this share of the largest are equal but for rounding; ordered, they would sort rows by group. */
const SAME = 1e-13;
/** How far neighbouring quantiles reach whose scores are averaged. */
const REACH = 0.15;

/**
 * Quantile test: the .25, .5 and .75 quantiles of the residuals along the ranked prediction should be flat lines at .25, .5, .75.
 *
 * For each τ the counts of residuals below τ are weighted with polynomials of the ranked predictor, smooth shapes most; the
 * p-value is that of the quadratic form in them, with a covariance that holds what estimating the model takes out of the
 * residuals, so the test rejects 5 % of right models. The overall p-value is Simes' (smallest Benjamini–Hochberg) of the τ.
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testQuantiles } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testQuantiles(residuals);
 * ```
 *
 * @returns one row; `statistic` and `effect_size` are the largest distance of a fitted quantile curve from its line
 * @throws TypeError for a predictor that is not numeric
 * Source: Koenker & Machado (1999), J. Am. Stat. Assoc. 94:1296–1310 (quantile scores); Pierce (1982); Simes (1986).
 * @category Checks
 */
export function testQuantiles(residuals: Frame, given: QuantileOptions | string = {}): ResultFrame {
  noMore("testQuantiles", arguments, 2);
  const options = alone(given, "x");
  checkOptions("testQuantiles", options, OPTIONS);
  const { x, quantiles = QUARTILES, calibrated = true } = options,
    what = "test quantiles",
    state = stateOf(residuals, what);
  for (const tau of quantiles) {
    if (!(tau > 0 && tau < 1)) {
      throw new RangeError(`Cannot ${what}: quantile ${tau} should be between 0 and 1`);
    }
  }
  const predictor = x === undefined ? undefined : numericPredictor(state, x, what);
  const row = quantileTest(state, predictor, quantiles, calibrated);
  const view = { kind: "quantiles" as const, state, x: predictor, tested: row.quantiles! };
  const of = (part: ResidualState, places: readonly number[]): TestedPart => {
    const own = predictor && { ...predictor, values: Float64Array.from(places, (i) => predictor.values[i]) };
    const tested = quantilesOfPart(part, own, quantiles);
    return { view: { kind: "quantiles", state: part, x: own, tested }, pValue: NaN };
  };
  return testFrame([row], view, { state, of }, metaFrom(residuals));
}

/** Residuals of a part from which curves are drawn. */
const LEAST_OF_CURVES = 20;

/**
 * The curves of a part of the residuals as they are, without the correction for estimation, which is of all rows; none of too few.
 */
export function quantilesOfPart(
  part: ResidualState,
  x: Predictor | undefined,
  quantiles: readonly number[] = QUARTILES,
): readonly TestedQuantile[] {
  return part.residual.length < LEAST_OF_CURVES ? [] : quantileTest(part, x, quantiles, false).quantiles!;
}

/** The test as a row. */
export function quantileTest(
  state: ResidualState,
  x: Predictor | undefined,
  quantiles: readonly number[] = QUARTILES,
  calibrated = true,
): TestRow {
  const values = x?.values ?? state.fitted, places = ranked(values), index = spread(values, MOST_TEST_ROWS);
  const { p, cautious } = quantileP(state, places, index, quantiles, calibrated),
    adjusted = stepwise("BH", p),
    pValue = Math.min(...adjusted);
  const curves = quantileCurves(state, values, quantiles);
  const largest = curves.map((curve) => farthest(curve)), worst = largest.indexOf(Math.max(...largest));
  const n = state.residual.length, effect = largest[worst];
  return {
    about: "quantiles",
    method: "smooth quantile regression",
    statistic: effect,
    pValue,
    alternative: "two.sided",
    n,
    interpretation:
      (isConstant(places)
        ? interpretConstant(x?.name, p, quantiles, pValue, effect)
        : interpret(state, x?.name, p, quantiles, pValue, effect, quantiles[worst])) +
      (n > MOST_TEST_ROWS ? ` The test uses ${MOST_TEST_ROWS} rows, spread evenly along it.` : "") +
      (cautious ? " There are few rows for each parameter of the model, so the p-value is cautious." : ""),
    effectSize: effect,
    effect: "largest distance of a quantile curve from its line, 0 to 1",
    quantiles: quantiles.map((tau, t) => ({ tau, adjusted: adjusted[t] })),
  };
}

/** The order of some values, and their ranks (ties share their mean) divided by the largest, as places in (0, 1]. */
interface Ranking {
  readonly order: Uint32Array;
  readonly places: Float64Array;
}

const rankings = new WeakMap<Float64Array, Ranking>();

function ranking(values: Float64Array): Ranking {
  const known = rankings.get(values);
  if (known) return known;
  const n = values.length, order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const places = new Float64Array(n);
  const noise = SAME * values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && values[order[to]] - values[order[from]] <= noise) to++;
    for (let k = from; k < to; k++) places[order[k]] = (from + 1 + to) / 2;
    from = to;
  }
  const largest = n > 0 ? places[order[n - 1]] : 1;
  for (let i = 0; i < n; i++) places[i] /= largest;
  const made = { order, places };
  rankings.set(values, made);
  return made;
}

/** Places of the residuals along a predictor, in (0, 1]. */
export function ranked(values: Float64Array): Float64Array {
  return ranking(values).places;
}

/** At most so many positions, evenly spread along the values. */
function spread(values: Float64Array, most: number): Int32Array {
  const n = values.length, step = n / most;
  if (n <= most) return Int32Array.from(values.keys());
  const { order } = ranking(values);
  return Int32Array.from({ length: most }, (_, k) => order[Math.floor((k + 0.5) * step)]).sort();
}

const drawn = new WeakMap<Float64Array, QuantileCurve[]>();

/** The smooth quantile curves of the residuals along a predictor's values; the quartiles are kept for the next who asks. */
export function quantileCurves(
  state: ResidualState,
  values: Float64Array,
  quantiles: readonly number[] = QUARTILES,
): QuantileCurve[] {
  const found = quantiles === QUARTILES && values === state.fitted ? drawn.get(state.residual) : undefined;
  if (found) return found;
  const places = ranked(values), index = spread(values, MOST_CURVE_ROWS);
  const x = Float64Array.from(index, (i) => places[i]),
    y = Float64Array.from(index, (i) => state.residual[i]);
  const curves = isConstant(places)
    ? quantiles.map((tau) => flatCurve(y, tau))
    : quantiles.map((tau) => quantileCurve(x, y, tau));
  if (quantiles === QUARTILES && values === state.fitted) drawn.set(state.residual, curves);
  return curves;
}

/** All residuals are at one place: there is nothing to look along. */
function isConstant(places: Float64Array): boolean {
  return places.every((v) => v === places[0]);
}

/** The quantile of all residuals, whose standard error is that of a uniform sample. */
function flatCurve(y: Float64Array, tau: number): QuantileCurve {
  const value = quantile(y, tau), se = Math.sqrt(tau * (1 - tau) / y.length);
  return { tau, at: () => ({ value, se }) };
}

/** One p-value for each τ; cautious where the correction for estimation could not be trusted and was left out. */
function quantileP(
  state: ResidualState,
  places: Float64Array,
  index: Int32Array,
  quantiles: readonly number[],
  calibrated: boolean,
): { p: number[]; cautious: boolean } {
  const basis = polynomials(Float64Array.from(index, (i) => places[i])), K = basis.length, n = index.length;
  const corrected = calibrated && state.model !== null && state.unit === "row" && !state.dependent &&
    !state.rotated &&
    !state.refitted;
  const nodes = quantiles.map(neighbours);
  const effects = corrected ? estimationEffects(state.model!, nodes, index, basis) : null;
  const p = quantiles.map((_, t) => {
    const level = nodes[t].map((tau) => chanceBelow(state, tau)),
      centre = mean(level),
      T = new Float64Array(K);
    index.forEach((i, a) => {
      let below = 0;
      for (const tau of nodes[t]) below += Number(state.residual[i] < tau);
      const score = below / nodes[t].length - centre - (effects ? effects[t].shift[a] : 0);
      for (let k = 0; k < K; k++) T[k] += basis[k][a] * score;
    });
    const V = Matrix.eye(K).mul(n * scoreVariance(level)), size = basis.map((_, k) => V.get(k, k));
    if (effects) V.sub(effects[t].covariance);
    let form = 0;
    const factor = T.map((v, k) => {
      const f = Math.sqrt(WEIGHTS[k] / Math.max(V.get(k, k), 0.1 * size[k]));
      form += (f * v) ** 2;
      return f;
    });
    const scaled = Matrix.zeros(K, K);
    for (let a = 0; a < K; a++) {
      for (let b = 0; b < K; b++) scaled.set(a, b, factor[a] * V.get(a, b) * factor[b]);
    }
    return positiveTail(symmetricEigen(scaled).values.filter((l) => l > 0), form);
  });
  return { p, cautious: corrected && effects === null };
}

/** The quantile with its neighbours, whose scores are averaged: a smoothed check loss, less at the mercy of single rows. */
function neighbours(tau: number): number[] {
  const reach = Math.min(REACH, 0.8 * tau, 0.8 * (1 - tau));
  return reach > 0 ? [tau - reach, tau, tau + reach] : [tau];
}

/** Variance of the mean of indicators 1[r < t_j]: the mean of min(t_j, t_k) − t_j t_k. */
function scoreVariance(level: readonly number[]): number {
  return mean(level.flatMap((a) => level.map((b) => Math.min(a, b) - a * b)));
}

/** P(r < τ) of a right model: ranks among N simulations take N + 1 values where there are no ties. */
function chanceBelow(state: ResidualState, tau: number): number {
  const N = state.simulations.count;
  return state.integer ? tau : Math.ceil(tau * N) / (N + 1);
}

/** Orthonormal polynomials in x up to degree 4, fewer where x has few values; each with sum of squares n. */
function polynomials(x: Float64Array): Float64Array[] {
  const n = x.length, distinct = new Set(x).size, columns: Float64Array[] = [];
  for (let degree = 0; degree < Math.min(WEIGHTS.length, distinct); degree++) {
    const column = x.map((v) => Math.cos(degree * Math.acos(Math.max(-1, Math.min(1, 2 * v - 1))))); // Chebyshev: well scaled
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns) {
        let dot = 0;
        for (let i = 0; i < n; i++) dot += other[i] * column[i];
        for (let i = 0; i < n; i++) column[i] -= dot / n * other[i];
      }
    }
    const norm = Math.sqrt(column.reduce((s, v) => s + v * v, 0) / n);
    if (norm < 1e-8) break;
    columns.push(column.map((v) => v / norm));
  }
  return columns;
}

function farthest(curve: QuantileCurve): number {
  let most = 0;
  for (let k = 1; k < 40; k++) most = Math.max(most, Math.abs(curve.at(k / 40).value - curve.tau));
  return Math.min(1, most);
}

/** Without anything to look along the test is one of the quantiles themselves. */
function interpretConstant(
  name: string | undefined,
  p: readonly number[],
  quantiles: readonly number[],
  pValue: number,
  effect: number,
): string {
  const each = quantiles.map((tau, i) => `${tau}: ${pNumber(p[i])}`).join(", ");
  return `${
    name === undefined ? "The predictions" : `The values of ${name}`
  } are all equal, so there is no line to follow: ` +
    `the quantiles of all residuals are ${
      pValue < 0.05 ? `off by up to ${short(effect, 2)}` : "where they belong"
    } (${pText(pValue)}; by quantile ${each}). Give x, a column of the data, to look along it.`;
}

function interpret(
  state: ResidualState,
  name: string | undefined,
  p: readonly number[],
  quantiles: readonly number[],
  pValue: number,
  effect: number,
  worst: number,
): string {
  const along = name ?? "the prediction", n = state.residual.length;
  const each = quantiles.map((tau, i) => `${tau}: ${pNumber(p[i])}`).join(", ");
  const size = `${pText(pValue)}; by quantile ${each}`;
  const dependent = state.dependent
    ? " Rows of a group share their random effect here, which makes the p-value too small: look at the conditional residuals too."
    : "";
  if (pValue >= 0.05) {
    const power = n < 100 ? ` With ${n} rows only strong patterns would show.` : "";
    return `No pattern in the quantiles along ${along} (${size}).${power}`;
  }
  if (effect < 0.03) {
    return `The ${worst} quantile strays by ${
      short(effect, 2)
    } at most along ${along} (${size}): significant with ${n} rows, and ` +
      `hardly matters.${dependent}`;
  }
  const shape = quantiles.every((_, i) => p[i] < 0.05)
    ? "all quantiles move together: the mean has another shape (a curve, an interaction, a missing variable)"
    : quantiles.some((tau, i) => tau === 0.5 && p[i] < 0.05)
    ? "the middle moves: the mean has another shape (a curve, an interaction, a missing variable)"
    : "the outer quantiles move: the spread or the tails change (another family, or a dispersion formula)";
  return `The ${worst} quantile strays by up to ${
    short(effect, 2)
  } along ${along} (${size}); ${shape}.${dependent}`;
}
