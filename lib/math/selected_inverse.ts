/** Inverse of a sparse matrix on the pattern of its Cholesky factor, by the recursion of Takahashi, Fagan & Chin (1973). */
import { type DenseFactor, inverseEntry } from "./dense_factor.ts";
import type { FullPanels } from "./full_panels.ts";
import { invertTriangle, triangleGram } from "./kernels.ts";
import type { Symbolic } from "./factor_structure.ts";
import type { ScatteredPanels } from "./scattered_panels.ts";
import { negativeInverseProduct } from "./wide_panels.ts";

/** Reads a factor and keeps the inverse beside it. */
export class SelectedInverse {
  private readonly Z: Float64Array;
  /** Places of the rows in the panel of the supernode `located`. */
  private readonly local: Int32Array;
  private located = -1;
  private readonly X: Float64Array;
  private readonly Y: Float64Array;
  private readonly YZ: Float64Array;
  private block = new Float64Array(0);

  /**
   * @param L panels of the factor
   * @param tiles those of its supernodes that are dense and wide; they hold their inverse too
   */
  constructor(
    private readonly symbolic: Symbolic,
    private readonly L: Float64Array,
    private readonly tiles: Float64Array,
    private readonly dense: readonly (DenseFactor | null)[],
    private readonly full: FullPanels,
    private readonly scattered: ScatteredPanels,
  ) {
    this.Z = new Float64Array(L.length);
    this.local = new Int32Array(symbolic.dimension);
    this.X = new Float64Array(symbolic.largestWidth ** 2);
    [this.Y, this.YZ] = [0, 1].map(() => new Float64Array(symbolic.largestPanel));
  }

  /**
   * Entries of S⁻¹ at the positions of the block pattern, written into `values` (diagonal blocks in full).
   * With Y = L_RJ L_JJ⁻¹ of each supernode J and its later rows R:  Z_RJ = −Z_RR Y,  Z_JJ = L_JJ⁻ᵀL_JJ⁻¹ − Yᵀ Z_RJ.
   */
  fill(values: Float64Array) {
    const { symbolic: s, Z, tiles } = this;
    this.blocks();
    for (let j = s.count - 1; j >= 0; j--) {
      if (this.dense[j] || this.full.has[j]) continue;
      const width = s.first[j + 1] - s.first[j], r0 = s.rowPointer[j], below = s.rowPointer[j + 1] - r0;
      this.quotients(j, this.Y);
      if (this.scattered.has[j]) this.scatteredProduct(j, this.Y, this.YZ);
      else if (below > 0) negativeInverseProduct(this.gathered(r0, below), below, this.Y, width, this.YZ);
      this.complete(j, this.Y, this.YZ);
    }
    const { inverseTarget: target } = s;
    for (let e = 0; e < target.length; e++) {
      const t = target[e];
      values[e] = t >= 0 ? Z[t] : tiles[~t];
    }
  }

  /** −Z_RR Y of a supernode of which Z holds −Z_DD L_D for the rows D in a dense block; R has others, N, before. */
  private scatteredProduct(j: number, Y: Float64Array, YZ: Float64Array) {
    const { symbolic, Z, X } = this, { first, rowPointer, panel } = symbolic, r0 = rowPointer[j];
    const width = first[j + 1] - first[j], below = rowPointer[j + 1] - r0, rows = width + below;
    const others = this.scattered.inside[j] - r0;
    for (let c = 0; c < width; c++) {
      const o = c * below;
      YZ.fill(0, o, o + below);
      for (let k = c; k < width; k++) {
        const f = X[c * width + k], p = panel[j] + k * rows + width;
        for (let i = others; i < below; i++) YZ[o + i] += f * Z[p + i];
      }
    }
    for (let a = 0; a < others; a++) {
      const p = this.locate(r0 + a);
      for (let c = 0; c < width; c++) this.addColumn(p, r0, a, below, Y, YZ, c * below);
    }
  }

  /** What column a of Z_RR, from the diagonal on, adds to one of −Z_RR Y. */
  private addColumn(
    p: number,
    r0: number,
    a: number,
    below: number,
    Y: Float64Array,
    YZ: Float64Array,
    o: number,
  ) {
    const { Z, local } = this, { rowIndex } = this.symbolic, f = Y[o + a];
    let sum = Z[p + local[rowIndex[r0 + a]]] * f;
    for (let b = a + 1; b < below; b++) {
      const z = Z[p + local[rowIndex[r0 + b]]];
      sum += z * Y[o + b];
      YZ[o + b] -= z * f;
    }
    YZ[o + a] -= sum;
  }

