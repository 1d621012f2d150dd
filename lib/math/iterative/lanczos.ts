/** Functions of a symmetric positive definite matrix that is known by its products, from its Lanczos process (Golub & Meurant 2010). */
import type { Steps } from "../conjugate_gradients.ts";
import { Matrix, symmetricEigen } from "../dense.ts";
import { axpy, dot } from "../vectors.ts";

/** The tridiagonal matrix of the Lanczos process that conjugate gradients go through: T = LDLᵀ with 1/α on D and β from step to step. */
export class Tridiagonal {
  private readonly alpha: number[] = [];
  private readonly beta: number[] = [];
  readonly told: Steps = (alpha, beta) => {
    this.alpha.push(alpha);
    this.beta.push(beta);
  };

  /** e₁ᵀf(T)e₁: times |v|², vᵀf(S)v for the v that was solved for. 0 without a step, where v was 0. */
  form(f: (eigenvalue: number) => number): number {
    const { alpha, beta } = this, k = alpha.length;
    if (k === 0) return 0;
    const T = Matrix.zeros(k, k);
    for (let i = 0; i < k; i++) {
      T.set(i, i, 1 / alpha[i] + (i > 0 ? beta[i - 1] / alpha[i - 1] : 0));
      if (i + 1 < k) {
        for (const [r, c] of [[i, i + 1], [i + 1, i]]) T.set(r, c, Math.sqrt(beta[i]) / alpha[i]);
      }
    }
    const { values, vectors } = symmetricEigen(T);
    return values.reduce((sum, x, j) => sum + vectors.get(0, j) ** 2 * f(x), 0);
  }
}

/** A coefficient of f(S)v on the last Lanczos vectors below this share of its length says that there are enough. */
const NEGLIGIBLE = 1e-13;
/** Steps between looks at it. */
const LOOK = 8;

/** v ← S^{−1/2}v in place, by Lanczos vectors that are kept orthogonal. @param most of them */
export function inverseRoot(
  times: (v: Float64Array, out: Float64Array) => void,
  v: Float64Array,
  most: number,
): void {
  const n = v.length,
    length = Math.sqrt(dot(v, v)),
    basis: Float64Array[] = [],
    diagonal: number[] = [],
    off: number[] = [];
  if (length === 0) return;
  let q = v.map((x) => x / length), weights: number[] = [];
  while (basis.length < Math.min(n, most)) {
    basis.push(q);
    const next = new Float64Array(n);
    times(q, next);
    diagonal.push(dot(q, next));
    for (let twice = 0; twice < 2; twice++) for (const b of basis) axpy(-dot(b, next), b, next);
    const rest = Math.sqrt(dot(next, next)), done = rest < 1e-14 * Math.abs(diagonal[0]);
    if (done || basis.length % LOOK === 0 || basis.length === Math.min(n, most)) {
      weights = firstColumn(diagonal, off);
      const tail = Math.hypot(...weights.slice(-2)), whole = Math.hypot(...weights);
      if (done || (basis.length > 2 && tail < NEGLIGIBLE * whole)) break;
    }
    off.push(rest);
    q = next.map((x) => x / rest);
  }
  v.fill(0);
  weights.forEach((w, k) => axpy(length * w, basis[k], v));
}

/** T^{−1/2}e₁. */
function firstColumn(diagonal: readonly number[], off: readonly number[]): number[] {
  const k = diagonal.length, T = Matrix.zeros(k, k);
  for (let i = 0; i < k; i++) {
    T.set(i, i, diagonal[i]);
    if (i + 1 < k) { for (const [r, c] of [[i, i + 1], [i + 1, i]]) T.set(r, c, off[i]); }
  }
  const { values, vectors } = symmetricEigen(T);
  return Array.from(
    { length: k },
    (_, i) =>
      values.reduce(
        (sum, x, j) => sum + vectors.get(i, j) * vectors.get(0, j) / Math.sqrt(Math.max(x, Number.MIN_VALUE)),
        0,
      ),
  );
}
