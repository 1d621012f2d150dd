/** From linear functions to numbers: standard errors, degrees of freedom, intervals, tests, on either scale. */
import { choleskyFactor, type Matrix, symmetricEigen } from "../../math/dense.ts";
import {
  type Adjustment,
  type AdjustName,
  adjustPValues,
  criticalValues,
  type TestedTogether,
} from "./adjust.ts";
import { type BackTransform, biasAdjusted } from "../cells/back_transform.ts";
import { type Estimates, groupsBy } from "./estimates.ts";

/** What the tests are against. */
export interface TestAgainst {
  /** Value without effect, on the scale on which estimates are linear. */
  readonly null: number;
  /** Threshold of equivalence, non-inferiority or non-superiority tests; 0 for ordinary tests. */
  readonly delta: number;
  readonly side: Side;
}

/**
 * Alternatives: "two-sided" (with delta: equivalence), ">" (with delta: non-inferiority), "<" (non-superiority).
 *
 * @category Means and comparisons
 */
export type Side = "two-sided" | "<" | ">";

/** Numbers behind a table. */
export interface Numbers {
  readonly estimate: Float64Array;
  readonly stdError: Float64Array;
  readonly df: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly null: number;
  readonly statistic: Float64Array;
  readonly pValue: Float64Array;
  /** How tests and intervals were adjusted, where they were: once for each group. */
  readonly adjusted: Readonly<Record<"tests" | "intervals", readonly Adjustment[]>>;
}

/**
 * Estimates and standard errors on the scale on which they are linear: NaN where not estimable, at their limit (±∞, or that of a
 * mean) with an infinite standard error where the likelihood has its maximum there, standard error 0 where the coefficients take no part.
 */
export function linearNumbers(
  e: Estimates,
): { estimate: Float64Array; stdError: Float64Array; df: Float64Array } {
  const estimate = e.rows.times(e.beta), variance = e.rows.quadratic(e.covariance);
  const stdError = variance.map((v) => Math.sqrt(Math.max(0, v))),
    df = new Float64Array(estimate.length).fill(Infinity);
  const asymptotic = e.df.name === "asymptotic", row = new Float64Array(e.rows.columns);
  for (let i = 0; i < estimate.length; i++) {
    estimate[i] += e.constant[i];
    const tendency = e.runaway ? e.runaway.tendency(i) : 0;
    if (!estimable(e, i) || tendency !== tendency) estimate[i] = stdError[i] = df[i] = NaN;
    else if (tendency !== 0) {
      estimate[i] = e.runaway!.limit(i);
      stdError[i] = Infinity;
    } else if (isConstant(e, i) || isGiven(e, e.rows.row(i, row), variance[i])) stdError[i] = 0;
    else if (!asymptotic) df[i] = e.df.df(e.rows.row(i, row));
  }
  return { estimate, stdError, df };
}

/** Row i is the same whatever the coefficients: a contrast that is 0 by construction, or of offsets alone. */
export function isConstant({ rows }: Pick<Estimates, "rows">, i: number): boolean {
  return rows.start[i] === rows.start[i + 1];
}

/** Below this share of what is given, a standard error is the rounding of a row's entries. */
const ROUNDING = 1e-9;

/** A row of that variance is of coefficients that are held at a value (their variance is 0), but for the rounding of averages. */
export function isGiven(
  { beta, covariance }: Pick<Estimates, "beta" | "covariance">,
  row: ArrayLike<number>,
  variance: number,
): boolean {
  let given = 0;
  for (let j = 0; j < beta.length; j++) if (covariance.get(j, j) === 0) given += row[j] * beta[j];
  return variance <= (ROUNDING * given) ** 2;
}

