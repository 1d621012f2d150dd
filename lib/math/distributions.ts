/**
 * Distribution functions and quantiles under R's names, with R's argument order and R's `lower.tail` and `log.p` as
 * trailing booleans. The one door to lib-r-math.js, which does the gamma, chi-square and Poisson distributions and the
 * studentized range. The normal and everything that rests on the incomplete beta function are our own (`normal.ts`,
 * `incomplete_beta.ts` says why).
 */
// deno-lint-ignore-file no-import-prefix -- an address with its version works from any folder
import * as R from "npm:lib-r-math.js@2.0.3";
import { lgamma } from "./gamma_function.ts";
import { incompleteBetaQuantile, logIncompleteBeta } from "./incomplete_beta.ts";
import { pnorm, qnorm } from "./normal.ts";
import { expit, log1mExp } from "./special.ts";

export { dnorm, pnorm, qnorm } from "./normal.ts";

/** Above these degrees of freedom t and F are the normal and chi-square to rounding. */
const INFINITE_DF = 1e15;

/** Relative tolerance of discrete quantiles. */
const ROUNDING = 64 * 2 ** -52;

const finish = (logP: number, log: boolean) => log ? logP : Math.exp(logP);

/** log p and log(1 − p) of the lower tail, from a probability of either tail. */
function bothTails(p: number, lower: boolean, log: boolean): [number, number] {
  const logP = log ? p : Math.log(p), logQ = log ? log1mExp(p) : Math.log1p(-p);
  return lower ? [logP, logQ] : [logQ, logP];
}

/** I_x(a, b) with x given by the odds x/(1 − x). */
function betaOfOdds(odds: number, a: number, b: number, lower: boolean, log: boolean): number {
  const logP = logIncompleteBeta(odds === Infinity ? 1 : odds / (1 + odds), 1 / (1 + odds), a, b, lower);
  return finish(logP, log);
}

/** Student's t distribution function with `df` degrees of freedom (Infinity: normal). */
export function pt(q: number, df: number, lower = true, log = false): number {
  if (Number.isNaN(q) || !(df > 0)) return NaN;
  if (df > INFINITE_DF) return pnorm(q, 0, 1, lower, log);
  const r = df / q / q; // odds of the beta variate df/(df + t²)
  const tail = logIncompleteBeta(r === Infinity ? 1 : r / (1 + r), 1 / (1 + r), df / 2, 0.5) - Math.LN2;
  const near = (q < 0) === lower;
  if (log) return near ? tail : log1mExp(tail);
  return near ? Math.exp(tail) : -Math.expm1(tail);
}

/** Quantile of Student's t. */
export function qt(p: number, df: number, lower = true, log = false): number {
  const [logP, logQ] = bothTails(p, lower, log);
  if (Number.isNaN(logP) || Number.isNaN(logQ) || !(df > 0)) return NaN;
  if (df > INFINITE_DF) return qnorm(p, 0, 1, lower, log);
  const tail = Math.min(logP, logQ) + Math.LN2; // both tails together
  if (tail >= 0) return 0;
  const logOdds = incompleteBetaQuantile(tail, log1mExp(tail), df / 2, 0.5);
  const t = Math.exp(0.5 * (Math.log(df) - logOdds));
  return logP < logQ ? -t : t;
}

/** Chi-square distribution function. */
export function pchisq(q: number, df: number, lower = true, log = false): number {
  return R.pchisq(q, df, undefined, lower, log);
}

/** Quantile of chi-square. */
export function qchisq(p: number, df: number, lower = true, log = false): number {
  return qgamma(p, df / 2, 2, lower, log);
}

/** F distribution function; `df2` may be Infinity. */
export function pf(q: number, df1: number, df2: number, lower = true, log = false): number {
  if (Number.isNaN(q) || !(df1 > 0) || !(df2 > 0)) return NaN;
  if (df2 > INFINITE_DF) return pchisq(q * df1, df1, lower, log);
  return betaOfOdds(Math.max(0, q) * (df1 / df2), df1 / 2, df2 / 2, lower, log);
}

/** Quantile of F; `df2` may be Infinity. */
export function qf(p: number, df1: number, df2: number, lower = true, log = false): number {
  const [logP, logQ] = bothTails(p, lower, log);
  if (Number.isNaN(logP) || Number.isNaN(logQ) || !(df1 > 0) || !(df2 > 0)) return NaN;
  if (df2 > INFINITE_DF) return qchisq(p, df1, lower, log) / df1;
  return Math.exp(Math.log(df2 / df1) + incompleteBetaQuantile(logP, logQ, df1 / 2, df2 / 2));
}

/** Gamma distribution function with mean shape × scale. */
export function pgamma(q: number, shape: number, scale = 1, lower = true, log = false): number {
  return R.pgamma(q, shape, undefined, scale, lower, log);
}

/**
 * Quantile of the gamma distribution with mean shape × scale. log F and log(1 − F) are concave in u = log x, so Newton's
 * steps on the smaller tail approach the root from one side (lib-r-math.js misses it for p below 1e-16).
 */
