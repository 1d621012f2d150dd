/** Gaussian identity models in closed form with nothing profiled out: ψ = (γ, log σ, θ). */
import type { Objective } from "../../math/minimize.ts";
import type { ProfiledDeviance } from "./linear.ts";

/** −ℓ(γ, log σ, θ) by maximum likelihood: what profiles of single parameters need. */
export class GaussianLikelihood implements Objective {
  /** Where log σ and θ stand in ψ. */
  readonly sigmaAt: number;
  readonly thetaAt: number;
  readonly size: number;

  constructor(readonly deviance: ProfiledDeviance) {
    this.sigmaAt = deviance.p;
    this.thetaAt = deviance.p + 1;
    this.size = this.thetaAt + deviance.effects.thetas;
  }

  /** ψ where the profiled deviance stands at θ. */
  at(theta: Float64Array): Float64Array {
    const { deviance } = this, psi = new Float64Array(this.size);
    deviance.evaluate(theta);
    psi.set(deviance.gamma);
    psi[this.sigmaAt] = Math.log(deviance.sigma2) / 2;
    psi.set(theta, this.thetaAt);
    return psi;
  }

  evaluate(psi: Float64Array, gradient?: Float64Array): number {
    const { sigmaAt, thetaAt } = this;
    return this.deviance.evaluateAt(psi.subarray(0, sigmaAt), psi[sigmaAt], psi.subarray(thetaAt), gradient);
  }
}
