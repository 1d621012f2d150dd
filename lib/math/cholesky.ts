/**
 * Supernodal sparse Cholesky factorisation P S Pᵀ = L Lᵀ of a block pattern: analyse once, then factor, solve, log
 * determinant and selected inverse for as many values as needed. Left-looking by supernodes (Ng & Peyton 1993;
 * Chen, Davis, Hager & Rajamanickam 2008); the inverse on the pattern of L by the recursion of Takahashi, Fagan & Chin (1973).
 */
import {
  factorPanel,
  invertTriangle,
  negativeSymmetricProduct,
  outerProduct,
  triangleGram,
} from "./kernels.ts";
import type { BlockPattern } from "./sparse.ts";
import { analyse, type Symbolic } from "./symbolic.ts";

/** A factorisation bound to one pattern; the same storage is used again for every set of values. */
export class Cholesky {
  readonly symbolic: Symbolic;
  private readonly L: Float64Array;
  private Z: Float64Array | null = null;
  private readonly update: Float64Array;
  private readonly local: Int32Array;
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly done: Int32Array;
  private readonly work: Float64Array;

  constructor(pattern: BlockPattern) {
    const s = this.symbolic = analyse(pattern);
    this.L = new Float64Array(s.panel[s.count]);
    this.update = new Float64Array(s.largestUpdate);
    this.local = new Int32Array(s.dimension);
    this.head = new Int32Array(s.count);
    this.next = new Int32Array(s.count);
    this.done = new Int32Array(s.count);
    this.work = new Float64Array(s.dimension);
  }

  /** Factors the matrix with these block values. @returns false when it is not positive definite. */
  factor(values: Float64Array): boolean {
    const { L, head, next, done, local, update } = this;
    const { count, first, rowPointer, rowIndex, panel, owner, target } = this.symbolic;
    L.fill(0);
    for (let e = 0; e < target.length; e++) L[target[e]] = values[e];
    head.fill(-1);
    for (let s = 0; s < count; s++) {
      const c0 = first[s], c1 = first[s + 1], width = c1 - c0, at = panel[s];
      const r0 = rowPointer[s], r1 = rowPointer[s + 1], rows = width + r1 - r0;
      if (head[s] >= 0) {
        for (let c = c0; c < c1; c++) local[c] = c - c0;
        for (let r = r0; r < r1; r++) local[rowIndex[r]] = width + r - r0;
      }
      for (let d = head[s], following = -1; d >= 0; d = following) {
        following = next[d];
        const dWidth = first[d + 1] - first[d], dRows = dWidth + rowPointer[d + 1] - rowPointer[d];
        const from = done[d], base = rowPointer[d];
        let to = from;
        while (to < rowPointer[d + 1] - base && rowIndex[base + to] < c1) to++;
        const k = to - from, m = dRows - dWidth - from;
        outerProduct(L, panel[d], dRows, dWidth, dWidth + from, m, k, update);
        for (let j = 0; j < k; j++) {
          const column = at + local[rowIndex[base + from + j]] * rows, u = j * m;
          for (let i = j; i < m; i++) L[column + local[rowIndex[base + from + i]]] -= update[u + i];
        }
        this.enqueue(d, to, owner);
      }
      if (!factorPanel(L, at, rows, width)) return false;
      this.enqueue(s, 0, owner);
    }
    return true;
  }

  /** Puts supernode d into the list of the supernode that owns its next row. */
  private enqueue(d: number, position: number, owner: Int32Array) {
    const { rowPointer, rowIndex } = this.symbolic;
    this.done[d] = position;
    if (rowPointer[d] + position >= rowPointer[d + 1]) return;
    const parent = owner[rowIndex[rowPointer[d] + position]];
    this.next[d] = this.head[parent];
    this.head[parent] = d;
  }

  /** log |S| of the last factored matrix. */
  logDeterminant(): number {
    const { count, first, rowPointer, panel } = this.symbolic;
    let sum = 0;
    for (let s = 0; s < count; s++) {
      const width = first[s + 1] - first[s], step = width + rowPointer[s + 1] - rowPointer[s] + 1;
      for (let j = 0, p = panel[s]; j < width; j++, p += step) sum += Math.log(this.L[p]);
    }
    return 2 * sum;
  }

  /** Smallest pivot L_jj². */
  smallestPivot(): number {
    const { count, first, rowPointer, panel } = this.symbolic;
    let least = Infinity;
    for (let s = 0; s < count; s++) {
      const width = first[s + 1] - first[s], step = width + rowPointer[s + 1] - rowPointer[s] + 1;
      for (let j = 0, p = panel[s]; j < width; j++, p += step) least = Math.min(least, this.L[p]);
    }
    return least * least;
  }

  /** x ← S⁻¹ x in place. */
  solve(x: Float64Array) {
    const { dimension, scalarOrder } = this.symbolic, { work } = this;
    for (let i = 0; i < dimension; i++) work[i] = x[scalarOrder[i]];
    this.forward(work);
    this.backward(work);
    for (let i = 0; i < dimension; i++) x[scalarOrder[i]] = work[i];
  }

  /** out ← L⁻¹ P x, so that outᵀout = xᵀS⁻¹x. */
  halfSolve(x: Float64Array, out: Float64Array) {
    const { dimension, scalarOrder } = this.symbolic;
    for (let i = 0; i < dimension; i++) out[i] = x[scalarOrder[i]];
    this.forward(out);
  }

