/** Weighted means of cells, evaluated a block at a time. */
import type { ColumnValues } from "../../frame.ts";
import { RowBuilder, type SparseRows } from "../../math/sparse_rows.ts";
import type { Cells } from "./estimability.ts";
import type { CellFunction, CellValues } from "./grid_values.ts";
import { dimensionColumn, type GridDimension } from "../grid/reference_grid.ts";

/** Cells that are evaluated together. */
const BLOCK = 4096;

/** The first block of cells, which later sums over the same cells find again. */
export interface FirstCells {
  cells: Cells | null;
}

/** Collects cells row by row; each row becomes the weighted mean of its cells. */
export class CellSums {
  private readonly codes: Int32Array[];
  private readonly weight = new Float64Array(BLOCK);
  /** Row of each cell that waits to be evaluated. */
  private readonly row = new Int32Array(BLOCK);
  private waiting = 0;
  private blocks = 0;
  /** Total weight of every row that has ended, and of the row that has not. */
  private readonly totals: number[] = [];
  private total = 0;
  private readonly gradients: RowBuilder;
  private readonly defects: { row: number; column: number; value: number }[] = [];
  private defectColumns = 0;
  private readonly constants: number[] = [];
  private readonly variances: number[] = [];
  private constant = 0;
  private variance = 0;
  private hasVariance = false;

  constructor(
    private readonly cell: CellFunction,
    private readonly dimensions: readonly GridDimension[],
    private readonly extra: (n: number) => Record<string, ColumnValues>,
    private readonly first: FirstCells,
  ) {
    this.gradients = new RowBuilder(cell.size);
    this.codes = dimensions.map(() => new Int32Array(BLOCK));
  }

  /** Adds a cell, given by its level in every dimension, to the current row. */
  add(level: Int32Array, weight: number): void {
    for (let d = 0; d < this.codes.length; d++) this.codes[d][this.waiting] = level[d];
    this.row[this.waiting] = this.totals.length;
    this.weight[this.waiting++] = weight;
    this.total += weight;
    if (this.waiting === BLOCK) this.evaluate();
  }

  endRow(): void {
    this.totals.push(this.total);
    this.total = 0;
  }

  /** The means: gradient, value beyond it, defect and random-effect variance of every row; NaN where a row has no cells. */
  finish(): {
    rows: SparseRows;
    constant: Float64Array;
    defect: SparseRows | null;
    variance: Float64Array | null;
  } {
    this.evaluate();
    this.closeRows(this.totals.length);
    const rows = this.gradients.finish(), { totals } = this;
    for (let i = 0; i < totals.length; i++) {
      for (let k = rows.start[i]; k < rows.start[i + 1]; k++) rows.value[k] /= totals[i];
    }
    const mean = (sums: readonly number[]) => Float64Array.from(sums, (v, i) => v / totals[i]);
    return {
      rows,
      constant: mean(this.constants),
      defect: this.defectColumns > 0 ? this.defectRows() : null,
      variance: this.hasVariance ? mean(this.variances) : null,
    };
  }

  private defectRows(): SparseRows {
    const builder = new RowBuilder(this.defectColumns);
    let k = 0;
    for (let i = 0; i < this.totals.length; i++) {
      for (; k < this.defects.length && this.defects[k].row === i; k++) {
        builder.add(this.defects[k].column, this.defects[k].value / this.totals[i]);
      }
      builder.endRow();
    }
    return builder.finish();
  }

  /** Evaluates the cells that wait, and adds them to their rows. */
  private evaluate(): void {
    const n = this.waiting;
    if (n === 0) return;
    const values = this.cell.evaluate(
      this.blocks++ === 0 ? this.first.cells ??= this.cells(n) : this.cells(n),
      n,
    );
    this.defectColumns = Math.max(this.defectColumns, values.defect.length);
    this.hasVariance ||= values.variance !== null;
    for (let i = 0; i < n; i++) {
      this.closeRows(this.row[i]);
      this.addCell(values, i, this.weight[i]);
    }
    this.waiting = 0;
  }

  private cells(n: number): Cells {
    const cells = this.extra(n);
    this.dimensions.forEach((d, k) => cells[d.name] = dimensionColumn(d, this.codes[k].slice(0, n)));
    return cells;
  }

  private addCell(
    { value, constant, gradient, defect, variance }: CellValues,
    i: number,
    weight: number,
  ): void {
    const { beta } = this.cell;
    let rest = value[i];
    for (let j = 0; j < gradient.length; j++) {
      const column = gradient[j];
      if (column === null || column[i] === 0) continue;
      rest -= column[i] * beta[j];
      this.gradients.add(j, weight * column[i]);
    }
    this.constant += weight * (constant ? constant[i] : rest);
    if (variance) this.variance += weight * variance[i];
    for (let d = 0; d < defect.length; d++) {
      if (defect[d][i] !== 0) {
        this.defects.push({ row: this.row[i], column: d, value: weight * defect[d][i] });
      }
    }
  }

  /** Ends rows up to number `row`. */
  private closeRows(row: number): void {
    while (this.constants.length < row) {
      this.gradients.endRow();
      this.constants.push(this.constant);
      this.variances.push(this.variance);
      this.constant = this.variance = 0;
    }
  }
}
