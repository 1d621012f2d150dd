/**
 * Numbers of twice the digits: a pair (hi, lo) with hi = fl(hi + lo) stands for hi + lo, some 32 decimal digits (Dekker 1971, Numer. Math.
 * 18:224–242). They are kept as two arrays, as a pair returned would be allocated.
 */

/** Splits 53 bits into two halves whose products are exact. */
const SPLIT = 2 ** 27 + 1;

/** What rounding leaves of the product p = fl(a b): a b − p, exactly. */
export function productRest(a: number, b: number, p: number): number {
  const ca = SPLIT * a, ah = ca - (ca - a), al = a - ah, cb = SPLIT * b, bh = cb - (cb - b), bl = b - bh;
  return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
}

/** What rounding leaves of the sum s = fl(a + b): a + b − s, exactly. */
export function sumRest(a: number, b: number, s: number): number {
  const t = s - a;
  return (a - (s - t)) + (b - t);
}

/** (hi, lo)[at] += a + rest, where rest is small beside a. */
export function addTo(hi: Float64Array, lo: Float64Array, at: number, a: number, rest: number) {
  const x = hi[at], s = x + a, r = sumRest(x, a, s) + (lo[at] + rest), sum = s + r;
  hi[at] = sum;
  lo[at] = r - (sum - s);
}

/** (hi, lo)[at] += (a + a′)(b + b′). */
export function addProduct(
  hi: Float64Array,
  lo: Float64Array,
  at: number,
  a: number,
  aRest: number,
  b: number,
  bRest: number,
) {
  const p = a * b;
  addTo(hi, lo, at, p, productRest(a, b, p) + (a * bRest + aRest * b));
}

/** (hi, lo)[at] /= d + d′. */
export function divideBy(hi: Float64Array, lo: Float64Array, at: number, d: number, dRest: number) {
  const q = hi[at] / d, p = q * d, left = (hi[at] - p) - productRest(q, d, p) + (lo[at] - q * dRest);
  const r = left / d, sum = q + r;
  hi[at] = sum;
  lo[at] = r - (sum - q);
}

/** (hi, lo)[at] = √(hi, lo)[at], which is positive. */
export function takeRoot(hi: Float64Array, lo: Float64Array, at: number) {
  const s = Math.sqrt(hi[at]), p = s * s, left = (hi[at] - p) - productRest(s, s, p) + lo[at];
  const r = left / (2 * s), sum = s + r;
  hi[at] = sum;
  lo[at] = r - (sum - s);
}

/** (hi, lo) += a, entry by entry. */
export function addTwofold(hi: Float64Array, lo: Float64Array, a: Float64Array) {
  for (let i = 0; i < a.length; i++) addTo(hi, lo, i, a[i], 0);
}
