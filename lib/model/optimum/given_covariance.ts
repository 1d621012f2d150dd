/** θ of a covariance of which the caller gives standard deviations and correlations. */
import { largestCompletion } from "../../math/completion.ts";
import {
  choleskyFactor,
  inverseFromFactor,
  inverseLower,
  Matrix,
  semidefiniteFactor,
} from "../../math/dense.ts";
import type { TermLayout } from "../objective/random_effects.ts";
import { covarianceAt } from "../objective/term_covariance.ts";

/** Pivots of a correlation matrix up to this are rounding errors. */
const ROUNDING = 1e-12;
/** A correlation is had as given where it differs by no more than the rounding of a nearly singular matrix leaves. */
const SAME = 1e-6;

/**
 * θ with the standard deviations and correlations given, the others as they are; where no covariance has these correlations beside the
 * others, the others are those of the largest determinant.
 * @throws {RangeError} where no covariance has the correlations that are given
 */
export function withCovariance(
  psi: Float64Array,
  layout: TermLayout,
  at: number,
  given: ReadonlyMap<string, number>,
  sigma: number,
): number[] {
  const { covariance: { shown, width: c }, term: { label, fixed = {} } } = layout;
  const S = covarianceAt(layout, psi, at, 1), sd = S.diagonal().map((v) => Math.sqrt(Math.max(0, v)));
  const wanted = sd.slice(), correlation = new Matrix(new Array(c).fill(0).map(() => new Array(c).fill(NaN)));
  for (const p of shown) {
    const value = given.get(p.name) ?? (Object.hasOwn(fixed, p.name) ? fixed[p.name] : undefined);
    if (value === undefined) continue;
    if (p.kind === "sd") wanted[p.of] = value / sigma;
    if (p.kind !== "cor") continue;
    for (const [i, j] of [p.of, ...p.alike ?? []]) {
      correlation.set(i, j, value);
      correlation.set(j, i, value);
    }
  }
  const asItIs = (i: number, j: number) => sd[i] * sd[j] > 0 ? S.get(i, j) / (sd[i] * sd[j]) : 0;
  const kept = symmetric(c, (i, j) => i === j ? 1 : numberOr(correlation.get(i, j), () => asItIs(i, j)));
  const R = isPossible(kept) ? kept : largestCompletion(c, (i, j) => correlation.get(i, j));
  const off = (i: number, j: number) =>
    Math.abs(R.get(i, j) - numberOr(correlation.get(i, j), () => R.get(i, j)));
  if (sd.some((_, i) => sd.some((_, j) => i !== j && off(i, j) > SAME))) {
    throw new RangeError(
      `Cannot start (${label}) at these correlations: no covariance matrix has them all, they contradict each other`,
    );
  }
  return thetaOf(layout, symmetric(c, (i, j) => R.get(i, j) * wanted[i] * wanted[j]));
}

const numberOr = (value: number, other: () => number): number => Number.isNaN(value) ? other() : value;

function symmetric(c: number, entry: (i: number, j: number) => number): Matrix {
  const all = Array.from({ length: c }, (_, i) => i);
  return new Matrix(all.map((i) => all.map((j) => entry(i, j))));
}

/** Is a matrix its factor's square, one of a lower rank too? */
function isPossible(R: Matrix): boolean {
  const L = semidefiniteFactor(R, ROUNDING);
  return Matrix.sub(L.mmul(L.transpose()), R).to1DArray().every((v) => Math.abs(v) < SAME);
}

/** θ of a covariance on the scale of the data's columns. */
function thetaOf({ covariance, basis, count }: TermLayout, S: Matrix): number[] {
  let onEngine = S;
  if (covariance.relative) { // C = λ (I + T̃T̃ᵀ), λ = 1 / tr C⁻¹
    const L = choleskyFactor(S), lambda = L ? 1 / inverseFromFactor(L).trace() : NaN;
    onEngine = Matrix.sub(Matrix.mul(S, 1 / lambda), Matrix.eye(S.rows));
  } else if (basis.rows < count) onEngine = Matrix.mul(S, 1 / basis.get(0, 0) ** 2);
  else {
    const inverse = inverseLower(basis.transpose()).transpose(); // C is upper triangular
    onEngine = inverse.mmul(S).mmul(inverse.transpose());
  }
  const factor = semidefiniteFactor(onEngine, ROUNDING * Math.max(1e-300, onEngine.max())).transpose();
  return covariance.near(Float64Array.from(factor.to1DArray())); // column-major
}
