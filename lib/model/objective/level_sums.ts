/**
 * Sums over the levels of the one grouping factor of a Gaussian model, from which its profiled deviance and derivatives are made: with H, x̌ and S of
 * every level as in level_batch.ts
 *
 *   xᵀV⁻¹y = xᵀy − Σ x̌ᵀy̌,   log|V| = Σ log|H|
 */
import { dotFirst, type Rows, vectors } from "../../math/dense_rows.ts";
import { multiply } from "../../math/lanes.ts";
import type { CrossProducts } from "./cross_products.ts";
import { LevelBatch } from "./level_batch.ts";
import type { NormalEquations } from "./normal_equations.ts";

/** The levels of one factor, c effects each, and p columns of Q. */
export class LevelSums {
  readonly c: number;
  halfLogDet = 0;
  /** Σ S and Σ eeᵀ of e = ZᵀPy, c × c. */
  readonly S: Float64Array;
  readonly ee: Float64Array;
  /** Σ_r k_r k_rᵀ and Σ k_r eᵀ for k = ZᵀV⁻¹Q R⁻ᵀ, A = R Rᵀ: c × c, and one after the other for every r. */
  readonly kk: Float64Array;
  readonly ke: Float64Array;
  /** Σ e_a e_b S_ij at ((a c + b) c + i) c + j. */
  readonly eeS: Float64Array;
  private readonly batch: LevelBatch;
  private readonly levels: number;
  private readonly product: Float64Array;

  constructor(private readonly sums: CrossProducts) {
    const batch = this.batch = new LevelBatch(sums), c = this.c = batch.c;
    this.levels = sums.effects.groups[0].nodes;
    [this.S, this.ee, this.kk] = vectors(3, c * c);
    [this.ke, this.eeS] = [batch.p * c * c, c ** 4].map((length) => new Float64Array(length));
    this.product = new Float64Array(batch.x[0][0].length);
  }

  /** A = QᵀV⁻¹Q, QᵀV⁻¹y and ½ log|V| at T. @returns yᵀV⁻¹y, NaN where a level has no factor */
  products(T: Float64Array, { A, c: b }: NormalEquations): number {
    const { sums: { QtQ, Qty, yty }, c, levels, batch, batch: { p, half } } = this;
    for (let r = 0; r < p; r++) {
      for (let s = 0; s <= r; s++) A[r][s] = QtQ.get(r, s);
      b[r] = Qty[r];
    }
    this.halfLogDet = 0;
    let yy = yty;
    for (let first = 0; first < levels; first += batch.n) {
      this.halfLogDet += batch.take(T, first);
      for (let r = 0; r <= p; r++) {
        batch.load(r);
        batch.reduce(r);
        for (let s = 0; s <= r; s++) {
          let sum = 0;
          for (let i = 0; i < c; i++) sum += dotFirst(half[r][i], half[s][i], batch.n);
          if (r < p) A[r][s] -= sum;
          else if (s < p) b[s] -= sum;
          else yy -= sum;
        }
      }
    }
    for (let r = 0; r < p; r++) for (let s = 0; s < r; s++) A[s][r] = A[r][s];
    return Number.isNaN(this.halfLogDet) ? NaN : yy;
  }

  /**
   * The sums for derivatives in T.
   * @param shift coefficients of Q
   * @param R of A = R Rᵀ; without it S and ee alone, which are all there is where the coefficients are given
   */
  slopes(T: Float64Array, shift: Float64Array, R?: Rows) {
    const { S, ee, kk, ke, eeS, levels, batch, batch: { p } } = this;
    for (const sum of [S, ee, kk, ke, eeS]) sum.fill(0);
    for (let first = 0; first < levels; first += batch.n) {
      batch.take(T, first);
      batch.formMarginals();
      batch.loadResidual(shift);
      batch.marginal(p);
      this.addOwn();
      if (!R) continue;
      batch.standardise(R);
      for (let r = 0; r < p; r++) batch.marginal(r);
      this.addProfiled();
    }
    if (R) this.mirror();
  }

  /** û = L⁻ᵀĕ of e = y − Q shift: modes of all levels. */
  modes(T: Float64Array, shift: Float64Array, u: Float64Array) {
    const { levels, batch, batch: { p } } = this;
    for (let first = 0; first < levels; first += batch.n) {
      batch.take(T, first);
      batch.loadResidual(shift);
      batch.reduce(p);
      batch.putModes(p, u);
    }
  }

  /** Adds S and eeᵀ of the levels taken. */
  private addOwn() {
    const { c, S, ee, product, batch: { n, p, x, S: own } } = this, e = x[p];
    for (let a = 0; a < c; a++) {
      for (let b = 0; b <= a; b++) {
        multiply(product, e[a], e[b], n);
        ee[a * c + b] = ee[b * c + a] += sumOf(product, n);
        S[a * c + b] = S[b * c + a] += sumOf(own[a][b], n);
      }
    }
  }

  /** Adds the rest of them. */
  private addProfiled() {
    const { c, kk, ke, eeS, product, batch: { n, p, x, S: own } } = this, e = x[p], square = c * c;
    for (let a = 0; a < c; a++) {
      for (let b = 0; b <= a; b++) {
        multiply(product, e[a], e[b], n);
        for (let i = 0; i < c; i++) {
          for (let j = 0; j <= i; j++) {
            const to = (a * c + b) * square + i * c + j;
            eeS[to] += dotFirst(product, own[i][j], n);
          }
        }
        for (let r = 0; r < p; r++) kk[a * c + b] = kk[b * c + a] += dotFirst(x[r][a], x[r][b], n);
      }
      for (let b = 0; b < c; b++) {
        for (let r = 0; r < p; r++) ke[r * square + a * c + b] += dotFirst(x[r][b], e[a], n);
      }
    }
  }

  /** What is the same with a and b, or i and j, exchanged. */
  private mirror() {
    const { c, eeS } = this, at = (a: number, b: number) => Math.max(a, b) * c + Math.min(a, b);
    for (let a = 0, to = 0; a < c; a++) {
      for (let b = 0; b < c; b++) {
        for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) eeS[to++] = eeS[at(a, b) * c * c + at(i, j)];
      }
    }
  }
}

function sumOf(x: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  return sum;
}
