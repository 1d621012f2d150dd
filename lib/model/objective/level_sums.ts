/**
 * Sums over the levels of the one grouping factor of a Gaussian model, from which its profiled deviance and derivatives are made. Of a level with
 * M = ZᵀZ, at the template T, with N = M T, H = TᵀN + I = L Lᵀ, Y = L⁻¹Nᵀ and x̌ = L⁻¹TᵀZᵀx
 *
 *   xᵀV⁻¹y = xᵀy − Σ x̌ᵀy̌,   log|V| = Σ log|H|,   ZᵀV⁻¹x = Zᵀx − Yᵀx̌,   S = ZᵀV⁻¹Z = M − YᵀY
 *
 * Levels are taken a hundred at a time, every entry of these small matrices a vector over them, and nothing is kept for any.
 */
import { dotFirst, type Rows, vectors } from "../../math/dense_rows.ts";
import { addScaled, multiply, put, rootPivots, scale, subtractProduct, take } from "../../math/lanes.ts";
import { Remembered } from "../../math/remembered.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { GroupLayout } from "./group_layout.ts";
import type { NormalEquations } from "./normal_equations.ts";

/** Levels that are taken together: their vectors stay in the fastest cache. */
const TOGETHER = 128;

/** An entry of a small matrix, by rows, for all levels that are taken together. */
type Entries = readonly (readonly Float64Array[])[];

/** Of the levels that are taken: M, N, L, Y, S, the columns of Q and y, and their x̌. */
interface Room {
  readonly M: Entries;
  readonly N: Entries;
  readonly L: Entries;
  readonly Y: Entries;
  readonly own: Entries;
  readonly x: Entries;
  readonly half: Entries;
  readonly reciprocal: readonly Float64Array[];
  readonly product: Float64Array;
}

/** Only for the length of a call: the next response finds it as it is. */
const rooms = new Remembered<readonly GroupLayout[], Room>();

