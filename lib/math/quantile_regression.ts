/** Smooth quantile curves: penalised splines with the check loss. */
import { choleskyFactor, inverseLower, Matrix } from "./dense.ts";

/** A fitted quantile curve over [0, 1]. */
export interface QuantileCurve {
  readonly tau: number;
  /** Value and standard error of the curve at a place. */
  at(x: number): { value: number; se: number };
}

/** Penalties that are tried, from nearly free to nearly straight. */
const PENALTIES = [1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4, 1e6];

/**
 * The τ-quantile of y as a smooth function of x: minimises Σ ρ_τ(y − B a) + λ |Δ² a|² with cubic B-splines B and second
 * differences Δ², λ by Schwarz' criterion log(mean loss) + edf log(n) / 2n. Standard errors by the sandwich
 * τ(1 − τ) A⁻¹ BᵀB A⁻¹, A = f BᵀB + 2λ ΔᵀΔ, f the density of y at the curve.
 *
 * @param x places in [0, 1]
 * Source: Koenker, Ng & Portnoy (1994), Biometrika 81:673–680 (criterion); Eilers & Marx (1996), Stat. Sci. 11:89–121 (basis and
 * penalty); Hunter & Lange (2000), J. Comput. Graph. Stat. 9:60–77 (the iteration).
 */
export function quantileCurve(x: Float64Array, y: Float64Array, tau: number): QuantileCurve {
  const n = x.length, segments = Math.max(2, Math.min(10, Math.floor(n / 12)));
  const basis = new SplineBasis(x, segments), gram = basis.gram(null);
  let best: { a: Float64Array; penalty: number; score: number } | null = null;
  let a: Float64Array = new Float64Array(basis.size).fill(sortedQuantile(y, tau));
  const stiffest = n < 40 ? 100 : 0; // fewer rows carry no more than a bend
  for (const penalty of [...PENALTIES].reverse().filter((v) => v >= stiffest)) {
    a = fitCurve(basis, y, tau, penalty, a);
    const A = penalised(gram, penalty), S = inverseOf(A);
    if (!S) continue;
    let edf = 0;
    for (let i = 0; i < basis.size; i++) {
      for (let j = 0; j < basis.size; j++) edf += S.get(i, j) * gram.get(j, i);
    }
    const score = Math.log(Math.max(1e-12, loss(basis, y, tau, a) / n)) + edf * Math.log(n) / (2 * n);
    if (!best || score < best.score) best = { a, penalty, score };
  }
  const { a: coefficients, penalty } = best!, density = densityAtZero(basis, y, coefficients);
  const S = inverseOf(penalised(gram.clone().mul(density), penalty))!;
  const V = S.mmul(gram).mmul(S).mul(tau * (1 - tau));
  return {
    tau,
    at(place) {
      const b = basis.row(place);
      let value = 0, variance = 0;
      for (let i = 0; i < b.values.length; i++) {
        value += b.values[i] * coefficients[b.first + i];
        for (let j = 0; j < b.values.length; j++) {
          variance += b.values[i] * V.get(b.first + i, b.first + j) * b.values[j];
        }
      }
      return { value, se: Math.sqrt(Math.max(0, variance)) };
    },
  };
}

/** Cubic B-splines on equal segments of [0, 1]; four of them are nonzero at any place. */
class SplineBasis {
  readonly size: number;
  readonly first: Int32Array;
  readonly values: Float64Array;

  constructor(readonly x: Float64Array, readonly segments: number) {
    this.size = segments + 3;
    this.first = new Int32Array(x.length);
    this.values = new Float64Array(4 * x.length);
    for (let i = 0; i < x.length; i++) {
      const { first, values } = this.row(x[i]);
      this.first[i] = first;
      this.values.set(values, 4 * i);
    }
  }