/** The data determine row i. */
export function estimable({ defect, rows }: Estimates, i: number): boolean {
  if (defect === null) return true;
  let beyond = 0, size = 1e-300;
  for (let k = defect.start[i]; k < defect.start[i + 1]; k++) {
    beyond = Math.max(beyond, Math.abs(defect.value[k]));
  }
  for (let k = rows.start[i]; k < rows.start[i + 1]; k++) size = Math.max(size, Math.abs(rows.value[k]));
  return beyond <= 1e-8 * size;
}

/** Everything that a table shows, adjusted within each group of `by`. */
export function numbersOf(e: Estimates, adjust: AdjustName, hypothesis: TestAgainst): Numbers {
  const { estimate, stdError, df } = linearNumbers(e), n = estimate.length;
  const sign: TestedTogether["side"] = hypothesis.side === "two-sided" ? 0 : hypothesis.side === ">" ? 1 : -1;
  const statistic = statisticsOf(e, { estimate, stdError }, hypothesis);
  // An equivalence test rejects for small values of (|estimate| − δ)/SE.
  const side: TestedTogether["side"] = hypothesis.delta > 0 && sign === 0 ? -1 : sign;
  const { pValue, half, adjusted } = adjustedNumbers(e, adjust, statistic, df, {
    tests: side,
    intervals: sign,
  });
  const low = new Float64Array(n), high = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const { low: a, high: b } = interval(e, i, estimate[i], stdError[i], half[i]);
    low[i] = sign < 0 ? -Infinity : a;
    high[i] = sign > 0 ? Infinity : b;
  }
  const linear = {
    estimate,
    stdError,
    df,
    low,
    high,
    null: hypothesis.null,
    statistic,
    pValue,
    adjusted,
  };
  if (e.type === "response" && e.scale) return onResponse(linear, e.scale, e.bias);
  return e.runaway?.bounded ? { ...linear, stdError: stdError.map((v) => v === Infinity ? NaN : v) } : linear;
}

/** p-values and half-widths of intervals in standard errors, adjusted within each group of `by`. */
function adjustedNumbers(
  e: Estimates,
  adjust: AdjustName,
  statistic: Float64Array,
  df: Float64Array,
  sides: Readonly<Record<"tests" | "intervals", TestedTogether["side"]>>,
) {
  const pValue = statistic.slice(), half = statistic.slice();
  const adjusted: Record<"tests" | "intervals", Adjustment[]> = { tests: [], intervals: [] };
  for (const group of groupsBy(e, e.by)) {
    const own = Float64Array.from(group, (i) => statistic[i]);
    const tests = familyOf(e, group, df, sides.tests);
    const intervals = sides.intervals === sides.tests ? tests : familyOf(e, group, df, sides.intervals);
    const p = adjustPValues(adjust, own, tests), c = criticalValues(adjust, e.level, own, intervals);
    group.forEach((i, k) => {
      pValue[i] = p.values[k];
      half[i] = c.values[k];
    });
    if (p.note) adjusted.tests.push(p.note);
    if (c.note) adjusted.intervals.push(c.note);
  }
  return { pValue, half, adjusted };
}

/** The test statistic of every row: NaN where there is nothing to test, because the value is known beforehand. */
export function statisticsOf(
  e: Estimates,
  { estimate, stdError }: Pick<Numbers, "estimate" | "stdError">,
  hypothesis: TestAgainst,
): Float64Array {
  return estimate.map((v, i) =>
    stdError[i] === Infinity
      ? likelihoodRatio(e, i, hypothesis)
      : stdError[i] === 0
      ? NaN
      : testStatistic(v - hypothesis.null, stdError[i], hypothesis)
  );
}

/** Estimate ± half-widths; a profile-likelihood interval with one finite end where the estimate is infinite. */
function interval(e: Estimates, i: number, estimate: number, se: number, half: number) {
  if (se === 0) return { low: estimate, high: estimate };
  if (se !== Infinity) {
    if (e.ends === null) return { low: estimate - half * se, high: estimate + half * se };
    const { eta, mean, slope } = e.ends, centre = eta(estimate), width = half * se / Math.abs(slope(centre));
    return { low: mean(centre - width), high: mean(centre + width) };
  }
  return e.runaway!.ends(i, half);
}

