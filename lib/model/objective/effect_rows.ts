/**
 * Random effects as rows see them: sums over rows, and from effects to predictors. Plain data, so that threads can have their rows of it; those
 * of several ranges of rows sum to places of their own where two ranges would add to one entry.
 */
import { accumulate, addColumn, gatherForm, setColumn, sumColumn } from "./row_passes.ts";

/** A grouping factor: the columns that a row touches, one after the other from `start + index · stride`; null is ones. */
export interface GroupRows {
  readonly column: readonly (Float64Array | null)[];
  readonly index: Int32Array;
  readonly stride: number;
  readonly start: number;
  /** Effects of a node, and the predictor of each. */
  readonly width: number;
  readonly part: readonly number[];
}

/** Two grouping factors: where in a value array the first entry is that every row touches. */
export interface CouplingRows {
  readonly row: number;
  readonly col: number;
  readonly at: Int32Array;
}

/** What rows see of random effects. */
export interface EffectData {
  readonly n: number;
  /** Predictors that have random effects. */
  readonly parts: readonly number[];
  readonly groups: readonly GroupRows[];
  readonly couplings: readonly CouplingRows[];
}

/** Where the sums of a group or a coupling go in place of the common ones: entry i to values[i − from]. */
export interface Place {
  readonly values: Float64Array;
  readonly from: number;
}

/** Of every group or coupling; null for the common sums. */
export type Places = readonly (Place | null)[];

/** {@link EffectData} with its passes. */
export class EffectRows {
  constructor(readonly data: EffectData) {}

  /** Of the rows from … to − 1. */
  ofRows(from: number, to: number): EffectData {
    const { parts, groups, couplings } = this.data;
    return {
      n: to - from,
      parts,
      groups: groups.map(({ column, index, stride, start, width, part }) => ({
        column: column.map((z) => z && z.subarray(from, to)),
        index: index.subarray(from, to),
        stride,
        start,
        width,
        part,
      })),
      couplings: couplings.map(({ row, col, at }) => ({ row, col, at: at.subarray(from, to) })),
    };
  }

  /** eta[k] += Z_k b. */
  gather(b: Float64Array, eta: readonly Float64Array[]) {
    for (const g of this.data.groups) {
      for (let s = 0; s < g.column.length; s++) {
        addColumn(eta[g.part[s]], b, g.index, g.start + s, g.stride, g.column[s]);
      }
    }
  }

  /** eta[k] = base[k] + Z_k b for the predictors with random effects; without a base Z_k b alone. */
  spread(b: Float64Array, base: readonly Float64Array[] | null, eta: readonly Float64Array[]) {
    const begun: boolean[] = [];
    for (const g of this.data.groups) {
      for (let s = 0; s < g.column.length; s++) {
        const k = g.part[s], start = g.start + s;
        if (begun[k]) addColumn(eta[k], b, g.index, start, g.stride, g.column[s]);
        else setColumn(eta[k], base && base[k], b, g.index, start, g.stride, g.column[s]);
        begun[k] = true;
      }
    }
  }

  /** out += Σ_k Z_kᵀ v_k (length q) over the predictors of which there is a v. */
  addTransposed(v: readonly Float64Array[], out: Float64Array, own: Places = []) {
    this.data.groups.forEach((g, f) => {
      const { values, from } = own[f] ?? { values: out, from: 0 };
      for (let s = 0; s < g.column.length; s++) {
        const x = v[g.part[s]];
        if (x) sumColumn(values, x, g.index, g.start + s - from, g.stride, g.column[s]);
      }
    });
  }

  /** M += Σ_kl Z_kᵀ diag(A_kl) Z_l as block values, of those on the diagonal the lower triangles; `weight(k, l)` gives A_kl (null means ones). */
  addCrossProduct(
    weight: (k: number, l: number) => Float64Array | null,
    M: Float64Array,
    own: Places = [],
  ) {
    const { groups, couplings, n } = this.data;
    couplings.forEach(({ row, col, at }, c) => {
      const { values, from } = own[c] ?? { values: M, from: 0 }, a = groups[row], b = groups[col];
      for (let j = 0; j < b.column.length; j++) {
        for (let i = row === col ? j : 0; i < a.column.length; i++) {
          const offset = j * a.width + i - from;
          accumulate(values, at, offset, weight(a.part[i], b.part[j]), a.column[i], b.column[j], n);
        }
      }
    });
  }

  /** out_i = Σ z_ki G z_li over slots: the row-wise quadratic form of G (block values) between predictors k and l. */
  quadraticForm(G: Float64Array, k: number, l: number, out: Float64Array) {
    const { groups, couplings } = this.data;
    out.fill(0);
    for (const { row, col, at } of couplings) {
      const r = groups[row], c = groups[col];
      for (let j = 0; j < c.column.length; j++) {
        for (let i = 0; i < r.column.length; i++) {
          const direct = r.part[i] === k && c.part[j] === l, swapped = r.part[i] === l && c.part[j] === k;
          if (!direct && !swapped) continue;
          // an off-diagonal coupling stands for two blocks, G_rc and its transpose
          const times = row === col ? +direct : +direct + +swapped;
          if (times > 0) gatherForm(out, at, j * r.width + i, times, G, r.column[i], c.column[j]);
        }
      }
    }
  }
}
