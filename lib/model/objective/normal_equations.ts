/** The equations A γ = c of the coefficients of a Gaussian model, A = QᵀV⁻¹Q and c = QᵀV⁻¹y at one V after the other. */
import type { Matrix } from "../../math/dense.ts";
import { factorRows, invertRows, type Rows, solveRows, squareRows, zeroRows } from "../../math/dense_rows.ts";

/** p equations and what is made of them; the same storage is used again at every V. */
export class NormalEquations {
  readonly A: Rows;
  readonly c: Float64Array;
  /** yᵀV⁻¹y. */
  yy = NaN;
  /** Lower-triangular, A = L Lᵀ. */
  readonly L: Rows;
  /** A⁻¹ and L⁻¹ once they were asked for, and whether they are those of the last factor. */
  private inverses: { readonly ofA: Rows; readonly ofL: Rows } | null = null;
  private isInverted = false;

  constructor(readonly p: number) {
    this.c = new Float64Array(p);
    this.A = zeroRows(p);
    this.L = zeroRows(p);
  }

  /** A, c and yᵀV⁻¹y that were formed elsewhere. */
  set({ A, c, yy }: { readonly A: Matrix; readonly c: Float64Array; readonly yy: number }) {
    this.A.forEach((row, i) => row.forEach((_, j) => row[j] = A.get(i, j)));
    this.c.set(c);
    this.yy = yy;
  }

  /** Factors A. @returns false where it is not positive definite */
  factor(): boolean {
    this.isInverted = false;
    for (let j = 0; j < this.p; j++) this.L[j].set(this.A[j]);
    return factorRows(this.L);
  }

  /** Takes over a factor of A. */
  takeFactor(rows: readonly ArrayLike<number>[]) {
    this.isInverted = false;
    rows.forEach((row, j) => this.L[j].set(row));
  }

  /** x ← A⁻¹ x. */
  solve(x: Float64Array) {
    solveRows(this.L, x);
  }

  /** A⁻¹. */
  get inverse(): Rows {
    const { ofA, ofL } = this.inverses ??= { ofA: zeroRows(this.p), ofL: zeroRows(this.p) };
    if (!this.isInverted) {
      invertRows(this.L, ofL);
      squareRows(ofL, ofA);
      this.isInverted = true;
    }
    return ofA;
  }

  /** Smallest share that V⁻¹ leaves of a column's length. */
  weakest(QtQ: Matrix): number {
    let least = Infinity;
    for (let j = 0; j < this.p; j++) least = Math.min(least, this.A[j][j] / QtQ.get(j, j));
    return least;
  }

  /** Smallest share of a column's length that V⁻¹ and the columns before it leave. */
  weakestPivot(QtQ: Matrix): number {
    let least = Infinity;
    for (let j = 0; j < this.p; j++) least = Math.min(least, this.L[j][j] ** 2 / QtQ.get(j, j));
    return least;
  }
}
