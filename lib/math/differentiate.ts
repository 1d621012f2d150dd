/** Derivatives by central differences, where an exact first derivative is at hand and the second is wanted. */
import { Matrix } from "./dense.ts";

/**
 * Hessian from an exact gradient: H_ij ≈ (g_i(x + h_j e_j) − g_i(x − h_j e_j)) / 2h_j, symmetrised. Error O(h²).
 * @param steps h_j, a small fraction of each variable's scale.
 */
export function hessianFromGradient(
  gradient: (x: Float64Array, out: Float64Array) => void,
  x: Float64Array,
  steps: Float64Array,
): Matrix {
  const p = x.length,
    H = Matrix.zeros(p, p),
    up = new Float64Array(p),
    down = new Float64Array(p),
    at = x.slice();
  for (let j = 0; j < p; j++) {
    at[j] = x[j] + steps[j];
    gradient(at, up);
    at[j] = x[j] - steps[j];
    gradient(at, down);
    at[j] = x[j];
    for (let i = 0; i < p; i++) H.set(i, j, (up[i] - down[i]) / (2 * steps[j]));
  }
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (H.get(i, j) + H.get(j, i)) / 2;
      H.set(i, j, mean);
      H.set(j, i, mean);
    }
  }
  return H;
}
