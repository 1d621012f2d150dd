/**
 * Satterthwaite degrees of freedom of Gaussian mixed models: for v = lᵀV(φ)l with φ = (θ, log σ),
 *
 *   df = 2 v² / (∇vᵀ C ∇v),   C = cov(φ̂), the inverse Hessian of the (restricted) deviance / 2
 *
 * (Satterthwaite 1946, Biometrics Bull. 2:110–114; Fai & Cornelius 1996, J. Stat. Comput. Simul. 54:363–378). ∇V is
 * exact; the Hessian is a central difference of the exact gradient.
 */
import { congruence, diagonalBlock, inverseLower, Matrix, symmetricEigen } from "../../math/dense.ts";
import type { Model } from "./model.ts";
import type { Engine } from "../optimum/engine.ts";
import { type FreeResidual, freeResidual } from "./free_residual.ts";
import { thetaCovariance } from "./theta_covariance.ts";
import type { DfMethod } from "./df_method.ts";

/** What the method needs of a fit: cov(β̂), its derivatives in φ, and C. */
export interface SatterthwaiteState {
  readonly covariance: Matrix;
  readonly gradients: readonly Matrix[];
  readonly C: Matrix;
}

/** What the method needs of one fit. */
export function satterthwaite(model: Model, engine: Engine & { kind: "gaussian" }): SatterthwaiteState {
  const p = model.parts[0].beta.length;
  return { covariance: diagonalBlock(model.covariance, 0, p), ...sensitivities(engine) };
}

/** The method with what it knows of one fit. */
export function satterthwaiteMethod({ covariance: V, gradients, C }: SatterthwaiteState): DfMethod {
  const df = (l: ArrayLike<number>) => {
    const v = quadratic(V, l), g = gradients.map((D) => quadratic(D, l));
    let denominator = 0;
    for (let i = 0; i < g.length; i++) {
      for (let j = 0; j < g.length; j++) denominator += g[i] * C.get(i, j) * g[j];
    }
    return denominator > 0 ? 2 * v * v / denominator : Infinity;
  };
  return { name: "satterthwaite", covariance: V, df, jointDf: (L) => ({ df: joint(L, V, df), scale: 1 }) };
}

/** ∂V/∂φ_j for every variance parameter (σ last, on the log scale), and the covariance of these parameters. */
export interface Sensitivities {
  readonly gradients: Matrix[];
  readonly C: Matrix;
}

/** Those of one fit, over φ = (θ, log σ). */
export function sensitivities(engine: Engine & { kind: "gaussian" }): Sensitivities {
  const free = freeResidual(engine);
  return free ? fromFree(free, engine.objective.N) : alongTheta(engine);
}

/** From B and the scale of L (I + B) to (θ, log σ), dφ = J d(B, log σ_L): C_φ = J C Jᵀ, ∂V/∂φ = J⁻ᵀ ∂V. */
function fromFree(
  { information, T, sigma2, C, cross, ofTheta, ofScale }: FreeResidual,
  N: number,
): Sensitivities {
  const k = cross.length, J = Matrix.eye(k + 1);
  J.setSubMatrix(ofTheta, 0, 0);
  ofScale.forEach((v, i) => J.set(k, i, v));
  const inverse = inverseLower(J), own = gradientsOf(information, T, sigma2);
  return {
    gradients: own.map((G, i) =>
      own.reduce((sum, D, b) => b < i ? sum : sum.add(Matrix.mul(D, inverse.get(b, i))), Matrix.mul(G, 0))
    ),
    C: congruence(J, withScale(C, cross, N)),
  };
}

function alongTheta(engine: Engine & { kind: "gaussian" }): Sensitivities {
  const { objective, optimum } = engine,
    theta = optimum.psi,
    { free } = optimum,
    { N, sigma2 } = objective;
  const scratch = new Float64Array(theta.length);
  const { C: Ct, steps } = thetaCovariance(engine);
  const near = objective.forDifferences,
    cross = Float64Array.from(free, (i, j) => { // ∂²/∂θ∂log σ = −∂r²/∂θ / σ²
      const up = theta.slice(), down = theta.slice();
      up[i] += steps[j];
      down[i] -= steps[j];
      return -N * (near.sigma2At(up) - near.sigma2At(down)) / (2 * steps[j]) / sigma2;
    });
  near.evaluate(theta, scratch);
  // ∂A⁻¹ = −L⁻ᵀ (L⁻¹ ∂A L⁻ᵀ) L⁻¹, A = LLᵀ: the inner matrix is of order 1 in all directions, however much more of means than of differences is unknown
  const inner = inverseLower(near.factor), onto = inner.transpose();
  const information = free.map((i) => congruence(inner, near.informationDerivative(i)).mul(-1));
  return {
    gradients: gradientsOf(information, objective.basis.inverse.mmul(onto), sigma2),
    C: withScale(Ct, cross, N),
  };
}

/** T ∂ Tᵀ σ² of every parameter, T Tᵀ σ² = cov(β̂), and of log σ. */
function gradientsOf(information: readonly Matrix[], T: Matrix, sigma2: number): Matrix[] {
  return [...information, Matrix.eye(T.columns).mul(2)].map((S) => congruence(T, S).mul(sigma2));
}

/** The covariance of parameters with log σ, of that given σ̂² of each value of theirs. @param cross ∂²/∂θ∂log σ */
function withScale(Ct: Matrix, cross: Float64Array, N: number): Matrix {
  const k = cross.length, C = Matrix.zeros(k + 1, k + 1);
  const along = cross.map((_, i) => cross.reduce((s, v, j) => s + Ct.get(i, j) * v, 0));
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) C.set(i, j, Ct.get(i, j));
    C.set(i, k, -along[i] / (2 * N));
    C.set(k, i, -along[i] / (2 * N));
  }
  C.set(k, k, 1 / (2 * N) + along.reduce((s, v, i) => s + v * cross[i], 0) / (4 * N * N));
  return C;
}

/** lᵀ S l. */
export function quadratic(S: Matrix, l: ArrayLike<number>): number {
  let v = 0;
  for (let i = 0; i < l.length; i++) {
    if (l[i] === 0) continue;
    for (let j = 0; j < l.length; j++) v += l[i] * S.get(i, j) * l[j];
  }
  return v;
}

/** Denominator df of an F test: its expectation as a sum of squared t's with the df ν_m of the eigen-contrasts of L V Lᵀ. */
function joint(L: Matrix, V: Matrix, df: (l: ArrayLike<number>) => number): number {
  const q = L.rows;
  if (q === 1) return df(L.getRow(0));
  const { vectors } = symmetricEigen(L.mmul(V).mmul(L.transpose())), rotated = vectors.transpose().mmul(L);
  const nu = Array.from({ length: q }, (_, m) => df(rotated.getRow(m)));
  if (nu.every((v) => Math.abs(v - nu[0]) < 1e-8 * nu[0])) return nu[0];
  if (nu.some((v) => !(v > 2))) return 2;
  const E = nu.reduce((s, v) => s + v / (v - 2), 0);
  return 2 * E / (E - q);
}
