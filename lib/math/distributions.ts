/**
 * The one door to lib-r-math.js: distribution functions and quantiles under R's names, with R's argument order and
 * R's `lower.tail` and `log.p` as trailing booleans. The normal distribution is our own (`normal.ts`), because hot
 * loops need it.
 */
import * as R from "lib-r-math.js";

export { dnorm, pnorm, qnorm } from "./normal.ts";

/** Student's t distribution function with `df` degrees of freedom (Infinity: normal). */
export function pt(q: number, df: number, lower = true, log = false): number {
  return R.pt(q, df, undefined, lower, log);
}

/** Quantile of Student's t. */
export function qt(p: number, df: number, lower = true, log = false): number {
  return R.qt(p, df, undefined, lower, log);
}

/** Chi-square distribution function. */
export function pchisq(q: number, df: number, lower = true, log = false): number {
  return R.pchisq(q, df, undefined, lower, log);
}

/** Quantile of chi-square. */
export function qchisq(p: number, df: number, lower = true, log = false): number {
  return R.qchisq(p, df, undefined, lower, log);
}

/** F distribution function. */
export function pf(q: number, df1: number, df2: number, lower = true, log = false): number {
  return R.pf(q, df1, df2, undefined, lower, log);
}

/** Quantile of F. */
export function qf(p: number, df1: number, df2: number, lower = true, log = false): number {
  return R.qf(p, df1, df2, undefined, lower, log);
}

/** Gamma distribution function with mean shape × scale. */
export function pgamma(q: number, shape: number, scale = 1, lower = true, log = false): number {
  return R.pgamma(q, shape, undefined, scale, lower, log);
}

/** Quantile of the gamma distribution with mean shape × scale. */
export function qgamma(p: number, shape: number, scale = 1, lower = true, log = false): number {
  return R.qgamma(p, shape, undefined, scale, lower, log);
}

/** Beta distribution function, the regularised incomplete beta function. */
export function pbeta(q: number, shape1: number, shape2: number, lower = true, log = false): number {
  return R.pbeta(q, shape1, shape2, undefined, lower, log);
}

/** Quantile of the beta distribution. */
export function qbeta(p: number, shape1: number, shape2: number, lower = true, log = false): number {
  return R.qbeta(p, shape1, shape2, undefined, lower, log);
}

/** Binomial distribution function. */
export function pbinom(q: number, size: number, prob: number, lower = true, log = false): number {
  return R.pbinom(q, size, prob, lower, log);
}

/** Smallest x with P(X ≤ x) ≥ p for a binomial. */
export function qbinom(p: number, size: number, prob: number, lower = true, log = false): number {
  return R.qbinom(p, size, prob, lower, log);
}

/** Poisson distribution function. */
export function ppois(q: number, lambda: number, lower = true, log = false): number {
  return R.ppois(q, lambda, lower, log);
}

/** Smallest x with P(X ≤ x) ≥ p for a Poisson. */
export function qpois(p: number, lambda: number, lower = true, log = false): number {
  return R.qpois(p, lambda, lower, log);
}

/** Negative binomial distribution function by mean: variance mu + mu²/size. */
export function pnbinom(q: number, size: number, mu: number, lower = true, log = false): number {
  return R.pnbinom(q, size, undefined, mu, lower, log);
}

/** Smallest x with P(X ≤ x) ≥ p for a negative binomial by mean. */
export function qnbinom(p: number, size: number, mu: number, lower = true, log = false): number {
  return R.qnbinom(p, size, undefined, mu, lower, log);
}

/** Studentized range distribution function for `means` groups and `df` residual degrees of freedom. */
export function ptukey(q: number, means: number, df: number, lower = true, log = false): number {
  return R.ptukey(q, means, df, 1, lower, log);
}

/** Quantile of the studentized range. */
export function qtukey(p: number, means: number, df: number, lower = true, log = false): number {
  return R.qtukey(p, means, df, 1, lower, log);
}
