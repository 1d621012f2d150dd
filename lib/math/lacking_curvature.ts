/**
 * What the curvature that an objective has lacks of its Hessian, A + S: a secant correction (Dennis, Gay & Welsch 1981, ACM TOMS 7:348–368).
 * Ss = y − ½(A₀ + A₁)s for a step s and the change y of the gradient; of the symmetric S that say so, the one nearest to that before, in the
 * metric of A₁ (Davidon–Fletcher–Powell). Along a step A does not change quite as the Hessian does (average information is made of data), so
 * that long ones tell nothing.
 */
import { Matrix, timesVector } from "./dense.ts";
import { dot } from "./vectors.ts";

/** How many times what A changes by along a step it has to lack there, and the most that it may, as a share of itself. */
const CHANGES = 1.5, LACKS = 0.1;

/** S, from the steps so far. */
export class LackingCurvature {
  private S: Matrix | null = null;

  /** @param before A₀, where the search is */
  constructor(private before: Matrix) {}

  /** A₁ + S after a step s that changed the gradient by y. */
  added(after: Matrix, s: Float64Array, y: Float64Array): Matrix {
    const before = timesVector(this.before, s), v = timesVector(after, s), vs = dot(v, s);
    const lacks = y.map((change, i) => change - (before[i] + v[i]) / 2);
    const change = Math.abs(dot(before, s) - vs), lack = Math.abs(dot(lacks, s));
    const isTold = lack > CHANGES * change && lack < LACKS * vs;
    this.S = isTold ? nearest(this.S ?? Matrix.zeros(s.length, s.length), lacks, s, v) : null;
    this.before = after;
    return this.S ? Matrix.add(after, this.S) : after;
  }
}

/** S + (r vᵀ + v rᵀ)/vᵀs − rᵀs v vᵀ/(vᵀs)², r = lacks − Ss. */
function nearest(S: Matrix, lacks: Float64Array, s: Float64Array, v: Float64Array): Matrix {
  const Ss = timesVector(S, s), r = lacks.map((l, i) => l - Ss[i]), vs = dot(v, s), rs = dot(r, s);
  const next = Matrix.zeros(s.length, s.length);
  for (let i = 0; i < s.length; i++) {
    for (let j = 0; j < s.length; j++) {
      next.set(i, j, S.get(i, j) + (r[i] * v[j] + v[i] * r[j]) / vs - rs * v[i] * v[j] / (vs * vs));
    }
  }
  return next;
}
