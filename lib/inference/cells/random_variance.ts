/** Variance that the random effects give a linear predictor, zᵀΣz, and its derivatives in the covariance parameters θ. */
import { covarianceOf, positionVariance, varianceShare } from "../../model/result/term_result.ts";
import type { NewRandomTerm } from "../../formula/evaluate_recipe.ts";
import type { Matrix } from "../../math/dense.ts";
import { covarianceAt, type TermPlace, uncertaintyOf } from "../../model/result/uncertainty.ts";
import type { Model, TermResult } from "../../model/result/model.ts";

/** The random terms of one part. */
export class RandomVariance {
  /** The part has random effects. */
  readonly any: boolean;
  private readonly terms: { result: TermResult; position: number }[];

  constructor(private readonly model: Model, part: string) {
    this.terms = model.random.flatMap((result, position) =>
      result.part === part ? [{ result, position }] : []
    );
    this.any = this.terms.length > 0;
  }

  /** zᵀΣz of every row, summed over terms. */
  of(random: readonly NewRandomTerm[], n: number): Float64Array {
    const out = new Float64Array(n);
    this.terms.forEach(({ result }, t) => {
      if (result.positions) {
        const { codes, given, givenCodes } = random[t].position!;
        for (let i = 0; i < n; i++) {
          out[i] += positionVariance(result, Math.max(0, codes[i]), given[givenCodes[i]]);
        }
      } else addQuadratic(out, random[t].columns, result.covariance, 1);
    });
    return out;
  }

  /** ∂(zᵀΣz)/∂θ_j for every covariance parameter of the model: central differences, exact where T is linear in θ. */
  derivatives(random: readonly NewRandomTerm[], n: number): Float64Array[] {
    const { covariance, fixed, terms: places, scale } = uncertaintyOf(this.model).state;
    const out = Array.from({ length: covariance.rows - fixed }, () => new Float64Array(n));
    this.terms.forEach(({ position, result }, t) => {
      const place = places[position];
      result.theta.forEach((value, j) => {
        const h = 1e-4 * Math.max(1, Math.abs(value)), own = out[place.theta + j];
        const [up, down] = [h, -h].map((step) => moved(result, place, scale, j, step));
        if (result.positions) {
          const { codes, given, givenCodes } = random[t].position!,
            slope = up.sub(down).diagonal().map((v) => v / (2 * h));
          for (let i = 0; i < n; i++) {
            own[i] += codes[i] >= 0 && !result.cells
              ? slope[codes[i]]
              : slope[0] * varianceShare(result, given[givenCodes[i]]);
          }
        } else addQuadratic(own, random[t].columns, up.sub(down), 1 / (2 * h));
      });
    });
    return out;
  }
}

/** Σ with one parameter moved by h. */
function moved(term: TermResult, { basis, count }: TermPlace, scale: number, j: number, h: number): Matrix {
  const theta = term.theta.map((v, i) => i === j ? v + h : v);
  return covarianceAt({ covariance: covarianceOf(term), basis, count }, theta, 0, scale);
}

function addQuadratic(
  out: Float64Array,
  z: readonly (Float64Array | null)[],
  S: Matrix,
  factor: number,
): void {
  for (let a = 0; a < z.length; a++) {
    for (let b = 0; b < z.length; b++) {
      const s = factor * S.get(a, b);
      if (s === 0) continue;
      for (let i = 0; i < out.length; i++) out[i] += s * (z[a] ? z[a]![i] : 1) * (z[b] ? z[b]![i] : 1);
    }
  }
}
