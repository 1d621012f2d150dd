/**
 * The incomplete beta function I_x(a, b) and its inverse: t, F, beta, binomial and negative binomial probabilities are made of
 * it. Written here because lib-r-math.js has only about nine digits of it (and loses all of them, or throws, for small or
 * large shapes): pbeta(0.5, 0.001, 0.001) is 0.49999996 there.
 */
import { binet } from "./binet.ts";
import { lbeta } from "./gamma_function.ts";
import { HALF_LOG_2PI, log1mExp, log1pmx } from "./special.ts";

/** log(1 + v) − v where 1 + v = ratio is also known, which keeps the digits near v = −1. */
const shortfall = (v: number, ratio: number) => v > -0.5 ? log1pmx(v) : Math.log(ratio) - v;

/**
 * log[xᵃ yᵇ / B(a, b)], y = 1 − x. With λ = a y − b x, which is 0 at the mean, and Binet's R the large parts cancel on paper.
 */
function logPower(x: number, y: number, a: number, b: number, lambda: number): number {
  const n = a + b;
  const divergence = a * shortfall(-lambda / a, x * n / a) + b * shortfall(lambda / b, y * n / b);
  return divergence + 0.5 * Math.log(a * (b / n)) - HALF_LOG_2PI + binet(n) - binet(a) - binet(b);
}

/** Continued fraction for xᵃ yᵇ / (B(a, b) I_x(a, b)), λ ≥ 0, by Lentz's method. */
function fraction(x: number, a: number, b: number, lambda: number): number {
  const tiny = 1e-290;
  const denominator = (m: number) =>
    m + m * (b - m) * x / (a + 2 * m - 1) + (a + m) * (lambda + 1 + m * (2 - x)) / (a + 2 * m + 1);
  let value = a * (lambda + 1) / (a + 1), c = value, d = 0;
  for (let m = 1; m < 100000; m++) {
    const scale = a + 2 * m - 1;
    const numerator = (a + (m - 1)) / scale * ((a + b + m - 1) / scale) * m * (b - m) * x * x;
    const term = denominator(m);
    d = term + numerator * d;
    c = term + numerator / c;
    if (d === 0) d = tiny;
    if (c === 0) c = tiny;
    d = 1 / d;
    value *= c * d;
    if (Math.abs(c * d - 1) < 2e-16) break;
  }
  return value;
}

/**
 * log I_x(a, b), or log of its complement.
 * @param x, y 0 ≤ x ≤ 1 and y = 1 − x, both given so that neither loses digits
 * @param a, b shapes > 0
 * @param lower false: log(1 − I_x(a, b))
 * @returns the logarithm to about 1e-13 relative (1e-10 when a shape is below 0.01 and x near the mean)
 * Source: DiDonato & Morris (1992), Algorithm 708, ACM TOMS 18, eq. 9 (continued fraction).
 */
export function logIncompleteBeta(x: number, y: number, a: number, b: number, lower = true): number {
  if (x <= 0) return lower ? -Infinity : 0;
  if (y <= 0) return lower ? 0 : -Infinity;
  const lambda = a * y - b * x, below = lambda >= 0;
  const log = below
    ? logPower(x, y, a, b, lambda) - Math.log(fraction(x, a, b, lambda))
    : logPower(y, x, b, a, -lambda) - Math.log(fraction(y, b, a, -lambda));
  const tail = Math.min(0, log);
  return below === lower ? tail : log1mExp(tail);
}

/**
 * logit of the x with I_x(a, b) = p. The logit keeps the digits of x near 0 and of 1 − x near 1.
 *
 * log I is concave in u = logit x with slope at most a, so Newton's steps from the left climb to the root without
 * overshooting, and the asymptote a u − log(a B) supplies a start on the left.
 * @param logP, logQ logarithms of p and of 1 − p
 * Source: Newton's method; d I/du = xᵃ yᵇ / B(a, b).
 */
export function incompleteBetaQuantile(logP: number, logQ: number, a: number, b: number): number {
  if (logP > logQ) return -incompleteBetaQuantile(logQ, logP, b, a);
  if (logP === -Infinity) return -Infinity;
  const logBeta = lbeta(a, b);
  let u = (logP + Math.log(a) + logBeta) / a;
  if (u < -700) return u; // there the asymptote is exact
  u = Math.max(u, newton(Math.log(a / b), logP, a, b));
  for (let i = 0; i < 200; i++) {
    const next = newton(u, logP, a, b);
    if (!(Math.abs(next - u) > 4e-16 * Math.max(1, Math.abs(u)))) return next;
    u = next;
  }
  return u;
}

function newton(u: number, logP: number, a: number, b: number): number {
  const x = 1 / (1 + Math.exp(-u)), y = 1 / (1 + Math.exp(u));
  const log = logIncompleteBeta(x, y, a, b);
  const slope = Math.exp(logPower(x, y, a, b, a * y - b * x) - log);
  return u - (log - logP) / slope;
}