  /** The dense blocks, which have no later rows, and the supernodes that need nothing else. */
  private blocks() {
    for (let s = 0; s < this.dense.length; s++) { // an iterator of entries would make an array for each
      const block = this.dense[s];
      if (!block) continue;
      block.invert();
      this.full.negativeInverseTimes(
        s,
        block,
        this.tiles,
        (j, Y) => this.quotients(j, Y),
        (j, Y, YZ) => this.complete(j, Y, YZ),
      );
      this.scattered.negativeInverseTimes(s, block, this.tiles, this.L, this.Z);
    }
  }

  /** Y = L_RJ X, X = L_JJ⁻¹, and the part of Z_JJ that needs no later rows. */
  private quotients(j: number, Y: Float64Array) {
    const { L, Z, X } = this, { first, rowPointer, panel } = this.symbolic, at = panel[j];
    const width = first[j + 1] - first[j], below = rowPointer[j + 1] - rowPointer[j], rows = width + below;
    if (width === 1) {
      const pivot = X[0] = 1 / L[at];
      Z[at] = pivot * pivot;
      for (let i = 0; i < below; i++) Y[i] = L[at + 1 + i] * pivot;
      return;
    }
    invertTriangle(L, at, rows, width, X);
    triangleGram(X, width, Z, at, rows);
    for (let c = 0; c < width; c++) {
      const o = c * below;
      for (let i = 0; i < below; i++) Y[o + i] = 0;
      for (let k = c; k < width; k++) {
        const f = X[c * width + k], p = at + k * rows + width;
        for (let i = 0; i < below; i++) Y[o + i] += f * L[p + i];
      }
    }
  }

  /** Z_RJ, and what it adds to Z_JJ. */
  private complete(j: number, Y: Float64Array, YZ: Float64Array) {
    const { Z } = this, { first, rowPointer, panel } = this.symbolic;
    const width = first[j + 1] - first[j], below = rowPointer[j + 1] - rowPointer[j], rows = width + below;
    for (let c = 0, p = panel[j]; c < width; c++, p += rows) {
      for (let i = 0; i < below; i++) Z[p + width + i] = YZ[c * below + i];
      for (let k = c; k < width; k++) {
        let dot = 0;
        for (let i = 0; i < below; i++) dot += Y[k * below + i] * YZ[c * below + i];
        Z[p + k] -= dot;
      }
    }
  }

  /** Full symmetric block of Z at the rows rowIndex[r0 … r0 + below). */
  private gathered(r0: number, below: number): Float64Array {
    if (this.block.length < below * below) this.block = new Float64Array(below * below);
    const out = this.block;
    const { rowIndex, owner, first } = this.symbolic, { local, tiles, Z } = this;
    for (let a = 0; a < below; a++) {
      const column = rowIndex[r0 + a], s = owner[column], width = first[s + 1] - first[s];
      const dense = this.dense[s];
      if (dense) { // all later rows are its own
        const from = dense.at + inverseEntry(width, 0, column - first[s]);
        for (let b = a; b < below; b++) {
          const i = rowIndex[r0 + b] - first[s];
          out[a * below + b] = out[b * below + a] = tiles[from + 4 * i - 3 * (i & 3)]; // 16 · (i >> 2) + (i & 3) on
        }
        continue;
      }
      const p = this.locate(r0 + a);
      for (let b = a; b < below; b++) {
        const z = Z[p + local[rowIndex[r0 + b]]];
        out[a * below + b] = z;
        out[b * below + a] = z;
      }
    }
    return out;
  }

  /** Where the column of Z begins that rowIndex[r] is, in a panel of which `local` then tells the rows. */
  private locate(r: number): number {
    const { rowIndex, owner, first, rowPointer, panel } = this.symbolic, { local } = this;
    const column = rowIndex[r], s = owner[column], width = first[s + 1] - first[s];
    if (s !== this.located) {
      for (let c = first[s]; c < first[s + 1]; c++) local[c] = c - first[s];
      for (let i = rowPointer[s]; i < rowPointer[s + 1]; i++) local[rowIndex[i]] = width + i - rowPointer[s];
      this.located = s;
    }
    return panel[s] + (column - first[s]) * (width + rowPointer[s + 1] - rowPointer[s]);
  }
}
