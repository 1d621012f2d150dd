/**
 * Supernodes whose later rows are most of one dense block: the levels of a factor that meet nearly every level of another. What they send to
 * the block, L_R L_Rᵀ, and take from its inverse, Z_RR Y, is made for many of them at once, by products of matrices with zeros in absent
 * rows: several times as fast as one after the other, each of which passes over the whole block for its column or two.
 */
import { FULL_SHARE } from "./dense_block.ts";
import { type DenseFactor, factorEntry, inverseEntry } from "./dense_factor.ts";
import { multiplyStrips } from "./dense_products.ts";
import type { Symbolic } from "./factor_structure.ts";
import { scratchKernels } from "./tile_kernels.ts";

/** Columns that are taken together, and the fewest for which the inverse is copied. */
const COLUMNS = 128, FEWEST = 64;

/** Supernodes that are taken together, the place of the first column of each, and all columns. */
interface Batch {
  readonly members: { readonly supernode: number; readonly column: number }[];
  columns: number;
}

/** The supernodes of one symbolic analysis that are treated so. */
export class FullPanels {
  /** 1 for every such supernode. */
  readonly has: Uint8Array;
  /** For every dense block the batches of supernodes that end in it. */
  private readonly batches: readonly (readonly Batch[])[];
  private columns: Float64Array[] = [];

  constructor(private readonly symbolic: Symbolic) {
    const { count, first } = symbolic, width = (s: number) => first[s + 1] - first[s];
    const has = this.has = new Uint8Array(count);
    this.batches = endingIn(symbolic).map((members) => {
      if (members.reduce((sum, d) => sum + width(d), 0) < FEWEST) return [];
      const batches: Batch[] = [];
      for (const d of members) {
        if (batches.length === 0 || batches.at(-1)!.columns + width(d) > COLUMNS) {
          batches.push({ members: [], columns: 0 });
        }
        const batch = batches.at(-1)!;
        batch.members.push({ supernode: d, column: batch.columns });
        batch.columns += width(d);
        has[d] = 1;
      }
      return batches;
    });
  }

  /** Subtracts from block s what its supernodes send to it, their panels being in L. */
  subtract(s: number, block: DenseFactor, L: Float64Array, tiles: Float64Array): void {
    const batches = this.batches[s];
    if (batches.length === 0) return;
    const { n, at } = block, strips = Math.ceil(n / 4), b = { at: 0, step: 4 * COLUMNS };
    const c = { at: strips * b.step, step: 16 * strips }, kernels = scratchKernels(c.at + strips * c.step);
    const { memory } = kernels, { first, rowPointer, rowIndex, panel } = this.symbolic;
    for (const [k, { members, columns }] of batches.entries()) {
      memory.fill(0, 0, c.at);
      for (const { supernode: d, column } of members) {
        const width = first[d + 1] - first[d], r0 = rowPointer[d], r1 = rowPointer[d + 1];
        for (let j = 0, p = panel[d] + width; j < width; j++, p += width) {
          const to = 4 * (column + j);
          for (let r = r0; r < r1; r++, p++) {
            const i = rowIndex[r] - first[s];
            memory[(i >> 2) * b.step + (i & 3) + to] = L[p];
          }
        }
      }
      multiplyStrips(kernels, b, b, c, [strips, strips, Math.ceil(columns / 4)], { half: true }, k > 0);
    }
    for (let i = 0; i < n; i++) {
      const to = at + factorEntry(n, i, 0), from = c.at + (i >> 2) * c.step + (i & 3);
      for (let j = 0; j <= i; j++) tiles[to + 4 * j] -= memory[from + 4 * j];
    }
  }

  /**
   * −Z_RR Y for all supernodes that end in block s, Z being the inverse.
   * @param give writes Y of a supernode, column by column
   * @param take is called with the supernode, Y, and the product
   */
  negativeInverseTimes(
    s: number,
    block: DenseFactor,
    tiles: Float64Array,
    give: (supernode: number, Y: Float64Array) => void,
    take: (supernode: number, Y: Float64Array, product: Float64Array) => void,
  ): void {
    const batches = this.batches[s];
    if (batches.length === 0) return;
    const strips = Math.ceil(block.n / 4), step = 16 * strips, wide = COLUMNS / 4;
    const y = { at: 0, step }, out = { at: wide * step, step }, z = { at: 2 * wide * step, step };
    const kernels = scratchKernels(z.at + strips * step), { memory } = kernels;
    this.inverse(block, tiles, memory.subarray(z.at), step);
    const [Y, product] = this.columnsOf(block.n);
    for (const { members, columns } of batches) {
      memory.fill(0, 0, out.at);
      for (const { supernode, column } of members) {
        give(supernode, Y);
        this.each(s, supernode, column, step, (from, to) => memory[to] = Y[from]);
      }
      multiplyStrips(kernels, y, z, out, [Math.ceil(columns / 4), strips, strips], {}, false);
      for (const { supernode, column } of members) {
        this.each(s, supernode, column, step, (to, from) => {
          Y[to] = memory[from];
          product[to] = -memory[out.at + from];
        });
        take(supernode, Y, product);
      }
    }
  }

  /** Two arrays for the columns of a supernode. */
  private columnsOf(n: number): Float64Array[] {
    if ((this.columns[0]?.length ?? 0) < COLUMNS * n) {
      this.columns = [0, 1].map(() => new Float64Array(COLUMNS * n));
    }
    return this.columns;
  }

  /** Entries of a supernode's panel, row by row within columns, and where they are in strips of which a column is a row. */
  private each(
    s: number,
    d: number,
    column: number,
    step: number,
    told: (entry: number, at: number) => void,
  ) {
    const { first, rowPointer, rowIndex } = this.symbolic, width = first[d + 1] - first[d];
    for (let j = 0, entry = 0; j < width; j++) {
      const row = (column + j >> 2) * step + (column + j & 3) - 4 * first[s];
      for (let r = rowPointer[d]; r < rowPointer[d + 1]; r++) told(entry++, row + 4 * rowIndex[r]);
    }
  }

  /** The whole inverse in strips. */
  private inverse({ n, at }: DenseFactor, tiles: Float64Array, out: Float64Array, step: number): void {
    out.fill(0, 0, step * Math.ceil(n / 4));
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) {
        const v = tiles[at + inverseEntry(n, i, j)];
        out[(i >> 2) * step + (i & 3) + 4 * j] = out[(j >> 2) * step + (j & 3) + 4 * i] = v;
      }
    }
  }
}

/** For every dense block the supernodes that end in it and have most of its rows. */
function endingIn({ count, first, rowPointer, rowIndex, owner, dense }: Symbolic): number[][] {
  const found = Array.from(dense, (): number[] => []);
  for (let d = 0; d < count; d++) {
    const rows = rowPointer[d + 1] - rowPointer[d];
    if (rows === 0 || first[d + 1] - first[d] > COLUMNS) continue;
    const s = owner[rowIndex[rowPointer[d]]]; // a dense block has no later rows, so all are its own
    if (dense[s] >= 0 && rows >= FULL_SHARE * (first[s + 1] - first[s])) found[s].push(d);
  }
  return found;
}
