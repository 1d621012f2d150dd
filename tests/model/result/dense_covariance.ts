/**
 * The covariance of all coefficients and random effects at the optimum of a model as one matrix:
 *
 *   general:   J C Jᵀ + H⁻¹ of b,            C = (∂²nll/∂φ∂φᵀ)⁻¹, φ = (β, θ),  J = ∂(β, b̂)/∂φ
 *   Gaussian:  σ² (mixed-model equations)⁻¹ + J C Jᵀ,   C = (∂² ½deviance/∂θ∂θᵀ)⁻¹,  J = ∂(β̂, b̂)/∂θ
 *
 * by dense algebra and differences of dense values.
 */
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import type { Design } from "../../../lib/formula/types.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import { difference } from "../../laws/differences.ts";
import { denseEffects } from "../objective/dense.ts";
import { DenseDeviance } from "../objective/dense_deviance.ts";
import { DenseLaplace } from "../objective/dense_laplace.ts";
import type { Density } from "../objective/densities.ts";

/** Second derivatives by differences whose errors are of order h⁴. */
export function hessian(f: (x: Float64Array) => number, x: Float64Array): Matrix {
  const at = (i: number, a: number, j: number, b: number) =>
    f(x.map((v, k) => v + (k === i ? a : 0) + (k === j ? b : 0)));
  const mixed = (i: number, j: number, h: number) =>
    (at(i, h, j, h) - at(i, h, j, -h) - at(i, -h, j, h) + at(i, -h, j, -h)) / (4 * h * h);
  const out = Matrix.zeros(x.length, x.length), h = 0.01;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j <= i; j++) {
      out.set(i, j, (4 * mixed(i, j, h) - mixed(i, j, 2 * h)) / 3);
      out.set(j, i, out.get(i, j));
    }
  }
  return out;
}

/** ∂f/∂x of a vector. */
export function jacobian(f: (x: Float64Array) => readonly number[], x: Float64Array): Matrix {
  const columns = Array.from(x, (_, j) => {
    const known = new Map<number, readonly number[]>(), h = 1e-3;
    for (const t of [h, -h, 2 * h, -2 * h]) known.set(t, f(x.map((v, i) => i === j ? v + t : v)));
    return known.get(h)!.map((_, r) => difference((t) => known.get(t)![r], h));
  });
  return new Matrix(columns).transpose();
}

/** J C Jᵀ. */
export const congruent = (J: Matrix, C: Matrix) => J.mmul(C).mmul(J.transpose());

/** Covariance of (β, b) of a general model. */
export function general(objective: Laplace, psi: Float64Array, density: Density): Matrix {
  const dense = new DenseLaplace(objective, density),
    { bases, first, firstCoefficient, thetaAt, coefficients } = objective;
  const phi = new Float64Array(coefficients + objective.effects.thetas);
  bases.forEach((basis, k) => phi.set(basis.coefficients(psi, first[k]), firstCoefficient[k]));
  phi.set(psi.subarray(thetaAt), coefficients);
  const at = (phi: Float64Array) => {
    const psi = new Float64Array(objective.size);
    bases.forEach((basis, k) => basis.onBasis(phi.subarray(firstCoefficient[k]), psi, first[k]));
    psi.set(phi.subarray(coefficients), thetaAt);
    return dense.at(psi);
  };
  const C = positiveInverse(hessian((x) => at(x).value, phi))!,
    J = jacobian((x) => [...x.subarray(0, coefficients), ...at(x).b], phi);
  const S = congruent(J, C), conditional = positiveInverse(at(phi).H)!;
  for (let i = 0; i < conditional.rows; i++) {
    for (let j = 0; j < conditional.rows; j++) {
      S.set(
        coefficients + i,
        coefficients + j,
        S.get(coefficients + i, coefficients + j) + conditional.get(i, j),
      );
    }
  }
  return S;
}

/** Covariance of (β, b) of a Gaussian model. */
export function gaussian(
  design: Design,
  theta: Float64Array,
  reml: boolean,
): Matrix {
  const dense = new DenseDeviance(design, reml),
    { G, Z: [Z], count } = denseEffects(design),
    { X, y } = dense,
    p = X.columns;
  const estimates = (theta: Float64Array) => {
    const { beta, P } = dense.at(theta);
    return [...beta.to1DArray(), ...G(theta).mmul(Z.transpose()).mmul(P).mmul(y).to1DArray()];
  };
  const W = Matrix.zeros(y.rows, p + count);
  W.setSubMatrix(X, 0, 0);
  W.setSubMatrix(Z, 0, p);
  const equations = W.transpose().mmul(W), prior = positiveInverse(G(theta))!;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      equations.set(p + i, p + j, equations.get(p + i, p + j) + prior.get(i, j));
    }
  }
  const C = positiveInverse(hessian((x) => dense.value(x), theta))!;
  return positiveInverse(equations)!.mul(dense.at(theta).sigma2).add(
    congruent(jacobian(estimates, theta), C),
  );
}
