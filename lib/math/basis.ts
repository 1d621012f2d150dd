/**
 * A basis of the columns of a design matrix on which coefficients live on comparable scales: X = unit · Q R, β = R⁻¹γ. Dense
 * columns are made orthogonal with QᵀQ = n I; many sparse ones (indicators) are only scaled to root mean square 1, so
 * that they stay sparse and no n × p copy of X is made. Coefficients that are held at a value take no part: their columns move the
 * predictor by a constant, and β = β₀ + R⁻¹γ with zeros in their rows. Where a constant is held elsewhere, the dense columns are made
 * orthogonal to it too, X = 1 cᵀ + unit · Q R, and 1 cᵀβ is for the caller to add there.
 */
import { BasisColumns } from "./basis_columns.ts";
import {
  crossProducts,
  denseColumn,
  type DesignColumn,
  linearPredictor,
  sparseAtRows,
  type SparseColumn,
  sparseColumns,
  valuesAt,
} from "./columns.ts";
import { inverseLower, Matrix, solveSafely, timesVector } from "./dense.ts";
import { dot } from "./vectors.ts";
import { orthogonalDesign } from "./orthogonal_columns.ts";
import { Remembered } from "./remembered.ts";

/** Between coefficients of the columns and of the basis. */
export abstract class Coordinates {
  /** Number of γ: of the columns whose coefficients are free. */
  abstract readonly size: number;
  /** R (size × p), upper triangular in the free columns, and its inverse there (p × size): zeros for coefficients that are held. */
  abstract readonly R: Matrix;
  abstract readonly inverse: Matrix;
  /** log|R| over the free columns. */
  abstract readonly logDeterminant: number;
  /** β₀: the values of the coefficients that are held, 0 elsewhere. */
  abstract readonly origin: Float64Array;
  /** c: the mean of each column that a constant elsewhere has; 0 of the others. */
  abstract readonly centre: Float64Array;

  /** β = β₀ + R⁻¹γ. */
  coefficients(gamma: ArrayLike<number>, at = 0): Float64Array {
    return this.origin.map((v, i) => {
      for (let j = 0; j < this.size; j++) v += this.inverse.get(i, j) * gamma[at + j];
      return v;
    });
  }

  /** out_{at+i} = γ_i = (R (β − β₀))_i. */
  onBasis(beta: ArrayLike<number>, out: Float64Array, at = 0) {
    for (let i = 0; i < this.size; i++) {
      out[at + i] = 0;
      for (let j = 0; j < this.origin.length; j++) {
        const r = this.R.get(i, j);
        if (r !== 0) out[at + i] += r * (beta[j] - this.origin[j]);
      }
    }
  }
}

/** Those of an upper triangular R, whose columns are elsewhere. */
export class Triangular extends Coordinates {
  readonly size: number;
  readonly inverse: Matrix;
  readonly logDeterminant: number;
  readonly origin: Float64Array;
  readonly centre: Float64Array;

  constructor(readonly R: Matrix) {
    super();
    this.size = R.rows;
    this.inverse = inverseLower(R.transpose()).transpose();
    this.origin = new Float64Array(this.size);
    this.centre = new Float64Array(this.size);
    this.logDeterminant = this.origin.reduce((s, _, j) => s + Math.log(R.get(j, j)), 0);
  }
}

/** What a basis is made of. */
interface Parts {
  /** What a coefficient of 1 moves Xβ by (root mean square). */
  readonly unit: number;
  readonly R: Matrix;
  readonly inverse: Matrix;
  readonly logDeterminant: number;
  readonly origin: Float64Array;
  readonly centre: Float64Array;
  readonly held: Float64Array | null;
  readonly columns: readonly DesignColumn[];
  readonly sparse: readonly (SparseColumn | null)[];
  readonly scale: Float64Array;
}

/** The last basis of columns, with what it was made of beside them. */
const known = new Remembered<
  readonly DesignColumn[],
  {
    readonly unit: number;
    readonly values?: Float64Array;
    readonly weights: Float64Array | null;
    readonly centred: boolean;
    readonly basis: Basis;
  }
