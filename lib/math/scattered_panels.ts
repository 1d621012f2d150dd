/**
 * Supernodes of few columns whose later rows are scattered over a dense block. What they send to it, L_R L_Rᵀ, and take from its inverse,
 * Z_RR L_R, is summed row by row of the block, over all supernodes that have the row: it then stays in the cache, where one supernode after
 * the other would fetch nearly every entry from beyond.
 */
import { type DenseFactor, factorEntry, inverseEntry } from "./dense_factor.ts";
import type { Symbolic } from "./factor_structure.ts";

/** Columns of a supernode that is treated so; wider ones are as fast as products of matrices (InstEval by 1, 3 and 8 alike). */
const NARROW = 3;

/** Supernodes that end in one dense block: for every row of it where it is in their lists of rows. */
interface ByRow {
  /** Row i has the places start[i] … start[i + 1). */
  readonly start: Int32Array;
  /** Index into rowIndex, and the supernode whose row that is. */
  readonly entry: Int32Array;
  readonly supernode: Int32Array;
}

/** The supernodes of one symbolic analysis that are treated so. */
export class ScatteredPanels {
  /** 1 for every such supernode. */
  readonly has: Uint8Array;
  /** Of each the index into rowIndex of its first row in the block. */
  readonly inside: Int32Array;
  private readonly blocks: readonly (ByRow | null)[];

  /** @param full supernodes that are treated in another way */
  constructor(private readonly symbolic: Symbolic, full: Uint8Array) {
    const { count, first, rowPointer, rowIndex, owner, dense } = symbolic;
    this.has = new Uint8Array(count);
    this.inside = new Int32Array(count);
    const members = Array.from(dense, (): number[] => []);
    for (let d = 0; d < count; d++) {
      const end = rowPointer[d + 1], s = end > rowPointer[d] ? owner[rowIndex[end - 1]] : d;
      if (s === d || dense[s] < 0 || full[d] === 1 || first[d + 1] - first[d] > NARROW) continue;
      this.has[d] = 1;
      let inside = end;
      while (inside > rowPointer[d] && rowIndex[inside - 1] >= first[s]) inside--;
      this.inside[d] = inside;
      members[s].push(d);
    }
    this.blocks = members.map((own, s) =>
      own.length === 0 ? null : byRow(symbolic, own, this.inside, first[s], first[s + 1] - first[s])
    );
  }

  /** Subtracts from block s what its supernodes send to it, their panels being in L. */
  subtract(s: number, { at, n }: DenseFactor, L: Float64Array, tiles: Float64Array): void {
    const block = this.blocks[s];
    if (!block) return;
    const { start, entry, supernode } = block, { first, rowPointer, rowIndex, panel } = this.symbolic;
    for (let i = 0; i < n; i++) {
      const row = at + factorEntry(n, i, -first[s]);
      for (let e = start[i]; e < start[i + 1]; e++) {
        const d = supernode[e],
          width = first[d + 1] - first[d],
          rows = width + rowPointer[d + 1] - rowPointer[d];
        for (let k = 0, q = panel[d] + width - rowPointer[d]; k < width; k++, q += rows) {
          subtractRow(tiles, row, rowIndex, this.inside[d], entry[e], L, q);
        }
      }
    }
  }

  /** −Z_RR L_R of all supernodes that end in block s, Z being the inverse, in place of these rows of their panels in `products`. */
  negativeInverseTimes(
    s: number,
    { at, n }: DenseFactor,
    tiles: Float64Array,
    L: Float64Array,
    products: Float64Array,
  ): void {
    const block = this.blocks[s];
    if (!block) return;
    const { start, entry, supernode } = block, { first, rowPointer, rowIndex, panel } = this.symbolic;
    for (let i = 0; i < n; i++) {
      const column = at + inverseEntry(n, 0, i);
      for (let e = start[i]; e < start[i + 1]; e++) {
        const d = supernode[e],
          width = first[d + 1] - first[d],
          rows = width + rowPointer[d + 1] - rowPointer[d];
        const fresh = entry[e] === this.inside[d];
        for (let k = 0, q = panel[d] + width - rowPointer[d]; k < width; k++, q += rows) {
          if (fresh) products.fill(0, q + entry[e], q + rowPointer[d + 1]);
          addColumn(tiles, column, rowIndex, first[s], entry[e], rowPointer[d + 1], L, q, products);
        }
      }
    }
  }
}

/** The places of every row of a block, supernodes in order. */
function byRow(
  { rowPointer, rowIndex }: Symbolic,
  members: readonly number[],
  inside: Int32Array,
  c0: number,
  n: number,
): ByRow {
  const start = new Int32Array(n + 1);
  for (const d of members) for (let r = inside[d]; r < rowPointer[d + 1]; r++) start[rowIndex[r] - c0 + 1]++;
  for (let i = 0; i < n; i++) start[i + 1] += start[i];
  const next = start.slice(), entry = new Int32Array(start[n]), supernode = new Int32Array(start[n]);
  for (const d of members) {
    for (let r = inside[d]; r < rowPointer[d + 1]; r++) {
      const place = next[rowIndex[r] - c0]++;
      entry[place] = r;
      supernode[place] = d;
    }
  }
  return { start, entry, supernode };
}

/** Row `last` of l lᵀ up to the diagonal, from a row of the matrix; l is at q + from … q + last. */
function subtractRow(
  tiles: Float64Array,
  row: number,
  rowIndex: Int32Array,
  from: number,
  last: number,
  L: Float64Array,
  q: number,
) {
  const f = L[q + last];
  for (let t = from; t <= last; t++) tiles[row + 4 * rowIndex[t]] -= f * L[q + t];
}

/** What the entries of one column of Z from the diagonal on add to −Z l, l at q + r … q + end. */
function addColumn(
  tiles: Float64Array,
  column: number,
  rowIndex: Int32Array,
  c0: number,
  r: number,
  end: number,
  L: Float64Array,
  q: number,
  products: Float64Array,
) {
  const f = L[q + r], i = rowIndex[r] - c0;
  let sum = tiles[column + 4 * i - 3 * (i & 3)] * f; // 16 · (i >> 2) + (i & 3) on
  for (let t = r + 1; t < end; t++) {
    const j = rowIndex[t] - c0, z = tiles[column + 4 * j - 3 * (j & 3)];
    sum += z * L[q + t];
    products[q + t] -= z * f;
  }
  products[q + r] -= sum;
}
