/** Variance that the random effects give a linear predictor, zᵀΣz, and its derivatives in the covariance parameters θ. */
import { positionVariance } from "../../model/result/term_result.ts";
import type { NewRandomTerm } from "../../formula/evaluate_recipe.ts";
import { Matrix } from "../../math/dense.ts";
import { basisRow, type TermLayout } from "../../model/objective/random_effects.ts";
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
        const { codes } = random[t].position!;
        for (let i = 0; i < n; i++) out[i] += positionVariance(result, Math.max(0, codes[i]));
      } else addQuadratic(out, random[t].columns, result.covariance, 1);
    });
    return out;
  }

  /** ∂(zᵀΣz)/∂θ_j for every covariance parameter of the model: central differences, exact where T is linear in θ. */
  derivatives(random: readonly NewRandomTerm[], n: number): Float64Array[] {
    const { effects } = this.model.engine!.objective;
    const out = Array.from({ length: effects.thetas }, () => new Float64Array(n));
    const sources = this.model.engine!.design.predictors.flatMap((p) => p.random);
    this.terms.forEach(({ position, result }, t) => {
      const layout = effects.terms.find(({ term }) => term === sources[position])!;
      for (let j = 0; j < layout.thetas; j++) {
        const h = 1e-4 * Math.max(1, Math.abs(this.theta(layout.theta + j))), own = out[layout.theta + j];
        const [up, down] = [h, -h].map((step) => this.covariance(layout, j, step));
        if (result.positions) {
          const { codes } = random[t].position!, slope = up.sub(down).diagonal().map((v) => v / (2 * h));
          for (let i = 0; i < n; i++) own[i] += slope[Math.min(slope.length - 1, Math.max(0, codes[i]))];
        } else addQuadratic(own, random[t].columns, up.sub(down), 1 / (2 * h));
      }
    });
    return out;
  }

  private theta(j: number): number {
    const engine = this.model.engine!;
    return engine.optimum.psi[(engine.kind === "general" ? engine.objective.thetaAt : 0) + j];
  }

  /** Σ = C T TᵀCᵀ (times σ² in the Gaussian closed form) with one parameter moved by h; of positions that are nodes, that of one. */
  private covariance(layout: TermLayout, j: number, h: number): Matrix {
    const engine = this.model.engine!, at = engine.kind === "general" ? engine.objective.thetaAt : 0;
    const { covariance: bound, theta } = layout, c = bound.width;
    const psi = engine.optimum.psi.slice(), block = new Float64Array(c * c);
    psi[at + theta + j] += h;
    const sigma2 = engine.kind === "gaussian" ? engine.objective.sigma2 : 1;
    const relative = bound.relative?.(psi, at + theta);
    if (relative) {
      return new Matrix(
        Array.from(
          { length: c },
          (_, i) => Array.from({ length: c }, (_, k) => sigma2 * relative[k * c + i]),
        ),
      );
    }
    bound.fill(psi, at + theta, block);
    const rows = c, F = Matrix.zeros(rows, c);
    for (let i = 0; i < rows; i++) {
      for (const [k, f] of basisRow(layout, i)) {
        for (let b = 0; b <= k; b++) F.set(i, b, F.get(i, b) + f * block[b * c + k]);
      }
    }
    return F.mmul(F.transpose()).mul(sigma2);
  }
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