  /** x ← Pᵀ L⁻ᵀ z: turns independent standard normals z into a draw with covariance S⁻¹. */
  backSolve(z: Float64Array, x: Float64Array) {
    const { dimension, scalarOrder } = this.symbolic, { work } = this;
    work.set(z);
    this.backward(work);
    for (let i = 0; i < dimension; i++) x[scalarOrder[i]] = work[i];
  }

  private forward(x: Float64Array) {
    const { count, first, rowPointer, rowIndex, panel } = this.symbolic, { L } = this;
    for (let s = 0; s < count; s++) {
      const c0 = first[s], width = first[s + 1] - c0, r0 = rowPointer[s], below = rowPointer[s + 1] - r0;
      const rows = width + below;
      for (let j = 0, p = panel[s]; j < width; j++, p += rows) {
        const v = x[c0 + j] /= L[p + j];
        for (let i = j + 1; i < width; i++) x[c0 + i] -= v * L[p + i];
        for (let i = 0; i < below; i++) x[rowIndex[r0 + i]] -= v * L[p + width + i];
      }
    }
  }

  private backward(x: Float64Array) {
    const { count, first, rowPointer, rowIndex, panel } = this.symbolic, { L } = this;
    for (let s = count - 1; s >= 0; s--) {
      const c0 = first[s], width = first[s + 1] - c0, r0 = rowPointer[s], below = rowPointer[s + 1] - r0;
      const rows = width + below;
      for (let j = width - 1, p = panel[s] + j * rows; j >= 0; j--, p -= rows) {
        let v = x[c0 + j];
        for (let i = j + 1; i < width; i++) v -= L[p + i] * x[c0 + i];
        for (let i = 0; i < below; i++) v -= L[p + width + i] * x[rowIndex[r0 + i]];
        x[c0 + j] = v / L[p + j];
      }
    }
  }

  /**
   * Entries of S⁻¹ at the positions of the block pattern, written into `values` (diagonal blocks in full).
   * With Y = L_RJ L_JJ⁻¹ of each supernode J and its later rows R:  Z_RJ = −Z_RR Y,  Z_JJ = L_JJ⁻ᵀL_JJ⁻¹ − Yᵀ Z_RJ.
   */
  selectedInverse(values: Float64Array) {
    const s = this.symbolic, { L } = this;
    const Z = this.Z ??= new Float64Array(L.length);
    const X = new Float64Array(s.largestWidth * s.largestWidth);
    const Y = new Float64Array(s.largestPanel), YZ = new Float64Array(s.largestPanel);
    let gathered = new Float64Array(0);
    for (let j = s.count - 1; j >= 0; j--) {
      const width = s.first[j + 1] - s.first[j], r0 = s.rowPointer[j], below = s.rowPointer[j + 1] - r0;
      const rows = width + below, at = s.panel[j];
      if (width === 1 && below === 0) {
        Z[at] = 1 / (L[at] * L[at]);
        continue;
      }
      invertTriangle(L, at, rows, width, X);
      triangleGram(X, width, Z, at, rows);
      if (below === 0) continue;
      for (let c = 0; c < width; c++) { // Y = L_RJ X, X lower triangular
        const o = c * below;
        for (let i = 0; i < below; i++) Y[o + i] = 0;
        for (let k = c; k < width; k++) {
          const f = X[c * width + k], p = at + k * rows + width;
          for (let i = 0; i < below; i++) Y[o + i] += f * L[p + i];
        }
      }
      if (gathered.length < below * below) gathered = new Float64Array(below * below);
      this.gather(Z, r0, below, gathered);
      negativeSymmetricProduct(gathered, below, Y, width, YZ);
      for (let c = 0; c < width; c++) {
        const p = at + c * rows;
        for (let i = 0; i < below; i++) Z[p + width + i] = YZ[c * below + i];
        for (let k = c; k < width; k++) {
          let dot = 0;
          for (let i = 0; i < below; i++) dot += Y[k * below + i] * YZ[c * below + i];
          Z[p + k] -= dot;
        }
      }
    }
    const { target } = s;
    for (let e = 0; e < target.length; e++) values[e] = Z[target[e]];
  }

  /** Full symmetric block of Z at the rows rowIndex[r0 … r0 + below). */
  private gather(Z: Float64Array, r0: number, below: number, out: Float64Array) {
    const { rowIndex, owner, first, rowPointer, panel } = this.symbolic, { local } = this;
    let previous = -1;
    for (let a = 0; a < below; a++) {
      const column = rowIndex[r0 + a], s = owner[column], width = first[s + 1] - first[s];
      const rows = width + rowPointer[s + 1] - rowPointer[s];
      if (s !== previous) {
        for (let c = first[s]; c < first[s + 1]; c++) local[c] = c - first[s];
        for (let r = rowPointer[s]; r < rowPointer[s + 1]; r++) {
          local[rowIndex[r]] = width + r - rowPointer[s];
        }
        previous = s;
      }
      const p = panel[s] + (column - first[s]) * rows;
      for (let b = a; b < below; b++) {
        const z = Z[p + local[rowIndex[r0 + b]]];
        out[a * below + b] = z;
        out[b * below + a] = z;
      }
    }
  }
}
