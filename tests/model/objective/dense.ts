/**
 * Random effects of small designs by dense algebra, from the formula layer's columns and θ alone: Z as it is written down, and
 * cov(b) = G(θ) on the scale of the data's columns. Terms follow each other as in the formulas, levels as in the term.
 *
 * θ of a term says T on columns that are standardised over the rows, b = C T v, so Σ = C T TᵀCᵀ with C from ZᵀZ/n = C⁻ᵀC⁻¹
 * (weighted where the sums of a source are).
 */
import assert from "node:assert/strict";
import { choleskyFactor, choleskySolve, inverseLower, Matrix } from "../../../lib/math/dense.ts";
import type { BlockPattern } from "../../../lib/math/sparse.ts";
import type { Design, RandomTerm } from "../../../lib/formula/types.ts";

/** All random effects of a design. */
export interface DenseEffects {
  readonly count: number;
  /** Z of every predictor, n × count. */
  readonly Z: readonly Matrix[];
  /** cov(b) at the θ of all terms; relative to σ² where θ is. */
  G(theta: ArrayLike<number>): Matrix;
}

/**
 * @param unit what an effect of 1 on the standardised columns moves each predictor by
 * @param weights of the rows over which columns are standardised
 */
export function denseEffects(
  { n, predictors }: Design,
  unit: (part: number) => number = () => 1,
  weights: Float64Array = new Float64Array(n).fill(1),
): DenseEffects {
  const terms = predictors.flatMap(({ random }, part) => random.map((term) => ({ part, term })));
  const first: number[] = [], thetaAt: number[] = [];
  let count = 0, thetas = 0;
  for (const { term } of terms) {
    first.push(count);
    thetaAt.push(thetas);
    count += term.levels.length * term.names.length;
    thetas += thetasOf(term);
  }
  const Z = predictors.map((_, k) => {
    const out = Matrix.zeros(n, count);
    terms.forEach(({ part, term: { columns, level } }, t) => {
      if (part !== k) return;
      for (let i = 0; i < n; i++) {
        columns.forEach((z, j) => out.set(i, first[t] + level[i] * columns.length + j, z ? z[i] : 1));
      }
    });
    return out;
  });
  return {
    count,
    Z,
    G(theta) {
      const out = Matrix.zeros(count, count);
      terms.forEach(({ part, term }, t) => {
        const S = Matrix.mul(
          levelCovariance(term, Array.from(theta).slice(thetaAt[t]), weights),
          unit(part) ** 2,
        );
        term.levels.forEach((_, l) => out.setSubMatrix(S, first[t] + l * S.rows, first[t] + l * S.rows));
      });
      return out;
    },
  };
}

function thetasOf({ structure, names: { length: c } }: RandomTerm): number {
  if (structure === "toep") return 2 * c - 1;
  return structure === "us" ? c * (c + 1) / 2 : structure === "diag" || structure === "homtoep" ? c : 2;
}

/** Σ of one level. */
function levelCovariance(term: RandomTerm, theta: readonly number[], w: Float64Array): Matrix {
  const { structure, names: { length: c } } = term,
    square = (f: (i: number, j: number) => number) =>
      new Matrix(Array.from({ length: c }, (_, i) => Array.from({ length: c }, (_, j) => f(i, j))));
  if (structure === "ar1") {
    const rho = theta[1] / Math.sqrt(1 + theta[1] ** 2);
    return square((i, j) => theta[0] ** 2 * rho ** Math.abs(i - j));
  }
  if (structure === "exp") {
    const at = term.position!.labels.map((label) => Number(label.replace(/[()]/g, "")));
    const apart = at.flatMap((a, i) => at.slice(i + 1).map((b) => Math.abs(a - b)));
    const range = Math.exp(theta[1]) * apart.reduce((s, d) => s + d, 0) / apart.length;
    return square((i, j) => theta[0] ** 2 * Math.exp(-Math.abs(at[i] - at[j]) / range));
  }
  if (structure === "toep" || structure === "homtoep") {
    const sds = structure === "toep" ? c : 1, rho = [1];
    for (const t of theta.slice(sds, sds + c - 1)) {
      rho.push(furtherCorrelation(rho, t / Math.sqrt(1 + t ** 2)));
    }
    return square((i, j) => Math.abs(theta[i % sds] * theta[j % sds]) * rho[Math.abs(i - j)]);
  }
  const Z = term.columns.map((z) => z ?? new Float64Array(term.level.length).fill(1));
  const total = w.reduce((s, v) => s + v, 0);
  const gram = square((i, j) => Z[i].reduce((s, v, r) => s + w[r] * v * Z[j][r], 0) / total);
  if (structure === "diag") return square((i, j) => i === j ? theta[i] ** 2 / gram.get(i, i) : 0);
  assert.equal(structure, "us");
  let next = 0;
  const T = Matrix.zeros(c, c);
  for (let j = 0; j < c; j++) for (let i = j; i < c; i++) T.set(i, j, theta[next++]);
  const F = inverseLower(choleskyFactor(gram)!).transpose().mmul(T);
  return F.mmul(F.transpose());
}

