/** Derivatives of log-densities, row by row. */
import { rowVector } from "./shared_memory.ts";

/**
 * Log-density ℓ of every row and its derivatives in the K linear predictors, as structure of arrays.
 * `d2[pair(k, l)]`, `d3[triple(k, l, m)]` hold ∂²ℓ/∂η_k∂η_l and ∂³ℓ/∂η_k∂η_l∂η_m (not negated, not weighted).
 * Derivatives that a family declares zero share the array {@link Jets.zero}, which nobody writes to.
 *
 * @category Extend
 */
export class Jets {
  /** ℓ of every row. */
  readonly value: Float64Array;
  /** ∂ℓ/∂η_k. */
  readonly d1: Float64Array[];
  /** Second derivatives by {@link pair}. */
  readonly d2: Float64Array[];
  /** Third derivatives by {@link triple}. */
  readonly d3: Float64Array[];
  /** Stands for all derivatives that are zero in every row. */
  readonly zero: Float64Array;

  /**
   * Room for `n` rows and `K` linear predictors, all zero.
   * @param couples whether two different predictors have mixed derivatives; all do where absent
   */
  constructor(
    readonly n: number,
    readonly K: number,
    couples: (k: number, l: number) => boolean = () => true,
  ) {
    const joined = (k: number, l: number) => k === l || couples(k, l);
    const room = (stored: boolean) => stored ? rowVector(n) : this.zero;
    this.zero = rowVector(n);
    this.value = rowVector(n);
    this.d1 = Array.from({ length: K }, () => rowVector(n));
    this.d2 = [];
    this.d3 = [];
    for (let k = 0; k < K; k++) {
      for (let l = 0; l <= k; l++) {
        this.d2.push(room(joined(k, l)));
        for (let m = 0; m <= l; m++) this.d3.push(room(joined(k, l) && joined(k, m) && joined(l, m)));
      }
    }
  }
}

/** Those of the rows from … to − 1, in the same memory. */
export function jetsOfRows({ K, value, d1, d2, d3, zero }: Jets, from: number, to: number): Jets {
  const none = zero.subarray(from, to), some = (x: Float64Array) => x === zero ? none : x.subarray(from, to);
  return {
    n: to - from,
    K,
    value: some(value),
    d1: d1.map(some),
    d2: d2.map(some),
    d3: d3.map(some),
    zero: none,
  };
}

/**
 * Position of the unordered pair {k, l} in `Jets.d2`.
 *
 * @category Extend
 */
export function pair(k: number, l: number): number {
  return k >= l ? k * (k + 1) / 2 + l : l * (l + 1) / 2 + k;
}

/**
 * Position of the unordered triple {k, l, m} in `Jets.d3`.
 *
 * @category Extend
 */
export function triple(k: number, l: number, m: number): number {
  const hi = Math.max(k, l, m), lo = Math.min(k, l, m), mid = k + l + m - hi - lo;
  return hi * (hi + 1) * (hi + 2) / 6 + mid * (mid + 1) / 2 + lo;
}

/**
 * Derivatives in two predictors a and b by what they are derivatives in.
 *
 * @category Extend
 */
export type BivariateSlot = "value" | "a" | "b" | "aa" | "ab" | "bb" | "aaa" | "aab" | "abb" | "bbb";

/**
 * The arrays for two linear predictors a and b (mean and dispersion), named by what they are the derivatives in.
 *
 * @category Extend
 */
export function bivariate(
  { value, d1: [a, b], d2, d3 }: Jets,
): Readonly<Record<BivariateSlot, Float64Array>> {
  return {
    value,
    a,
    b,
    aa: d2[0],
    ab: d2[pair(1, 0)],
    bb: d2[pair(1, 1)],
    aaa: d3[0],
    aab: d3[triple(1, 0, 0)],
    abb: d3[triple(1, 1, 0)],
    bbb: d3[triple(1, 1, 1)],
  };
}
