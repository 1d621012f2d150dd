/** Variance that the random effects give a linear predictor, zᵀΣz, and its derivatives in the covariance parameters θ. */
import type { NewRandomTerm } from "../../formula/evaluate_recipe.ts";
import { Matrix } from "../../math/dense.ts";
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
    const out = new Float64Array(n), columns = used(random);
    this.terms.forEach(({ result }, t) => addQuadratic(out, columns[t], result.covariance, 1));
    return out;
  }

  /** ∂(zᵀΣz)/∂θ_j for every covariance parameter of the model: central differences, exact where T is linear in θ. */
  derivatives(random: readonly NewRandomTerm[], n: number): Float64Array[] {
    const { effects } = this.model.engine!.objective, columns = used(random);
    const out = Array.from({ length: effects.thetas }, () => new Float64Array(n));
    const sources = this.model.engine!.design.predictors.flatMap((p) => p.random).filter(({ group }) =>
      group !== "1"
    );
    this.terms.forEach(({ position }, t) => {
      const layout = effects.terms.find(({ term }) => term === sources[position])!;
      for (let j = 0; j < layout.thetas; j++) {
        const h = 1e-4 * Math.max(1, Math.abs(this.theta(layout.theta + j)));
        addQuadratic(out[layout.theta + j], columns[t], this.covariance(layout, j, h), 1 / (2 * h));
        addQuadratic(out[layout.theta + j], columns[t], this.covariance(layout, j, -h), -1 / (2 * h));
      }
    });
    return out;
  }

  private theta(j: number): number {
    const engine = this.model.engine!;
    return engine.optimum.psi[(engine.kind === "general" ? engine.objective.thetaAt : 0) + j];
  }

  /** Σ = C T TᵀCᵀ (times σ² in the Gaussian closed form) with one parameter moved by h. */
  private covariance(
    { basis, count: c, covariance, theta }: {
      basis: Matrix;
      count: number;
      covariance: TermCovariance;
      theta: number;
    },
    j: number,
    h: number,
  ): Matrix {
    const engine = this.model.engine!, at = engine.kind === "general" ? engine.objective.thetaAt : 0;
    const psi = engine.optimum.psi.slice(), block = new Float64Array(c * c);
    psi[at + theta + j] += h;
    covariance.fill(psi, at + theta, c, block);
    const T = Matrix.zeros(c, c);
    for (let k = 0; k < c; k++) for (let i = 0; i < c; i++) T.set(i, k, block[k * c + i]);
    const F = basis.mmul(T);
    return F.mmul(F.transpose()).mul(engine.kind === "gaussian" ? engine.objective.sigma2 : 1);
  }
}

interface TermCovariance {
  fill(theta: Float64Array, at: number, c: number, T: Float64Array): void;
}

/** Columns of the terms that the fit used (a term with one constant group is left out there). */
function used(random: readonly NewRandomTerm[]): (readonly (Float64Array | null)[])[] {
  return random.filter(({ group }) => group !== "1").map(({ columns }) => columns);
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
