/**
 * The optimum of repeated measures whose residual covariance L Lᵀ is free, over B of L (I + B): all derivatives there are exact and of one
 * size however alike the visits are. In θ, steps of differences have to be a small part of what visits differ by.
 */
import { inverseLower, Matrix, positiveInverse } from "../../math/dense.ts";
import { invertTriangle } from "../../math/kernels.ts";
import { triangleGram } from "../../math/triangle.ts";
import { DevianceAt } from "../objective/whitened_deviance.ts";
import { WhitenedRows } from "../objective/whitened_patterns.ts";
import type { Engine } from "../optimum/engine.ts";

/** What B says of β̂ and of σ̂². */
export interface FreeResidual {
  /** cov(B̂). */
  readonly C: Matrix;
  /** β = T γ′ + …, cov(β̂) = σ² T Tᵀ. */
  readonly T: Matrix;
  readonly sigma2: number;
  /** Of every B: −∂(XᵀV⁻¹X), ∂²/∂B∂log σ, and ∂β̂. */
  readonly information: readonly Matrix[];
  readonly cross: Float64Array;
  readonly shifts: readonly Float64Array[];
  /** ∂θ/∂B, and ∂ log σ/∂B given σ² of L (I + B): the σ² of V(θ) is its λ times that, and ∂ log √λ = tr (L⁻¹L⁻ᵀ ∂B) as ‖L⁻¹‖ = 1. */
  readonly ofTheta: Matrix;
  readonly ofScale: Float64Array;
}

/** Null of other models, and of parameters that are not all free. */
export function freeResidual({ objective, optimum }: Engine & { kind: "gaussian" }): FreeResidual | null {
  const { sums, effects: { terms: [term] }, basis, unit, p } = objective, rows = WhitenedRows.of(sums);
  if (!rows || optimum.free.length < optimum.psi.length) return null;
  const { freeFactor, relativeFactor } = term.covariance, places = freeFactor!.places.slice(1);
  const L = relativeFactor!(optimum.psi, 0), { c } = rows, deviance = DevianceAt.of(objective, rows, L);
  const C = deviance && positiveInverse(deviance.hessian(places));
  if (!C) return null;
  const scale = inverseGram(L, c), { information, squares: cross, shifts } = deviance.sensitivities(places);
  const T = p > 0
    ? basis.inverse.mmul(inverseLower(deviance.triangle.transpose()).transpose())
    : basis.inverse;
  return {
    C,
    T,
    sigma2: deviance.s2 * unit ** 2,
    information,
    cross,
    ofTheta: new Matrix(
      places.map(([i, j]) => places.map(([r, s]) => s === j && r <= i ? L[r * c + i] / L[0] : 0)),
    ),
    ofScale: Float64Array.from(places, ([i, j]) => scale[j * c + i]),
    shifts: shifts.map((gamma) =>
      Float64Array.from(
        { length: T.rows },
        (_, i) => gamma.reduce((s, v, j) => s + unit * T.get(i, j) * v, 0),
      )
    ),
  };
}

/** L⁻¹L⁻ᵀ. */
function inverseGram(L: Float64Array, c: number): Float64Array {
  const inverse = new Float64Array(c * c);
  invertTriangle(L, 0, c, c, inverse);
  return triangleGram(inverse, c);
}
