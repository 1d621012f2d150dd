/** Orthonormal sets of vectors and what they leave. */
import { Matrix, symmetricEigen } from "./dense.ts";

/** Orthonormal columns orthogonal to some directions; null when there are none. */
export function orthogonalComplement(directions: readonly Float64Array[], size: number): Matrix | null {
  const span: Float64Array[] = [];
  for (const d of directions) addToSpan(span, d);
  return spanComplement(span, size);
}

/** Adds a vector to an orthonormal set; false when it lies in its span already. */
export function addToSpan(set: Float64Array[], vector: Float64Array): boolean {
  const size = Math.hypot(...vector), v = vector.map((x) => x / size);
  for (let pass = 0; pass < 2; pass++) {
    for (const q of set) {
      const c = q.reduce((s, x, i) => s + x * v[i], 0);
      for (let i = 0; i < v.length; i++) v[i] -= c * q[i];
    }
  }
  const left = Math.hypot(...v);
  if (!(left > 1e-6)) return false;
  set.push(v.map((x) => x / left));
  return true;
}

/** Orthonormal columns that span what a set leaves; null for the identity, when the set is empty. */
export function spanComplement(span: readonly Float64Array[], p: number): Matrix | null {
  if (span.length === 0) return null;
  const P = Matrix.eye(p);
  for (const q of span) {
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) P.set(i, j, P.get(i, j) - q[i] * q[j]);
  }
  const { values, vectors } = symmetricEigen(P);
  const kept = values.map((_, k) => k).filter((k) => values[k] > 0.5);
  return vectors.selection([...Array(p).keys()], kept);
}