  row(x: number): { first: number; values: [number, number, number, number] } {
    const at = Math.min(1, Math.max(0, x)) * this.segments,
      first = Math.min(this.segments - 1, Math.floor(at));
    const t = at - first, s = 1 - t;
    return {
      first,
      values: [s ** 3 / 6, (3 * t ** 3 - 6 * t * t + 4) / 6, (3 * s ** 3 - 6 * s * s + 4) / 6, t ** 3 / 6],
    };
  }

  /** Bᵀ diag(w) B. */
  gram(w: Float64Array | null): Matrix {
    const { size, first, values } = this, sums = new Float64Array(size * size);
    for (let i = 0; i < first.length; i++) {
      const f = first[i], weight = w ? w[i] : 1;
      for (let a = 0; a < 4; a++) {
        for (let b = 0; b < 4; b++) {
          sums[(f + a) * size + f + b] += weight * values[4 * i + a] * values[4 * i + b];
        }
      }
    }
    return Matrix.from1DArray(size, size, sums);
  }

  times(a: Float64Array, i: number): number {
    const { first, values } = this, f = first[i], p = 4 * i;
    return values[p] * a[f] + values[p + 1] * a[f + 1] + values[p + 2] * a[f + 2] + values[p + 3] * a[f + 3];
  }
}

/** Iterates the quadratic that majorises the check loss: weights 1/(ε + |residual|). */
function fitCurve(
  basis: SplineBasis,
  y: Float64Array,
  tau: number,
  penalty: number,
  start: Float64Array,
): Float64Array {
  const n = y.length, w = new Float64Array(n), right = new Float64Array(basis.size);
  let a = start;
  for (let iteration = 0; iteration < 40; iteration++) {
    right.fill(0);
    for (let i = 0; i < n; i++) {
      w[i] = 1 / (1e-3 + Math.abs(y[i] - basis.times(a, i)));
      const v = w[i] * y[i] + 2 * tau - 1;
      for (let k = 0; k < 4; k++) right[basis.first[i] + k] += basis.values[4 * i + k] * v;
    }
    const S = inverseOf(penalised(basis.gram(w), 2 * penalty));
    if (!S) return a;
    const next = new Float64Array(basis.size);
    let change = 0;
    for (let i = 0; i < next.length; i++) {
      for (let j = 0; j < next.length; j++) next[i] += S.get(i, j) * right[j];
      change = Math.max(change, Math.abs(next[i] - a[i]));
    }
    a = next;
    if (change < 1e-4) break;
  }
  return a;
}

/** G + 2λ ΔᵀΔ, and a ridge of rounding size for places without data. */
function penalised(G: Matrix, penalty: number): Matrix {
  const A = G.clone(), m = G.rows;
  let trace = 0;
  for (let i = 0; i < m; i++) trace += G.get(i, i) / m;
  for (let i = 0; i < m; i++) A.set(i, i, A.get(i, i) + 1e-9 * trace);
  const d = [1, -2, 1];
  for (let r = 0; r + 2 < m; r++) {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) A.set(r + i, r + j, A.get(r + i, r + j) + 2 * penalty * d[i] * d[j]);
    }
  }
  return A;
}

function inverseOf(A: Matrix): Matrix | null {
  const L = choleskyFactor(A);
  if (!L) return null;
  const X = inverseLower(L);
  return X.transpose().mmul(X);
}

function loss(basis: SplineBasis, y: Float64Array, tau: number, a: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const e = y[i] - basis.times(a, i);
    sum += e * (e < 0 ? tau - 1 : tau);
  }
  return sum;
}

/** Gaussian-kernel density of the residuals at 0. */
function densityAtZero(basis: SplineBasis, y: Float64Array, a: Float64Array): number {
  const n = y.length;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (y[i] - basis.times(a, i)) ** 2;
  const h = Math.max(1e-3, 1.06 * Math.sqrt(squares / n) * n ** -0.2);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(-0.5 * ((y[i] - basis.times(a, i)) / h) ** 2);
  return Math.max(0.05, sum / (n * h * Math.sqrt(2 * Math.PI)));
}

function sortedQuantile(y: Float64Array, tau: number): number {
  const sorted = y.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(tau * sorted.length))];
}
