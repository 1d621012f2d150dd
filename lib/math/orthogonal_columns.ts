/** Columns made orthogonal, one after the other. */
import { axpy, dot, inverseLower, Matrix } from "./dense.ts";
import { rowVector } from "./shared_memory.ts";

/** Share of a column that has to be left beside the others for one projection to be enough. */
const ENOUGH = Math.SQRT1_2;

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
): { Q: Float64Array[]; R: Matrix; inverse: Matrix } {
  const p = X.length, Q: Float64Array[] = [], R = Matrix.zeros(p, p);
  for (let j = 0; j < p; j++) {
    const size = squaresFit(X[j]) ? 1 : largest(X[j]), n = X[j].length;
    const q = rowVector(n);
    q.set(X[j]);
    divide(q, size);
    const product = weights === null ? dot : (a: Float64Array, b: Float64Array) => weightedDot(weights, a, b);
    const total = weights === null ? n : sumOf(weights),
      size2 = (x: Float64Array) => Math.sqrt(product(x, x) / total);
    let norm = size2(q), before = Infinity;
    for (let pass = 0; pass < 2 && j > 0 && norm < ENOUGH * before; pass++) {
      for (let k = 0; k < j; k++) {
        const r = product(Q[k], q) / total;
        R.set(k, j, R.get(k, j) + r * size);
        axpy(-r, Q[k], q);
      }
      before = norm;
      norm = size2(q);
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
