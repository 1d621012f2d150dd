/**
 * The profiled deviance of repeated measures whose residual covariance is any L Lᵀ, as a function of what L is to one near it:
 * L = L₀ (I + A), A lower-triangular. The rows are those of {@link WhitenedRows} at L₀, where a change of A by some amount changes the
 * likelihood by as much whatever the visits' variances and however alike they are; θ is linear in A.
 */
import { Matrix } from "../../math/dense.ts";
import { MarginalDeviance, type MarginalSums, type Profiled, type Whole } from "./marginal_deviance.ts";
import { addProducts, blocks, formOf, invert, onVariance, square, weighing } from "./pattern_algebra.ts";
import { productsOf } from "./patterns.ts";
import type { Whitened, WhitenedPattern } from "./whitened_patterns.ts";

/** Sums over the levels of a pattern, whichever way costs less. */
interface LevelSums {
  /** sums += Σ_ab W_ab Σ w_a w_bᵀ. */
  add(W: Float64Array, sums: Float64Array): void;
  /** F_ab = Σ w_aᵀ Ω w_b. */
  form(weights: Float64Array): Float64Array;
}

/** ½ deviance over the entries of A at `places`. */
export class WhitenedDeviance extends MarginalDeviance {
  private readonly sums: readonly LevelSums[];
  private readonly M: Float64Array;
  private inverses: readonly Float64Array[] = [];

  constructor(
    whole: Whole,
    private readonly rows: Whitened,
    private readonly places: readonly (readonly [number, number])[],
    private readonly c: number,
  ) {
    super(whole);
    this.M = new Float64Array(c * c);
    this.sums = rows.patterns.map(sumsOf);
  }

  override evaluate(a: Float64Array, gradient?: Float64Array): number {
    return super.evaluate(a, gradient) + (this.whole.reml ? this.rows.halfLogInformation : 0);
  }

  protected override marginal(a: Float64Array): MarginalSums | null {
    const { whole: { p }, rows: { patterns, halfLogDet: before }, sums: levels, M, c } = this;
    const sums = new Float64Array((p + 1) * (p + 2) / 2), inverses: Float64Array[] = [];
    M.fill(0);
    for (let j = 0; j < c; j++) M[j * (c + 1)] = 1;
    this.places.forEach(([i, j], k) => M[j * c + i] += a[k]);
    let halfLogDet = before;
    for (const [k, pattern] of patterns.entries()) {
      const inverse = invert(gram(this.framed(pattern), pattern.m, c), pattern.m);
      if (!inverse) return null;
      halfLogDet += pattern.levels * inverse.logDet / 2;
      levels[k].add(inverse.W, sums);
      inverses.push(inverse.W);
    }
    this.inverses = inverses;
    return { ...blocks(sums, p), halfLogDet };
  }

  /** Nothing does, in these coordinates. */
  protected override cancels(): boolean {
    return false;
  }

  /** M̄ = 2 Σ Fᵀ V̄ F M over the patterns. */
  protected override pullback(
    _a: Float64Array,
    { gamma, s2, inverse }: Profiled,
    gradient: Float64Array,
  ) {
    const { c, rows: { patterns } } = this, weights = weighing(gamma, s2, inverse);
    patterns.forEach((pattern, k) => {
      const { m, levels, frame } = pattern, B = this.framed(pattern);
      const onV = onVariance(square(this.inverses[k], m), this.sums[k].form(weights), levels, m);
      this.places.forEach(([i, j], at) => {
        let sum = 0;
        for (let b = 0; b < m; b++) {
          let s = 0;
          for (let a = 0; a < m; a++) s += frame[a * c + i] * onV[b * m + a];
          sum += s * B[b * c + j];
        }
        gradient[at] += 2 * sum;
      });
    });
  }

  /** F M, by rows. */
  private framed({ m, frame }: WhitenedPattern): Float64Array {
    const { c, M } = this, B = new Float64Array(m * c);
    for (let a = 0; a < m; a++) {
      for (let j = 0; j < c; j++) {
        let s = 0;
        for (let k = j; k < c; k++) s += frame[a * c + k] * M[j * c + k];
        B[a * c + j] = s;
      }
    }
    return B;
  }

