/**
 * Arithmetic on the first n entries of vectors, one entry for each of many small problems of the same shape: what is a loop over two or three
 * numbers within a problem is one over a hundred problems here.
 */

/** out ← a x. */
export function scale(out: Float64Array, a: number, x: Float64Array, n: number) {
  for (let i = 0; i < n; i++) out[i] = a * x[i];
}

/** out += a x. */
export function addScaled(out: Float64Array, a: number, x: Float64Array, n: number) {
  for (let i = 0; i < n; i++) out[i] += a * x[i];
}

/** out −= x y. */
export function subtractProduct(out: Float64Array, x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) out[i] -= x[i] * y[i];
}

/** out ← x y. */
export function multiply(out: Float64Array, x: Float64Array, y: Float64Array, n: number) {
  for (let i = 0; i < n; i++) out[i] = x[i] * y[i];
}

/** out ← every `stride`-th entry of x from `at` on. */
export function take(out: Float64Array, x: Float64Array, at: number, stride: number, n: number) {
  for (let i = 0; i < n; i++, at += stride) out[i] = x[at];
}

/** Every `stride`-th entry of out from `at` on ← x. */
export function put(out: Float64Array, x: Float64Array, at: number, stride: number, n: number) {
  for (let i = 0; i < n; i++, at += stride) out[at] = x[i];
}

/** A product of roots whose logarithm is taken before it grows further. */
const LARGE = 1e150;

/** Square roots of pivots, in place, and their reciprocals. @returns the sum of the roots' logarithms, NaN where a pivot is not positive */
export function rootPivots(x: Float64Array, reciprocal: Float64Array, n: number): number {
  let log = 0, product = 1;
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(x[i]);
    x[i] = root;
    reciprocal[i] = 1 / root;
    product *= root;
    if (!(product < LARGE)) {
      log += Math.log(product);
      product = 1;
    }
  }
  return log + Math.log(product > 0 ? product : NaN);
}
