/** Columns of a basis as rows see them: sums over rows, and from coefficients to rows. Plain data, so that threads can have their rows of it. */
import { axpySparse, dotSparse, type Entries } from "./columns.ts";
import { axpy, dot } from "./vectors.ts";

/** Q_j = column_j · scale_j. */
export interface ColumnData {
  /** What a coefficient of 1 moves Xβ by (root mean square). */
  readonly unit: number;
  /** Xβ₀ of coefficients that are held; null where there are none. */
  readonly held: Float64Array | null;
  /** The dense columns, null where they are sparse; and the other way round. */
  readonly dense: readonly (Float64Array | null)[];
  readonly sparse: readonly (Entries | null)[];
  /** 1 for the dense ones. */
  readonly scale: Float64Array;
}

/** {@link ColumnData} with its products. */
export class BasisColumns {
  constructor(readonly data: ColumnData) {}

  /** Of the rows from … to − 1. */
  ofRows(from: number, to: number): ColumnData {
    const { held, dense, sparse } = this.data, some = (x: Float64Array | null) => x && x.subarray(from, to);
    return {
      ...this.data,
      held: some(held),
      dense: dense.map(some),
      sparse: sparse.map((s) => s && within(s, from, to)),
    };
  }

  /** y += Xβ = Xβ₀ + unit Σ_j γ_{at+j} Q_j. */
  addTimes(gamma: Float64Array, at: number, y: Float64Array) {
    const { held, unit, scale } = this.data;
    if (held) axpy(1, held, y);
    for (let j = 0; j < scale.length; j++) this.addColumn(unit * gamma[at + j], j, y);
  }

  /** y += f Q_j. */
  addColumn(f: number, j: number, y: Float64Array) {
    const { dense, sparse, scale } = this.data, s = sparse[j];
    if (s) axpySparse(f * scale[j], s, y);
    else axpy(f, dense[j]!, y);
  }

  /** Q_jᵀ v. */
  dotColumn(j: number, v: Float64Array): number {
    const { dense, sparse, scale } = this.data, s = sparse[j];
    return s ? scale[j] * dotSparse(s, v) : dot(dense[j]!, v);
  }

  /** out_{at+j} = Q_jᵀ v. */
  transposeTimes(v: Float64Array, out: Float64Array, at = 0) {
    for (let j = 0; j < this.data.scale.length; j++) out[at + j] = this.dotColumn(j, v);
  }

  /** Q_j as a dense column times w, into `out`. */
  weighColumn(j: number, w: Float64Array | null, out: Float64Array) {
    const { dense, sparse, scale } = this.data, s = sparse[j];
    if (s) {
      out.fill(0);
      for (let k = 0; k < s.rows.length; k++) {
        const i = s.rows[k];
        out[i] = scale[j] * s.values[k] * (w ? w[i] : 1);
      }
      return;
    }
    const q = dense[j]!;
    if (w) { for (let i = 0; i < q.length; i++) out[i] = q[i] * w[i]; }
    else out.set(q);
  }
}

/** The entries of some rows, which are numbered from 0. */
function within({ rows, values }: Entries, from: number, to: number) {
  const first = firstFrom(rows, from), end = firstFrom(rows, to);
  return { rows: rows.slice(first, end).map((i) => i - from), values: values.slice(first, end) };
}

/** Where in increasing numbers those from `least` on begin. */
function firstFrom(increasing: Int32Array, least: number): number {
  let low = 0, high = increasing.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (increasing[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
