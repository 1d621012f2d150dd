/**
 * Gaussian identity models in closed form with nothing profiled out: ψ = (γ, log σ, θ), where the standard deviations among θ are
 * absolute, cov(b) = T Tᵀ, and not relative to σ: so the likelihood has no narrow curved valley where σ is small. A term in the
 * residual's place keeps its θ, its covariance being σ² C(θ).
 */
import type { Objective } from "../../math/minimize.ts";
import type { ProfiledDeviance } from "./linear.ts";

/** −ℓ(γ, log σ, θ) by maximum likelihood: what profiles of single parameters need. */
export class GaussianLikelihood implements Objective {
  /** Where log σ and θ stand in ψ. */
  readonly sigmaAt: number;
  readonly thetaAt: number;
  readonly size: number;
  /** Entries of ψ that are σ times the deviance's own. */
  private readonly scaled: readonly number[];

  constructor(readonly deviance: ProfiledDeviance) {
    this.sigmaAt = deviance.p;
    this.thetaAt = deviance.p + 1;
    this.size = this.thetaAt + deviance.effects.thetas;
    this.scaled = deviance.effects.terms.filter(({ term }) => !term.residual).flatMap((t) =>
      [...new Set(t.covariance.edges.flatMap(({ column }) => column))].map((i) => this.thetaAt + t.theta + i)
    );
  }

  /**
   * ψ where the profiled deviance stands at θ.
   * @param sigma in place of the estimate by maximum likelihood
   */
  at(theta: Float64Array, sigma?: number): Float64Array {
    const { deviance } = this, psi = new Float64Array(this.size);
    deviance.evaluate(theta);
    psi.set(deviance.gamma);
    const own = sigma ?? Math.sqrt(deviance.sigma2);
    psi[this.sigmaAt] = Math.log(own);
    psi.set(theta, this.thetaAt);
    for (const i of this.scaled) psi[i] *= own;
    return psi;
  }

  evaluate(psi: Float64Array, gradient?: Float64Array): number {
    const { sigmaAt, thetaAt, scaled } = this, sigma = Math.exp(psi[sigmaAt]), relative = psi.slice();
    for (const i of scaled) relative[i] /= sigma;
    const theta = relative.subarray(thetaAt);
    const value = this.deviance.evaluateAt(psi.subarray(0, sigmaAt), psi[sigmaAt], theta, gradient);
    if (gradient) {
      for (const i of scaled) {
        gradient[sigmaAt] -= relative[i] * gradient[i];
        gradient[i] /= sigma;
      }
    }
    return value;
  }

  /** The gradient of a function of ψ over (log σ, θ) as the profiled deviance has them. */
  toRelative(gradient: Float64Array, psi: Float64Array): Float64Array {
    const out = gradient.slice(), sigma = Math.exp(psi[this.sigmaAt]);
    for (const i of this.scaled) {
      out[this.sigmaAt] += psi[i] * gradient[i];
      out[i] *= sigma;
    }
    return out;
  }
}
