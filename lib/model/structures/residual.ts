/**
 * A structure in place of the residual (Gaussian `dispersion: "~ 0"`): every row has a position of its own, and Σ = cov(y | other
 * effects) is the structure's covariance C(θ) up to its scale. Any positive definite C is a multiple of the identity and a rest,
 *
 *   C = λ (I + T̃T̃ᵀ),   λ = 1 / tr C⁻¹ < smallest eigenvalue of C,   T̃ = chol(C/λ − I)
 *
 * smoothly in θ, so the closed form of a model with independent residuals computes it exactly: T̃ is the template of the positions,
 * σ² = λ · scale the residual variance. The scale of C is that of σ², so its first standard deviation is held at 1.
 */
import { choleskyAdjoint, denseCholesky, triangleGram, triangularSolve } from "../../math/triangle.ts";
import type { Covariance, Edge, Shown } from "./structure.ts";

/** The structure as a residual one: θ without its first standard deviation. */
export function asResidual(bound: Covariance): Covariance {
  const c = bound.width, scale = bound.edges[0].at;
  const whole = (theta: Float64Array, at: number) => {
    const full = new Float64Array(bound.thetas);
    for (let j = 0, k = at; j < full.length; j++) full[j] = j === scale ? 1 : theta[k++];
    return full;
  };
  const place = (j: number) => j < scale ? j : j - 1;
  const moved = ({ at, column, idle }: Edge): Edge => ({
    at: place(at),
    column: column.map(place),
    idle: idle.map(place),
  });
  return {
    structure: bound.structure,
    width: c,
    thetas: bound.thetas - 1,
    freedom: "scalar", // I + T̃T̃ᵀ is of the positions as they are
    linear: false,
    edges: bound.edges.filter(({ at }) => at !== scale).map(moved),
    shown: bound.shown.map((p): Shown =>
      p.kind === "own" ? { ...p, at: place(p.at) } : { ...p, at: undefined }
    ),
    start: () => bound.start(new Array(c).fill(1)).filter((_, j) => j !== scale),
    fill(theta, at, T) {
      rest(split(bound, whole(theta, at)), c, T);
    },
    pullback(theta, at, D, gradient) {
      const full = whole(theta, at), out = new Float64Array(full.length);
      bound.pullback(full, 0, adjoint(split(bound, full), c, D), out);
      for (let j = 0, k = at; j < out.length; j++) if (j !== scale) gradient[k++] += out[j];
    },
    near(T) { // the covariance I + T̃T̃ᵀ, with its first standard deviation made 1
      const S = triangleGram(T, c);
      for (let i = 0; i < c; i++) S[i * c + i] += 1;
      denseCholesky(S, c);
      for (let j = 0; j < c; j++) for (let i = 0; i < j; i++) S[j * c + i] = 0;
      const theta = bound.near(S);
      return theta.filter((_, j) => j !== scale).map((v, k) => {
        const j = k < scale ? k : k + 1;
        return bound.edges.some(({ column }) => column.includes(j)) ? v / theta[scale] : v;
      });
    },
    relative(theta, at) {
      const { C, lambda } = split(bound, whole(theta, at));
      return C.map((v) => v / lambda);
    },
    extend: bound.extend && ((theta, at, position) => {
      const full = whole(theta, at), found = bound.extend!(full, 0, position);
      return { ...found, variance: found.variance / split(bound, full).lambda };
    }),
  };
}

/** C = T Tᵀ, its template and inverse, and λ. */
interface Split {
  readonly T: Float64Array;
  readonly C: Float64Array;
  readonly inverse: Float64Array;
  readonly lambda: number;
}

function split(bound: Covariance, theta: Float64Array): Split {
  const c = bound.width, T = new Float64Array(c * c), inverse = new Float64Array(c * c);
  bound.fill(theta, 0, T);
  let trace = 0;
  for (let j = 0; j < c; j++) { // C⁻¹ e_j = T⁻ᵀT⁻¹ e_j
    const column = inverse.subarray(j * c, (j + 1) * c);
    column[j] = 1;
    triangularSolve(T, column, c, false);
    triangularSolve(T, column, c, true);
    trace += column[j];
  }
  return { T, C: triangleGram(T, c), inverse, lambda: 1 / trace };
}

/** T̃ = chol(C/λ − I); 0 of a single position. */
function rest({ C, lambda }: Split, c: number, T: Float64Array): void {
  T.fill(0, 0, c * c);
  if (c === 1) return;
  for (let j = 0; j < c; j++) {
    for (let i = j; i < c; i++) T[j * c + i] = C[j * c + i] / lambda - (i === j ? 1 : 0);
  }
  denseCholesky(T, c);
}

/** Adjoint of T for that of T̃: C̄ = S̄/λ − ⟨S̄, C⟩ C⁻², since dλ = λ²⟨C⁻², dC⟩; T̄ = 2 C̄ T. */
function adjoint(parts: Split, c: number, D: Float64Array): Float64Array {
  const out = new Float64Array(c * c);
  if (c === 1) return out;
  const { T, C, inverse, lambda } = parts, factor = new Float64Array(c * c);
  rest(parts, c, factor);
  const S = choleskyAdjoint(factor, D, c), square = new Float64Array(c * c);
  let inner = 0;
  for (let k = 0; k < c * c; k++) inner += S[k] * C[k];
  for (let j = 0; j < c; j++) {
    for (let k = 0; k < c; k++) {
      for (let i = 0; i < c; i++) square[j * c + i] += inverse[k * c + i] * inverse[j * c + k];
    }
  }
  for (let k = 0; k < c * c; k++) S[k] = S[k] / lambda - inner * square[k];
  for (let j = 0; j < c; j++) {
    for (let i = j; i < c; i++) for (let k = j; k < c; k++) out[j * c + i] += 2 * S[k * c + i] * T[j * c + k];
  }
  return out;
}
