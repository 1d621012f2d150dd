/** Correlation matrices of which some entries are given. */
import { choleskyFactor, choleskySolve, copyOf, inverseFromFactor, Matrix } from "./dense.ts";

/** Newton steps, of which a hundredfold smaller determinant needs a dozen. */
const STEPS = 300;
/** Newton decrement λ² at which the given entries are met to rounding. */
const MET = 1e-20;

/**
 * The positive definite matrix with ones on its diagonal and the given entries that has the largest determinant (Dempster 1972,
 * Biometrics 28:157–175; Grone et al. 1984, Linear Algebra Appl. 58:109–124): the inverse of
 *
 *   K = argmin tr(K R) − log det K,     K_ij = 0 where no entry is given,
 *
 * which is convex and self-concordant, so that Newton steps shortened by 1 / (1 + λ) always end there. Where no positive definite
 * matrix has these entries there is no minimum, and what is returned does not have them either.
 *
 * @param given the entry of i < j, NaN where none is given
 */
export function largestCompletion(c: number, given: (i: number, j: number) => number): Matrix {
  const at: [number, number, number][] = []; // i ≤ j and R_ij
  for (let i = 0; i < c; i++) {
    for (let j = i; j < c; j++) {
      const r = i === j ? 1 : given(i, j);
      if (!Number.isNaN(r)) at.push([i, j, r]);
    }
  }
  let K = Matrix.eye(c), S = Matrix.eye(c);
  for (let step = 0; step < STEPS; step++) {
    const { direction, decrement } = newton(at, S);
    if (!(decrement > MET)) break;
    const f = 1 / (1 + Math.sqrt(decrement)), next = copyOf(K);
    at.forEach(([i, j], k) => {
      next.set(i, j, K.get(i, j) + f * direction[k]);
      next.set(j, i, next.get(i, j));
    });
    const L = choleskyFactor(next);
    if (!L) break;
    [K, S] = [next, inverseFromFactor(L)];
  }
  return S;
}

/** The Newton step in the entries of K at S = K⁻¹, and λ² = gᵀH⁻¹g. */
function newton(at: readonly (readonly [number, number, number])[], S: Matrix) {
  const twice = ([i, j]: readonly number[]) => i === j ? 1 : 2;
  const g = at.map((e) => twice(e) * (S.get(e[0], e[1]) - e[2])); // −∂/∂K_ij
  const H = new Matrix(
    at.map((a) =>
      at.map((b) => {
        const [i, j] = a, [k, l] = b;
        return twice(a) * twice(b) * (S.get(i, k) * S.get(j, l) + S.get(i, l) * S.get(j, k)) / 2;
      })
    ),
  );
  const L = choleskyFactor(H);
  if (!L) return { direction: new Float64Array(at.length), decrement: 0 };
  const direction = choleskySolve(L, g);
  return { direction, decrement: g.reduce((s, v, k) => s + v * direction[k], 0) };
}
