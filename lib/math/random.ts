/**
 * Random numbers that are R's: `seed(123)` gives the uniforms and normals that R gives after `set.seed(123)`, bit for
 * bit, on every machine. The remaining distributions use published algorithms on top of those two (their draws are
 * reproducible, but not R's).
 */
import { MersenneTwister } from "./mersenne_twister.ts";
import { qnorm } from "./normal.ts";

/** A stream of random numbers. */
export interface Random {
  /** Uniform on (0, 1), never an end point. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Standard exponential. */
  exponential(): number;
  /** Gamma with mean `shape` × `scale`. */
  gamma(shape: number, scale?: number): number;
  beta(shape1: number, shape2: number): number;
  chiSquare(df: number): number;
  studentT(df: number): number;
  binomial(size: number, probability: number): number;
  poisson(mean: number): number;
  /** Negative binomial with variance mean + mean² / size. */
  negativeBinomial(size: number, mean: number): number;
}
