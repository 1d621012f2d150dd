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
import type { Covariance, Edge, Shown, ThetaValue } from "./structure.ts";

/** The structure as a residual one: θ without its first standard deviation. */
export function asResidual(bound: Covariance): Covariance {
  const c = bound.width, scale = bound.edges[0].at;
  const whole = (theta: Float64Array, at: number) => {
    const full = new Float64Array(bound.thetas);
    for (let j = 0, k = at; j < full.length; j++) full[j] = j === scale ? 1 : theta[k++];
    return full;
  };
  const place = (j: number) => j < scale ? j : j - 1;
  const ofFactor = (L: Float64Array) => {
    const theta = bound.near(L);
    return theta.filter((_, j) => j !== scale).map((v, k) => {
      const j = k < scale ? k : k + 1;
      return bound.edges.some(({ column }) => column.includes(j)) ? v / theta[scale] : v;
    });
  };
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
    ends: bound.ends?.map((end) =>
      end.filter(([at]) => at !== scale).map(([at, value]): ThetaValue => [place(at), value])
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
      return ofFactor(lowerOf(S, c));
    },
    freeFactor: bound.linear && bound.entries
      ? { places: placesOf(bound), of: (theta, at) => templateAt(bound, whole(theta, at)), theta: ofFactor }
      : undefined,
    relative(theta, at) {
      return triangleGram(split(bound, whole(theta, at)).A, c);
    },
    relativeFactor(theta, at) {
      return split(bound, whole(theta, at)).A;
    },
    extend: bound.extend && ((theta, at, position) => {
      const full = whole(theta, at), found = bound.extend!(full, 0, position);
      return { ...found, variance: found.variance / split(bound, full).lambda };
    }),
  };
}

/** The entry (i, j) of T that every θ is, in their order, of a structure whose T they fill. */
function placesOf(bound: Covariance): [number, number][] {
  const { width: c, thetas } = bound, one = new Float64Array(thetas);
  return Array.from(one, (_, k) => {
    one.fill(0);
    one[k] = 1;
    const at = templateAt(bound, one).indexOf(1);
    return [at % c, Math.floor(at / c)];
  });
}

function templateAt(bound: Covariance, theta: Float64Array): Float64Array {
  const T = new Float64Array(bound.width ** 2);
  bound.fill(theta, 0, T);
  return T;
}

/** A = T/√λ with λ = 1/‖T⁻¹‖², its inverse, and K = chol(I − A⁻¹A⁻ᵀ). */
interface Split {
  readonly T: Float64Array;
  readonly A: Float64Array;
  readonly inverse: Float64Array;
  readonly K: Float64Array;
  readonly lambda: number;
}

/**
 * T̃ = A K without the difference C/λ − I, which would be rounding error where what positions have in common is all but all of C:
 * A A^T − I = A (I − A⁻¹A⁻ᵀ) Aᵀ, and as tr A⁻¹A⁻ᵀ = 1 the diagonal of the middle is a sum of squares.
 */
function split(bound: Covariance, theta: Float64Array): Split {
  const c = bound.width, T = templateAt(bound, theta), inverse = new Float64Array(c * c);
  let trace = 0;
  for (let j = 0; j < c; j++) {
    const column = inverse.subarray(j * c, (j + 1) * c);
    column[j] = 1;
    triangularSolve(T, column, c, false);
    for (let i = j; i < c; i++) trace += column[i] ** 2;
  }
  const lambda = 1 / trace, root = Math.sqrt(lambda), K = new Float64Array(c * c);
  for (let k = 0; k < c * c; k++) inverse[k] *= root;
  for (let l = 0; l < c; l++) {
    for (let j = 0; j < c; j++) {
      for (let i = Math.max(j, l); i < c; i++) K[j * c + i] -= inverse[l * c + i] * inverse[l * c + j];
    }
  }
  const own = Float64Array.from({ length: c }, (_, j) => -K[j * c + j]); // squared lengths of the rows of A⁻¹
  for (let j = 0; j < c; j++) K[j * c + j] = own.reduce((s, v, i) => i === j ? s : s + v, 0);
  if (c > 1) denseCholesky(K, c);
  return { T, A: T.map((v) => v / root), inverse, K, lambda };
}

/** T̃ = A K; 0 of a single position. */
function rest({ A, K }: Split, c: number, T: Float64Array): void {
  T.fill(0, 0, c * c);
  for (let j = 0; j < c; j++) {
    for (let k = j; k < c; k++) {
      const f = K[j * c + k];
      for (let i = k; i < c; i++) T[j * c + i] += A[k * c + i] * f;
    }
  }
}

/**
 * Adjoint of T for that of T̃: Ā = D Kᵀ, K̄ = Aᵀ D, and with B = A⁻¹ and M = I − B Bᵀ by the adjoint of the Cholesky factor B̄ = −2 M̄ B,
 * Ā −= Bᵀ B̄ Bᵀ; then A = ν T, ν = ‖T⁻¹‖: T̄ = ν Ā − ν ⟨Ā, A⟩ Bᵀ B Bᵀ, since ∂ν/∂T = −T⁻ᵀT⁻¹T⁻ᵀ/ν.
 */
function adjoint({ A, inverse: B, K, lambda }: Split, c: number, D: Float64Array): Float64Array {
  const out = new Float64Array(c * c);
  if (c === 1) return out;
  const onA = lowerOf(times(D, false, K, true, c), c);
  const onM = choleskyAdjoint(K, lowerOf(times(A, true, D, false, c), c), c);
  const onB = times(onM, false, B, false, c).map((v) => -2 * v);
  const back = lowerOf(times(times(B, true, onB, false, c), false, B, true, c), c);
  let inner = 0;
  for (let k = 0; k < out.length; k++) {
    onA[k] -= back[k];
    inner += onA[k] * A[k];
  }
  const turn = lowerOf(times(times(B, true, B, false, c), false, B, true, c), c), nu = 1 / Math.sqrt(lambda);
  for (let k = 0; k < out.length; k++) out[k] = nu * (onA[k] - inner * turn[k]);
  return out;
}

/** X Y, either transposed, column-major. */
function times(X: Float64Array, xt: boolean, Y: Float64Array, yt: boolean, c: number): Float64Array {
  const out = new Float64Array(c * c);
  for (let j = 0; j < c; j++) {
    for (let k = 0; k < c; k++) {
      const f = yt ? Y[k * c + j] : Y[j * c + k];
      if (f !== 0) { for (let i = 0; i < c; i++) out[j * c + i] += f * (xt ? X[i * c + k] : X[k * c + i]); }
    }
  }
  return out;
}

/** The lower triangle, in place. */
function lowerOf(X: Float64Array, c: number): Float64Array {
  for (let j = 0; j < c; j++) X.fill(0, j * c, j * c + j);
  return X;
}
