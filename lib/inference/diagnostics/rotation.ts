/** Rotation: responses multiplied by the inverse Cholesky factor of their covariance, so that rows no longer correlate. */
import { choleskyFactor, Matrix } from "../../math/dense.ts";
import { mappedSimulations, type Simulations } from "./simulations.ts";

/**
 * A matrix as ml-matrix and others have it.
 *
 * @category Checks
 */
export interface MatrixLike {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** The entry of a row and a column, counted from 0. */
  get(row: number, column: number): number;
}

/**
 * The covariance of the responses: estimated from the simulations, or given (n × n).
 *
 * @category Checks
 */
export type Rotation = "estimated" | MatrixLike | readonly (readonly number[])[];

/** Most rows for which a dense n × n covariance is factored. */
const MOST_ROWS = 2000;

/**
 * z = L⁻¹ (y − ȳ*), LLᵀ = cov(y*), for the observations and every simulation.
 * @throws RangeError when the covariance cannot be estimated from so few simulations, or is not positive definite
 * Source: Houseman, Ryan & Coull (2004), "Cholesky residuals for assessing normal errors", J. Am. Stat. Assoc. 99:383–394.
 */
export function rotate(
  simulations: Simulations,
  observed: Float64Array,
  rotation: Rotation,
): { observed: Float64Array; simulations: Simulations } {
  const { n, count } = simulations;
  if (n > MOST_ROWS) {
    throw new RangeError(
      `Cannot rotate ${n} rows: at most ${MOST_ROWS}; aggregate first with recalculateResiduals(residuals, { group })`,
    );
  }
  if (rotation === "estimated" && count < 2 * n) {
    throw new RangeError(
      `Cannot rotate by an estimated covariance: ${count} simulations of ${n} rows are too few for it, ` +
        `simulate at least ${2 * n} (n: ${2 * n}) or give the covariance matrix as rotation`,
    );
  }
  const mean = meanOf(simulations);
  const V = rotation === "estimated" ? covarianceOf(simulations, mean) : matrixOf(rotation, n);
  const L = choleskyFactor(V);
  if (!L) throw new RangeError("Cannot rotate: the covariance matrix is not positive definite");
  const whiten = (y: Float64Array, out: Float64Array) => {
    for (let i = 0; i < n; i++) {
      let s = y[i] - mean[i];
      for (let k = 0; k < i; k++) s -= L.get(i, k) * out[k];
      out[i] = s / L.get(i, i);
    }
  };
  const z = new Float64Array(n);
  whiten(observed, z);
  return { observed: z, simulations: mappedSimulations(simulations, n, whiten) };
}

function meanOf(simulations: Simulations): Float64Array {
  const mean = new Float64Array(simulations.n);
  simulations.each((y) => {
    for (let i = 0; i < y.length; i++) mean[i] += y[i] / simulations.count;
  });
  return mean;
}

function covarianceOf(simulations: Simulations, mean: Float64Array): Matrix {
  const { n, count } = simulations, V = Matrix.zeros(n, n), d = new Float64Array(n);
  const sums = new Float64Array(n * n);
  simulations.each((y) => {
    for (let i = 0; i < n; i++) d[i] = y[i] - mean[i];
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) sums[i * n + j] += d[i] * d[j];
  });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      V.set(i, j, sums[i * n + j] / (count - 1));
      V.set(j, i, sums[i * n + j] / (count - 1));
    }
  }
  return V;
}

function matrixOf(given: MatrixLike | readonly (readonly number[])[], n: number): Matrix {
  const V = "get" in given
    ? Matrix.zeros(given.rows, given.columns)
    : new Matrix(given.map((row) => [...row]));
  if ("get" in given) {
    for (let i = 0; i < V.rows; i++) for (let j = 0; j < V.columns; j++) V.set(i, j, given.get(i, j));
  }
  if (V.rows === n && V.columns === n) return V;
  throw new RangeError(
    `Cannot rotate: the covariance matrix is ${V.rows} × ${V.columns}, it should be ${n} × ${n}`,
  );
}
