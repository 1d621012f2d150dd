/** Sums and comparisons of vectors of any length: without a package, for threads that have rows of their own. */

/** Do two vectors have the same entries? */
export function isSame<T extends Float64Array | Int32Array>(x: T, y: T): boolean {
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

/** Σ x_i y_i. */
export function dot(x: Float64Array, y: Float64Array): number {
  let a = 0, b = 0, i = 0;
  for (; i + 1 < x.length; i += 2) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
  }
  return i < x.length ? a + b + x[i] * y[i] : a + b;
}

/** y += f x. */
export function axpy(f: number, x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) y[i] += f * x[i];
}
