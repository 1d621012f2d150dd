/** Columns made orthogonal, one after the other. */
import { inverseLower, Matrix } from "./dense.ts";
import { axpy, dot } from "./vectors.ts";
import { Remembered } from "./remembered.ts";
import { rowVector } from "./shared_memory.ts";

/** Share of a column that has to be left beside the others for one projection to be enough. */
const ENOUGH = Math.SQRT1_2;

/** X = Q R. */
export interface OrthogonalColumns {
  /** Columns of root mean square 1; a first one that has that already, as an intercept has, is that of X. */
  readonly Q: readonly Float64Array[];
  readonly R: Matrix;
  readonly inverse: Matrix;
}

/** The last one of columns that end in one, with what it was made of. */
const known = new Remembered<
  Float64Array,
  {
    readonly X: readonly Float64Array[];
    readonly weights: Float64Array | null;
    readonly made: OrthogonalColumns;
  }
>();

/** {@link orthogonalColumns} of columns that nobody changes: fixed and random effects of the same covariates have them in common. */
export function orthogonalDesign(
  X: readonly Float64Array[],
  weights: Float64Array | null,
): OrthogonalColumns {
  if (X.length === 0) return orthogonalColumns(X, weights);
  return known.of(
    X[X.length - 1],
    (last) => last.weights === weights && last.X.length === X.length && last.X.every((x, j) => x === X[j]),
    () => ({ X, weights, made: orthogonalColumns(X, weights) }),
  ).made;
}

/**
 * X = Q R with QᵀQ = n I, by modified Gram–Schmidt, columns in order; those of which little is left are projected once more
 * ("twice is enough": Giraud et al. 2005; the criterion is that of Daniel et al. 1976). Columns so large or small that their squares
 * would over- or underflow are brought to root mean square 1 first.
 *
 * @param weights how many rows each stands for: QᵀWQ = (Σ w) I
 */
export function orthogonalColumns(
  X: readonly Float64Array[],
  weights: Float64Array | null = null,
): OrthogonalColumns {
  const p = X.length, Q: Float64Array[] = [], R = Matrix.zeros(p, p);
  const product = weights === null ? dot : (a: Float64Array, b: Float64Array) => weightedDot(weights, a, b);
  const n = p > 0 ? X[0].length : 0, total = weights === null ? n : sumOf(weights);
  const rootMeanSquare = (x: Float64Array) => Math.sqrt(product(x, x) / total);
  for (let j = 0; j < p; j++) {
    if (j === 0 && rootMeanSquare(X[0]) === 1) { // an intercept
      Q.push(X[0]);
      R.set(0, 0, 1);
      continue;
    }
    const size = squaresFit(X[j]) ? 1 : largest(X[j]), q = rowVector(n);
    q.set(X[j]);
    divide(q, size);
    let norm = rootMeanSquare(q), before = Infinity;
    for (let pass = 0; pass < 2 && j > 0 && norm < ENOUGH * before; pass++) {
      for (let k = 0; k < j; k++) {
        const r = product(Q[k], q) / total;
        R.set(k, j, R.get(k, j) + r * size);
        axpy(-r, Q[k], q);
      }
      before = norm;
      norm = rootMeanSquare(q);
    }
    R.set(j, j, norm * size);
    divide(q, norm);
    Q.push(q);
  }
  return { Q, R, inverse: p > 0 ? inverseLower(R.transpose()).transpose() : R };
}

function divide(x: Float64Array, by: number) {
  if (by === 1) return;
  for (let i = 0; i < x.length; i++) x[i] /= by;
}

function weightedDot(w: Float64Array, a: Float64Array, b: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += w[i] * a[i] * b[i];
  return s;
}

const sumOf = (w: Float64Array): number => w.reduce((s, v) => s + v, 0);

/** Whether no square of x leaves the range of double precision. */
function squaresFit(x: Float64Array): boolean {
  const squares = dot(x, x);
  return squares > 1e-200 && squares < 1e200;
}

/** Power of two just above the largest |x|, 1 when all are 0: dividing by it loses nothing. */
function largest(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
  return most > 0 ? 2 ** Math.ceil(Math.log2(most)) : 1;
}
