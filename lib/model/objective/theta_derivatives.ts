/** Derivatives of the profiled deviance in θ beyond its gradient, at the point where it was evaluated last. */
import { axpy, choleskySolve, dot, Matrix } from "../../math/dense.ts";
import type { Factor } from "../../math/factor.ts";
import { multiplySymmetric } from "../../math/sparse.ts";
import type { EffectSystem } from "./effect_system.ts";

/** Diagonal of a template (relative to σ) at which it is as good as singular to the likelihood, and not to arithmetic. */
const SLIGHT = 1e-3;

/** What an evaluation with gradient leaves behind. */
export interface Evaluated {
  readonly effects: EffectSystem;
  readonly p: number;
  readonly N: number;
  readonly theta: Float64Array;
  /** σ² in the unit of the response. */
  readonly s2: number;
  /** ZᵀZ as block values. */
  readonly M: Float64Array;
  /** Factors of H and of QᵀV⁻¹Q. */
  readonly solver: Factor;
  readonly factor: Matrix;
  /** û, ZᵀPy, and H⁻¹ΛᵀZᵀQ and ZᵀV⁻¹Q column by column. */
  readonly u: Float64Array;
  readonly w: Float64Array;
  readonly SQ: readonly Float64Array[];
  readonly WQ: readonly Float64Array[];
  /** Gradient with respect to the template of every factor. */
  readonly adjoint: readonly Float64Array[];
  /** out = ZᵀV⁻¹x for s = H⁻¹ΛᵀZᵀx. */
  marginal(Ztx: Float64Array, s: Float64Array, out: Float64Array): void;
  evaluate(theta: Float64Array, gradient: Float64Array): number;
}

/** Second derivatives, and those of the information of the coefficients. */
export class ThetaDerivatives {
  constructor(private readonly at: Evaluated) {}

  /** Average information with σ² profiled out, plus ⟨∂_jT, D ∂_kT⟩ where the gradient with respect to T is D T. */
  averageInformation(): Matrix {
    const { effects, s2: sigma2, N, w, u, theta } = this.at,
      k = theta.length,
      turned = new Float64Array(effects.q);
    const derivative = Array.from({ length: k }, (_, j) => this.templateDerivative(j));
    const s: Float64Array[] = [], Ps: Float64Array[] = [], linear = new Float64Array(k);
    for (let j = 0; j < k; j++) {
      const moved = this.apply(derivative[j], u, false), back = this.apply(derivative[j], w, true);
      effects.apply(back, turned);
      for (let i = 0; i < moved.length; i++) moved[i] += turned[i];
      linear[j] = dot(moved, w);
      s.push(moved);
      Ps.push(this.project(moved));
    }
    const D = this.templateCurvature();
    const C = Matrix.zeros(k, k);
    for (let j = 0; j < k; j++) {
      for (let l = 0; l <= j; l++) {
        let v = (dot(s[j], Ps[l]) / sigma2 - linear[j] * linear[l] / (N * sigma2 * sigma2)) / 2;
        effects.groups.forEach((g, f) => {
          v += sandwich(derivative[j][f], D[f], derivative[l][f], g.width);
        });
        C.set(j, l, v);
        C.set(l, j, v);
      }
    }
    return C;
  }

  /**
   * D of every factor: the gradient with respect to T is D T, so D = (D T) T⁻¹; where T is singular, from a T beside it whose
   * zero diagonals are SLIGHT (D is smooth in T, so it is off by no more than that).
   */
  private templateCurvature(): Float64Array[] {
    const { effects, theta } = this.at, widths = effects.groups.map((g) => g.width);
    const divide = () => this.at.adjoint.map((G, f) => timesInverse(G, effects.template(f), widths[f]));
    const D = divide();
    if (D.every((d) => d !== null)) return D;
    const beside = theta.slice();
    for (const t of effects.terms) {
      for (const { at: d } of t.covariance.edges) {
        if (Math.abs(beside[t.theta + d]) < SLIGHT) beside[t.theta + d] = SLIGHT;
      }
    }
    this.at.evaluate(beside, new Float64Array(theta.length));
    const near = divide();
    this.at.evaluate(theta, new Float64Array(theta.length));
    return near.map((d, f) => d ?? new Float64Array(widths[f] ** 2));
  }

