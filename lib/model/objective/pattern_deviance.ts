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
import { Matrix } from "../../math/dense.ts";
import { denseCholesky, triangularSolve } from "../../math/triangle.ts";
import { MarginalDeviance, type MarginalSums, type Profiled, type Whole } from "./marginal_deviance.ts";
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
    const inverses = patterns.map((pattern) => this.inverseOn(pattern.positions));
    if (inverses.includes(null)) return null;
    this.inverses = inverses.map((v) => v!.W);
    const sums = new Float64Array((p + 1) * (p + 2) / 2);
    let halfLogDet = 0;
    patterns.forEach(({ levels, products }, k) => {
      const { W, logDet } = inverses[k]!;
      halfLogDet += levels * logDet / 2;
      products.forEach((G, e) => {
        const w = W[e];
        for (let j = 0; j < sums.length; j++) sums[j] += w * G[j];
      });
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

  /** W = V_P⁻¹, packed as the products are, log|V_P|, and the smallest share of its variance that a position keeps given those before it. */
  private inverseOn(P: readonly number[]): { W: Float64Array; logDet: number; least: number } | null {
    const m = P.length, L = new Float64Array(m * m), W = new Float64Array(m * (m + 1) / 2);
    for (let j = 0; j < m; j++) for (let i = 0; i < m; i++) L[j * m + i] = this.V[P[j] * this.c + P[i]];
    if (!denseCholesky(L, m)) return null;
    let logDet = 0, least = 1;
    const unit = new Float64Array(m);
    for (let j = 0, e = 0; j < m; j++) {
      logDet += 2 * Math.log(L[j * m + j]);
      least = Math.min(least, L[j * m + j] ** 2 / this.V[P[j] * (this.c + 1)]);
      unit.fill(0);
      unit[j] = 1;
      triangularSolve(L, unit, m, false);
      triangularSolve(L, unit, m, true);
      for (let i = 0; i <= j; i++) W[e++] = unit[i];
    }
    return { W, logDet, least };
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
      const m = P.length, W = square(inverses[k], m), F = new Float64Array(m * m);
      for (let j = 0, e = 0; j < m; j++) {
        for (let i = 0; i <= j; i++, e++) {
          let s = 0;
          const G = products[e];
          for (let l = 0; l < G.length; l++) s += weights[l] * G[l];
          F[j * m + i] = F[i * m + j] = i === j ? s : s / 2; // products hold G_ab + G_ba
        }
      }
      const WF = multiply(W, F, m), WFW = multiply(WF, W, m);
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < m; i++) {
          onV[P[j] * c + P[i]] += (levels * W[j * m + i] - WFW[j * m + i]) / 2;
        }
      }
    });
    const D = multiply(onV, T, c).map((v) => 2 * v);
    this.covariance.pullback(theta, 0, D, gradient);
  }
}

/** Weights of packed products with E/σ² + K: (−γ, 1)(−γ, 1)ᵀ/σ² and (XᵀV⁻¹X)⁻¹, entries off the diagonal twice. */
function weighing(gamma: Float64Array, s2: number, inverse: Matrix | null): Float64Array {
  const p = gamma.length, g = [...gamma.map((v) => -v), 1], out: number[] = [];
  for (let j = 0; j <= p; j++) {
    for (let i = 0; i <= j; i++) {
      const both = g[i] * g[j] / s2 + (inverse && j < p ? inverse.get(i, j) : 0);
      out.push(i === j ? both : 2 * both);
    }
  }
  return Float64Array.from(out);
}

/** A, b and yᵀV⁻¹y of the packed sums over w = (x, y). */
function blocks(sums: Float64Array, p: number): { A: Matrix; b: Float64Array; yy: number } {
  const A = Matrix.zeros(p, p), b = new Float64Array(p);
  for (let j = 0, e = 0; j <= p; j++) {
    for (let i = 0; i <= j; i++, e++) {
      if (j === p) {
        if (i < p) b[i] = sums[e];
      } else {
        A.set(i, j, sums[e]);
        A.set(j, i, sums[e]);
      }
    }
  }
  return { A, b, yy: sums[sums.length - 1] };
}

function square(packed: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let j = 0, e = 0; j < m; j++) {
    for (let i = 0; i <= j; i++) out[j * m + i] = out[i * m + j] = packed[e++];
  }
  return out;
}

/** Product of column-major square matrices. */
function multiply(A: Float64Array, B: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < m; k++) {
      const f = B[j * m + k];
      if (f !== 0) { for (let i = 0; i < m; i++) out[j * m + i] += f * A[k * m + i]; }
    }
  }
  return out;
}
