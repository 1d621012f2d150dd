/** Derivatives by central differences, where an exact first derivative is at hand and the second is wanted. */
import { Matrix } from "./dense.ts";
import type { KnownCurvature } from "./minimize.ts";

/**
 * Hessian from an exact gradient: H_ij ≈ (g_i(x + h_j e_j) − g_i(x − h_j e_j)) / 2h_j, symmetrised. Error O(h²).
 * @param steps h_j, a small fraction of each variable's scale.
 * @param known rows that are known and not looked for
 */
export function hessianFromGradient(
  gradient: (x: Float64Array, out: Float64Array) => void,
  x: Float64Array,
  steps: Float64Array,
  known: KnownCurvature = { at: [], curvature: Matrix.zeros(0, 0) },
): Matrix {
  const p = x.length,
    H = Matrix.zeros(p, p),
    up = new Float64Array(p),
    down = new Float64Array(p),
    at = x.slice();
  const unknown = Array.from(x.keys()).filter((j) => !known.at.includes(j));
  for (const j of unknown) {
    at[j] = x[j] + steps[j];
    gradient(at, up);
    at[j] = x[j] - steps[j];
    gradient(at, down);
    at[j] = x[j];
    for (const i of unknown) H.set(i, j, (up[i] - down[i]) / (2 * steps[j]));
  }
  known.at.forEach((i, a) => known.at.forEach((j, b) => H.set(i, j, known.curvature.get(a, b))));
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (H.get(i, j) + H.get(j, i)) / 2;
      H.set(i, j, mean);
      H.set(j, i, mean);
    }
  }
  return H;
}