/** The normal deviate of the likelihood ratio against the null value, where the estimate is infinite. */
function likelihoodRatio(e: Estimates, i: number, { null: value, delta }: TestAgainst): number {
  return delta > 0 ? NaN : e.runaway!.root(i, value);
}

/** What adjustment needs to know of some rows. */
export function familyOf(
  e: Estimates,
  rows: readonly number[],
  df: Float64Array,
  side: TestedTogether["side"],
): TestedTogether {
  return {
    // Equal but for rounding error: what is computed for one serves the others.
    df: Float64Array.from(rows, (i) => Number(df[i].toPrecision(9))),
    // k(k − 1)/2 differences compare k means
    means: e.pairwise ? Math.round((1 + Math.sqrt(1 + 8 * rows.length)) / 2) : 0,
    side,
    factor: () => squareRootRows(e, rows),
  };
}

function testStatistic(difference: number, se: number, { delta, side }: TestAgainst): number {
  if (side === "two-sided") return (delta > 0 ? Math.abs(difference) - delta : difference) / se;
  return (difference + (side === ">" ? delta : -delta)) / se;
}

/** h(η), |h′(η)| SE, and the ends of the interval transformed; tests stay those of the linear scale. */
function onResponse(numbers: Numbers, scale: BackTransform, bias: Float64Array | null): Numbers {
  const { estimate, stdError, low, high } = numbers;
  const at = (i: number) => bias && bias[i] > 0 ? biasAdjusted(scale, bias[i]) : scale;
  const ends = estimate.map((_, i) => i).length,
    lower = new Float64Array(ends),
    upper = new Float64Array(ends);
  const mean = new Float64Array(ends), se = new Float64Array(ends);
  for (let i = 0; i < ends; i++) {
    const h = at(i), a = limit(h, low[i]), b = limit(h, high[i]), known = a === a && b === b;
    mean[i] = limit(h, estimate[i]);
    se[i] = stdError[i] === Infinity ? NaN : Math.abs(h.slope(estimate[i])) * stdError[i];
    lower[i] = known ? Math.min(a, b) : h.slope(1) < 0 ? b : a;
    upper[i] = known ? Math.max(a, b) : h.slope(1) < 0 ? a : b;
  }
  return {
    ...numbers,
    estimate: mean,
    stdError: se,
    low: lower,
    high: upper,
    null: scale.mean(numbers.null),
  };
}

function limit(h: BackTransform, eta: number): number {
  return Number.isFinite(eta) || eta !== eta ? h.mean(eta) : h.mean(eta > 0 ? 1e300 : -1e300);
}

/** A with AAᵀ = LVLᵀ for some rows: never a matrix of rows by rows. */
function squareRootRows(e: Estimates, rows: readonly number[]): Float64Array[] {
  const root = squareRoot(e.covariance), p = e.rows.columns;
  return rows.map((i) => {
    const a = new Float64Array(p);
    for (let k = e.rows.start[i]; k < e.rows.start[i + 1]; k++) {
      const from = e.rows.index[k] * p, value = e.rows.value[k];
      for (let j = 0; j < p; j++) a[j] += value * root[from + j];
    }
    return a;
  });
}

const roots = new WeakMap<Matrix, Float64Array>();

/** C with CCᵀ = V, row-major: Cholesky, or by eigenvalues when V is singular. */
function squareRoot(V: Matrix): Float64Array {
  let root = roots.get(V);
  if (root) return root;
  const L = choleskyFactor(V);
  if (L) root = Float64Array.from(L.to1DArray());
  else {
    const { values, vectors } = symmetricEigen(V), n = V.rows;
    root = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) root[i * n + j] = vectors.get(i, j) * Math.sqrt(Math.max(0, values[j]));
    }
  }
  roots.set(V, root);
  return root;
}
