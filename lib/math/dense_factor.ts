/**
 * Cholesky factor and inverse of a dense symmetric matrix in strips of tiles (tiles.ts), blocked for the caches. One
 * array holds both: strip r has the tiles L_r0 … L_rr of the factor, then from tile r + 1 on U_rr … of U = L⁻ᵀ, in whose place
 * the inverse Z = U Uᵀ is made: its tile (r, s), s ≤ r, in strip s.
 */
import { BLOCK, DEPTH, pack, unpack, type View } from "./dense_products.ts";
import { FROM_START, type TileKernels, TO_END } from "./tiles.ts";

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

/** A matrix of order n in the memory of the kernels, from `at` on: {@link denseLength} numbers. */
export class DenseFactor {
  private readonly strips: number;
  private readonly step: number;

  constructor(private readonly kernels: TileKernels, readonly at: number, readonly n: number) {
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
    const { strips, step, kernels } = this;
    for (let J = 0; J < strips; J += BLOCK) {
      const w = Math.min(BLOCK, strips - J), begin = this.at + J * step, at = begin + 16 * J;
      for (let K = 0; K < J; K += DEPTH) {
        const rows = { at: begin + 16 * K, step };
        kernels.multiply({
          ...{ c: at, down: step, right: 16, a: rows, b: rows },
          ...{ m: strips - J, n: w, k: Math.min(DEPTH, J - K) },
          ...{ first: FROM_START, last: 1, alpha: -1, add: true },
        });
      }
      if (!kernels.factor({ at, step }, w)) return false;
      kernels.solve({ at: at + w * step, step }, { at, step }, strips - J - w, w, FROM_START);
    }
    return true;
  }

  /** The inverse, beside L. */
  invert(): void {
    this.invertTriangle();
    const { at, strips, step, kernels } = this;
    for (let R = 0; R < strips; R += BLOCK) { // Z_rs = Σ_{k≥r} U_rk U_skᵀ takes the place of U_sr, which no later row needs
      const w = Math.min(BLOCK, strips - R);
      for (let K = R; K < strips; K += DEPTH) {
        const a = { at: at + R * step + 16 * (K + 1), step };
        const sum = { down: 16, right: step, a, m: w, k: Math.min(DEPTH, strips - K), alpha: 1 };
        const begin = { first: K === R ? 0 : FROM_START, add: K > R };
        for (let S = 0; S < R; S += BLOCK) {
          const b = { at: at + S * step + 16 * (K + 1), step }, c = at + S * step + 16 * (R + 1);
          kernels.multiply({ ...sum, ...begin, c, b, n: BLOCK, last: TO_END });
        }
        kernels.multiply({ ...sum, ...begin, c: at + R * step + 16 * (R + 1), b: a, n: w, last: 1 });
      }
    }
  }

  /** U Lᵀ = I, column block by column block; row r of U begins with its tile r. */
  private invertTriangle(): void {
    const { at, strips, step, kernels } = this;
    for (let J = 0; J < strips; J += BLOCK) {
      const w = Math.min(BLOCK, strips - J), c = at + 16 * (J + 1), l = at + J * step;
      this.identity(J, w);
      for (let K = 0; K < J; K += DEPTH) {
        const k = Math.min(DEPTH, J - K);
        kernels.multiply({
          ...{ c, down: step, right: 16, a: { at: at + 16 * (K + 1), step }, b: { at: l + 16 * K, step } },
          ...{ m: K + k, n: w, k, first: -K, last: TO_END, alpha: -1, add: true },
        });
      }
      kernels.solve({ at: c, step }, { at: l + 16 * J, step }, J + w, w, -J);
    }
  }

  /** Tiles J … J + w of U become those of I. */
  private identity(J: number, w: number): void {
    const { at, step } = this, { memory } = this.kernels;
    for (let r = 0; r < J + w; r++) {
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

  /** Matrix −= l lᵀ, l of the rows index[from …] − first. */
  subtractOuter(index: Int32Array, from: number, count: number, first: number, l: Float64Array, at: number) {
    const { n } = this, { memory } = this.kernels;
    for (let i = 0; i < count; i++) {
      const row = this.at + factorEntry(n, index[from + i] - first, -first), f = l[at + i];
      for (let j = 0; j <= i; j++) memory[row + 4 * index[from + j]] -= f * l[at + j];
    }
  }

  /** out = −Z y, both at the rows index[from …] − first only. */
  negativeInverseTimes(
    index: Int32Array,
    from: number,
    count: number,
    first: number,
    y: Float64Array,
    out: Float64Array,
  ) {
    const { n } = this, { memory } = this.kernels;
    out.fill(0, 0, count);
    for (let a = 0; a < count; a++) {
      const column = index[from + a] - first, f = y[a];
      const z = this.at + inverseEntry(n, 0, column), diagonal = z + 16 * (column >> 2) + (column & 3);
      let sum = memory[diagonal] * f;
      for (let b = a + 1; b < count; b++) {
        const row = index[from + b] - first, v = memory[z + 16 * (row >> 2) + (row & 3)];
        sum += v * y[b];
        out[b] -= v * f;
      }
      out[a] -= sum;
    }
  }

  /** L_ii. */
  pivot(i: number): number {
    return this.kernels.memory[this.at + factorEntry(this.n, i, i)];
  }
}
