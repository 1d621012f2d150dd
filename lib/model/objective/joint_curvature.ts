/**
 * Gradient and Hessian of the larger part of the Laplace approximation, f(ψ) = h(û(ψ), ψ) − ½ log|P|, at modes where the rows' derivatives are
 * known: neither needs a look at the rows' densities. What is left of the objective is ½ log|H|.
 *
 *     ∂f/∂γ_m = −Q_mᵀg_m,   ∂f/∂Λ = −Σ_m Z_mᵀg_m ûᵀ,   d²f/dψ dψ_j = (∂_ψ + ∂_u (dû/dψ_j)) ∂f/∂ψ
 *
 * where g_m changes by Σ_k ∂²ℓ/∂η_k∂η_m Δη_k with Δη = Q_j, or Z ∂_jΛ û, and Z Λ dû/dψ_j.
 */
import type { Basis } from "../../math/basis.ts";
import { Matrix } from "../../math/dense.ts";
import { pair } from "../../math/jets.ts";
import type { Likelihood } from "./likelihood.ts";
import type { RandomEffects } from "./random_effects.ts";

/** Step in direction j in which what depends on θ, and on û by a polynomial of second order, is differenced: an error of its square. */
const STEP = 1e-4;

/** What an evaluation leaves behind. */
export interface AtModes {
  readonly bases: readonly Basis[];
  readonly effects: RandomEffects;
  readonly likelihood: Likelihood;
  /** First γ of each predictor in ψ, where θ begins, and the length of ψ. */
  readonly first: readonly number[];
  readonly thetaAt: number;
  readonly size: number;
  /** û. */
  readonly u: Float64Array;
  /** dû/dψ_j. */
  modeDerivative(psi: Float64Array, j: number, out: Float64Array): void;
  /** ∂Λ/∂θ_j x. */
  templateDerivative(psi: Float64Array, j: number, x: Float64Array): Float64Array;
  /** Adds the column of coefficient j to η of its part, in its unit. */
  addDirection(j: number, eta: readonly Float64Array[]): void;
}

/** ∂f/∂ψ at the modes where the objective stands. */
export function jointGradient(laplace: AtModes, psi: Float64Array, gradient: Float64Array): void {
  const { bases, first, effects, likelihood: { jets: { d1 } } } = laplace;
  gradient.fill(0);
  bases.forEach((basis, m) => basis.transposeTimes(d1[m], gradient, first[m]));
  for (let i = 0; i < laplace.thetaAt; i++) gradient[i] = -gradient[i];
  const scores = new Float64Array(effects.q);
  effects.transposeTimes(d1, scores);
  addOverTheta(laplace, psi, scores, laplace.u, gradient);
}

/** d²f/dψ². */
export function jointHessian(laplace: AtModes, psi: Float64Array): Matrix {
  const { size, effects, likelihood: { jets: { d1 } } } = laplace, H = Matrix.zeros(size, size);
  const scores = new Float64Array(effects.q);
  effects.transposeTimes(d1, scores);
  const along = new Direction(laplace, psi, scores);
  for (let j = 0; j < size; j++) along.derivative(j).forEach((v, i) => H.set(i, j, v));
  return Matrix.add(H, H.transpose()).mul(0.5);
}

/** out += ∂f/∂θ by way of Λ and P, at scores Σ Z_mᵀg_m and effects u. */
function addOverTheta(
  { effects, thetaAt }: AtModes,
  psi: Float64Array,
  scores: Float64Array,
  u: Float64Array,
  out: Float64Array,
): void {
  const W = effects.groups.map(({ width }) => new Float64Array(width * width));
  effects.addOuter(W, scores, u, -1);
  effects.pullback(psi, thetaAt, W, out);
  if (effects.precisions.length === 0) return;
  const none = new Float64Array(effects.valueCount), forms = [{ x: u, y: u, factor: 0.5 }];
  effects.pullbackPrecision(psi, thetaAt, none, forms, out);
}

/** How the gradient changes in the direction of one parameter after the other. */
class Direction {
  private readonly modes: Float64Array;
  private readonly effects: Float64Array;
  private readonly scores: Float64Array;
  /** Δη and Δg by part. */
  private readonly eta: readonly Float64Array[];
  private readonly score: readonly Float64Array[];

  constructor(
    private readonly laplace: AtModes,
    private readonly psi: Float64Array,
    private readonly at: Float64Array,
  ) {
    const { effects: { q }, likelihood: { K, jets: { n } } } = laplace;
    [this.modes, this.effects, this.scores] = [0, 0, 0].map(() => new Float64Array(q));
    [this.eta, this.score] = [0, 0].map(() => Array.from({ length: K }, () => new Float64Array(n)));
  }

  derivative(j: number): Float64Array {
    const { laplace, psi, score } = this, { bases, first, thetaAt, effects } = laplace;
    laplace.modeDerivative(psi, j, this.modes);
    this.moveRows(j);
    const out = new Float64Array(laplace.size);
    bases.forEach((basis, m) => basis.transposeTimes(score[m], out, first[m]));
    for (let i = 0; i < thetaAt; i++) out[i] = -out[i];
    effects.transposeTimes(score, this.scores);
    const up = this.overTheta(j, STEP), down = this.overTheta(j, -STEP);
    for (let i = thetaAt; i < out.length; i++) out[i] = (up[i] - down[i]) / (2 * STEP);
    effects.setTheta(psi, thetaAt);
    return out;
  }

  /** Δη, and what it does to the scores. */
  private moveRows(j: number): void {
    const { laplace, psi, eta, score } = this, { effects, thetaAt, likelihood: { jets, K } } = laplace;
    effects.apply(this.modes, this.effects);
    if (j >= thetaAt) {
      const moved = laplace.templateDerivative(psi, j, laplace.u);
      for (let i = 0; i < moved.length; i++) this.effects[i] += moved[i];
    }
    eta.forEach((e) => e.fill(0));
    effects.spread(this.effects, null, eta);
    if (j < thetaAt) laplace.addDirection(j, eta);
    for (let m = 0; m < K; m++) {
      score[m].fill(0);
      for (let k = 0; k < K; k++) {
        const d2 = jets.d2[pair(k, m)], d = eta[k], s = score[m];
        if (d2 === jets.zero) continue;
        for (let i = 0; i < s.length; i++) s[i] += d2[i] * d[i];
      }
    }
  }

  /** ∂f/∂θ a step further. */
  private overTheta(j: number, step: number): Float64Array {
    const { laplace, modes, scores, at } = this, out = new Float64Array(laplace.size), psi = this.psi.slice();
    if (j >= laplace.thetaAt) psi[j] += step;
    laplace.effects.setTheta(psi, laplace.thetaAt);
    const further = (x: Float64Array, dx: Float64Array) => x.map((v, i) => v + step * dx[i]);
    addOverTheta(laplace, psi, further(at, scores), further(laplace.u, modes), out);
    return out;
  }
}
