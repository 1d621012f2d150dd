/**
 * What the curvature that an objective has lacks of its Hessian, A + S: a secant correction (Dennis, Gay & Welsch 1981, ACM TOMS 7:348–368).
 * A changes along a step s as the Hessian does, so that Ss = y − ½(A₀ + A₁)s for the change y of the gradient, up to s³; of the symmetric S
 * that say so, the one nearest to that before, in the metric of A₁ (Davidon–Fletcher–Powell).
 */
import { dot, Matrix } from "./dense.ts";

/** Shares of the curvature along a step: by what A may change there, beyond which S is lost in that, and what A may lack. */
const CHANGES = 0.01, LACKS = 0.1;

/** S, from the steps so far. */
export class LackingCurvature {
  private S: Matrix | null = null;

  /** @param before A₀, where the search is */
  constructor(private before: Matrix) {}

  /** A₁ + S after a step s that changed the gradient by y. */
  added(after: Matrix, s: Float64Array, y: Float64Array): Matrix {
    const before = times(this.before, s), v = times(after, s), vs = dot(v, s);
    const lacks = y.map((change, i) => change - (before[i] + v[i]) / 2);
    const isShort = Math.abs(dot(before, s) - vs) < CHANGES * vs && Math.abs(dot(lacks, s)) < LACKS * vs;
    this.S = isShort ? nearest(this.S ?? Matrix.zeros(s.length, s.length), lacks, s, v) : null;
    this.before = after;
    return this.S ? Matrix.add(after, this.S) : after;
  }
}

/** S + (r vᵀ + v rᵀ)/vᵀs − rᵀs v vᵀ/(vᵀs)², r = lacks − Ss. */
function nearest(S: Matrix, lacks: Float64Array, s: Float64Array, v: Float64Array): Matrix {
  const Ss = times(S, s), r = lacks.map((l, i) => l - Ss[i]), vs = dot(v, s), rs = dot(r, s);
  const next = S.clone();
  for (let i = 0; i < s.length; i++) {
    for (let j = 0; j < s.length; j++) {
      next.set(i, j, S.get(i, j) + (r[i] * v[j] + v[i] * r[j]) / vs - rs * v[i] * v[j] / (vs * vs));
    }
  }
  return next;
}

function times(A: Matrix, s: Float64Array): Float64Array {
  return s.map((_, i) => s.reduce((sum, v, j) => sum + A.get(i, j) * v, 0));
}
