/** Gauss–Hermite quadrature: ∫ f(t) e^{−t²} dt ≈ Σ w_j f(t_j). */
import { Matrix, symmetricEigen } from "./dense.ts";

/**
 * Nodes and weights from the eigenvalues of the Jacobi matrix (Golub & Welsch 1969, Math. Comp. 23:221–230).
 * @param k number of nodes; exact for polynomials up to degree 2k − 1
 */
export function gaussHermite(k: number): { nodes: Float64Array; weights: Float64Array } {
  const J = Matrix.zeros(k, k);
  for (let i = 1; i < k; i++) {
    J.set(i, i - 1, Math.sqrt(i / 2));
    J.set(i - 1, i, Math.sqrt(i / 2));
  }
  const { values, vectors } = symmetricEigen(J);
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  return {
    nodes: Float64Array.from(order, (i) => values[i]),
    weights: Float64Array.from(order, (i) => Math.sqrt(Math.PI) * vectors.get(0, i) ** 2),
  };
}
