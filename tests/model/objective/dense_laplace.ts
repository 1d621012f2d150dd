/**
 * The Laplace approximation by its definition and dense algebra:
 *
 *   −log ∫ exp(ℓ(η(b))) N(b; 0, G) db ≈ −ℓ(η̂) + ½b̂ᵀG⁻¹b̂ + ½log|G| + ½log|ZᵀAZ + G⁻¹|,   A = −∂²ℓ
 *
 * b̂ by Newton's method on all of b at once. Derivatives of ℓ are differences of sixth order: their error is about 1e-11.
 */
import { denseColumn } from "../../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { choleskyFactor, choleskySolve, Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import { type DenseEffects, denseEffects, logDeterminant } from "./dense.ts";
import type { Density } from "./densities.ts";

/** Where b is at its mode. */
export interface DenseMode {
  readonly value: number;
  readonly b: Float64Array;
  readonly eta: readonly Float64Array[];
  /** A_kl of every row. */
  readonly A: readonly (readonly Float64Array[])[];
  /** ZᵀAZ + G⁻¹. */
  readonly H: Matrix;
}

/** The model of an objective; of that only the place of its parameters in ψ is used. */
export class DenseLaplace {
  readonly effects: DenseEffects;
  private readonly last: Float64Array;

  constructor(private readonly objective: Laplace, private readonly density: Density) {
    this.effects = denseEffects(objective.design, (k) => objective.effects.unit(k));
    this.last = new Float64Array(this.effects.count);
  }

  at(psi: Float64Array): DenseMode {
    const { effects: { Z, G: covariance }, last: b } = this, fixed = this.fixed(psi);
    const G = covariance(psi.slice(this.objective.thetaAt)), prior = positiveInverse(G)!;
    for (let iteration = 0; iteration < 60; iteration++) {
      const eta = fixed.map((f, k) => Float64Array.from(product(Z[k], b), (v, i) => f[i] + v));
      const { value, g, A } = this.rows(eta),
        H = Matrix.add(this.between(Z, A, Z), prior),
        Pb = product(prior, b);
      const score = Z.reduce(
        (s, z, k) => product(z.transpose(), g[k]).map((v, j) => v + s[j]),
        Pb.map((v) => -v),
      );
      const step = choleskySolve(factorNear(H), score),
        joint = -value + Pb.reduce((s, v, j) => s + v * b[j], 0) / 2;
      const longest = Math.max(...step.map(Math.abs));
      if (longest < 1e-10) {
        return { b: b.slice(), eta, A, H, value: joint + (logDeterminant(G) + logDeterminant(H)) / 2 };
      }
      step.forEach((v, j) => b[j] += v / Math.max(1, 2 * longest)); // no further than ½ at once
    }
    assert.fail("Newton's method does not end");
  }

  /** Σ_kl X_kᵀ A_kl Y_l. */
  between(X: readonly Matrix[], A: DenseMode["A"], Y: readonly Matrix[]): Matrix {
    const out = Matrix.zeros(X[0].columns, Y[0].columns);
    X.forEach((x, k) =>
      Y.forEach((y, l) => {
        const weighed = y.clone();
        A[k][l].forEach((a, i) => weighed.mulRow(i, a));
        out.add(x.transpose().mmul(weighed));
      })
    );
    return out;
  }

  private fixed(psi: Float64Array): Float64Array[] {
    const { design: { n, predictors }, bases, first } = this.objective;
    return predictors.map(({ X, offset }, k) => {
      const beta = bases[k].coefficients(psi, first[k]);
      return Float64Array.from(
        { length: n },
        (_, i) => X.reduce((s, x, j) => s + denseColumn(x)[i] * beta[j], offset?.[i] ?? 0),
      );
    });
  }

  /** Σ w ℓ, its gradient in η_k and A row by row. */
  private rows(eta: readonly Float64Array[]) {
    const { n, response: { y, trials }, weights } = this.objective.design, K = eta.length;
    const g = eta.map(() => new Float64Array(n)), A = eta.map(() => eta.map(() => new Float64Array(n)));
    let value = 0;
    for (let i = 0; i < n; i++) {
      const own = (t: number, d: (j: number) => number) =>
        (weights?.[i] ?? 1) * this.density(y[i], trials?.[i] ?? 1, eta.map((e, j) => e[i] + t * d(j)));
      const along = (d: (j: number) => number) => derivatives((t) => own(t, d));
      value += own(0, () => 0);
      for (let k = 0; k < K; k++) {
        const [slope, curvature] = along((j) => +(j === k));
        g[k][i] = slope;
        A[k][k][i] = -curvature;
        for (let l = 0; l < k; l++) { // 4 ∂²/∂k∂l = (∂k + ∂l)² − (∂k − ∂l)²
          const [plus, minus] = [1, -1].map((sign) => along((j) => +(j === k) + sign * +(j === l))[1]);
          A[k][l][i] = A[l][k][i] = (minus - plus) / 4;
        }
      }
    }
    return { value, g, A };
  }
}

const product = (M: Matrix, x: ArrayLike<number>): number[] =>
  M.mmul(Matrix.columnVector(Array.from(x))).to1DArray();

/** f′ and f″ at 0 with errors of order h⁶. */
function derivatives(f: (t: number) => number): [number, number] {
  const h = 0.02, weights = [[45, 270], [-9, -27], [1, 2]];
  let first = 0, second = -490 * f(0);
  weights.forEach(([odd, even], k) => {
    const up = f((k + 1) * h), down = f(-(k + 1) * h);
    first += odd * (up - down);
    second += even * (up + down);
  });
  return [first / (60 * h), second / (180 * h * h)];
}

/** Cholesky factor of S, or of S + λI where S is not positive definite: far from a mode. */
function factorNear(S: Matrix): Matrix {
  for (let lambda = 0;; lambda = 2 * lambda + 1) {
    const L = choleskyFactor(Matrix.add(S, Matrix.eye(S.rows).mul(lambda)));
    if (L) return L;
  }
}
