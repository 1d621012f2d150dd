/**
 * The profiled deviance of a Gaussian model whose only random term stands in the residual's place (repeated measures): the rows
 * of a level have covariance σ²V_P, V = I + T̃T̃ᵀ over the positions P that it has, and levels with the same positions share it. With
 * sums of products by pattern, w = (x, y), G_ab = Σ_levels w_a w_bᵀ for positions a, b, and W = V_P⁻¹,
 *
 *   XᵀV⁻¹X, XᵀV⁻¹y, yᵀV⁻¹y = blocks of Σ_P Σ_ab W_ab G_ab,   log|V| = Σ_P n_P log|V_P|
 *   V̄_P = ½ [n_P W − W (E/σ² + K) W],   E_ab = Σ e_a e_b,   K_ab = tr (XᵀV⁻¹X)⁻¹ Σ x_a x_bᵀ (REML)
 *
 * so that an evaluation costs the same for a thousand subjects as for ten (Jennrich & Schluchter 1986, Biometrics 42).
 */
import { MarginalDeviance, type MarginalSums, type Profiled, type Whole } from "./marginal_deviance.ts";
import {
  addProducts,
  blocks,
  formOf,
  invert,
  multiply,
  onVariance,
  square,
  weighing,
} from "./pattern_algebra.ts";
import { type Pattern, patternsOf } from "./patterns.ts";
import type { Covariance } from "../structures/structure.ts";

/** The objective by patterns; null where the model has other random effects, or as many patterns as would save nothing. */
export function patternDeviance(whole: Whole): MarginalDeviance | null {
  const { effects: { terms }, rows } = whole.sums, [own] = terms;
  if (terms.length !== 1 || !own.term.residual || !rows || rows.weights) return null;
  const patterns = patternsOf(own.term, rows);
  return patterns && new PatternDeviance(whole, own.covariance, patterns);
}

/** ½ deviance as a function of θ. */
export class PatternDeviance extends MarginalDeviance {
  private readonly c: number;
  private readonly T: Float64Array;
  private readonly V: Float64Array;
  private inverses: readonly Float64Array[] = [];

  constructor(
    whole: Whole,
    private readonly covariance: Covariance,
    readonly patterns: readonly Pattern[],
  ) {
    super(whole);
    const c = this.c = covariance.width;
    this.T = new Float64Array(c * c);
    this.V = new Float64Array(c * c);
  }

  protected override marginal(theta: Float64Array): MarginalSums | null {
    const { whole: { p }, patterns } = this;
    this.fill(theta);
    const inverses = patterns.map(({ positions }) => invert(this.varianceAt(positions), positions.length));
    if (inverses.includes(null)) return null;
    this.inverses = inverses.map((v) => v!.W);
    const sums = new Float64Array((p + 1) * (p + 2) / 2);
    let halfLogDet = 0;
    patterns.forEach(({ levels, products }, k) => {
      const { W, logDet } = inverses[k]!;
      halfLogDet += levels * logDet / 2;
      addProducts(products, W, sums);
    });
    const least = inverses.reduce((l, v) => Math.min(l, v!.least), 1);
    return { ...blocks(sums, p), halfLogDet, least };
  }

  /** T̃ and V at θ. */
  private fill(theta: Float64Array) {
    const { c, T, V } = this;
    this.covariance.fill(theta, 0, T);
    for (let j = 0; j < c; j++) {
      for (let i = j; i < c; i++) {
        let s = i === j ? 1 : 0;
        for (let k = 0; k <= j; k++) s += T[k * c + i] * T[k * c + j];
        V[j * c + i] = V[i * c + j] = s;
      }
    }
  }

  /** The rows and columns of V at P. */
  private varianceAt(P: readonly number[]): Float64Array {
    const m = P.length, out = new Float64Array(m * m);
    for (let j = 0; j < m; j++) for (let i = 0; i < m; i++) out[j * m + i] = this.V[P[j] * this.c + P[i]];
    return out;
  }

  /** V̄ over all patterns, and from it ∂/∂θ: T̃'s adjoint is 2V̄T̃. */
  protected override pullback(
    theta: Float64Array,
    { gamma, s2, inverse }: Profiled,
    gradient: Float64Array,
  ) {
    const { c, T, patterns, inverses } = this,
      onV = new Float64Array(c * c),
      weights = weighing(gamma, s2, inverse);
    patterns.forEach(({ positions: P, levels, products }, k) => {
      const m = P.length, onP = onVariance(square(inverses[k], m), formOf(products, weights, m), levels, m);
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < m; i++) {
          onV[P[j] * c + P[i]] += onP[j * m + i];
        }
      }
    });
    const D = multiply(onV, T, c).map((v) => 2 * v);
    this.covariance.pullback(theta, 0, D, gradient);
  }
}
