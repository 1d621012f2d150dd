/** Which columns of X are linear combinations of earlier ones. */
import {
  axpyColumn,
  crossProducts,
  denseColumn,
  type DesignColumn,
  dotColumn,
  SparseColumn,
  sparseColumns,
} from "../math/columns.ts";
import { dot } from "../math/vectors.ts";
import { dotFirst } from "../math/dense_rows.ts";
import { largestOf } from "../math/largest.ts";

/** R's limit: a column is dependent when less than this share of its length is left beside the earlier columns. */
const TOLERANCE = 1e-7;
/** Share of the largest value that deviations from the mean must exceed to be more than rounding. */
const ROUNDING = 1e-12;
/** Squared share below which the cross-products alone do not decide: they carry an error of about p·1e-16 / 1e-6. */
const DOUBTFUL = 1e-6;

/** What a column that was left out is made of: Σ value_k x_{at_k} over kept columns. */
export interface Combination {
  readonly column: number;
  readonly at: readonly number[];
  readonly value: readonly number[];
  /** Root mean square of the column. */
  readonly size: number;
}

/** Columns that are kept, and what the others are made of. */
export interface Dependence {
  /** Increasing column numbers. */
  readonly kept: readonly number[];
  readonly combinations: readonly Combination[];
}

/** The columns to keep, see {@link dependence}. */
export function independentColumns(columns: readonly DesignColumn[]): number[] {
  return [...dependence(columns).kept];
}

/**
 * The columns to keep, in order: each that is not a linear combination of kept ones before it.
 *
 * A Cholesky factor of the normalised cross-products, column by column, gives the squared share of each column that
 * lies outside the span of those before. Where that is small, the residual itself is computed by corrected
 * seminormal equations and its length decides; its direction then serves as that column's orthonormal vector. So no
 * copy of X is made, and the answer has the accuracy of an orthogonal factorisation.
 *
 * @param columns p columns of length n.
 *
 * Source: Björck (1987), Stability analysis of the method of seminormal equations, Linear Algebra Appl. 88/89;
 * the limit is that of R's lm() and lme4, 1e-7.
 */
export function dependence(columns: readonly DesignColumn[]): Dependence {
  const gram = crossProducts(columns, sparseColumns(columns));
  const lengths = columns.map((_, j) => Math.sqrt(gram[j][j]));
  const kept: KeptColumn[] = [], combinations: Combination[] = [];
  for (let j = 0; j < columns.length; j++) {
    if (!(lengths[j] > 0)) {
      combinations.push({ column: j, at: [], value: [], size: 0 });
      continue;
    }
    const products = kept.map(({ index, direction }) =>
      direction
        ? dotColumn(columns[j], direction) / lengths[j]
        : gram[j][index] / (lengths[j] * lengths[index])
    );
    const coordinates = forward(kept, products);
    const left = 1 - coordinates.reduce((sum, c) => sum + c * c, 0);
    if (left > DOUBTFUL) {
      kept.push({ index: j, coordinates, pivot: Math.sqrt(left), direction: null });
      continue;
    }
    const { residual, coefficients } = projected(columns, j, kept, lengths);
    const share = Math.sqrt(dot(residual, residual));
    if (share < TOLERANCE) {
      const size = lengths[j] / Math.sqrt(residual.length);
      combinations.push({ ...combination(j, kept.map(({ index }) => index), coefficients, lengths), size });
      continue;
    }
    for (let i = 0; i < residual.length; i++) residual[i] /= share;
    kept.push({ index: j, coordinates, pivot: share, direction: residual });
  }
  return { kept: kept.map(({ index }) => index), combinations };
}

/** Share of the largest coefficient of normalised columns up to which another one is rounding. */
const NOTHING = 1e-12;

