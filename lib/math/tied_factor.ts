/**
 * Sums of many entries with a precision of their own, beside a sparse matrix: S + Σ κ n nᵀ, n the indicator of a set of nodes, whose
 * κ n nᵀ would fill the matrix (an intrinsic autoregression whose effects sum to 0: Rue & Held 2005, section 2.3.3). S alone is singular
 * where nothing but the sum says where the set stands; S + δ e eᵀ, e one of the set, is factored and δ e eᵀ taken away again:
 *
 *   A = L Lᵀ + U K Uᵀ = L (I + G K Gᵀ) Lᵀ,   U = (n …, e …),  K = diag(κ …, −δ …),  G = L⁻¹U = QR,
 *   I + G K Gᵀ = I + Q (W − I) Qᵀ,   W = I + R K Rᵀ = C Cᵀ
 *
 * so that A⁻¹ = L⁻ᵀ F ᵀF L⁻¹ with F = I + Q (C⁻¹ − I) Qᵀ and log|A| = log|L Lᵀ| + 2 log|C|. W has its large entries, those of the sums,
 * first, and is factored without a difference of theirs.
 */
import { choleskyFactor, inverseLower, Matrix } from "./dense.ts";
import { axpy, dot } from "./vectors.ts";
import type { BlockPattern } from "./sparse.ts";
import type { Tie } from "./ties.ts";

/** A column of G less than this beside those before it is one of them. */
const NOTHING_LEFT = 1e-8;

/** What ties change of a factor. Vectors are in the order of elimination where nothing else is said. */
export class TiedFactor {
  logDeterminant = 0;
  /** U and K. */
  private readonly columns: readonly { readonly at: Int32Array; readonly factor: number }[];
  private readonly Q: Float64Array[];
  /** C⁻¹ − I. */
  private turn = Matrix.zeros(0, 0);

  /** @param order the scalar that is eliminated at each step */
  constructor(
    private readonly pattern: BlockPattern,
    private readonly ties: readonly Tie[],
    private readonly order: ArrayLike<number>,
  ) {
    const { start } = pattern, place = new Int32Array(order.length);
    for (let i = 0; i < order.length; i++) place[order[i]] = i;
    const each = (list: (tie: Tie) => Int32Array, factor: (tie: Tie) => number) =>
      ties.flatMap((tie) => {
        const width = start[tie.pin + 1] - start[tie.pin];
        return Array.from({ length: width }, (_, k) => ({
          at: list(tie).map((node) => place[start[node] + k]),
          factor: factor(tie),
        }));
      });
    this.columns = [
      ...each(({ nodes }) => nodes, ({ precision }) => precision),
      ...each(({ pin }) => Int32Array.of(pin), ({ pinned }) => -pinned),
    ];
    this.Q = this.columns.map(() => new Float64Array(order.length));
  }

  /** Of a new L. @param forward x ← L⁻¹x @returns false where A is not positive definite */
  set(forward: (x: Float64Array) => void): boolean {
    const { Q, columns } = this, r = Q.length, R = Matrix.zeros(r, r), W = Matrix.eye(r);
    Q.forEach((q, j) => {
      q.fill(0);
      for (const i of columns[j].at) q[i] = 1;
      forward(q);
      const size = Math.sqrt(dot(q, q));
      for (let pass = 0; pass < 2; pass++) {
        for (let k = 0; k < j; k++) {
          const share = dot(Q[k], q);
          R.set(k, j, R.get(k, j) + share);
          axpy(-share, Q[k], q);
        }
      }
      const left = Math.sqrt(dot(q, q));
      if (!(left > NOTHING_LEFT * size)) return q.fill(0);
      R.set(j, j, left);
      for (let i = 0; i < q.length; i++) q[i] /= left;
    });
    for (let i = 0; i < r; i++) {
      for (let j = 0; j < r; j++) {
        for (let k = 0; k < r; k++) {
          W.set(i, j, W.get(i, j) + R.get(i, k) * columns[k].factor * R.get(j, k));
        }
      }
    }
    const C = choleskyFactor(W);
    if (!C) return false;
    this.logDeterminant = 2 * C.diagonal().reduce((s, v) => s + Math.log(v), 0);
    this.turn = inverseLower(C).sub(Matrix.eye(r));
    return true;
  }

  /** x ← F x. */
  apply(x: Float64Array): void {
    this.add(this.turn, x);
  }

  /** x ← Fᵀx. */
  applyTransposed(x: Float64Array): void {
    this.add(this.turn.transpose(), x);
  }

  private add(inner: Matrix, x: Float64Array) {
    const { Q } = this, shares = Q.map((q) => dot(q, x));
    Q.forEach((q, i) => axpy(shares.reduce((s, v, j) => s + inner.get(i, j) * v, 0), q, x));
  }

  /**
   * From entries of (L Lᵀ)⁻¹ on the pattern to those of A⁻¹ = L⁻ᵀ (I + Q (C⁻ᵀC⁻¹ − I) Qᵀ) L⁻¹.
   * @param backward x ← L⁻ᵀx
   */
  correctInverse(values: Float64Array, backward: (x: Float64Array) => void): void {
    const { Q, turn, order, pattern: { row, col, start, at } } = this, r = Q.length;
    const inverse = turn.clone().add(Matrix.eye(r)), B = inverse.transpose().mmul(inverse).sub(Matrix.eye(r));
    const Y = Q.map((q) => {
      const x = q.slice(), out = new Float64Array(x.length);
      backward(x);
      for (let i = 0; i < x.length; i++) out[order[i]] = x[i];
      return out;
    });
    const Z = Y.map((_, j) => {
      const z = new Float64Array(order.length);
      Y.forEach((y, k) => axpy(B.get(k, j), y, z));
      return z;
    });
    for (let b = 0; b < row.length; b++) {
      let v = at[b];
      for (let j = start[col[b]]; j < start[col[b] + 1]; j++) {
        for (let i = start[row[b]]; i < start[row[b] + 1]; i++, v++) {
          for (let k = 0; k < r; k++) values[v] += Z[k][i] * Y[k][j];
        }
      }
    }
  }
}
