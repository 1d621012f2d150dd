/**
 * The gradient of the profiled deviance over θ, from the random effects as they were eliminated (eliminated_effects.ts): through the templates Λ and
 * the precision P
 *
 *   ∂/∂Λ = MΛH⁻¹ − Σ_rs (A⁻¹)_rs ZᵀV⁻¹Q_r (ΛᵀZᵀV⁻¹Q_s)ᵀ − ZᵀPy ûᵀ/σ²,   ∂V⁻¹/∂ρ = ZΛH⁻¹ ∂P H⁻¹ΛᵀZᵀ
 *
 * the sum over the columns under REML alone.
 */
import { axpy } from "../../math/vectors.ts";
import { vectors } from "../../math/dense_rows.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { EliminatedEffects } from "./eliminated_effects.ts";
import type { NormalEquations } from "./normal_equations.ts";

/** Where the gradient is asked for: γ less that of least squares, û, σ² in the unit of the response, and A. */
export interface Profiled {
  readonly shift: Float64Array;
  readonly u: Float64Array;
  readonly s2: number;
  readonly normal: NormalEquations;
}

/** The gradient at one θ after the other, in storage that is used again. */
export class ProfiledGradient {
  /** ZᵀPy, and ZᵀV⁻¹Q column by column. */
  readonly w: Float64Array;
  readonly WQ: readonly Float64Array[];
  /** Gradient with respect to the template of every factor. */
  readonly adjoint: Float64Array[];

  constructor(
    private readonly sums: CrossProducts,
    private readonly eliminated: EliminatedEffects,
    private readonly reml: boolean,
  ) {
    const { effects, basis } = sums;
    [this.w, ...this.WQ] = vectors(1 + basis.size, effects.q);
    this.adjoint = effects.groups.map((g) => new Float64Array(g.width * g.width));
  }

  /** At the θ where the effects were eliminated last. */
  at(theta: Float64Array, { shift, u, s2, normal }: Profiled, gradient: Float64Array) {
    const { sums: { effects, M, ZtQ, Zty }, eliminated, eliminated: { Sy, SQ, VQ }, reml, w, WQ } = this;
    gradient.fill(0);
    if (effects.q === 0) return;
    const p = SQ.length, S = eliminated.inverse(), D = effects.traceAdjoint(M, S, this.adjoint);
    eliminated.marginal(Zty, Sy, w);
    for (let j = 0; j < p; j++) {
      eliminated.marginal(ZtQ[j], SQ[j], WQ[j]);
      for (let i = 0; i < w.length; i++) w[i] -= shift[j] * WQ[j][i];
    }
    if (reml) {
      const { inverse } = normal;
      for (let r = 0; r < p; r++) {
        const combined = VQ[r].fill(0); // A is formed, and they are of no further use
        for (let s = 0; s < p; s++) axpy(inverse[r][s], SQ[s], combined);
        effects.addOuter(D, WQ[r], combined, -1);
      }
    }
    effects.addOuter(D, w, u, -1 / s2);
    effects.pullback(theta, 0, D, gradient);
    if (effects.precisions.length > 0) {
      const combined = reml ? SQ.map((x, r) => ({ x, y: VQ[r], factor: 0.5 })) : [];
      const forms = [{ x: u, y: u, factor: 1 / (2 * s2) }, ...combined];
      effects.pullbackPrecision(theta, 0, S, forms, gradient);
    }
  }
}
