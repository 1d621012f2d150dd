/** From linear functions to numbers: standard errors, degrees of freedom, intervals, tests, on either scale. */
import { choleskyFactor, type Matrix, symmetricEigen } from "../math/dense.ts";
import { type Adjusted, type AdjustName, adjustPValues, criticalValues, type Family } from "./adjust.ts";
import { type BackTransform, biasAdjusted } from "./back_transform.ts";
import { type Estimates, groupsBy } from "./estimates.ts";

/** What the tests are against. */
export interface Hypothesis {
  /** Value without effect, on the scale on which estimates are linear. */
  readonly null: number;
  /** Threshold of equivalence, non-inferiority or non-superiority tests; 0 for ordinary tests. */
  readonly delta: number;
  readonly side: Side;
}

/** Alternatives: "two-sided" (with delta: equivalence), ">" (with delta: non-inferiority), "<" (non-superiority). */
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
  /** What was adjusted and how, for notes. */
  readonly notes: readonly string[];
}

/** Estimates and standard errors on the scale on which they are linear; NaN where not estimable. */
export function linearNumbers(
  e: Estimates,
): { estimate: Float64Array; stdError: Float64Array; df: Float64Array } {
  const estimate = e.rows.times(e.beta), variance = e.rows.quadratic(e.covariance);
  const stdError = variance.map((v) => Math.sqrt(Math.max(0, v))),
    df = new Float64Array(estimate.length).fill(Infinity);
  const asymptotic = e.df.name === "asymptotic", row = new Float64Array(e.rows.columns);
  for (let i = 0; i < estimate.length; i++) {
    estimate[i] += e.constant[i];
    if (!estimable(e, i)) estimate[i] = stdError[i] = df[i] = NaN;
    else if (!asymptotic) df[i] = e.df.df(e.rows.row(i, row));
  }
  return { estimate, stdError, df };
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
export function numbersOf(e: Estimates, adjust: AdjustName, hypothesis: Hypothesis): Numbers {
  const { estimate, stdError, df } = linearNumbers(e), n = estimate.length;
  const sign: Family["side"] = hypothesis.side === "two-sided" ? 0 : hypothesis.side === ">" ? 1 : -1;
  const statistic = estimate.map((v, i) => testStatistic(v - hypothesis.null, stdError[i], hypothesis));
  // An equivalence test rejects for small values of (|estimate| − δ)/SE.
  const side: Family["side"] = hypothesis.delta > 0 && sign === 0 ? -1 : sign;
  const pValue = new Float64Array(n), half = new Float64Array(n), notes = new Set<string>();
  for (const group of groupsBy(e, e.by)) {
    const pick = (values: Float64Array) => Float64Array.from(group, (i) => values[i]);
    const tests = familyOf(e, group, df, side),
      intervals = side === sign ? tests : familyOf(e, group, df, sign);
    const p = adjustPValues(adjust, pick(statistic), tests);
    const c = criticalValues(adjust, e.level, pick(statistic), intervals);
    group.forEach((i, k) => {
      pValue[i] = p.values[k];
      half[i] = c.values[k];
    });
    remark(notes, p, "P value adjustment");
    remark(notes, c, "Confidence level adjustment");
  }
  const low = estimate.map((v, i) => sign < 0 ? -Infinity : v - half[i] * stdError[i]);
  const high = estimate.map((v, i) => sign > 0 ? Infinity : v + half[i] * stdError[i]);
  const linear = {
    estimate,
    stdError,
    df,
    low,
    high,
    null: hypothesis.null,
    statistic,
    pValue,
    notes: [...notes],
  };
  return e.type === "response" && e.scale ? onResponse(linear, e.scale, e.bias) : linear;
}

/** What adjustment needs to know of some rows. */
export function familyOf(
  e: Estimates,
  rows: readonly number[],
  df: Float64Array,
  side: Family["side"],
): Family {
  return {
    // Equal but for rounding error: what is computed for one serves the others.
    df: Float64Array.from(rows, (i) => Number(df[i].toPrecision(9))),
    // k(k − 1)/2 differences compare k means
    means: e.pairwise ? Math.round((1 + Math.sqrt(1 + 8 * rows.length)) / 2) : 0,
    side,
    factor: () => squareRootRows(e, rows),
  };
}

function testStatistic(difference: number, se: number, { delta, side }: Hypothesis): number {
  if (side === "two-sided") return (delta > 0 ? Math.abs(difference) - delta : difference) / se;
  return (difference + (side === ">" ? delta : -delta)) / se;
}

function remark(notes: Set<string>, { note }: Adjusted, what: string) {
  if (note) notes.add(`${what}: ${note}`);
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
    const h = at(i), a = limit(h, low[i]), b = limit(h, high[i]);
    mean[i] = h.mean(estimate[i]);
    se[i] = Math.abs(h.slope(estimate[i])) * stdError[i];
    lower[i] = Math.min(a, b);
    upper[i] = Math.max(a, b);
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
  return Number.isFinite(eta) ? h.mean(eta) : h.mean(eta > 0 ? 1e300 : -1e300);
}

/** A with AAᵀ = LVLᵀ for some rows: never a matrix of rows by rows. */
export function squareRootRows(e: Estimates, rows: readonly number[]): Float64Array[] {
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