/** The autocorrelation after ρ_0 … ρ_k that has a given correlation r of both ends given what is between them. */
function furtherCorrelation(rho: readonly number[], r: number): number {
  const k = rho.length - 1;
  if (k === 0) return r;
  const between = Array.from({ length: k }, (_, i) => i + 1);
  const R = new Matrix(between.map((i) => between.map((j) => rho[Math.abs(i - j)])));
  const one = Matrix.columnVector(between.map((i) => rho[i])),
    other = Matrix.columnVector(between.map((i) => rho[k + 1 - i])),
    solved = choleskySolve(choleskyFactor(R)!, one.to1DArray());
  const dot = (a: ArrayLike<number>, b: Matrix) => b.to1DArray().reduce((s, v, i) => s + v * a[i], 0);
  return dot(solved, other) + r * (1 - dot(solved, one)); // both ends have the same variance that is left
}

/** A symmetric block matrix with these values in full. */
export function whole({ nodes, start, row, col, at }: BlockPattern, values: Float64Array): Matrix {
  const q = start[nodes], out = Matrix.zeros(q, q);
  for (let b = 0; b < row.length; b++) {
    for (let c = start[col[b]], v = at[b]; c < start[col[b] + 1]; c++) {
      for (let r = start[row[b]]; r < start[row[b] + 1]; r++, v++) {
        out.set(r, c, values[v]);
        out.set(c, r, values[v]);
      }
    }
  }
  return out;
}

/** Values on the pattern of a symmetric matrix. */
export function blockValues({ start, row, col, at }: BlockPattern, full: Matrix): Float64Array {
  const values = new Float64Array(at[row.length]);
  for (let b = 0; b < row.length; b++) {
    for (let c = start[col[b]], v = at[b]; c < start[col[b] + 1]; c++) {
      for (let r = start[row[b]]; r < start[row[b] + 1]; r++) values[v++] = full.get(r, c);
    }
  }
  return values;
}

/** xᵀSy. */
export function form(x: ArrayLike<number>, S: Matrix, y: ArrayLike<number>): number {
  return Matrix.rowVector(x).mmul(S).mmul(Matrix.columnVector(y)).get(0, 0);
}

/** The matrix of a linear map of q numbers. */
export function matrixOf(q: number, rows: number, map: (x: Float64Array) => Float64Array): Matrix {
  const out = Matrix.zeros(rows, q);
  for (let j = 0; j < q; j++) {
    const unit = new Float64Array(q);
    unit[j] = 1;
    out.setColumn(j, Array.from(map(unit)));
  }
  return out;
}

/** Asserts that two matrices are the same to `tolerance` of the largest entry. */
export function sameMatrix(got: Matrix, expected: Matrix, tolerance: number, what: string): void {
  assert.deepEqual([got.rows, got.columns], [expected.rows, expected.columns], what);
  if (got.isEmpty()) return;
  const size = Math.max(1e-300, Matrix.abs(expected).max()),
    error = Matrix.abs(Matrix.sub(got, expected)).max();
  assert.ok(error <= tolerance * size, `${what}: an entry is off by ${error}, the largest is ${size}`);
}

/** log|S| of a positive definite matrix. */
export function logDeterminant(S: Matrix): number {
  return S.isEmpty() ? 0 : choleskyFactor(S)!.diagonal().reduce((sum, v) => sum + 2 * Math.log(v), 0);
}

/** n numbers in (−1, 1) that follow no pattern. */
export function scattered(n: number, from = 1): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const v = 12345.6789 * Math.sin(12.9898 * (i + from));
    return 2 * (v - Math.floor(v)) - 1;
  });
}
