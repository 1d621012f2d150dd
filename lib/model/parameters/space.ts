/** What the parameters of a model are functions of: ψ of one objective. */
import type { Basis } from "../../math/basis.ts";
import type { RandomEffects } from "../objective/random_effects.ts";

/** ψ = (γ of every part, [log σ,] θ). */
export interface Space {
  readonly size: number;
  /** Bases of the coefficients, and the first γ of each. */
  readonly bases: readonly Basis[];
  readonly first: readonly number[];
  readonly effects: RandomEffects;
  readonly thetaAt: number;
  /** Where log σ stands; null where the dispersion is a part with coefficients. */
  readonly sigmaAt: number | null;
}

/** σ. */
export function sigmaOf({ sigmaAt }: Space, psi: Float64Array): number {
  return sigmaAt === null ? 1 : Math.exp(psi[sigmaAt]);
}
