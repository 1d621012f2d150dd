/**
 * Kenward–Roger inference for Gaussian models fitted by REML, of any covariance V(ψ) that is smooth in its parameters. With
 * Φ = (XᵀV⁻¹X)⁻¹, V_i = ∂V/∂ψ_i, P_i = −XᵀV⁻¹V_iV⁻¹X, Q_ij = XᵀV⁻¹V_iV⁻¹V_jV⁻¹X and W = cov(ψ̂), the inverse of the expected information
 * of REML, ½ tr PV_iPV_j = ½ [tr V⁻¹V_iV⁻¹V_j − 2 tr ΦQ_ij + tr ΦP_iΦP_j], the covariance of β̂ is
 *
 *   Φ_A = Φ + 2Φ {Σ_ij W_ij (Q_ij − P_iΦP_j)} Φ − ½ Φ XᵀV⁻¹ (D − Σ_i c_i V_i) V⁻¹X Φ,
 *   D = Σ_kl W_kl ∂²V/∂ψ_k∂ψ_l,   c = W d,  d_i = ½ tr PV_iPD
 *
 * The last term is 0 where V is linear in its parameters, or in others that it could be written by: then this is Kenward & Roger (1997,
 * Biometrics 53:983–997), as pbkrtest has it. Where V is not, the method of 1997 has D alone in it, and depends on how the covariance is
 * parametrised (a correlation, its logit, a range or its logarithm). Σ c_i V_i is the bias of ψ̂, which Kenward & Roger (2009, Comput. Stat.
 * Data Anal. 53:2583–2595) add: D less its projection on the V_i is the curvature of the family of covariances itself, so that Φ_A does
 * not depend on the parametrisation (SAS has it as ddfm = kr2). Where data say so little of a field's range that nothing positive definite
 * would be left, that term is left out: Φ and the first sum are at least Φ (SAS: kr(firstorder)). Degrees of freedom are of P_i, Φ and W
 * alone, and the same in all of these.
 *
 * Here V/σ̂² = tR + ZG(θ)Zᵀ and ψ = (θ, t) at t = 1, R = I or the residuals' structure; what second derivatives by t there are lies among
 * the V_i. At a boundary (a standard deviation of 0) and at limits that parameters only tend to, the family of covariances has an edge:
 * such parameters count as known.
 */
import { choleskyFactor, congruence, Matrix, positiveInverse } from "../../math/dense.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { PatternDeviance } from "../objective/pattern_deviance.ts";
import type { Engine } from "../optimum/engine.ts";
import type { DfMethod } from "./df_method.ts";
import { type DirectionSums, EffectSums, inner } from "./direction_sums.ts";
import { fApproximation, moments } from "./f_moments.ts";
import { PatternSums } from "./pattern_sums.ts";
import { ResidualSums } from "./residual_sums.ts";
import { type Direction, VarianceDirections } from "./variance_directions.ts";

/** What the method needs of a fit: plain numbers, so that a model can be saved with them. */
export interface KenwardRogerState {
  /** Adjusted covariance of β̂. */
  readonly covariance: Matrix;
  /** β = inverse · γ; Φ = cov(γ̂), ΦP_iΦ for every variance parameter, and W, the covariance of these. */
  readonly inverse: Matrix;
  readonly Phi: Matrix;
  readonly PhiP: readonly Matrix[];
  readonly W: Matrix;
}

/** The method with what it knows of one fit. */
export function kenwardRogerMethod({ covariance, inverse, Phi, PhiP, W }: KenwardRogerState): DfMethod {
  const joint = (L: Matrix) => {
    const m = moments(L.mmul(inverse), Phi, PhiP, W);
    return m ? fApproximation(L.rows, m.A1, m.A2) : { df: NaN, scale: NaN };
  };
  return {
    name: "kenward-roger",
    covariance,
    df: (l) => joint(new Matrix([Array.from(l)])).df,
    jointDf: joint,
  };
}

