/**
 * Supernodal sparse Cholesky factorisation P S Pᵀ = L Lᵀ of a block pattern: analyse once, then factor, solve, log
 * determinant and selected inverse for as many values as needed. Left-looking by supernodes (Ng & Peyton 1993;
 * Chen, Davis, Hager & Rajamanickam 2008).
 */
import { DenseFactor, factorEntry } from "./dense_factor.ts";
import type { Factor } from "./factor.ts";
import { sum as compensatedSum } from "./descriptive.ts";
import { FullPanels } from "./full_panels.ts";
import { factorPanel } from "./kernels.ts";
import { Refinement } from "./refinement.ts";
import { ScatteredPanels } from "./scattered_panels.ts";
import { SelectedInverse } from "./selected_inverse.ts";
import type { BlockPattern } from "./sparse.ts";
import type { Symbolic } from "./factor_structure.ts";
import { analyse } from "./symbolic.ts";
import { tileKernels } from "./tile_kernels.ts";
import { kernelsAndTeam } from "./tile_team.ts";
import { TiedFactor } from "./tied_factor.ts";
import { TwofoldPanels } from "./twofold_panels.ts";
import { panelProduct } from "./wide_panels.ts";

/** A factorisation bound to one pattern; the same storage is used again for every set of values. */
export class Cholesky implements Factor {
  readonly symbolic: Symbolic;
  /** Panels of the supernodes, and the tiles of those that are dense and wide. */
  private readonly L: Float64Array;
  private readonly tiles: Float64Array;
  private readonly dense: readonly (DenseFactor | null)[];
  private readonly full: FullPanels;
  private readonly scattered: ScatteredPanels;
  /** What rounding leaves of the entries that have twice the digits. */
  private readonly twofold: TwofoldPanels | null;
  private readonly refinement: Refinement | null;
  /** What sums with a precision of their own change. */
  private readonly tied: TiedFactor | null;
  private inverse: SelectedInverse | null = null;
  /** Where the inverse by this factor was written last. */
  private written: Float64Array | null = null;
  private readonly update: Float64Array;
  private readonly local: Int32Array;
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly done: Int32Array;
  private readonly work: Float64Array;

  constructor(pattern: BlockPattern) {
    const s = this.symbolic = analyse(pattern);
    this.L = new Float64Array(s.panel[s.count]);
    const together = kernelsAndTeam(s.tiles, widest(s)), team = together?.team ?? null;
    const kernels = together?.kernels ?? (s.tiles > 0 ? tileKernels(s.tiles) : null);
    this.tiles = kernels?.memory ?? new Float64Array(0);
    this.dense = Array.from(
      s.dense,
      (at, k) => kernels && at >= 0 ? new DenseFactor(kernels, at, s.first[k + 1] - s.first[k], team) : null,
    );
    this.full = new FullPanels(s);
    this.scattered = new ScatteredPanels(s, this.full.has);
    this.twofold = pattern.twofold && new TwofoldPanels(s, this.L, pattern);
    this.refinement = pattern.twofold && new Refinement(pattern);
    this.tied = pattern.ties && new TiedFactor(pattern, pattern.ties, s.scalarOrder);
    this.update = new Float64Array(s.largestUpdate);
    this.local = new Int32Array(s.dimension);
    const lists = new Int32Array(3 * s.count);
    [this.head, this.next, this.done] = [0, 1, 2].map((k) => lists.subarray(k * s.count, (k + 1) * s.count));
    this.work = new Float64Array(s.dimension);
  }

  get worth(): number {
    return this.symbolic.factorWork / this.symbolic.solveWork;
  }

