/** b = Λf of a term of reduced rank: Λ on the scale of the data's columns, and W with f = W b. */
import { Matrix, symmetricEigen } from "../../math/dense.ts";
import { covarianceOf, type TermResult } from "./term_result.ts";

/** The factors of a term; of (…, by = f) those of one level. */
export interface Factors {
  /** Numbers of the coefficients that they are factors of. */
  readonly traits: readonly number[];
  /** Λ, a row for each of them. */
  readonly loadings: readonly (readonly number[])[];
  /** W = (ΛᵀΛ)⁻¹Λᵀ, a row for each factor. */
  readonly scores: readonly (readonly number[])[];
  /** The level of `by`, "" where there is none. */
  readonly level: string;
  /** Groups that have them. */
  readonly groups: readonly number[];
}

/** None where the term is not of reduced rank. */
export function factorsOf(t: TermResult): Factors[] {
  const bound = covarianceOf(t), { factors: d } = bound, c = t.names.length, k = t.by?.labels.length ?? 1;
  if (d === undefined) return [];
  const T = new Float64Array(c * c), all = t.levels.map((_, l) => l);
  bound.fill(t.theta, 0, T);
  const size = (i: number) => Math.hypot(...Array.from({ length: c }, (_, j) => T[j * c + i]));
  return Array.from({ length: k }, (_, b) => {
    const traits = Array.from({ length: c / k }, (_, a) => a * k + b);
    const loadings = traits.map((i) => {
      const scale = size(i) > 0 ? Math.sqrt(Math.max(0, t.covariance.get(i, i))) / size(i) : 0;
      return traits.slice(0, d).map((j) => scale * (T[j * c + j] < 0 ? -1 : 1) * T[j * c + i]);
    });
    return {
      traits,
      loadings,
      scores: pseudoInverse(loadings),
      level: t.by?.labels[b] ?? "",
      groups: t.by ? all.filter((l) => t.by!.of[l] === b) : all,
    };
  });
}

/** (ΛᵀΛ)⁻¹Λᵀ; 0 for a factor that nothing loads on. */
function pseudoInverse(loadings: readonly (readonly number[])[]): number[][] {
  const L = new Matrix(loadings.map((row) => [...row])),
    { values, vectors } = symmetricEigen(L.transpose().mmul(L));
  const most = Math.max(...values), inverse = values.map((v) => v > 1e-12 * most ? 1 / v : 0);
  return vectors.mmul(Matrix.diag(Array.from(inverse))).mmul(vectors.transpose()).mmul(L.transpose())
    .to2DArray();
}
