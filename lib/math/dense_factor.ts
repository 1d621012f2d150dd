/**
 * Cholesky factor and inverse of a dense symmetric matrix in strips of tiles (tiles.ts), blocked for the caches. One
 * array holds both: strip r has the tiles L_r0 … L_rr of the factor, then from tile r + 1 on U_rr … of U = L⁻ᵀ, in whose place
 * the inverse Z = U Uᵀ is made: its tile (r, s), s ≤ r, in strip s.
 */
import { BLOCK, DEPTH, pack, unpack, type View } from "./dense_products.ts";
import { ALONE, type Share, type Team } from "./shares.ts";
import { FROM_START, type Strips, type TileKernels, TO_END } from "./tiles.ts";

/** Strips that a thread takes at a time: some fifty microseconds of work for 64 tiles of their sums. */
const ROWS = BLOCK / 2;

/** Numbers that a matrix of order n takes with its inverse. */
export function denseLength(n: number): number {
  const strips = Math.ceil(n / 4);
  return 16 * strips * (strips + 1);
}

/** Where entry (i, j), j ≤ i, of a matrix of order n and of its factor is, from its beginning. */
export function factorEntry(n: number, i: number, j: number): number {
  return (i >> 2) * stepOf(n) + (i & 3) + 4 * j;
}

/** Where entry (i, j), j ≤ i, of the inverse is. */
export function inverseEntry(n: number, i: number, j: number): number {
  return (j >> 2) * stepOf(n) + 16 * (i >> 2) + 16 + 4 * (j & 3) + (i & 3);
}

function stepOf(n: number): number {
  return 16 * (Math.ceil(n / 4) + 1);
}

/**
 * A matrix of order n in the memory of the kernels, from `at` on: {@link denseLength} numbers. Its factor and its inverse are made alone,
 * or by a team of which every thread does its share of the tiles; a tile's sum is one thread's, in the same order, so the bits are the same.
 */
export class DenseFactor {
  private readonly strips: number;
  private readonly step: number;

  constructor(
    private readonly kernels: TileKernels,
    readonly at: number,
    readonly n: number,
    private readonly team: Team | null = null,
  ) {
    this.strips = Math.ceil(n / 4);
    this.step = stepOf(n);
  }

  /** The matrix becomes 0; what fills the last strip up becomes I. */
  clear(): void {
    const { at, strips, step } = this, { memory } = this.kernels;
    for (let r = 0; r < strips; r++) memory.fill(0, at + r * step, at + r * step + 16 * (r + 1));
    this.fillUp();
  }

  private fillUp(): void {
    const { at, n, strips } = this;
    for (let i = n; i < 4 * strips; i++) this.kernels.memory[at + factorEntry(n, i, i)] = 1;
  }

  /** Takes over a matrix of which the lower triangle counts. */
  pack(matrix: View): void {
    const { at, step, n, strips } = this, { memory } = this.kernels;
    for (let r = 0; r < strips; r++) {
      const part = { ...matrix, at: matrix.at + 4 * r * matrix.row };
      pack(memory, { at: at + r * step, step }, part, Math.min(4, n - 4 * r), Math.min(n, 4 * r + 4));
    }
    this.fillUp();
  }

  /** Gives the lower triangle of the factor. */
  unpack(factor: View): void {
    const { at, step, n } = this;
    unpack(this.kernels.memory, { at, step }, factor, n, n, true, false);
  }

  /** L in place of the matrix. @returns false when it is not positive definite */
  factor(): boolean {
    return this.team ? this.team.do("factor", this) : this.factorShare(ALONE);
  }

  /** The inverse, beside L. */
  invert(): void {
    if (this.team) this.team.do("invert", this);
    else this.invertShare(ALONE);
  }

  /** A share of {@link factor}, block of columns by block of columns. */
  factorShare(share: Share): boolean {
    const { strips } = this;
    for (let J = 0; J < strips; J += BLOCK) {
      const w = Math.min(BLOCK, strips - J), below = Math.ceil((strips - J - w) / ROWS);
      const reduced = share.each(1 + below, (k) => {
        if (k > 0) return this.reduceRows(J, w, J + w + ROWS * (k - 1), ROWS);
        this.reduceRows(J, w, J, w); // the diagonal, first: its factor takes as long as rows below it
        return this.kernels.factor(this.block(J), w);
      });
      if (!reduced) return false;
      share.each(below, (k) => this.solveRows(J, w, J + w + ROWS * k, ROWS));
    }
    return true;
  }

  /** The strips of the block of rows J, from its diagonal tile on. */
  private block(J: number): Strips {
    return { at: this.at + J * this.step + 16 * J, step: this.step };
  }

  /** A_rJ − Σ_{K<J} L_rK L_JKᵀ for m rows from r on, as far as there are rows. */
  private reduceRows(J: number, w: number, r: number, m: number): void {
    const { at, strips, step, kernels } = this, row = at + r * step;
    for (let K = 0; K < J; K += DEPTH) {
      kernels.multiply({
        ...{ c: row + 16 * J, down: step, right: 16 },
        ...{ a: { at: row + 16 * K, step }, b: { at: at + J * step + 16 * K, step } },
        ...{ m: Math.min(m, strips - r), n: w, k: Math.min(DEPTH, J - K) },
        ...{ first: FROM_START, last: 1 + r - J, alpha: -1, add: true },
      });
    }
  }

  /** L_rJ for m rows from r on, as far as there are rows. */
  private solveRows(J: number, w: number, r: number, m: number): void {
    const { at, strips, step, kernels } = this;
    kernels.solve(
      { at: at + r * step + 16 * J, step },
      this.block(J),
      Math.min(m, strips - r),
      w,
      FROM_START,
    );
  }

