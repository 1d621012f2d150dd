/**
 * Random numbers that are R's: `seed(123)` gives the uniforms and normals that R gives after `set.seed(123)`. The
 * remaining distributions use published algorithms on top of those two: the same draws on every machine, though not R's.
 */
import { MersenneTwister } from "./mersenne_twister.ts";
import { standardQuantile } from "./normal.ts";
import { binomialVariate, gammaVariate, logGammaVariate, poissonVariate } from "./variates.ts";

/**
 * A stream of random numbers.
 *
 * @category Extend
 */
export interface Random {
  /** Uniform on (0, 1), never an end point. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Standard exponential. */
  exponential(): number;
  /** Gamma with mean `shape` × `scale`; never 0. */
  gamma(shape: number, scale?: number): number;
  /** Beta; never exactly 0 or 1. */
  beta(shape1: number, shape2: number): number;
  /** Chi-square with mean `df`. */
  chiSquare(df: number): number;
  /** Student's t; df = Infinity is normal. */
  studentT(df: number): number;
  /** Successes out of `size` trials. */
  binomial(size: number, probability: number): number;
  /** Counts with variance equal to the mean. */
  poisson(mean: number): number;
  /** Negative binomial with variance mean + mean² / size; size = Infinity is Poisson. */
  negativeBinomial(size: number, mean: number): number;
}

/** 2²⁷: R makes a normal from 27 bits of one uniform and all of the next, so that the far tails are reached. */
const BIG = 134217728;
const BELOW_ONE = 1 - 2 ** -53;

class Stream implements Random {
  readonly #twister: MersenneTwister;

  constructor(seed: number) {
    this.#twister = new MersenneTwister(seed);
  }
  uniform(): number {
    return this.#twister.uniform();
  }
  normal(): number {
    const coarse = Math.floor(BIG * this.#twister.uniform());
    return standardQuantile((coarse + this.#twister.uniform()) / BIG);
  }
  exponential(): number {
    return -Math.log(this.#twister.uniform());
  }
  gamma(shape: number, scale = 1): number {
    return Math.max(Number.MIN_VALUE, scale * gammaVariate(this, shape));
  }
  beta(shape1: number, shape2: number): number {
    // X/(X + Y) of two gammas; on the log scale because with small shapes both underflow.
    const logOdds = logGammaVariate(this, shape1) - logGammaVariate(this, shape2);
    return Math.min(BELOW_ONE, Math.max(Number.MIN_VALUE, 1 / (1 + Math.exp(-logOdds))));
  }
  chiSquare(df: number): number {
    return this.gamma(df / 2, 2);
  }
  studentT(df: number): number {
    return df === Infinity ? this.normal() : this.normal() / Math.sqrt(this.chiSquare(df) / df);
  }
  binomial(size: number, probability: number): number {
    return binomialVariate(this, size, probability);
  }
  poisson(mean: number): number {
    return poissonVariate(this, mean);
  }
  negativeBinomial(size: number, mean: number): number {
    return poissonVariate(this, size === Infinity ? mean : gammaVariate(this, size) * (mean / size));
  }
}

/**
 * A stream started as R's `set.seed(n)` starts it (Mersenne Twister, inversion).
 * @param n whole number of 32 bits
 * @throws RangeError when n is not one
 * Source: Matsumoto & Nishimura (1998) for the uniforms, Wichura (1988) for the normals; reference case `rng_vectors`.
 */
export function seed(n: number): Random {
  if (!Number.isInteger(n) || n < -(2 ** 31) || n >= 2 ** 32) {
    throw new RangeError(
      `Cannot seed the random numbers: seed is ${n}, it should be a whole number of 32 bits`,
    );
  }
  return new Stream(n);
}

/**
 * Seed of child stream `index` of `n`, for work split over workers or simulations: `seed(childSeed(n, i))`. The children of
 * one seed all have different seeds: mix(mix(n) + i · 0x9e3779b9) in 32 bits, where mix is MurmurHash3's finalizer, a
 * bijection that changes half of the bits when one changes.
 * @param index 0, 1, 2, …
 * Source: Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", section 4.
 */
export function childSeed(n: number, index: number): number {
  return mix(mix(n | 0) + Math.imul(index, 0x9e3779b9));
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * R's vector generators on one stream.
 *
 * @category Extend
 */
export interface SeededGenerators {
  /** n uniforms between min (0) and max (1). */
  runif(n: number, min?: number, max?: number): number[];
  /** n normals with mean (0) and standard deviation sd (1). */
  rnorm(n: number, mean?: number, sd?: number): number[];
}

/**
 * `const { rnorm, runif } = setSeed(123)`: the vectors that R's `rnorm` and `runif` return after `set.seed(123)`, in the order of
 * the calls.
 *
 * ```ts
 * import { dataset, fit, setSeed, simulate } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * setSeed(1);
 * simulate(model, { n: 1 }); // the same in every run
 * ```
 *
 * @throws RangeError when the seed is not a whole number of 32 bits; TypeError for a second argument
 * @category Data and grids
 */
export function setSeed(n: number): SeededGenerators {
  if (arguments.length > 1) {
    throw new TypeError(
      "Cannot use setSeed(): it takes a number, the generators are those that R has by default",
    );
  }
  const random = seed(n);
  return {
    runif: (count, min = 0, max = 1) => draws("runif", count, () => min + (max - min) * random.uniform()),
    rnorm: (count, mean = 0, sd = 1) => draws("rnorm", count, () => mean + sd * random.normal()),
  };
}

function draws(name: string, count: number, draw: () => number): number[] {
  if (Number.isInteger(count) && count >= 0) return Array.from({ length: count }, draw);
  throw new RangeError(`Cannot draw ${String(count)} numbers with ${name}(): it should be a whole number`);
}
