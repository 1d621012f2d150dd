/**
 * What of the inverse of S = I − K is known without a solve: S⁻¹ = I + K + K²S⁻¹, of which I + K is summed exactly at all entries that
 * are asked for, and |K|² with it, from the pairs of nodes that a node of I joins.
 */
import type { Elimination } from "./elimination.ts";
import { width } from "./split.ts";

/** K at the blocks among R, CK at the panels of C, and |K|² = tr K². */
export class Products {
  readonly among: Float64Array;
  readonly panels: Float64Array;
  squares = 0;
  /** For every scalar of R: the entries of `column` that are it, and their nodes of I. */
  private readonly pointer: Int32Array;
  private readonly entry: Int32Array;
  private readonly node: Int32Array;
  private readonly sum: Float64Array;
  private readonly touched: Int32Array;
  private readonly isTouched: Uint8Array;

  constructor(private readonly elimination: Elimination) {
    const { split: { inner, outerSize, pointer, column, among, amongAt } } = elimination;
    this.among = new Float64Array(amongAt[among.length]);
    this.panels = new Float64Array(elimination.C.length);
    this.pointer = new Int32Array(outerSize + 1);
    for (const k of column) this.pointer[k + 1]++;
    for (let k = 0; k < outerSize; k++) this.pointer[k + 1] += this.pointer[k];
    const next = this.pointer.slice(0, outerSize);
    [this.entry, this.node] = [0, 1].map(() => new Int32Array(column.length));
    for (let i = 0; i < inner.length; i++) {
      for (let l = pointer[i]; l < pointer[i + 1]; l++) {
        const at = next[column[l]]++;
        this.entry[at] = l;
        this.node[at] = i;
      }
    }
    this.sum = new Float64Array(outerSize);
    this.touched = new Int32Array(outerSize);
    this.isTouched = new Uint8Array(outerSize);
  }

  /** Multiplications that the sums take: those of all pairs. */
  static work({ inner, pointer, pattern }: Elimination["split"]): number {
    let work = 0;
    for (let i = 0; i < inner.length; i++) {
      work += 2 * width(pattern, inner[i]) * (pointer[i + 1] - pointer[i]) ** 2;
    }
    return work;
  }

  /** For the matrix that the elimination holds. */
  set(): void {
    const { split: { pattern, outer, outerSize, offset }, A } = this.elimination;
    this.squares = 0;
    const blocks = this.blocksOf(), place = this.elimination.placeOfOuter();
    for (let k = 0; k < outerSize; k++) {
      const node = outer[place[k]], first = offset[node], r = width(pattern, node);
      let count = this.gather(k);
      for (let c = first; c < first + r; c++) this.sum[c] = 0; // the diagonal blocks of S are I
      count = this.subtractAmong(k, blocks, A, count);
      for (let t = 0; t < count; t++) this.squares += this.sum[this.touched[t]] ** 2;
      this.spread(k);
      for (let t = 0; t < count; t++) this.sum[this.touched[t]] = this.isTouched[this.touched[t]] = 0;
    }
  }

  /** Column k of CᵀC. */
  private gather(k: number): number {
    const { elimination: { split: { pattern, inner, pointer, column, panel }, C }, sum, touched, isTouched } =
      this;
    let count = 0;
    for (let e = this.pointer[k]; e < this.pointer[k + 1]; e++) {
      const i = this.node[e],
        w = width(pattern, inner[i]),
        from = pointer[i],
        own = panel[i] + (this.entry[e] - from) * w;
      for (let l = from, p = panel[i]; l < pointer[i + 1]; l++, p += w) {
        let s = 0;
        for (let a = 0; a < w; a++) s += C[own + a] * C[p + a];
        const c = column[l];
        sum[c] += s;
        if (isTouched[c]) continue;
        isTouched[c] = 1;
        touched[count++] = c;
      }
    }
    return count;
  }

  /** Column k of K at the panels: CK. */
  private spread(k: number): void {
    const { elimination: { split: { pattern, inner, pointer, column, panel }, C }, sum, panels } = this;
    for (let e = this.pointer[k]; e < this.pointer[k + 1]; e++) {
      const i = this.node[e],
        w = width(pattern, inner[i]),
        from = pointer[i],
        own = panel[i] + (this.entry[e] - from) * w;
      for (let a = 0; a < w; a++) {
        let s = 0;
        for (let l = from, p = panel[i] + a; l < pointer[i + 1]; l++, p += w) s += C[p] * sum[column[l]];
        panels[own + a] = s;
      }
    }
  }

  /** Takes A from column k, and keeps what of it is on the pattern. */
  private subtractAmong(k: number, blocks: Blocks, A: Float64Array, count: number): number {
    const { sum, touched, isTouched } = this;
    for (let e = blocks.pointer[k]; e < blocks.pointer[k + 1]; e++) {
      const c = blocks.row[e], at = Math.abs(blocks.at[e]) - 1;
      sum[c] -= A[at];
      if (blocks.at[e] > 0) this.among[at] = sum[c];
      if (isTouched[c]) continue;
      isTouched[c] = 1;
      touched[count++] = c;
    }
    return count;
  }

  private blocks: Blocks | null = null;

  /** Both triangles of A by columns: rows and places, counted from 1 and negative in the upper one. */
  private blocksOf(): Blocks {
    if (this.blocks) return this.blocks;
    const { pattern, among, amongAt, offset, outerSize } = this.elimination.split, { row, col } = pattern;
    const pointer = new Int32Array(outerSize + 1), length = 2 * amongAt[among.length];
    const each = (tell: (r: number, c: number, at: number) => void) => {
      among.forEach((b, k) => {
        const r = width(pattern, row[b]), c = width(pattern, col[b]), o = offset[row[b]], u = offset[col[b]];
        for (let j = 0, at = amongAt[k]; j < c; j++) for (let i = 0; i < r; i++, at++) tell(o + i, u + j, at);
      });
    };
    each((r, c) => {
      pointer[r + 1]++;
      pointer[c + 1]++;
    });
    for (let k = 0; k < outerSize; k++) pointer[k + 1] += pointer[k];
    const next = pointer.slice(0, outerSize), rows = new Int32Array(length), at = new Float64Array(length);
    each((r, c, place) => {
      rows[next[c]] = r;
      at[next[c]++] = place + 1;
      rows[next[r]] = c;
      at[next[r]++] = -place - 1;
    });
    return this.blocks = { pointer, row: rows, at };
  }
}

interface Blocks {
  readonly pointer: Int32Array;
  readonly row: Int32Array;
  readonly at: Float64Array;
}