  /** A share of {@link invert}: rows of U, the longest first, then Z block of rows by block of rows. */
  invertShare(share: Share): boolean {
    const { strips } = this, blocks = Math.ceil(strips / BLOCK);
    share.each(blocks, (k) => this.invertRows(BLOCK * k, Math.min(BLOCK * (k + 1), strips)));
    for (let B = 0; B <= blocks; B++) { // Z_rs = Σ_{k≥r} U_rk U_skᵀ takes the place of U_sr, which no later row needs
      const R = BLOCK * B, before = R - BLOCK, earlier = Math.max(0, before / ROWS), isRow = B < blocks;
      share.each(1 + (isRow ? earlier : 0), (k) => {
        if (k > 0) return this.inverseBlock(R, ROWS * (k - 1), ROWS);
        if (B > 0) this.inverseBlock(before, before, BLOCK); // replaces what the other blocks of its row were made from
        if (B > 0 && isRow) this.inverseBlock(R, before, BLOCK); // … and this one what it was made from
      });
    }
    return true;
  }

  /** Rows R and n columns from S on of Z, S ≤ R. */
  private inverseBlock(R: number, S: number, n: number): void {
    const { at, strips, step, kernels } = this, w = Math.min(BLOCK, strips - R);
    for (let K = R; K < strips; K += DEPTH) {
      kernels.multiply({
        ...{ c: at + S * step + 16 * (R + 1), down: 16, right: step },
        ...{ a: { at: at + R * step + 16 * (K + 1), step }, b: { at: at + S * step + 16 * (K + 1), step } },
        ...{ m: w, n: S === R ? w : n, k: Math.min(DEPTH, strips - K) },
        ...{ first: K === R ? 0 : FROM_START, last: S === R ? 1 : TO_END, alpha: 1, add: K > R },
      });
    }
  }

  /** Rows r0 … r1 of U in U Lᵀ = I, a block of them, column block by column block; row r begins with its tile r. */
  private invertRows(r0: number, r1: number): void {
    const { at, strips, step, kernels } = this, row = at + r0 * step;
    for (let J = r0; J < strips; J += BLOCK) {
      const w = Math.min(BLOCK, strips - J), c = row + 16 * (J + 1), l = at + J * step;
      this.identity(J, w, r0, r1);
      for (let K = r0 - r0 % DEPTH; K < J; K += DEPTH) {
        const k = Math.min(DEPTH, J - K), m = Math.min(r1, K + k) - r0;
        kernels.multiply({
          ...{ c, down: step, right: 16, a: { at: row + 16 * (K + 1), step }, b: { at: l + 16 * K, step } },
          ...{ m, n: w, k, first: r0 - K, last: TO_END, alpha: -1, add: true },
        });
      }
      const m = Math.min(r1, J + w) - r0;
      kernels.solve({ at: c, step }, { at: l + 16 * J, step }, m, w, r0 - J);
    }
  }

  /** Tiles J … J + w of rows r0 … r1 of U become those of I. */
  private identity(J: number, w: number, r0: number, r1: number): void {
    const { at, step } = this, { memory } = this.kernels;
    for (let r = r0; r < Math.min(r1, J + w); r++) {
      const strip = at + r * step + 16;
      memory.fill(0, strip + 16 * Math.max(J, r), strip + 16 * (J + w));
      if (r >= J) { for (let i = 0; i < 4; i++) memory[strip + 16 * r + 5 * i] = 1; }
    }
  }

  /** x[from …] ← L⁻¹ x[from …], a strip at a time. */
  forward(x: Float64Array, from: number): void {
    const { n } = this, { memory } = this.kernels;
    for (let r = 0; r < n; r += 4) {
      let p = this.at + factorEntry(n, r, 0), a = 0, b = 0, c = 0, d = 0;
      for (let j = from; j < from + r; j++, p += 4) {
        const v = x[j];
        a += memory[p] * v;
        b += memory[p + 1] * v;
        c += memory[p + 2] * v;
        d += memory[p + 3] * v;
      }
      const sums = [a, b, c, d];
      for (let i = 0; i < 4 && r + i < n; i++) {
        let s = x[from + r + i] - sums[i];
        for (let j = 0; j < i; j++) s -= memory[p + 4 * j + i] * x[from + r + j];
        x[from + r + i] = s / memory[p + 5 * i];
      }
    }
  }

  /** x[from …] ← L⁻ᵀ x[from …]. */
  backward(x: Float64Array, from: number): void {
    const { n, strips } = this, { memory } = this.kernels, v = [0, 0, 0, 0];
    for (let r = 4 * (strips - 1); r >= 0; r -= 4) {
      const begin = this.at + factorEntry(n, r, 0), tile = begin + 4 * r;
      for (let i = 3; i >= 0; i--) {
        v[i] = 0;
        if (r + i >= n) continue;
        let s = x[from + r + i];
        for (let j = i + 1; j < 4; j++) s -= memory[tile + 4 * i + j] * v[j];
        v[i] = x[from + r + i] = s / memory[tile + 5 * i];
      }
      const [a, b, c, d] = v;
      for (let j = from, p = begin; j < from + r; j++, p += 4) {
        x[j] -= memory[p] * a + memory[p + 1] * b + memory[p + 2] * c + memory[p + 3] * d;
      }
    }
  }

  /** L_ii. */
  pivot(i: number): number {
    return this.kernels.memory[this.at + factorEntry(this.n, i, i)];
  }
}