>();

/** Q, R and R⁻¹ with the products that a fit needs. */
export class Basis extends Coordinates {
  readonly size: number;
  readonly unit: number;
  readonly R: Matrix;
  readonly inverse: Matrix;
  readonly logDeterminant: number;
  readonly origin: Float64Array;
  readonly centre: Float64Array;
  /** Xβ₀; null where nothing is held. */
  readonly held: Float64Array | null;
  /** The dense columns of Q; those of X where they are sparse. */
  private readonly columns: readonly DesignColumn[];
  private readonly sparse: readonly (SparseColumn | null)[];
  /** Q_j = columns_j · scale_j: 1 for the dense ones, whose columns are their own. */
  private readonly scale: Float64Array;
  /** The columns as rows see them. */
  readonly rows: BasisColumns;

  private constructor(parts: Parts) {
    super();
    ({ unit: this.unit, R: this.R, inverse: this.inverse, logDeterminant: this.logDeterminant } = parts);
    ({ origin: this.origin, centre: this.centre, held: this.held } = parts);
    ({ columns: this.columns, sparse: this.sparse, scale: this.scale } = parts);
    this.size = this.columns.length;
    const { unit, held, columns, sparse, scale } = this;
    const dense = columns.map((x, j) => sparse[j] ? null : x as Float64Array);
    this.rows = new BasisColumns({ unit, held, dense, sparse, scale });
  }

  /**
   * @param given columns of X
   * @param unit what a coefficient of 1 moves Xβ by (root mean square)
   * @param values of coefficients that are held, NaN for those that are free
   * @param weights how many rows each stands for; null for 1
   * @param centred a constant is held elsewhere, and takes the columns' means
   */
  static of(
    given: readonly DesignColumn[],
    unit = 1,
    values?: Float64Array,
    weights: Float64Array | null = null,
    centred = false,
  ): Basis {
    const { basis } = known.of(
      given,
      (made) =>
        made.unit === unit && made.values === values && made.weights === weights && made.centred === centred,
      () => ({
        unit,
        values,
        weights,
        centred,
        basis: Basis.anew(given, unit, values, weights, centred),
      }),
    );
    return basis;
  }

  private static anew(
    given: readonly DesignColumn[],
    unit: number,
    values: Float64Array | undefined,
    weights: Float64Array | null,
    centred: boolean,
  ): Basis {
    const free = given.map((_, j) => j).filter((j) => !values || Number.isNaN(values[j]));
    const X = free.map((j) => given[j]);
    const origin = Float64Array.from(given, (_, j) => values && !Number.isNaN(values[j]) ? values[j] : 0);
    const held = free.length === given.length ? null : linearPredictor(given, origin);
    const sparse = sparseColumns(X), dense = X.map((_, j) => j).filter((j) => !sparse[j]);
    const before = centred && dense.length > 0 ? [new Float64Array(X[0].length).fill(1)] : [],
      own = before.length;
    const { Q, R: triangle } = orthogonalDesign([...before, ...dense.map((j) => denseColumn(X[j]))], weights);
    const square = Matrix.zeros(X.length, X.length), centre = new Float64Array(given.length);
    dense.forEach((j, a) => dense.forEach((k, b) => square.set(j, k, triangle.get(own + a, own + b))));
    if (own > 0) dense.forEach((j, a) => centre[free[j]] = triangle.get(0, own + a));
    const scale = new Float64Array(X.length).fill(1);
    const columns = X.map((x, j) => {
      const s = sparse[j];
      if (!s) return Q[own + dense.indexOf(j)];
      const length = Math.sqrt(dot(s.values, s.values) / x.length);
      square.set(j, j, length);
      scale[j] = 1 / length;
      return x;
    });
    const inner = inverseUpper(square, dense).mul(unit), all = Array.from(free.keys());
    square.mul(1 / unit);
    const logDeterminant = all.reduce((s, j) => s + Math.log(square.get(j, j)), 0);
    const R = Matrix.zeros(X.length, given.length), inverse = Matrix.zeros(given.length, X.length);
    free.forEach((j, a) =>
      all.forEach((b) => {
        R.set(b, j, square.get(b, a));
        inverse.set(j, b, inner.get(a, b));
      })
    );
    return new Basis({ unit, R, inverse, logDeterminant, origin, centre, held, columns, sparse, scale });
  }