export function qgamma(p: number, shape: number, scale = 1, lower = true, log = false): number {
  const [logP, logQ] = bothTails(p, lower, log);
  if (Number.isNaN(logP) || Number.isNaN(logQ) || !(shape > 0)) return NaN;
  if (logP === -Infinity) return 0;
  if (logQ === -Infinity) return Infinity;
  const left = logP <= logQ, target = left ? logP : logQ, logGamma = lgamma(shape);
  // On the left the asymptote shape · u − log Γ(shape + 1) gives a start below the root, which is exact far out.
  const asymptote = (logP + Math.log(shape) + logGamma) / shape;
  let u = left ? asymptote : Math.log(shape);
  for (let i = 0; i < 300 && u > -700; i++) {
    const x = Math.exp(u), tail = pgamma(x, shape, 1, left, true);
    const step = (target - tail) / Math.exp(shape * u - x - logGamma - tail) * (left ? 1 : -1);
    u += Math.max(-3, Math.min(3, step));
    if (Math.abs(step) <= 4e-16 * Math.max(1, Math.abs(u))) break;
  }
  return scale * Math.exp(u);
}

/** Beta distribution function, the regularised incomplete beta function. */
export function pbeta(q: number, shape1: number, shape2: number, lower = true, log = false): number {
  if (Number.isNaN(q) || !(shape1 > 0) || !(shape2 > 0)) return NaN;
  return finish(logIncompleteBeta(q, 1 - q, shape1, shape2, lower), log);
}

/** Quantile of the beta distribution. */
export function qbeta(p: number, shape1: number, shape2: number, lower = true, log = false): number {
  const [logP, logQ] = bothTails(p, lower, log);
  if (Number.isNaN(logP) || Number.isNaN(logQ) || !(shape1 > 0) || !(shape2 > 0)) return NaN;
  return expit(incompleteBetaQuantile(logP, logQ, shape1, shape2));
}

/** Binomial distribution function. */
export function pbinom(q: number, size: number, prob: number, lower = true, log = false): number {
  const k = Math.floor(q);
  if (Number.isNaN(k) || !(size >= 0) || !(prob >= 0 && prob <= 1)) return NaN;
  if (k < 0 || k >= size) return finish((k >= size) === lower ? 0 : -Infinity, log);
  return finish(logIncompleteBeta(1 - prob, prob, size - k, k + 1, lower), log);
}

/** Smallest x with P(X ≤ x) ≥ p for a binomial. */
export function qbinom(p: number, size: number, prob: number, lower = true, log = false): number {
  const spread = Math.sqrt(size * prob * (1 - prob));
  return smallest(p, size * prob, spread, size, lower, log, (k) => pbinom(k, size, prob, lower, log));
}

/** Poisson distribution function. */
export function ppois(q: number, lambda: number, lower = true, log = false): number {
  return R.ppois(q, lambda, lower, log);
}

/** Smallest x with P(X ≤ x) ≥ p for a Poisson. */
export function qpois(p: number, lambda: number, lower = true, log = false): number {
  return smallest(p, lambda, Math.sqrt(lambda), Infinity, lower, log, (k) => ppois(k, lambda, lower, log));
}

/** Negative binomial distribution function by mean: variance mu + mu²/size; size = Infinity is Poisson. */
export function pnbinom(q: number, size: number, mu: number, lower = true, log = false): number {
  const k = Math.floor(q);
  if (Number.isNaN(k) || !(size > 0) || !(mu >= 0)) return NaN;
  if (size === Infinity) return ppois(q, mu, lower, log);
  if (k < 0 || mu === 0) return finish((k >= 0) === lower ? 0 : -Infinity, log);
  return finish(logIncompleteBeta(size / (size + mu), mu / (size + mu), size, k + 1, lower), log);
}

/** Smallest x with P(X ≤ x) ≥ p for a negative binomial by mean. */
export function qnbinom(p: number, size: number, mu: number, lower = true, log = false): number {
  const spread = Math.sqrt(mu + mu * (mu / size));
  return smallest(p, mu, spread, Infinity, lower, log, (k) => pnbinom(k, size, mu, lower, log));
}

/** Studentized range distribution function for `means` groups and `df` residual degrees of freedom. */
export function ptukey(q: number, means: number, df: number, lower = true, log = false): number {
  return R.ptukey(q, means, df, 1, lower, log);
}

/** Quantile of the studentized range. */
export function qtukey(p: number, means: number, df: number, lower = true, log = false): number {
  return R.qtukey(p, means, df, 1, lower, log);
}

/**
 * Smallest whole k ≥ 0 whose lower tail reaches p (or whose upper tail has come down to p): strides that double away from
 * the normal approximation until they bracket it, then bisection.
 */
export function smallest(
  p: number,
  mean: number,
  spread: number,
  last: number,
  lower: boolean,
  log: boolean,
  tail: (k: number) => number,
): number {
  const [logP, logQ] = bothTails(p, lower, log);
  if (Number.isNaN(logP) || Number.isNaN(logQ) || Number.isNaN(tail(0))) return NaN;
  if (logQ === -Infinity) return last;
  // A hair of tolerance, so that quantile(cdf(k)) is k although the two tails are rounded differently.
  const hair = ROUNDING * (log ? -p : Math.min(p, 1 - p));
  const reached = (k: number) => k >= last || (lower ? tail(k) >= p - hair : tail(k) <= p + hair);
  const z = qnorm(p, 0, 1, lower, log);
  let high = Math.max(0, Math.min(last, Math.floor(mean + z * spread))),
    low = high,
    stride = 1 + Math.floor(spread / 8);
  if (!(high < Infinity)) return high;
  while (!reached(high)) low = high, high += stride, stride *= 2;
  if (low === high) {
    stride = 1 + Math.floor(spread / 8);
    while (low >= 0 && reached(low)) high = low, low -= stride, stride *= 2;
    low = Math.max(low, -1);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}