  /**
   * What L₀L₀ᵀ would be in its own coordinates if all levels had all positions: its expectation given the rows, S with
   * S = Σ_levels [Fᵀ (eeᵀ/σ² + K) F + I − FᵀF] / levels, the step of EM (Jennrich & Schluchter 1986, section 3.3).
   */
  expected(): Float64Array {
    const { c, whole: { p, N, reml }, rows: { patterns, yy } } = this, S = new Float64Array(c * c);
    const weights = weighing(new Float64Array(p), yy / N, reml && p > 0 ? Matrix.eye(p) : null);
    let all = 0;
    patterns.forEach(({ m, levels, frame }, k) => {
      const F = this.sums[k].form(weights);
      for (let a = 0; a < m; a++) F[a * (m + 1)] -= levels;
      all += levels;
      for (let j = 0; j < c; j++) {
        for (let i = j; i < c; i++) {
          let s = 0;
          for (let b = 0; b < m; b++) {
            for (let a = 0; a < m; a++) s += frame[a * c + i] * F[b * m + a] * frame[b * c + j];
          }
          S[j * c + i] += s;
        }
      }
    });
    for (let k = 0; k < S.length; k++) S[k] /= all;
    for (let j = 0; j < c; j++) S[j * (c + 1)] += 1;
    return S;
  }
}

/** The deviance at A = 0. */
export function valueAtOrigin(
  { constant, N, reml }: Whole,
  { halfLogDet, halfLogInformation, yy }: Whitened,
): number {
  return constant + halfLogDet + N * Math.log(yy) / 2 + (reml ? halfLogInformation : 0);
}

/** B Bᵀ of B by rows. */
function gram(B: Float64Array, m: number, c: number): Float64Array {
  const V = new Float64Array(m * m);
  for (let b = 0; b < m; b++) {
    for (let a = b; a < m; a++) {
      let s = 0;
      for (let k = 0; k < c; k++) s += B[a * c + k] * B[b * c + k];
      V[b * m + a] = V[a * m + b] = s;
    }
  }
  return V;
}

function sumsOf({ m, columns }: WhitenedPattern): LevelSums {
  const k = columns.length;
  return m * (m + 1) / 2 * k * (k + 1) / 2 < columns[0].length * k * (m + k)
    ? byProducts(columns, m)
    : byRows(columns, m);
}

function byProducts(columns: readonly Float64Array[], m: number): LevelSums {
  const products = productsOf(columns, m);
  return {
    add: (W, sums) => addProducts(products, W, sums),
    form: (weights) => formOf(products, weights, m),
  };
}

function byRows(columns: readonly Float64Array[], m: number): LevelSums {
  const k = columns.length,
    { length } = columns[0],
    turned = Array.from({ length: k }, () => new Float64Array(m));
  return {
    add(packed, sums) {
      const W = square(packed, m);
      for (let at = 0; at < length; at += m) {
        for (let j = 0, e = 0; j < k; j++) {
          for (let a = 0; a < m; a++) {
            let s = 0;
            for (let b = 0; b < m; b++) s += W[a * m + b] * columns[j][at + b];
            turned[j][a] = s;
          }
          for (let i = 0; i <= j; i++, e++) {
            for (let a = 0; a < m; a++) sums[e] += columns[i][at + a] * turned[j][a];
          }
        }
      }
    },
    form(weights) {
      const F = new Float64Array(m * m), Omega = square(weights, k); // entries off the diagonal twice
      for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) if (i !== j) Omega[j * k + i] /= 2;
      for (let at = 0; at < length; at += m) {
        for (let j = 0; j < k; j++) {
          for (let a = 0; a < m; a++) {
            let s = 0;
            for (let i = 0; i < k; i++) s += Omega[j * k + i] * columns[i][at + a];
            turned[j][a] = s;
          }
          for (let b = 0; b < m; b++) {
            for (let a = 0; a < m; a++) F[b * m + a] += turned[j][a] * columns[j][at + b];
          }
        }
      }
      return F;
    },
  };
}
