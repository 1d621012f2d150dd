/**
 * Gradient and Hessian of the larger part of the Laplace approximation, f(ψ) = h(û(ψ), ψ) − ½ log|P|, at modes where the rows' derivatives are
 * known: neither needs a look at the rows' densities. What is left of the objective is ½ log|H|.
 *
 *     ∂f/∂γ_m = −Q_mᵀg_m,   ∂f/∂Λ = −Σ_m Z_mᵀg_m ûᵀ,   d²f/dψ dψ_j = (∂_ψ + ∂_u (dû/dψ_j)) ∂f/∂ψ
 *
 * where g_m changes by Σ_k ∂²ℓ/∂η_k∂η_m Δη_k with Δη = Q_j, or Z ∂_jΛ û, and Z Λ dû/dψ_j.
 */
import { Matrix } from "../../math/dense.ts";
import type { AllRows } from "./all_rows.ts";
import type { RandomEffects } from "./random_effects.ts";

/** Step in direction j in which what depends on θ, and on û by a polynomial of second order, is differenced: an error of its square. */
const STEP = 1e-4;

/** What an evaluation leaves behind. */
export interface AtModes {
  readonly rows: AllRows;
  readonly effects: RandomEffects;
  /** Where θ begins in ψ, and the length of ψ. */
  readonly thetaAt: number;
  readonly size: number;
  /** û, and Σ Z_mᵀg_m there. */
  readonly u: Float64Array;
  readonly scores: Float64Array;
  /** dû/dψ_j. */
  modeDerivative(psi: Float64Array, j: number, out: Float64Array): void;
  /** ∂Λ/∂θ_j x. */
  templateDerivative(psi: Float64Array, j: number, x: Float64Array): Float64Array;
}

/** ∂f/∂ψ at the modes where the objective stands. */
export function jointGradient(laplace: AtModes, psi: Float64Array, gradient: Float64Array): void {
  const { rows, scores, u } = laplace;
  rows.project("slope");
  rows.onGamma.forEach((v, i) => gradient[i] = -v);
  gradient.fill(0, laplace.thetaAt);
  addOverTheta(laplace, psi, scores, u, gradient);
}

/** d²f/dψ². */
export function jointHessian(laplace: AtModes, psi: Float64Array): Matrix {
  const { size } = laplace, H = Matrix.zeros(size, size), along = new Direction(laplace, psi);
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
  /** dû/dψ_j. */
  private readonly modes: Float64Array;

  constructor(private readonly laplace: AtModes, private readonly psi: Float64Array) {
    this.modes = new Float64Array(laplace.effects.q);
  }

  derivative(j: number): Float64Array {
    const { laplace, psi, modes } = this, { rows, thetaAt, effects } = laplace;
    laplace.modeDerivative(psi, j, modes);
    effects.apply(modes, rows.shared.effects);
    if (j >= thetaAt) {
      laplace.templateDerivative(psi, j, laplace.u).forEach((v, i) => rows.shared.effects[i] += v);
    }
    const scores = rows.project("along", j < thetaAt ? j : -1), out = new Float64Array(laplace.size);
    rows.onGamma.forEach((v, i) => out[i] = -v);
    const up = this.overTheta(j, STEP, scores), down = this.overTheta(j, -STEP, scores);
    for (let i = thetaAt; i < out.length; i++) out[i] = (up[i] - down[i]) / (2 * STEP);
    effects.setTheta(psi, thetaAt);
    return out;
  }

  /** ∂f/∂θ a step further. */
  private overTheta(j: number, step: number, scores: Float64Array): Float64Array {
    const { laplace, modes } = this, out = new Float64Array(laplace.size), psi = this.psi.slice();
    if (j >= laplace.thetaAt) psi[j] += step;
    laplace.effects.setTheta(psi, laplace.thetaAt);
    const further = (x: Float64Array, dx: Float64Array) => x.map((v, i) => v + step * dx[i]);
    addOverTheta(laplace, psi, further(laplace.scores, scores), further(laplace.u, modes), out);
    return out;
  }
}
