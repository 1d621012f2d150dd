/** Distribution function, quantiles and variates of the Tweedie distribution as a Poisson number of gamma amounts. */
import { pgamma } from "../../math/distributions.ts";
import { binet } from "../../math/binet.ts";
import type { Random } from "../../math/random.ts";
import { relative } from "./tweedie_exponent.ts";
import { strideOf } from "./tweedie_series.ts";

/** Poisson mean λ, and shape and scale of an amount; whether there are so many that all of them are a gamma amount, and its shape and scale. */
function amounts(mu: number, phi: number, p: number) {
  const lambda = mu ** (2 - p) / (phi * (2 - p));
  return {
    lambda,
    shape: (2 - p) / (p - 1),
    scale: phi * (p - 1) * mu ** (p - 1),
    countless: lambda > COUNTLESS,
    whole: [mu ** (2 - p) / phi, phi * mu ** (p - 1)] as const,
  };
}

/**
 * Poisson mean beyond which the amounts are the gamma distribution of the same mean and variance: exactly so as p goes to 2, and nearly normal
 * with it to 1e-7 as φ goes to 0.
 */
const COUNTLESS = 1e15;

/** A variate. */
export function tweedieVariate(random: Random, mu: number, phi: number, p: number): number {
  const { lambda, shape, scale, countless, whole } = amounts(mu, phi, p);
  if (countless) return random.gamma(...whole);
  const number = random.poisson(lambda);
  return number === 0 ? 0 : random.gamma(number * shape, scale);
}

/** Poisson probability of j ≥ 1, also where λ is large. */
function poisson(j: number, lambda: number): number {
  return Math.exp(-lambda * relative(j / lambda, j - lambda, lambda) - binet(j)) / Math.sqrt(2 * Math.PI * j);
}

/**
 * P(Y ≤ y) = e^−λ + Σ_j Poisson(j; λ) P(gamma(ja) ≤ y), or 1 − Σ_j Poisson(j; λ) P(gamma(ja) > y) where less is above; every
 * Δ-th term where the Poisson distribution is wide, as in {@link TweedieSeries}.
 */
export function tweedieCdf(y: number, mu: number, phi: number, p: number): number {
  if (y < 0) return 0;
  if (y === Infinity) return 1;
  const { lambda, shape, scale, countless, whole } = amounts(mu, phi, p), none = Math.exp(-lambda);
  if (y === 0) return none;
  if (countless) return pgamma(y, ...whole);
  const lower = y <= mu,
    step = strideOf(lambda, Math.sqrt(lambda / (1 + shape))),
    first = Math.max(1, Math.round(lambda));
  let sum = 0;
  const add = (j: number) => {
    const weight = poisson(j, lambda);
    sum += weight * pgamma(y, j * shape, scale, lower);
    return weight > 1e-18;
  };
  for (let j = first; add(j); j += step);
  for (let j = first - step; j >= 1 && add(j); j -= step);
  return lower ? Math.min(1, none + step * sum) : Math.max(0, 1 - step * sum);
}

/** Smallest y with P(Y ≤ y) ≥ p: the root in log y, bracketed, then by regula falsi with halving (Illinois) and bisection in turn. */
export function tweedieQuantile(prob: number, mu: number, phi: number, p: number): number {
  if (!(prob >= 0 && prob <= 1)) return NaN;
  if (prob <= tweedieCdf(0, mu, phi, p)) return 0;
  if (prob === 1) return Infinity;
  const excess = (u: number) => tweedieCdf(Math.exp(u), mu, phi, p) - prob;
  let low = Math.log(mu), high = low, below = excess(low), above = below;
  for (let step = 1; low > -740 && below >= 0; step *= 2) below = excess(low -= step);
  for (let step = 1; high < 700 && above < 0; step *= 2) above = excess(high += step);
  let side = 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.max(1, Math.abs(high)); i++) {
    const falsi = low - below * (high - low) / (above - below),
      bisect = i % 4 === 3 || !(falsi > low && falsi < high);
    const middle = bisect ? (low + high) / 2 : falsi, e = excess(middle);
    if (middle === low || middle === high) break;
    if (e >= 0) {
      [high, above] = [middle, e];
      if (side === 1) below /= 2;
      side = 1;
    } else {
      [low, below] = [middle, e];
      if (side === -1) above /= 2;
      side = -1;
    }
    if (e === 0) break;
  }
  return Math.exp(high);
}