/** The combination of the columns themselves, from that of the normalised ones. */
export function combination(
  column: number,
  kept: readonly number[],
  coefficients: readonly number[],
  lengths: ArrayLike<number>,
): Omit<Combination, "size"> {
  const most = largestOf(coefficients.map(Math.abs), 0);
  const own = coefficients.flatMap((c, k) => (Math.abs(c) > NOTHING * most ? [k] : []));
  return {
    column,
    at: own.map((k) => kept[k]),
    value: own.map((k) => coefficients[k] * lengths[column] / lengths[kept[k]]),
  };
}

/**
 * Of the columns that were left out, those that the data would determine on another scale: about their means they are not
 * combinations of the kept ones, but their values lie so far from 0 that less than 1e-7 of their length is left.
 *
 * They stay out, as in lm() and lme4: with coefficients of the columns as they stand, the covariance of the estimates has squares of that
 * share, 1e-14 and less, and nothing made from it (standard errors of means and predictions) would have a correct digit.
 */
export function farFromZero(given: readonly DesignColumn[], kept: readonly number[]): number[] {
  const isKept = new Set(kept), left = Array.from(given.keys()).filter((j) => !isKept.has(j));
  if (left.every((j) => given[j] instanceof SparseColumn)) return []; // most of their values are 0
  const columns = given.map(denseColumn);
  if (!kept.some((j) => columns[j].every((v) => v === columns[j][0]))) return [];
  const centred = columns.map((x) => {
    const mean = x.reduce((s, v) => s + v / x.length, 0),
      size = x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const out = x.map((v) => v - mean);
    return out.every((v) => Math.abs(v) < ROUNDING * size) ? new Float64Array(x.length) : out;
  });
  const first = kept.map((j) => centred[j]);
  return left.filter((j) => independentColumns([...first, centred[j]]).includes(first.length));
}

/** A kept column x/|x| = Σ coordinates · earlier orthonormal vectors + pivot · its own orthonormal vector. */
interface KeptColumn {
  readonly index: number;
  readonly coordinates: Float64Array;
  readonly pivot: number;
  /** Its own orthonormal vector, where it had to be computed. */
  readonly direction: Float64Array | null;
}

/** Coordinates on the orthonormal vectors, from products with the columns (or with the vectors where they are known). */
function forward(kept: readonly KeptColumn[], products: readonly number[]): Float64Array {
  const found = new Float64Array(kept.length);
  kept.forEach(({ direction, coordinates, pivot }, k) => {
    found[k] = direction ? products[k] : (products[k] - dotFirst(coordinates, found, k)) / pivot;
  });
  return found;
}

/** Solves for the coefficients of the normalised columns from coordinates on the orthonormal vectors. */
function backward(kept: readonly KeptColumn[], coordinates: Float64Array): number[] {
  const coefficients = [...coordinates];
  for (let k = kept.length - 1; k >= 0; k--) {
    coefficients[k] /= kept[k].pivot;
    for (let i = 0; i < k; i++) coefficients[i] -= kept[k].coordinates[i] * coefficients[k];
  }
  return coefficients;
}

/**
 * x_j / |x_j| minus its projection on the kept columns, and the coefficients of that on the normalised ones; three corrections
 * reach working accuracy.
 */
function projected(
  columns: readonly DesignColumn[],
  j: number,
  kept: readonly KeptColumn[],
  lengths: readonly number[],
): { residual: Float64Array<ArrayBuffer>; coefficients: number[] } {
  const residual = Float64Array.from(denseColumn(columns[j])),
    total: number[] = new Array(kept.length).fill(0);
  for (let i = 0; i < residual.length; i++) residual[i] /= lengths[j];
  for (let correction = 0; correction < 4; correction++) {
    const products = kept.map(({ index, direction }) =>
      direction ? dot(direction, residual) : dotColumn(columns[index], residual) / lengths[index]
    );
    const coefficients = backward(kept, forward(kept, products));
    kept.forEach(({ index }, k) => {
      axpyColumn(-coefficients[k] / lengths[index], columns[index], residual);
      total[k] += coefficients[k];
    });
  }
  return { residual, coefficients: total };
}
