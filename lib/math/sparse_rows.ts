/** Rows with few non-zero entries: linear functions of coefficients by the ten thousand, never as a dense table. */
import { Matrix } from "./dense.ts";

/** A sparse matrix stored row by row. */
export class SparseRows {
  /**
   * @param columns number of columns
   * @param start first entry of each row, and the number of entries at the end
   * @param index column of each entry
   * @param value value of each entry
   */
  constructor(
    readonly columns: number,
    readonly start: Int32Array,
    readonly index: Int32Array,
    readonly value: Float64Array,
  ) {}

  /** Number of rows. */
  get rows(): number {
    return this.start.length - 1;
  }

  /** L x. */
  times(x: Float64Array): Float64Array {
    const out = new Float64Array(this.rows);
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let k = this.start[i]; k < this.start[i + 1]; k++) sum += this.value[k] * x[this.index[k]];
      out[i] = sum;
    }
    return out;
  }

  /** The diagonal of L V Lᵀ for a symmetric V; entries of V at which L is zero are not read. */
  quadratic(V: Matrix): Float64Array {
    const flat = Float64Array.from(V.to1DArray()), p = this.columns, out = new Float64Array(this.rows);
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let a = this.start[i]; a < this.start[i + 1]; a++) {
        const at = this.index[a] * p;
        let inner = this.value[a] * flat[at + this.index[a]] / 2;
        for (let b = this.start[i]; b < a; b++) inner += this.value[b] * flat[at + this.index[b]];
        sum += this.value[a] * inner;
      }
      out[i] = 2 * sum;
    }
    return out;
  }

  /** One row, dense. */
  row(i: number, out: Float64Array = new Float64Array(this.columns)): Float64Array {
    out.fill(0);
    for (let k = this.start[i]; k < this.start[i + 1]; k++) out[this.index[k]] = this.value[k];
    return out;
  }

  /** Some rows as a dense matrix. */
  dense(rows: ArrayLike<number>): Matrix {
    const out = Matrix.zeros(rows.length, this.columns);
    for (let i = 0; i < rows.length; i++) {
      for (let k = this.start[rows[i]]; k < this.start[rows[i] + 1]; k++) {
        out.set(i, this.index[k], this.value[k]);
      }
    }
    return out;
  }

  /** C L: every row of the result is a combination of rows of this. */
  combinedBy(C: SparseRows): SparseRows {
    const builder = new RowBuilder(this.columns);
    for (let i = 0; i < C.rows; i++) {
      for (let a = C.start[i]; a < C.start[i + 1]; a++) {
        const source = C.index[a], factor = C.value[a];
        for (let k = this.start[source]; k < this.start[source + 1]; k++) {
          builder.add(this.index[k], factor * this.value[k]);
        }
      }
      builder.endRow();
    }
    return builder.finish();
  }
}

/** Collects rows by adding to entries in any order. */
export class RowBuilder {
  private readonly sums: Float64Array;
  private readonly size: Float64Array;
  private touched: number[] = [];
  private readonly start: number[] = [0];
  private index = new Int32Array(1024);
  private value = new Float64Array(1024);
  private used = 0;

  constructor(readonly columns: number) {
    this.sums = new Float64Array(columns);
    this.size = new Float64Array(columns);
  }

  /** Adds to an entry of the current row. */
  add(column: number, value: number): void {
    if (value === 0) return;
    if (this.size[column] === 0) this.touched.push(column);
    this.sums[column] += value;
    this.size[column] += Math.abs(value);
  }

  /** Ends the current row; what cancelled to rounding error is left out. */
  endRow(): void {
    this.touched.sort((a, b) => a - b);
    this.reserve(this.touched.length);
    for (const column of this.touched) {
      if (!(Math.abs(this.sums[column]) <= 1e-12 * this.size[column])) {
        this.index[this.used] = column;
        this.value[this.used++] = this.sums[column];
      }
      this.sums[column] = this.size[column] = 0;
    }
    this.touched = [];
    this.start.push(this.used);
  }

  finish(): SparseRows {
    return new SparseRows(
      this.columns,
      Int32Array.from(this.start),
      this.index.slice(0, this.used),
      this.value.slice(0, this.used),
    );
  }

  private reserve(more: number): void {
    if (this.used + more <= this.index.length) return;
    const size = Math.max(2 * this.index.length, this.used + more);
    const index = new Int32Array(size), value = new Float64Array(size);
    index.set(this.index);
    value.set(this.value);
    this.index = index;
    this.value = value;
  }
}
