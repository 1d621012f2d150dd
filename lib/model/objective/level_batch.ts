/**
 * The small matrices of levels of one grouping factor, a hundred levels at a time: every entry is a vector over them, and nothing is kept for
 * any. Of a level with M = ZᵀZ, at the template T,
 *
 *   N = M T,   H = TᵀN + I = L Lᵀ,   x̌ = L⁻¹TᵀZᵀx,   Y = L⁻¹Nᵀ,   S = ZᵀV⁻¹Z = M − YᵀY,   ZᵀV⁻¹x = Zᵀx − Yᵀx̌
 */
import { type Rows, vectors } from "../../math/dense_rows.ts";
import { addScaled, multiply, put, rootPivots, scale, subtractProduct, take } from "../../math/lanes.ts";
import { Remembered } from "../../math/remembered.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { GroupLayout } from "./group_layout.ts";

/** Levels that are taken together: their vectors stay in the fastest cache. */
const TOGETHER = 128;

/** An entry of a small matrix, by rows, for all levels that are taken together. */
type Entries = readonly (readonly Float64Array[])[];

/** Of the levels that are taken: M, N, L with its reciprocal pivots, Y, S, the columns of Q and y, and their x̌. */
interface Room {
  readonly M: Entries;
  readonly N: Entries;
  readonly L: Entries;
  readonly reciprocal: readonly Float64Array[];
  readonly Y: Entries;
  readonly S: Entries;
  readonly x: Entries;
  readonly half: Entries;
}

/** Only for the length of a call: the next response finds it as it is. */
const rooms = new Remembered<readonly GroupLayout[], Room>();

function roomFor({ width: c, nodes }: GroupLayout, columns: number): Room {
  const entries = (rows: number): Entries =>
    Array.from({ length: rows }, () => vectors(c, Math.min(nodes, TOGETHER)));
  const [M, N, L, Y, S] = [c, c, c, c, c].map(entries), [reciprocal] = entries(1);
  return { M, N, L, reciprocal, Y, S, x: entries(columns), half: entries(columns) };
}

/** The levels that are taken, c effects each; x are the p columns of Q and, last, y. */
export class LevelBatch {
  readonly c: number;
  readonly p: number;
  /** Their number, and the first of them. */
  n = 0;
  private first = 0;
  private T: Float64Array = new Float64Array(0);
  private readonly room: Room;

  constructor(private readonly sums: CrossProducts) {
    const { ZtQ: { length: p }, effects: { groups } } = sums;
    [this.c, this.p] = [groups[0].width, p];
    this.room = rooms.of(groups, ({ x }) => x.length === p + 1, () => roomFor(groups[0], p + 1));
  }

  /** S of {@link formMarginals}, its lower triangle. */
  get S(): Entries {
    return this.room.S;
  }

  /** What stands in the place of Zᵀx, and x̌. */
  get x(): Entries {
    return this.room.x;
  }

  get half(): Entries {
    return this.room.half;
  }

  /** Takes the levels from `first` on, and forms M, N and L. @returns Σ log|L|, NaN where one has no factor */
  take(T: Float64Array, first: number): number {
    const { c, room: { M, N, L, reciprocal }, sums } = this, { groups: [{ nodes }] } = sums.effects;
    const n = this.n = Math.min(TOGETHER, nodes - first), at = sums.effects.diagonalBlock(0, first);
    this.T = T;
    this.first = first;
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

  /** Zᵀx of column r of Q, or of y. */
  load(r: number) {
    const { c, p, n, first, room: { x }, sums: { ZtQ, Zty } } = this;
    for (let i = 0; i < c; i++) take(x[r][i], r < p ? ZtQ[r] : Zty, first * c + i, c, n);
  }

  /** Zᵀ(y − Q shift) in the place of y, and the columns of Q. */
  loadResidual(shift: Float64Array) {
    const { c, p, n, room: { x } } = this;
    this.load(p);
    for (let r = 0; r < p; r++) {
      this.load(r);
      for (let i = 0; i < c; i++) addScaled(x[p][i], -shift[r], x[r][i], n);
    }
  }

  /** Columns Q R⁻ᵀ in the place of Q. */
  standardise(R: Rows) {
    const { c, p, n, room: { x } } = this;
    for (let r = 0; r < p; r++) {
      for (let i = 0; i < c; i++) {
        for (let s = 0; s < r; s++) addScaled(x[r][i], -R[r][s], x[s][i], n);
        scale(x[r][i], 1 / R[r][r], x[r][i], n);
      }
    }
  }

  /** x̌ of column r. */
  reduce(r: number) {
    const { c, n, T, room: { L, reciprocal } } = this, x = this.x[r], out = this.half[r];
    for (let i = 0; i < c; i++) {
      scale(out[i], T[i * c + i], x[i], n);
      for (let j = i + 1; j < c; j++) addScaled(out[i], T[i * c + j], x[j], n);
      for (let j = 0; j < i; j++) subtractProduct(out[i], L[i][j], out[j], n);
      multiply(out[i], out[i], reciprocal[i], n);
    }
  }

  /** Y, row i of it column i here, and S: what {@link marginal} takes. */
  formMarginals() {
    const { c, n, room: { M, N, L, Y, S, reciprocal } } = this;
    for (let i = 0; i < c; i++) {
      for (let k = 0; k < c; k++) {
        const y = Y[i][k];
        scale(y, 1, N[i][k], n);
        for (let j = 0; j < k; j++) subtractProduct(y, L[k][j], Y[i][j], n);
        multiply(y, y, reciprocal[k], n);
      }
      for (let j = 0; j <= i; j++) {
        scale(S[i][j], 1, M[i][j], n);
        for (let k = 0; k < c; k++) subtractProduct(S[i][j], Y[i][k], Y[j][k], n);
      }
    }
  }

  /** ZᵀV⁻¹x in the place of Zᵀx. */
  marginal(r: number) {
    const { c, n, room: { x, half, Y } } = this;
    this.reduce(r);
    for (let i = 0; i < c; i++) {
      for (let k = 0; k < c; k++) subtractProduct(x[r][i], Y[i][k], half[r][k], n);
    }
  }

  /** û = L⁻ᵀx̌ of column r, into the effects of all levels. */
  putModes(r: number, u: Float64Array) {
    const { c, n, first, room: { L, reciprocal } } = this, own = this.half[r];
    for (let i = c - 1; i >= 0; i--) {
      for (let j = i + 1; j < c; j++) subtractProduct(own[i], L[j][i], own[j], n);
      multiply(own[i], own[i], reciprocal[i], n);
      put(u, own[i], first * c + i, c, n);
    }
  }
}
