/** The log-density of ordered categories and its derivatives. */
import type { Kernel, Response } from "./family.ts";
import { Category } from "./cumulative_category.ts";
import { LocalJet } from "./cumulative_jet.ts";
import type { Latent } from "./latent.ts";

/** Which predictors are what: 0 is η, then the parameters α of the thresholds, θ_k = Σ_j w_kj α_j, then the log scale where there is one. */
export interface Cuts {
  /** Of threshold k, counted from 0, the weights of α. */
  readonly weights: readonly (readonly number[])[];
  /** Number of the predictor of the log scale, 0 where there is none. */
  readonly scale: number;
  /** The thresholds differ between rows, so that some may cross where no response is between them. */
  readonly nominal: boolean;
}

/** θ_k of a row, k counted from 0. */
export function thresholdAt(weights: readonly number[], eta: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) if (weights[j] !== 0) sum += weights[j] * eta[j + 1];
  return sum;
}

/** F(u) − F(l), on the side where both are small. */
export const between = (F: Latent, l: number, u: number): number =>
  l > 0 ? F.above(l) - F.above(u) : F.below(u) - F.below(l);

/**
 * Category k of K, whose latent variable lies between L = θ_{k−1} − η and U = θ_k − η in units of the scale e^ζ: p = F(u) − F(l) with
 * u = U e^−ζ, l = L e^−ζ, and ℓ = log p. With a = f(u)/p, b = f(l)/p and likewise a₁, b₁, a₂, b₂ of f′ and f″:
 *
 *     ℓ_u = a             ℓ_l = −b
 *     ℓ_uu = a₁ − a²      ℓ_ul = ab              ℓ_ll = −b₁ − b²
 *     ℓ_uuu = a₂ − 3aa₁ + 2a³     ℓ_uul = a₁b − 2a²b     ℓ_ull = ab₁ + 2ab²     ℓ_lll = −b₂ − 3bb₁ − 2b³
 *
 * U and L are linear in the predictors, with the same coefficients in all rows of a category ({@link Category}). By ζ: ∂_ζ = −E with
 * Euler's operator E = u∂_u + l∂_l, and ∂_ζ ∂_U^m = −e^{−mζ} (m + E) ∂_u^m. Thresholds out of order have no density (ℓ = −∞): such a
 * step is refused.
 */
export function cumulativeKernel(F: Latent, { y }: Response, cuts: Cuts): Kernel {
  const categories = Array.from({ length: cuts.weights.length + 1 }, (_, c) => new Category(cuts.weights, c));
  const local = new LocalJet(F), { scale } = cuts;
  const ascending = cuts.nominal ? rowOrder(cuts) : null;
  return {
    evaluate(eta, order, out) {
      for (const arrays of [[], out.d1, out.d2, out.d3].slice(0, order + 1)) {
        for (const array of arrays) if (array !== out.zero) array.fill(0);
      }
      for (let i = 0; i < y.length; i++) {
        const category = categories[y[i] - 1],
          { up, low } = category,
          shrink = scale > 0 ? Math.exp(-eta[scale][i]) : 1;
        const u = shrink * (up > 0 ? eta[up][i] - eta[0][i] : category.upper(eta, i)),
          l = shrink * (low > 0 ? eta[low][i] - eta[0][i] : category.lower(eta, i));
        const p = ascending === null || ascending(eta, i) ? between(F, l, u) : 0;
        out.value[i] = p > 0 ? Math.log(p) : -Infinity;
        if (order < 1 || !(p > 0)) continue;
        local.derive(u, l, shrink, p, order, scale > 0);
        category.add(local, out, i, order, scale);
      }
    },
  };
}

/** Do the thresholds of a row increase? */
function rowOrder({ weights }: Cuts): (eta: readonly Float64Array[], i: number) => boolean {
  return (eta, i) => {
    let before = -Infinity;
    for (const own of weights) {
      let theta = 0;
      for (let j = 0; j < own.length; j++) if (own[j] !== 0) theta += own[j] * eta[j + 1][i];
      if (!(theta > before)) return false;
      before = theta;
    }
    return true;
  };
}