/** What the method needs of one fit; its algebra is in coordinates where Φ is σ² I. */
export function kenwardRoger({ objective, optimum }: Engine & { kind: "gaussian" }): KenwardRogerState {
  const { psi: theta, free } = optimum, { basis, sigma2, p } = standing(objective, theta);
  const directions = new VarianceDirections(objective, theta, free),
    sums = sumsOf(objective, theta, directions);
  const inverse = p > 0 ? basis.inverse.mmul(sums.coordinates) : basis.inverse, one = Matrix.eye(p);
  const P = [...directions.all.map((d) => sums.form(d)), sums.ofResiduals.form].map((form) => form.mul(-1));
  const information = informationOf(sums, directions.all, P);
  const W = positiveInverse(information) ?? pseudo(information);
  const middle = sums.weighted(directions.all, W).mul(2);
  P.forEach((Pi, i) => P.forEach((Pj, j) => middle.sub(Pi.mmul(Pj).mul(2 * W.get(i, j)))));
  const bent = Matrix.sub(middle, curvature(sums, directions, { P, W }).div(2));
  const adjusted = (by: Matrix) => symmetric(Matrix.add(one, by)), whole = adjusted(bent);
  const isCovariance = p === 0 || choleskyFactor(whole) !== null;
  return {
    covariance: congruence(inverse, isCovariance ? whole : adjusted(middle)).mul(sigma2),
    inverse,
    Phi: Matrix.mul(one, sigma2),
    PhiP: P.map((Pi) => Matrix.mul(Pi, sigma2)),
    W,
  };
}

/** ½ tr PV_iPV_j, t last. */
function informationOf(sums: DirectionSums, directions: readonly Direction[], P: readonly Matrix[]): Matrix {
  const m = directions.length,
    { traces, projected } = sums.pairs(directions, directions),
    { ofResiduals } = sums;
  const out = Matrix.zeros(m + 1, m + 1);
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= i; j++) {
      const [trace, own] = j < m
        ? [traces.get(i, j), projected.get(i, j)]
        : [ofResiduals.trace, ofResiduals.projected];
      const value = (trace - 2 * own + inner(P[i], P[j])) / 2;
      out.set(i, j, value);
      out.set(j, i, value);
    }
  }
  return out;
}

/** The objective where its last evaluation, with a gradient, is that at θ. */
function standing(objective: ProfiledDeviance, theta: Float64Array): ProfiledDeviance {
  objective.evaluate(theta, new Float64Array(theta.length));
  return objective;
}

function sumsOf(
  objective: ProfiledDeviance,
  theta: Float64Array,
  directions: VarianceDirections,
): DirectionSums {
  const { byPattern } = objective, { residual } = directions;
  if (byPattern instanceof PatternDeviance) return new PatternSums(objective, theta);
  const sums = new EffectSums(objective);
  return residual ? new ResidualSums(sums, residual) : sums;
}

/** QᵀV⁻¹(D − Σ c_i V_i)V⁻¹Q. @param P of every parameter, t last */
function curvature(
  sums: DirectionSums,
  directions: VarianceDirections,
  { P, W }: { P: readonly Matrix[]; W: Matrix },
): Matrix {
  const m = directions.all.length, out = Matrix.zeros(P[0].rows, P[0].columns);
  const bends: readonly Direction[] = directions.bend(W);
  if (bends.length === 0) return out;
  const { traces, projected } = sums.pairs(directions.all, bends), d = new Float64Array(m + 1);
  bends.forEach((bend, k) => {
    const form = sums.form(bend);
    out.add(form);
    for (let i = 0; i <= m; i++) {
      d[i] += (traces.get(i, k) - 2 * projected.get(i, k) - inner(form, P[i])) / 2; // ½ tr PV_iPD
    }
  });
  P.forEach((Pi, i) => out.add(Matrix.mul(Pi, d.reduce((s, v, j) => s + W.get(i, j) * v, 0))));
  return out;
}

function symmetric(A: Matrix): Matrix {
  return Matrix.add(A, A.transpose()).mul(0.5);
}

/** Inverse over the directions that the data inform (a variance may have no information at all). */
function pseudo(A: Matrix): Matrix {
  const scale = Array.from({ length: A.rows }, (_, i) => Math.sqrt(Math.max(1e-300, A.get(i, i))));
  const S = A.clone();
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.rows; j++) S.set(i, j, A.get(i, j) / (scale[i] * scale[j]));
  }
  for (let i = 0; i < A.rows; i++) S.set(i, i, S.get(i, i) + 1e-10);
  const inverse = positiveInverse(S) ?? Matrix.zeros(A.rows, A.rows);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.rows; j++) inverse.set(i, j, inverse.get(i, j) / (scale[i] * scale[j]));
  }
  return inverse;
}
