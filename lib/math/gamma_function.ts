/**
 * log Γ and its derivatives. Written here because lib-r-math.js needs 1.4 µs for one digamma and a fit asks for
 * millions. Stirling–Bernoulli series for large arguments, the recurrence below them, reflection for negative ones.
 * Source: Abramowitz & Stegun (1964), chapter 6, equations as numbered below.
 */
import { binet, BINET_SERIES_FROM, binetSeries, logRisingFactorial } from "./binet.ts";
import { HALF_LOG_2PI } from "./special.ts";

const LOG_PI = 1.1447298858494001741;
const ONE_MINUS_EULER = 0.42278433509846713939;

/** From here on the truncated series of ψ, ψ′, ψ″ are exact to rounding. */
const LARGE = 12;

/** Coefficients (−1)ᵏ (ζ(k) − 1) / k, k = 2, 3, …, of A&S 6.1.33; 4⁻²⁸ is below rounding for |z| ≤ ½. */
const TAYLOR = Float64Array.from(
  { length: 27 },
  (_, i) => (i % 2 === 0 ? 1 : -1) * zetaMinusOne(i + 2) / (i + 2),
);

/** ζ(k) − 1 by Euler–Maclaurin summation after sixty terms (A&S 23.2.9 and 3.6.28). */
function zetaMinusOne(k: number): number {
  const N = 60;
  const rest = N / (k - 1) + 1 / 2 + k / (12 * N) - k * (k + 1) * (k + 2) / (720 * N ** 3) +
    k * (k + 1) * (k + 2) * (k + 3) * (k + 4) / (30240 * N ** 5);
  let sum = N ** -k * rest;
  for (let j = N - 1; j >= 2; j--) sum += j ** -k;
  return sum;
}

/** log Γ(2 + z) = (1 − γ) z + Σ (−1)ᵏ (ζ(k) − 1) zᵏ / k for |z| ≤ ½ (A&S 6.1.33): exact also near its zero. */
function lgammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = TAYLOR.length - 1; k >= 0; k--) sum = TAYLOR[k] + z * sum;
  return z * (ONE_MINUS_EULER + z * sum);
}

/** sin(πx) and cos(πx) with the argument reduced first, so that large |x| keeps its digits. */
const sinPi = (x: number) => Math.sin(Math.PI * (x - 2 * Math.round(x / 2)));
const cosPi = (x: number) => Math.cos(Math.PI * (x - 2 * Math.round(x / 2)));

/**
 * log |Γ(x)|, to about 1e-15 relative (absolute near the zeros at negative x).
 * @param x any real number; Infinity is returned at the poles 0, −1, −2, …
 * Source: Abramowitz & Stegun (1964), 6.1.15, 6.1.17, 6.1.33, 6.1.41.
 */
export function lgamma(x: number): number {
  if (x >= BINET_SERIES_FROM) return (x - 0.5) * Math.log(x) - x + HALF_LOG_2PI + binetSeries(x);
  if (x > 2.5) {
    let product = 1, z = x;
    while (z > 2.5) product *= --z;
    return Math.log(product) + lgammaNearTwo(z - 2);
  }
  if (x >= 1.5) return lgammaNearTwo(x - 2);
  if (x >= 0.5) return lgammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x > 0) return lgammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x !== x) return NaN;
  return x === Math.floor(x) ? Infinity : LOG_PI - Math.log(Math.abs(sinPi(x))) - lgamma(1 - x);
}

/**
 * ψ(x) = d log Γ(x) / dx, to about 1e-15 relative (absolute near its zero at 1.4616).
 * @param x any real number; NaN at the poles 0, −1, −2, …
 * Source: Abramowitz & Stegun (1964), 6.3.5, 6.3.7, 6.3.18.
 */
export function digamma(x: number): number {
  if (x <= 0) return x === Math.floor(x) ? NaN : digamma(1 - x) - Math.PI * cosPi(x) / sinPi(x);
  let sum = 0;
  while (x < LARGE) sum += 1 / x++;
  const r = 1 / x, s = r * r;
  const series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 -
                        s / 12))))));
  return Math.log(x) - 0.5 * r - series - sum;
}

/**
 * ψ′(x), to about 1e-15 relative.
 * @param x any real number; Infinity at the poles 0, −1, −2, …
 * Source: Abramowitz & Stegun (1964), 6.4.6, 6.4.7, 6.4.12.
 */
export function trigamma(x: number): number {
  if (x <= 0) return x === Math.floor(x) ? Infinity : (Math.PI / sinPi(x)) ** 2 - trigamma(1 - x);
  let sum = 0;
  for (; x < LARGE; x++) sum += 1 / (x * x);
  const r = 1 / x, s = r * r;
  const series = s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - s * (5 / 66 - s * (691 / 2730 -
                        s * (7 / 6 - s * 3617 / 510)))))));
  return sum + r * (1 + 0.5 * r + series);
}

/**
 * ψ″(x), to about 1e-15 relative.
 * @param x any real number; NaN at the poles 0, −1, −2, …
 * Source: Abramowitz & Stegun (1964), 6.4.6, 6.4.7, 6.4.13.
 */
export function tetragamma(x: number): number {
  if (x <= 0) {
    if (x === Math.floor(x)) return NaN;
    const sine = sinPi(x);
    return tetragamma(1 - x) - 2 * Math.PI ** 3 * cosPi(x) / sine ** 3;
  }
  let sum = 0;
  for (; x < LARGE; x++) sum += 1 / (x * x * x);
  const r = 1 / x, s = r * r;
  const series = s * (1 / 2 - s * (1 / 6 - s * (1 / 6 - s * (3 / 10 - s * (5 / 6 - s * (691 / 210 -
                        s * (35 / 2 - s * (3617 / 30 - s * 43867 * 19 / 798))))))));
  return -2 * sum - s * (1 + r + series);
}

/**
 * log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b) for a, b > 0, without the cancellation of that difference.
 * Source: DiDonato & Morris (1992), Algorithm 708, section 3 (the idea); Binet's function as in `binet.ts`.
 */
export function lbeta(a: number, b: number): number {
  const p = Math.min(a, b), q = Math.max(a, b);
  if (q < LARGE) return lgamma(p) + lgamma(q) - lgamma(p + q);
  if (p < LARGE) return lgamma(p) - p * Math.log(q) - logRisingFactorial(p, q);
  const corrections = binet(p) + binet(q) - binet(p + q);
  return HALF_LOG_2PI - 0.5 * Math.log(q) + corrections + (p - 0.5) * Math.log(p / (p + q)) -
    q * Math.log1p(p / q);
}

/** log of the binomial coefficient n over k, 0 ≤ k ≤ n. */
export function lchoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : -Math.log(n + 1) - lbeta(n - k + 1, k + 1);
}