function roomFor({ width: c, nodes }: GroupLayout, columns: number): Room {
  const entries = (rows: number): Entries =>
    Array.from({ length: rows }, () => vectors(c, Math.min(nodes, TOGETHER)));
  const [M, N, L, Y, own] = [c, c, c, c, c].map(entries), [reciprocal, [product]] = entries(2);
  return { M, N, L, Y, own, x: entries(columns), half: entries(columns), reciprocal, product };
}

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
  private readonly room: Room;

  constructor(private readonly sums: CrossProducts) {
    const { ZtQ: { length: p }, effects: { groups } } = sums, c = this.c = groups[0].width;
    this.room = rooms.of(groups, ({ x }) => x.length === p + 1, () => roomFor(groups[0], p + 1));
    [this.S, this.ee, this.kk] = vectors(3, c * c);
    [this.ke, this.eeS] = [p * c * c, c ** 4].map((length) => new Float64Array(length));
  }

  /** A = QᵀV⁻¹Q, QᵀV⁻¹y and ½ log|V| at T. @returns yᵀV⁻¹y, NaN where a level has no factor */
  products(T: Float64Array, { A, c: b }: NormalEquations): number {
    const { sums: { effects: { groups: [{ nodes }] }, QtQ, Qty, yty, ZtQ }, c, room: { x, half } } = this,
      p = ZtQ.length;
    for (let r = 0; r < p; r++) {
      for (let s = 0; s <= r; s++) A[r][s] = QtQ.get(r, s);
      b[r] = Qty[r];
    }
    this.halfLogDet = 0;
    let yy = yty;
    for (let first = 0; first < nodes; first += TOGETHER) {
      const n = Math.min(TOGETHER, nodes - first);
      this.halfLogDet += this.factor(T, first, n);
      for (let r = 0; r <= p; r++) {
        this.columnOf(r, first, n);
        this.reduce(T, x[r], half[r], n);
        for (let s = 0; s <= r; s++) {
          let sum = 0;
          for (let i = 0; i < c; i++) sum += dotFirst(half[r][i], half[s][i], n);
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
    const { sums: { effects: { groups: [{ nodes }] } }, S, ee, kk, ke, eeS } = this, p = shift.length;
    for (const sum of [S, ee, kk, ke, eeS]) sum.fill(0);
    for (let first = 0; first < nodes; first += TOGETHER) {
      const n = Math.min(TOGETHER, nodes - first);
      this.factor(T, first, n);
      this.marginalOfEffects(n);
      this.residual(shift, first, n);
      this.marginal(T, p, n);
      this.addOwn(n);
      if (!R) continue;
      this.standardise(R, n);
      for (let r = 0; r < p; r++) this.marginal(T, r, n);
      this.addProfiled(n);
    }
    if (R) this.mirror();
  }

  /** û = L⁻ᵀĕ of e = y − Q shift: modes of all levels. */
  modes(T: Float64Array, shift: Float64Array, u: Float64Array) {
    const { sums: { effects: { groups: [{ nodes }] } }, c, room: { x, half, L, reciprocal } } = this,
      p = shift.length;
    for (let first = 0; first < nodes; first += TOGETHER) {
      const n = Math.min(TOGETHER, nodes - first), own = half[p];
      this.factor(T, first, n);
      this.residual(shift, first, n);
      this.reduce(T, x[p], own, n);
      for (let i = c - 1; i >= 0; i--) {
        for (let j = i + 1; j < c; j++) subtractProduct(own[i], L[j][i], own[j], n);
        multiply(own[i], own[i], reciprocal[i], n);
        put(u, own[i], first * c + i, c, n);
      }
    }
  }

  /** M, N and L of n levels. @returns Σ log|L|, NaN where one has no factor */
  private factor(T: Float64Array, first: number, n: number): number {
    const { c, room: { M, N, L, reciprocal }, sums } = this, at = sums.effects.diagonalBlock(0, first);
    for (let i = 0; i < c; i++) {
      for (let j = 0; j <= i; j++) take(M[i][j], sums.M, at + j * c + i, c * c, n);
    }
    let log = 0;
    for (let k = 0; k < c; k++) {
      for (let i = 0; i < c; i++) { // N_ik = Σ_{j ≥ k} M_ij T_jk
        scale(N[i][k], T[k * c + k], i >= k ? M[i][k] : M[k][i], n);
        for (let j = k + 1; j < c; j++) addScaled(N[i][k], T[k * c + j], i >= j ? M[i][j] : M[j][i], n);
      }
      for (let i = k; i < c; i++) { // H_ik = Σ_{j ≥ i} T_ji N_jk
        const h = L[i][k].fill(i === k ? 1 : 0);
        for (let j = i; j < c; j++) addScaled(h, T[i * c + j], N[j][k], n);
        for (let j = 0; j < k; j++) subtractProduct(h, L[i][j], L[k][j], n);
        if (i === k) log += rootPivots(h, reciprocal[k], n);
        else multiply(h, h, reciprocal[k], n);
      }
    }
    return log;
  }

  /** Zᵀx of column r of Q, or of y, for n levels. */
  private columnOf(r: number, first: number, n: number) {
    const { c, room: { x }, sums: { ZtQ, Zty } } = this;
    for (let i = 0; i < c; i++) take(x[r][i], r < ZtQ.length ? ZtQ[r] : Zty, first * c + i, c, n);
  }

  /** x̌ = L⁻¹Tᵀx. */
  private reduce(T: Float64Array, x: readonly Float64Array[], out: readonly Float64Array[], n: number) {
    const { c, room: { L, reciprocal } } = this;
    for (let i = 0; i < c; i++) {
      scale(out[i], T[i * c + i], x[i], n);
      for (let j = i + 1; j < c; j++) addScaled(out[i], T[i * c + j], x[j], n);
      for (let j = 0; j < i; j++) subtractProduct(out[i], L[i][j], out[j], n);
      multiply(out[i], out[i], reciprocal[i], n);
    }
  }

  /** Y, row i of it column i here, and S. */
  private marginalOfEffects(n: number) {
    const { c, room: { M, N, L, Y, own, reciprocal } } = this;
    for (let i = 0; i < c; i++) {
      for (let k = 0; k < c; k++) {
        const y = Y[i][k];
        scale(y, 1, N[i][k], n);
        for (let j = 0; j < k; j++) subtractProduct(y, L[k][j], Y[i][j], n);
        multiply(y, y, reciprocal[k], n);
      }
      for (let j = 0; j <= i; j++) {
        scale(own[i][j], 1, M[i][j], n);
        for (let k = 0; k < c; k++) subtractProduct(own[i][j], Y[i][k], Y[j][k], n);
      }
    }
  }

  /** Zᵀ(y − Q shift) in the place of y, and the columns of Q. */
  private residual(shift: Float64Array, first: number, n: number) {
    const { c, room: { x } } = this, p = shift.length;
    this.columnOf(p, first, n);
    for (let r = 0; r < p; r++) {
      this.columnOf(r, first, n);
      for (let i = 0; i < c; i++) addScaled(x[p][i], -shift[r], x[r][i], n);
    }
  }

  /** Columns Q R⁻ᵀ in the place of Q. */
  private standardise(R: Rows, n: number) {
    const { c, room: { x } } = this;
    for (let r = 0; r < R.length; r++) {
      for (let i = 0; i < c; i++) {
        for (let s = 0; s < r; s++) addScaled(x[r][i], -R[r][s], x[s][i], n);
        scale(x[r][i], 1 / R[r][r], x[r][i], n);
      }
    }
  }

  /** ZᵀV⁻¹x of column r in the place of Zᵀx: k, or e of the last. */
  private marginal(T: Float64Array, r: number, n: number) {
    const { c, room: { x, half, Y } } = this;
    this.reduce(T, x[r], half[r], n);
    for (let i = 0; i < c; i++) {
      for (let k = 0; k < c; k++) subtractProduct(x[r][i], Y[i][k], half[r][k], n);
    }
  }

  /** Adds S and eeᵀ of the levels taken. */
  private addOwn(n: number) {
    const { c, room: { x, own, product }, S, ee } = this, e = x[x.length - 1];
    for (let a = 0; a < c; a++) {
      for (let b = 0; b <= a; b++) {
        multiply(product, e[a], e[b], n);
        ee[a * c + b] = ee[b * c + a] += sumOf(product, n);
        S[a * c + b] = S[b * c + a] += sumOf(own[a][b], n);
      }
    }
  }

  /** Adds the rest of them. */
  private addProfiled(n: number) {
    const { c, room: { x, own, product }, kk, ke, eeS } = this,
      p = x.length - 1,
      e = x[p],
      square = c * c;
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