  /** ∂A/∂θ_j for A = QᵀV⁻¹Q: −QᵀV⁻¹ ∂_jV V⁻¹Q, after an evaluation with gradient. */
  ofInformation(j: number): Matrix {
    const T = this.templateDerivative(j), { p, effects, SQ, WQ } = this.at, D = Matrix.zeros(p, p);
    const moved = WQ.map((w) => this.apply(T, w, true)); // ∂Λᵀ ZᵀV⁻¹Q
    for (let r = 0; r < p; r++) {
      for (let s = 0; s < p; s++) D.set(r, s, -dot(moved[r], SQ[s]) - dot(SQ[r], moved[s]));
    }
    if (effects.precisions.length > 0) { // + (H⁻¹ΛᵀZᵀQ)ᵀ ∂P (H⁻¹ΛᵀZᵀQ)
      const turned = SQ.map((s) => this.difference(j, (out) => effects.timesPrecision(s, out)));
      for (let r = 0; r < p; r++) {
        for (let s = 0; s < p; s++) D.set(r, s, D.get(r, s) + dot(SQ[r], turned[s]));
      }
    }
    return D;
  }

  /** ZᵀPZ s. */
  private project(s: Float64Array): Float64Array {
    const { effects, p, M, WQ, solver, factor } = this.at,
      t = new Float64Array(effects.q),
      v = new Float64Array(effects.q),
      out = new Float64Array(effects.q);
    multiplySymmetric(effects.pattern, M, s, t);
    effects.applyTransposed(t, v);
    solver.solve(v);
    this.at.marginal(t, v, out);
    const f = choleskySolve(factor, WQ.map((wq) => dot(wq, s)));
    for (let r = 0; r < p; r++) axpy(-f[r], WQ[r], out);
    return out;
  }

  /** ∂T/∂θ_j of every factor. */
  private templateDerivative(j: number): Float64Array[] {
    const { effects } = this.at;
    return effects.groups.map(({ width }, f) =>
      this.difference(j, (out) => out.set(effects.template(f)), width * width)
    );
  }

  /**
   * Central difference in θ_j of what the random effects do at θ: exact where that is linear, else of fourth order, as a smooth field (gau)
   * bends too much for less.
   */
  private difference(
    j: number,
    apply: (out: Float64Array) => void,
    length = this.at.effects.q,
  ): Float64Array {
    const { effects, theta } = this.at, at = theta.slice(), value = new Float64Array(length);
    const h = effects.linear ? 1 : 1e-3 * Math.max(1, Math.abs(theta[j]));
    const parts = effects.linear ? [[1, 1 / 2]] : [[1, 8 / 12], [2, -1 / 12]]; // (8[f(h) − f(−h)] − [f(2h) − f(−2h)])/12h
    const sum = new Float64Array(length);
    for (const [steps, weight] of parts) {
      for (const sign of [1, -1]) {
        at[j] = theta[j] + sign * steps * h;
        effects.setTheta(at);
        value.fill(0);
        apply(value);
        axpy(sign * weight / h, value, sum);
      }
    }
    effects.setTheta(theta);
    return sum;
  }

  /** Block-diagonal product with one matrix per factor. */
  private apply(T: Float64Array[], x: Float64Array, transpose: boolean): Float64Array {
    const y = new Float64Array(x.length);
    this.at.effects.groups.forEach((g, f) => {
      const c = g.width;
      for (let l = 0, p = g.start; l < g.nodes; l++, p += c) {
        for (let j = 0; j < c; j++) {
          for (let i = 0; i < c; i++) {
            if (transpose) y[p + j] += T[f][j * c + i] * x[p + i];
            else y[p + i] += T[f][j * c + i] * x[p + j];
          }
        }
      }
    });
    return y;
  }
}

/** G T⁻¹ for lower-triangular T, or null when T is (nearly) singular. */
function timesInverse(G: Float64Array, T: Float64Array, c: number): Float64Array | null {
  for (let j = 0; j < c; j++) if (Math.abs(T[j * c + j]) < 1e-7) return null;
  const D = G.slice();
  for (let j = c - 1; j >= 0; j--) { // D T = G, columns from the last
    for (let i = 0; i < c; i++) {
      let v = D[j * c + i];
      for (let k = j + 1; k < c; k++) v -= D[k * c + i] * T[j * c + k];
      D[j * c + i] = v / T[j * c + j];
    }
  }
  return D;
}

/** ⟨A, D B⟩ = Σ_ij A_ij (D B)_ij. */
function sandwich(A: Float64Array, D: Float64Array, B: Float64Array, c: number): number {
  let sum = 0;
  for (let j = 0; j < c; j++) {
    for (let i = 0; i < c; i++) {
      if (A[j * c + i] === 0) continue;
      for (let k = 0; k < c; k++) sum += A[j * c + i] * D[k * c + i] * B[j * c + k];
    }
  }
  return sum;
}
