/** What the parameters of a model are functions of: ψ of one objective. */
import type { AllCoefficients } from "../objective/all_coefficients.ts";
import type { EffectSystem } from "../objective/effect_system.ts";

/** ψ = (γ of every part, [log σ,] θ). */
export interface Space {
  readonly size: number;
  /** The coefficients of γ. */
  readonly joint: AllCoefficients;
  readonly effects: EffectSystem;
  readonly thetaAt: number;
  /** Where log σ stands; null where the dispersion is a part with coefficients. */
  readonly sigmaAt: number | null;
}

/** σ. */
export function sigmaOf({ sigmaAt }: Space, psi: Float64Array): number {
  return sigmaAt === null ? 1 : Math.exp(psi[sigmaAt]);
}
