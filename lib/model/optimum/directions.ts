/**
 * What the likelihood determines: everything orthogonal to the directions along which it is flat. Its curvature there has an
 * ordinary inverse, which is the covariance of every function without a component on a flat direction.
 */
import { Matrix, symmetricEigen, timesVector } from "../../math/dense.ts";
import { addToSpan, spanComplement } from "../../math/orthogonal.ts";

/**
 * Directions along which the likelihood is flat, over φ = (β of all parts, θ); for the closed form over θ.
 *
 * @category The model
 */
export interface Flat {
  /** Linearly independent directions: φ + t d has the same likelihood for all t, or in the limit t → ∞. */
  readonly directions: readonly Float64Array[];
  /** Linear functions aᵀφ that the likelihood drives to +∞: predictors of observations at the edge of what is possible. */
  readonly pulls: readonly Float64Array[];
  /** A direction in which all pulls grow: the estimate lies at its far end. Null when nothing pulls. */
  readonly ray: Float64Array | null;
}

/** The likelihood bends in every direction. */
export const NOT_FLAT: Flat = { directions: [], pulls: [], ray: null };

/** Eigenvalues of a Hessian scaled to unit diagonal up to which its eigenvector is a flat direction. */
const SMALLEST = 1e-9;

/**
 * Scaled eigenvalues below this are doubted: where the curvature itself is no more than the error of a differenced Hessian (on a
 * scale where effects are of order 1), its sign says nothing and the direction is flat.
 */
const DOUBTFUL = 1e-2;
const HESSIAN_NOISE = 1e-7;

/** Along a valley that bends, as that of two terms that explain the same, a straight line rises by the slope that is left: so many times that. */
const BENT = 4;

/** The inverse of a Hessian where the likelihood is curved. */
export interface Inverse {
  /** C = U (UᵀHU)⁻¹ Uᵀ in full size, U orthogonal to the flat directions; zeros for fixed parameters. */
  readonly covariance: Matrix;
  /** Smallest eigenvalue of UᵀHU scaled to unit diagonal. */
  readonly smallest: number;
  /** Flat directions over ψ, those given and those found. */
  readonly flat: readonly Float64Array[];
}

/**
 * Inverts a Hessian on the complement of its flat directions: those known beforehand, coordinates with a curvature up to
 * `flatBelow`, and eigenvectors whose scaled eigenvalue is rounding error.
 *
 * @param free parameters of ψ (of which there are `size`) that the Hessian is for
 * @param known flat directions over ψ
 * @param slope largest derivative that is left where the Hessian was taken
 */
export function invert(
  hessian: Matrix,
  free: readonly number[],
  size: number,
  flatBelow: Float64Array,
  known: readonly Float64Array[] = [],
  slope = 0,
): Inverse {
  const p = free.length, covariance = Matrix.zeros(size, size), flat: Float64Array[] = [...known];
  const span: Float64Array[] = [];
  for (const d of known) addToSpan(span, Float64Array.from(free, (i) => d[i]));
  free.forEach((i, a) => {
    const unit = new Float64Array(p);
    unit[a] = 1;
    if (Math.abs(hessian.get(a, a)) <= flatBelow[i] && addToSpan(span, unit)) {
      flat.push(amongAll(unit, free, size));
    }
  });
  const U = spanComplement(span, p),
    curved = U ? U.transpose().mmul(hessian).mmul(U) : hessian,
    m = curved.rows;
  if (m === 0) return { covariance, smallest: Infinity, flat };
  const scale = Array.from({ length: m }, (_, i) => 1 / Math.sqrt(Math.abs(curved.get(i, i)) || 1));
  const { values, vectors } = symmetricEigen(scaledBy(curved, scale));
  const roots: Float64Array[] = []; // C = Σ r rᵀ
  let smallest = Infinity;
  values.forEach((value, k) => {
    const inner = Float64Array.from(scale, (s, i) => s * vectors.get(i, k)),
      v = U ? timesVector(U, inner) : inner;
    const bend = value / v.reduce((s, x) => s + x * x, 0); // vᵀHv / vᵀv
    const noise = value < DOUBTFUL && Math.abs(bend) <= Math.max(HESSIAN_NOISE, BENT * slope);
    if (!noise) smallest = Math.min(smallest, value);
    if (value > SMALLEST && !noise) roots.push(v.map((x) => x / Math.sqrt(value)));
    else flat.push(amongAll(cleaned(v, hessian), free, size));
  });
  sumOfSquares(roots, p).forEach((row, a) =>
    row.forEach((v, b) => {
      covariance.set(free[a], free[b], v);
      covariance.set(free[b], free[a], v);
    })
  );
  return { covariance, smallest, flat };
}

/** Lower triangle of Σ r rᵀ, row by row. */
function sumOfSquares(roots: readonly Float64Array[], p: number): Float64Array[] {
  const rows = Array.from({ length: p }, (_, a) => new Float64Array(a + 1));
  for (const r of roots) {
    for (let a = 0; a < p; a++) {
      const row = rows[a], f = r[a];
      if (f !== 0) { for (let b = 0; b <= a; b++) row[b] += f * r[b]; }
    }
  }
  return rows;
}

function scaledBy(A: Matrix, scale: readonly number[]): Matrix {
  const S = Matrix.zeros(A.rows, A.rows);
  scale.forEach((a, i) => scale.forEach((b, j) => S.set(i, j, a * A.get(i, j) * b)));
  return S;
}

/** A direction without the coordinates that hardly take part (an eigenvector of a differenced Hessian is no better known). */
function cleaned(v: Float64Array, hessian: Matrix): Float64Array {
  const share = v.map((x, i) => Math.abs(x) * Math.sqrt(Math.abs(hessian.get(i, i)))),
    most = Math.max(...share);
  return v.map((x, i) => (share[i] > 0.05 * most ? x : 0));
}

/** A vector over the free parameters among all. */
export function amongAll(v: Float64Array, free: readonly number[], size: number): Float64Array {
  const out = new Float64Array(size);
  free.forEach((i, a) => out[i] = v[a]);
  return out;
}
