/**
 * Covariance of the coefficients of a Gaussian model in closed form. Given θ it is σ̂²(XᵀV⁻¹X)⁻¹, as lme4 and R's lm have it, and the
 * inverse of the expected information. Where V is not linear in its parameters, which only glmmTMB fits among the peers, a model
 * fitted by maximum likelihood has that of the observed information of (β, θ) as there:
 *
 *   cov(β̂) = σ̂²(XᵀV⁻¹X)⁻¹ + B C Bᵀ,   B = ∂β̂/∂θ, C = cov(θ̂)
 */
import { congruence, Matrix } from "../../math/dense.ts";
import type { Engine } from "../optimum/engine.ts";
import { freeResidual } from "./free_residual.ts";
import { thetaCovariance } from "./theta_covariance.ts";

type Gaussian = Engine & { kind: "gaussian" };

/** σ̂²(XᵀV⁻¹X)⁻¹ of the mean's coefficients, and the variance of log σ̂ given θ as its last row. */
export function covarianceGivenTheta({ objective }: Gaussian): Matrix {
  const { basis: { inverse }, relativeCovariance, sigma2, p, N } = objective, P = inverse.rows;
  const V = Matrix.zeros(P + 1, P + 1);
  if (p > 0) V.setSubMatrix(congruence(inverse, relativeCovariance).mul(sigma2), 0, 0);
  V.set(P, P, 1 / (2 * N));
  return V;
}

/** The covariance that the model reports; of a search that was stopped, given θ. */
export function gaussianCovariance(engine: Gaussian): Matrix {
  const { objective, optimum: { free, stopped } } = engine, V = covarianceGivenTheta(engine);
  const linear = objective.effects.terms.every(({ covariance }) => covariance.entries !== undefined);
  if (stopped || objective.reml || linear || free.length === 0 || objective.p === 0) return V;
  const { C, B } = derivatives(engine), moved = B.mmul(C).mmul(B.transpose());
  for (let i = 0; i < moved.rows; i++) {
    for (let j = 0; j < moved.rows; j++) V.set(i, j, V.get(i, j) + moved.get(i, j));
  }
  return V;
}

/** cov(θ̂) and ∂β̂/∂θ; of a free residual covariance in its own coordinates. */
function derivatives(engine: Gaussian): { C: Matrix; B: Matrix } {
  const free = freeResidual(engine);
  if (!free) return { C: thetaCovariance(engine).C, B: fixedDerivatives(engine) };
  return { C: free.C, B: new Matrix(free.shifts.map((x) => [...x])).transpose() };
}

/** ∂β̂/∂θ_j for every free θ, by central differences; leaves the objective at the optimum. */
function fixedDerivatives({ objective, optimum: { psi: theta, free } }: Gaussian): Matrix {
  const { basis: { inverse }, gamma } = objective, B = Matrix.zeros(inverse.rows, free.length);
  const at = (j: number, h: number) => {
    objective.evaluate(theta.map((v, i) => i === j ? v + h : v));
    return gamma.slice();
  };
  free.forEach((j, column) => {
    const h = 1e-5 * Math.max(1, Math.abs(theta[j])), up = at(j, h), down = at(j, -h);
    for (let r = 0; r < inverse.rows; r++) {
      let v = 0;
      for (let s = 0; s < gamma.length; s++) v += inverse.get(r, s) * (up[s] - down[s]);
      B.set(r, column, v / (2 * h));
    }
  });
  objective.evaluate(theta, new Float64Array(theta.length));
  return B;
}
