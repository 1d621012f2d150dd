/**
 * Sums of products by cell. Within a cell, whose keys fix the levels of some factors, a column about its centre is
 * x̃ = α m̃ + β with a monomial m̃ about its mean and numbers α, β of the cell, so that
 * Σ w x̃ ỹ = α_x α_y Σ w m̃_x m̃_y + α_x β_y Σ w m̃_x + β_x α_y Σ w m̃_y + β_x β_y Σ w.
 */

/** A column as the cells see it. */
export interface CellColumn {
  readonly monomial: number;
  /** Value by level of each factor that is a key. */
  readonly coded: readonly { readonly slot: number; readonly byLevel: readonly number[] }[];
  /** No factor is part of it, key or not: what is taken off is its mean, in every query the same. */
  readonly plain: boolean;
  /** What is taken off it. */
  centre: number;
}

/** The sums of one cell: those of pairs of monomials, and how to read columns from them. */
export interface Cell {
  readonly rows: number;
  /** Levels of the slots. */
  readonly level: (slot: number) => number;
  /** Σ w x̃ ỹ. */
  readonly product: (x: CellColumn, y: CellColumn) => number;
  /** Σ w x̃. */
  readonly sum: (x: CellColumn) => number;
  /** Is the column 0 in all of the cell? */
  readonly isZero: (x: CellColumn) => boolean;
}

/** The cells of a batch, one after the other. */
export class BatchCell implements Cell {
  row = 0;

  /** @param sumAt place of Σ w m̃_a m̃_b among the sums */
  constructor(
    private readonly levels: readonly Int32Array[],
    private readonly counts: Float64Array,
    private readonly sums: readonly Float64Array[],
    private readonly sumAt: (a: number, b: number) => number,
    private readonly centre: readonly number[],
  ) {}

  get rows(): number {
    return this.counts[this.row];
  }

  level(slot: number): number {
    return this.levels[slot][this.row];
  }

  isZero(x: CellColumn): boolean {
    return this.alpha(x) === 0 && this.beta(x, 0) === 0;
  }

  sum(x: CellColumn): number {
    const a = this.alpha(x), b = this.beta(x, a);
    return a * this.S(x.monomial, 0) + (b === 0 ? 0 : b * this.S(0, 0));
  }

  product(x: CellColumn, y: CellColumn): number {
    const a = this.alpha(x), c = this.alpha(y), b = this.beta(x, a), d = this.beta(y, c);
    let value = a === 0 || c === 0 ? 0 : a * c * this.S(x.monomial, y.monomial);
    if (d !== 0) value += a * d * this.S(x.monomial, 0);
    if (b !== 0) value += b * c * this.S(y.monomial, 0);
    return b !== 0 && d !== 0 ? value + b * d * this.S(0, 0) : value;
  }

  private S(a: number, b: number): number {
    return this.sums[this.sumAt(a, b)][this.row];
  }

  private alpha({ coded }: CellColumn): number {
    let value = 1;
    for (const { slot, byLevel } of coded) value *= byLevel[this.levels[slot][this.row]];
    return value;
  }

  private beta({ monomial, centre: off }: CellColumn, alpha: number): number {
    return monomial === 0 ? -off : alpha * this.centre[monomial] - off;
  }
}
