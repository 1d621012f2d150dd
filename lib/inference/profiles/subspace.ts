/** Linear subspaces over which a likelihood is maximised: ψ = ψ₀ + W x. */
import { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";

/** A basis W of a subspace. */
export interface Subspace {
  /** Number of x. */
  readonly size: number;
  /** W x. */
  times(x: Float64Array): Float64Array;
  /** Wᵀg. */
  transposed(g: Float64Array): Float64Array;
  /** WᵀHW of a symmetric H. */
  restricted(H: Matrix): Matrix;
}

/** W as a matrix. */
export class Columns implements Subspace {
  constructor(private readonly W: Matrix) {}

  get size(): number {
    return this.W.columns;
  }

  times(x: Float64Array): Float64Array {
    const { W } = this;
    return Float64Array.from({ length: W.rows }, (_, i) => x.reduce((s, v, j) => s + W.get(i, j) * v, 0));
  }

  transposed(g: Float64Array): Float64Array {
    const { W } = this;
    return Float64Array.from({ length: W.columns }, (_, j) => g.reduce((s, v, i) => s + W.get(i, j) * v, 0));
  }

  restricted(H: Matrix): Matrix {
    return this.W.transpose().mmul(H).mmul(this.W);
  }
}

/** All that is orthogonal to a: Householder's reflection I − h v vᵀ that turns a into an axis, without that axis. */
export class Orthogonal implements Subspace {
  readonly size: number;
  private readonly v: Float64Array;
  private readonly h: number;
  /** Number of the axis, and those of the others. */
  private readonly axis: number;
  private readonly others: Int32Array;

  constructor(a: Float64Array) {
    const length = Math.hypot(...a);
    this.axis = a.reduce((most, v, i) => Math.abs(v) > Math.abs(a[most]) ? i : most, 0);
    this.others = Int32Array.from(a.keys()).filter((i) => i !== this.axis);
    this.size = this.others.length;
    this.v = a.map((x) => x / length);
    this.v[this.axis] += Math.sign(this.v[this.axis]);
    this.h = 2 / dot(this.v, this.v);
  }

  times(x: Float64Array): Float64Array {
    const out = new Float64Array(this.v.length);
    this.others.forEach((i, k) => out[i] = x[k]);
    return this.reflected(out);
  }

  transposed(g: Float64Array): Float64Array {
    const out = this.reflected(g);
    return Float64Array.from(this.others, (i) => out[i]);
  }

  /** (I − h v vᵀ) H (I − h v vᵀ) = H − v wᵀ − w vᵀ, w = h (H v − ½ h (vᵀHv) v). */
  restricted(H: Matrix): Matrix {
    const { v, h, others, size } = this, Hv = new Float64Array(v.length);
    for (let i = 0; i < v.length; i++) for (let j = 0; j < v.length; j++) Hv[i] += H.get(i, j) * v[j];
    const half = h * dot(v, Hv) / 2, w = Hv.map((x, i) => h * (x - half * v[i]));
    const out = Matrix.zeros(size, size);
    others.forEach((i, a) =>
      others.forEach((j, b) => out.set(a, b, H.get(i, j) - v[i] * w[j] - w[i] * v[j]))
    );
    return out;
  }

  private reflected(x: Float64Array): Float64Array {
    const along = this.h * dot(this.v, x);
    return x.map((value, i) => value - along * this.v[i]);
  }
}