  /** Factors the matrix with these block values. @returns false when it is not positive definite. */
  factor(values: Float64Array): boolean {
    const { L, head, next, done, local, update, twofold } = this;
    const { count, first, rowPointer, rowIndex, panel, owner } = this.symbolic;
    this.written = null;
    this.set(values);
    twofold?.set(values);
    this.refinement?.set(values);
    head.fill(-1);
    for (let s = 0; s < count; s++) {
      if (this.dense[s]) {
        if (!this.factorDense(s, this.dense[s]!)) return false;
        continue;
      }
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
        panelProduct(L, panel[d], dRows, dWidth, dWidth + from, m, k, update);
        twofold?.subtract({ from: d, skipped: from, onto: s, k, m }, local, update);
        for (let j = 0; j < k; j++) {
          const column = at + local[rowIndex[base + from + j]] * rows, u = j * m;
          for (let i = j; i < m; i++) L[column + local[rowIndex[base + from + i]]] -= update[u + i];
        }
        this.enqueue(d, to, owner);
      }
      if (!(twofold?.concerns(s) ? twofold.factorPanel(s) : factorPanel(L, at, rows, width))) return false;
      this.enqueue(s, 0, owner);
    }
    return this.tied?.set((x) => this.forward(x)) ?? true;
  }

  /** The entries of the matrix where the factor will be. */
  private set(values: Float64Array) {
    const { L, tiles } = this, { target } = this.symbolic;
    L.fill(0);
    for (const dense of this.dense) dense?.clear();
    for (let e = 0; e < target.length; e++) {
      const t = target[e];
      if (t >= 0) L[t] = values[e];
      else tiles[~t] = values[e];
    }
  }

  /** The same for a supernode in tiles: it is the last to which its descendants send anything. */
  private factorDense(s: number, dense: DenseFactor): boolean {
    const { L, tiles, head, next, done, local, update } = this;
    const { first, rowPointer, rowIndex, panel } = this.symbolic, c0 = first[s], n = dense.n;
    if (head[s] >= 0) { for (let c = 0; c < n; c++) local[c0 + c] = dense.at + factorEntry(n, c, 0); }
    this.full.subtract(s, dense, L, tiles);
    this.scattered.subtract(s, dense, L, tiles);
    for (let d = head[s]; d >= 0; d = next[d]) {
      const width = first[d + 1] - first[d], rows = width + rowPointer[d + 1] - rowPointer[d];
      const at = rowPointer[d] + done[d], m = rows - width - done[d];
      panelProduct(L, panel[d], rows, width, width + done[d], m, m, update);
      for (let i = 0; i < m; i++) {
        const row = local[rowIndex[at + i]];
        for (let j = 0; j <= i; j++) tiles[row + 4 * (rowIndex[at + j] - c0)] -= update[j * m + i];
      }
    }
    return dense.factor();
  }

  /** Puts supernode d into the list of the supernode that owns its next row. */
  private enqueue(d: number, position: number, owner: Int32Array) {
    const { rowPointer, rowIndex } = this.symbolic;
    this.done[d] = position;
    if (rowPointer[d] + position >= rowPointer[d + 1]) return;
    const parent = owner[rowIndex[rowPointer[d] + position]];
    if (this.dense[parent] && (this.full.has[d] || this.scattered.has[d])) return; // these are taken together
    this.next[d] = this.head[parent];
    this.head[parent] = d;
  }

  /** log |S| of the last factored matrix. */
  logDeterminant(): number {
    const { dimension } = this.symbolic, pivots = this.pivots(), ofTies = this.tied?.logDeterminant ?? 0;
    if (this.twofold) return 2 * compensatedSum(pivots.subarray(0, dimension).map(Math.log)) + ofTies;
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += Math.log(pivots[i]);
    return 2 * sum + ofTies;
  }

  /** Smallest pivot L_jj². */
  smallestPivot(): number {
    const { dimension } = this.symbolic, pivots = this.pivots();
    let least = Infinity;
    for (let i = 0; i < dimension; i++) least = Math.min(least, pivots[i]);
    return least * least;
  }

  /** L_jj in order of elimination, in storage that the next solve uses. */
  private pivots(): Float64Array {
    const { count, first, rowPointer, panel } = this.symbolic, { work, L } = this;
    for (let s = 0; s < count; s++) {
      const c0 = first[s], width = first[s + 1] - c0, dense = this.dense[s];
      if (dense) {
        for (let j = 0; j < width; j++) work[c0 + j] = dense.pivot(j);
        continue;
      }
      const step = width + rowPointer[s + 1] - rowPointer[s] + 1;
      for (let j = 0, p = panel[s]; j < width; j++, p += step) work[c0 + j] = L[p];
    }
    return work;
  }

  /** x ← S⁻¹ x in place. */
  solve(x: Float64Array) {
    if (this.refinement) this.refinement.solve(x, (v) => this.solveOnce(v));
    else this.solveOnce(x);
  }

  private solveOnce(x: Float64Array) {
    const { dimension, scalarOrder } = this.symbolic, { work } = this;
    for (let i = 0; i < dimension; i++) work[i] = x[scalarOrder[i]];
    this.forward(work);
    this.tied?.apply(work);
    this.tied?.applyTransposed(work);
    this.backward(work);
    for (let i = 0; i < dimension; i++) x[scalarOrder[i]] = work[i];
  }

  /** out ← L⁻¹ P x. */
  halfSolve(x: Float64Array, out: Float64Array) {
    const { dimension, scalarOrder } = this.symbolic;
    for (let i = 0; i < dimension; i++) out[i] = x[scalarOrder[i]];
    this.forward(out);
    this.tied?.apply(out);
  }

  /** x ← Pᵀ L⁻ᵀ z. */
  backSolve(z: Float64Array, x: Float64Array) {
    const { dimension, scalarOrder } = this.symbolic, { work } = this;
    work.set(z);
    this.tied?.applyTransposed(work);
    this.backward(work);
    for (let i = 0; i < dimension; i++) x[scalarOrder[i]] = work[i];
  }

  private forward(x: Float64Array) {
    const { count, first, rowPointer, rowIndex, panel } = this.symbolic, { L } = this;
    for (let s = 0; s < count; s++) {
      const c0 = first[s], width = first[s + 1] - c0, r0 = rowPointer[s], below = rowPointer[s + 1] - r0;
      const rows = width + below, dense = this.dense[s];
      if (dense) {
        dense.forward(x, c0);
        continue;
      }
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
      const rows = width + below, dense = this.dense[s];
      if (dense) {
        dense.backward(x, c0);
        continue;
      }
      for (let j = width - 1, p = panel[s] + j * rows; j >= 0; j--, p -= rows) {
        let v = x[c0 + j];
        for (let i = j + 1; i < width; i++) v -= L[p + i] * x[c0 + i];
        for (let i = 0; i < below; i++) v -= L[p + width + i] * x[rowIndex[r0 + i]];
        x[c0 + j] = v / L[p + j];
      }
    }
  }

  /** Entries of S⁻¹ at the positions of the block pattern, written into `values` (diagonal blocks in full) unless they are there. */
  selectedInverse(values: Float64Array) {
    if (this.written === values) return;
    this.inverse ??= new SelectedInverse(
      this.symbolic,
      this.L,
      this.tiles,
      this.dense,
      this.full,
      this.scattered,
    );
    this.inverse.fill(values);
    this.tied?.correctInverse(values, (x) => this.backward(x));
    this.written = values;
  }
}

/** Columns of the widest block in tiles. */
function widest({ dense, first }: Symbolic): number {
  return dense.reduce((most, at, k) => at < 0 ? most : Math.max(most, first[k + 1] - first[k]), 0);
}