  /** The same coordinates, over some of the rows: QᵀQ is no longer n I. */
  atRows(rows: Int32Array): Basis {
    const sparse = this.sparse.map((s) => s && sparseAtRows(s, rows)), { held } = this;
    const columns = this.columns.map((q, j) => sparse[j] ?? valuesAt(q, rows));
    return new Basis({ ...this, held: held && valuesAt(held, rows), columns, sparse, scale: this.scale });
  }

  /** Coefficients of the columns that make a constant of them, by least squares. */
  ofConstant(value: number): Float64Array {
    const at = this.columns.findIndex((q, j) => !this.sparse[j] && isAll(q as Float64Array, 1));
    const sums = new Float64Array(this.size), each = value / this.unit;
    if (at < 0) this.transposeTimes(new Float64Array(this.columns[0].length).fill(each), sums);
    const gamma = at < 0
      ? solveSafely(this.gram(null), sums, 1e-10)
      : sums.map((_, j) => j === at ? each : 0);
    return timesVector(this.inverse, gamma);
  }

  /** y += Xβ = Xβ₀ + unit Σ_j γ_{at+j} Q_j. */
  addTimes(gamma: Float64Array, at: number, y: Float64Array) {
    this.rows.addTimes(gamma, at, y);
  }

  /** y += f Q_j. */
  addColumn(f: number, j: number, y: Float64Array) {
    this.rows.addColumn(f, j, y);
  }

  /** Q_jᵀ v. */
  dotColumn(j: number, v: Float64Array): number {
    return this.rows.dotColumn(j, v);
  }

  /** out_{at+j} = Q_jᵀ v. */
  transposeTimes(v: Float64Array, out: Float64Array, at = 0) {
    this.rows.transposeTimes(v, out, at);
  }

  /** Q_j as a dense column times w, into `out`. */
  weighColumn(j: number, w: Float64Array | null, out: Float64Array) {
    this.rows.weighColumn(j, w, out);
  }

  /** Q_j as a dense column times w: its own where nothing has to be made, else in what `room` gives. */
  weightedColumn(j: number, w: Float64Array | null, room: () => Float64Array): Float64Array {
    if (!w && !this.sparse[j]) return this.columns[j] as Float64Array;
    const out = room();
    this.weighColumn(j, w, out);
    return out;
  }

  /** QᵀWQ. */
  gram(w: Float64Array | null): Matrix {
    const lower = crossProducts(this.columns, this.sparse, w), G = Matrix.zeros(this.size, this.size);
    lower.forEach((row, j) =>
      row.forEach((v, k) => {
        const scaled = v * this.scale[j] * this.scale[k];
        G.set(j, k, scaled);
        G.set(k, j, scaled);
      })
    );
    return G;
  }
}

function isAll(x: Float64Array, value: number): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] !== value) return false;
  return true;
}

/** R⁻¹: its dense block is triangular, the other columns are their own. */
function inverseUpper(R: Matrix, dense: readonly number[]): Matrix {
  const inverse = Matrix.zeros(R.rows, R.rows);
  for (let j = 0; j < R.rows; j++) inverse.set(j, j, 1 / R.get(j, j));
  if (dense.length === 0) return inverse;
  const block = inverseLower(R.selection([...dense], [...dense]).transpose()).transpose();
  dense.forEach((j, a) => dense.forEach((k, b) => inverse.set(j, k, block.get(a, b))));
  return inverse;
}
