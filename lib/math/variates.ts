/** Random variates by rejection and inversion, on top of uniforms and normals. */
import { lgamma } from "./gamma_function.ts";

/** What the algorithms draw from. */
interface Source {
  uniform(): number;
  normal(): number;
}

/** Below this mean, counts are found by walking up the distribution function; above it, by rejection. */
const WALK = 10;

/**
 * Gamma with the given shape and scale 1.
 * Source: Marsaglia & Tsang (2000), "A simple method for generating gamma variables", ACM TOMS 26.
 */
export function gammaVariate(source: Source, shape: number): number {
  if (!(shape < Infinity)) return shape; // no draw would ever be accepted
  if (shape < 1) return Math.exp(logGammaVariate(source, shape));
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = source.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root, u = source.uniform(), xx = x * x;
    if (u < 1 - 0.0331 * xx * xx || Math.log(u) < 0.5 * xx + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** log of a gamma variate; for shape < 1 that of shape + 1 times U^(1/shape), which may underflow (same source, section 6). */
export function logGammaVariate(source: Source, shape: number): number {
  if (shape >= 1) return Math.log(gammaVariate(source, shape));
  const larger = Math.log(gammaVariate(source, shape + 1));
  return larger + Math.log(source.uniform()) / shape;
}

/**
 * Poisson count.
 * Source: inversion for small means; else PTRS of Hörmann (1993), "The transformed rejection method for generating Poisson
 * random variables", Insurance: Mathematics and Economics 12.
 */
export function poissonVariate(source: Source, mean: number): number {
  if (!(mean < Infinity)) return mean; // no draw would ever be accepted
  if (mean < WALK) return walkPoisson(source.uniform(), mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean), a = -0.059 + 0.02483 * b;
  const quick = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = source.uniform() - 0.5, v = source.uniform(), s = 0.5 - Math.abs(u);
    const k = Math.floor((2 * a / s + b) * u + mean + 0.43);
    if (s >= 0.07 && v <= quick) return k;
    if (k < 0 || (s < 0.013 && v > s)) continue;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const bound = -mean + k * Math.log(mean) - lgamma(k + 1);
    if (Math.log(v * inverseAlpha / (a / (s * s) + b)) <= bound) return k;
  }
}

function walkPoisson(u: number, mean: number): number {
  let k = 0;
  for (let p = Math.exp(-mean); u > p && p > 0; p *= mean / ++k) u -= p;
  return k;
}

/**
 * Binomial count.
 * Source: inversion for small means; else BTRS of Hörmann (1993), "The generation of binomial random variates", Journal of
 * Statistical Computation and Simulation 46.
 */
export function binomialVariate(source: Source, size: number, probability: number): number {
  if (Number.isNaN(probability)) return NaN;
  if (size === 1) return source.uniform() < probability ? 1 : 0;
  if (probability > 0.5) return size - binomialVariate(source, size, 1 - probability);
  if (size * probability < WALK) return walkBinomial(source.uniform(), size, probability);
  return transformedBinomial(source, size, probability);
}

function walkBinomial(u: number, size: number, probability: number): number {
  const odds = probability / (1 - probability);
  let k = 0;
  for (let p = Math.exp(size * Math.log1p(-probability)); u > p && k < size; k++) {
    u -= p;
    p *= odds * (size - k) / (k + 1);
  }
  return k;
}

function transformedBinomial(source: Source, size: number, probability: number): number {
  const spread = Math.sqrt(size * probability * (1 - probability)), centre = size * probability + 0.5;
  const b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * probability, quick = 0.92 - 4.2 / b;
  const mode = Math.floor((size + 1) * probability);
  for (;;) {
    const u = source.uniform() - 0.5, v = source.uniform(), s = 0.5 - Math.abs(u);
    const k = Math.floor((2 * a / s + b) * u + centre);
    if (s >= 0.07 && v <= quick) return k;
    if (k < 0 || k > size) continue;
    const alpha = (2.83 + 5.1 / b) * spread;
    const ratio = lgamma(mode + 1) + lgamma(size - mode + 1) - lgamma(k + 1) - lgamma(size - k + 1) +
      (k - mode) * Math.log(probability / (1 - probability));
    if (Math.log(v * alpha / (a / (s * s) + b)) <= ratio) return k;
  }
}
