/** Derivatives of the profiled deviance in θ beyond its gradient, at the point where it was evaluated last. */
import { Matrix } from "../../math/dense.ts";
import { axpy, dot } from "../../math/vectors.ts";
import { vectors } from "../../math/dense_rows.ts";
import type { Factor } from "../../math/factor.ts";
import { multiplySymmetric } from "../../math/sparse.ts";
import type { EffectSystem } from "./effect_system.ts";
import type { NormalEquations } from "./normal_equations.ts";
import {
  differenceInTheta,
  templateDerivative,
  templateDerivatives,
  type Templates,
} from "./template_derivatives.ts";

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
  readonly normal: NormalEquations;
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

/** Room for vectors as long as the effects, one for every θ_j and others on the way, and for one of the coefficients. */
interface Room {
  readonly s: readonly Float64Array[];
  readonly back: Float64Array;
  readonly turned: Float64Array;
  readonly projected: Float64Array;
  readonly product: Float64Array;
  readonly solved: Float64Array;
  readonly coefficients: Float64Array;
}

/** Second derivatives, and those of the information of the coefficients. */
export class ThetaDerivatives {
  private room: Room | null = null;
  private constant: readonly Templates[] | null = null;

  constructor(private readonly at: Evaluated) {}

  /** Average information with σ² profiled out, plus ⟨∂_jT, D ∂_kT⟩ where the gradient with respect to T is D T. */
  averageInformation(): Matrix {
    const { effects, s2: sigma2, N, w, u, theta } = this.at, k = theta.length, C = Matrix.zeros(k, k);
    const derivative = this.derivative(), linear = new Float64Array(k);
    const { s, back, turned, projected } = this.room ??= this.makeRoom();
    for (let j = 0; j < k; j++) { // s_j = Zᵀ∂_jV Py
      this.apply(derivative[j], u, false, s[j]);
      this.apply(derivative[j], w, true, back);
      effects.apply(back, turned);
      axpy(1, turned, s[j]);
      linear[j] = dot(s[j], w);
    }
    for (let l = 0; l < k; l++) {
      this.project(s[l], this.room, projected);
      for (let j = l; j < k; j++) {
        C.set(j, l, (dot(s[j], projected) / sigma2 - linear[j] * linear[l] / (N * sigma2 * sigma2)) / 2);
      }
    }
    this.addTemplates(derivative, C);
    for (let j = 0; j < k; j++) for (let l = 0; l < j; l++) C.set(l, j, C.get(j, l));
    return C;
  }

  /** C_jl += ⟨∂_jT, D ∂_lT⟩, below the diagonal. */
  private addTemplates(derivative: readonly Templates[], C: Matrix) {
    const D = this.templateCurvature(), { groups } = this.at.effects;
    for (let j = 0; j < C.rows; j++) {
      for (let l = 0; l <= j; l++) {
        let v = C.get(j, l);
        for (let f = 0; f < groups.length; f++) {
          v += sandwich(derivative[j][f], D[f], derivative[l][f], groups[f].width);
        }
        C.set(j, l, v);
      }
    }
  }

  /** ∂T/∂θ_j of every factor, for every j. */
  private derivative(): readonly Templates[] {
    const { effects, theta } = this.at;
    return this.constant ??
      (effects.linear
        ? this.constant = templateDerivatives(effects, theta)
        : templateDerivatives(effects, theta));
  }

  private makeRoom(): Room {
    const { effects: { q }, theta, p } = this.at;
    const [back, turned, projected, product, solved, ...s] = vectors(5 + theta.length, q);
    return { s, back, turned, projected, product, solved, coefficients: new Float64Array(p) };
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
    const here = theta.slice(), beside = theta.slice();
    for (const t of effects.terms) {
      for (const { at: d } of t.covariance.edges) {
        if (Math.abs(beside[t.theta + d]) < SLIGHT) beside[t.theta + d] = SLIGHT;
      }
    }
    this.at.evaluate(beside, new Float64Array(theta.length));
    const near = divide();
    this.at.evaluate(here, new Float64Array(theta.length));
    return near.map((d, f) => d ?? new Float64Array(widths[f] ** 2));
  }

  /** ∂A/∂θ_j for A = QᵀV⁻¹Q: −QᵀV⁻¹ ∂_jV V⁻¹Q, after an evaluation with gradient. */
  ofInformation(j: number): Matrix {
    const { p, effects, theta, SQ, WQ } = this.at,
      T = templateDerivative(effects, theta, j),
      D = Matrix.zeros(p, p);
    const moved = WQ.map((w) => { // ∂Λᵀ ZᵀV⁻¹Q
      const out = new Float64Array(w.length);
      this.apply(T, w, true, out);
      return out;
    });
    for (let r = 0; r < p; r++) {
      for (let s = 0; s < p; s++) D.set(r, s, -dot(moved[r], SQ[s]) - dot(SQ[r], moved[s]));
    }
    if (effects.precisions.length > 0) { // + (H⁻¹ΛᵀZᵀQ)ᵀ ∂P (H⁻¹ΛᵀZᵀQ)
      const turned = SQ.map((s) =>
        differenceInTheta(effects, theta, j, (out) => effects.timesPrecision(s, out))
      );
      for (let r = 0; r < p; r++) {
        for (let s = 0; s < p; s++) D.set(r, s, D.get(r, s) + dot(SQ[r], turned[s]));
      }
    }
    return D;
  }

  /** out = ZᵀPZ s. */
  private project(s: Float64Array, { product: t, solved: v, coefficients: f }: Room, out: Float64Array) {
    const { effects, p, M, WQ, solver, normal } = this.at;
    t.fill(0);
    multiplySymmetric(effects.pattern, M, s, t);
    effects.applyTransposed(t, v);
    solver.solve(v);
    this.at.marginal(t, v, out);
    for (let r = 0; r < p; r++) f[r] = dot(WQ[r], s);
    normal.solve(f);
    for (let r = 0; r < p; r++) axpy(-f[r], WQ[r], out);
  }

  /** y = T x (or Tᵀ x), T block-diagonal with one matrix per factor. */
  private apply(T: Templates, x: Float64Array, transpose: boolean, y: Float64Array) {
    const { groups } = this.at.effects;
    y.fill(0);
    for (let f = 0; f < groups.length; f++) {
      const { width: c, start, nodes } = groups[f], t = T[f];
      for (let l = 0, p = start; l < nodes; l++, p += c) {
        for (let j = 0; j < c; j++) {
          for (let i = 0; i < c; i++) {
            if (transpose) y[p + j] += t[j * c + i] * x[p + i];
            else y[p + i] += t[j * c + i] * x[p + j];
          }
        }
      }
    }
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
