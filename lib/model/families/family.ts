/**
 * What a response distribution is to the engine. One file per family implements {@link Family}; nothing outside
 * that file knows a family by name.
 */
import type { Link } from "../links/link.ts";
import type { Random } from "../../math/random.ts";

/** Observed response: `y` (successes when `trials` is given), one entry per row used. */
export interface Response {
  /** As in the formula. */
  readonly name: string;
  /** Values, or numbers of successes. */
  readonly y: Float64Array;
  /** Binomial numbers of trials, or null. */
  readonly trials: Float64Array | null;
}

/** Scale on which a family's kernel works: the "natural" linear predictor ζ with μ = ζ, exp ζ or 1/(1+exp −ζ). */
export type Scale = "identity" | "log" | "logit";

/** A linear predictor beyond the mean: dispersion ("disp") or a shape parameter ("df", "power", …). */
export interface PartSpec {
  /** How formulas and tables call it. */
  readonly name: string;
  /** What exp(η) of this part is, for people: "residual standard deviation", "precision φ", … */
  readonly meaning: string;
}

/**
 * Log-density ℓ of every row and its derivatives in the K linear predictors, as structure of arrays.
 * `d2[pair(k, l)]`, `d3[triple(k, l, m)]` hold ∂²ℓ/∂η_k∂η_l and ∂³ℓ/∂η_k∂η_l∂η_m (not negated, not weighted).
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
  /** Room for `n` rows and `K` linear predictors, all zero. */
  constructor(readonly n: number, readonly K: number) {
    const arrays = (count: number) => Array.from({ length: count }, () => new Float64Array(n));
    this.value = new Float64Array(n);
    this.d1 = arrays(K);
    this.d2 = arrays(K * (K + 1) / 2);
    this.d3 = arrays(K * (K + 1) * (K + 2) / 6);
  }
}

/** Position of the unordered pair {k, l} in `Jets.d2`. */
export function pair(k: number, l: number): number {
  return k >= l ? k * (k + 1) / 2 + l : l * (l + 1) / 2 + k;
}

/** Position of the unordered triple {k, l, m} in `Jets.d3`. */
export function triple(k: number, l: number, m: number): number {
  const hi = Math.max(k, l, m), lo = Math.min(k, l, m), mid = k + l + m - hi - lo;
  return hi * (hi + 1) * (hi + 2) / 6 + mid * (mid + 1) / 2 + lo;
}

type BivariateSlot = "value" | "a" | "b" | "aa" | "ab" | "bb" | "aaa" | "aab" | "abb" | "bbb";

/** The arrays for two linear predictors a and b (mean and dispersion), named by what they are the derivatives in. */
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

/**
 * Evaluates one response's log-density. Made once per fit, so it may hold tables (for instance log-gamma over the
 * distinct counts). `evaluate` fills `out` up to derivative `order` (0…3) and never allocates per row.
 */
export interface Kernel {
  /**
   * Fills `out` at these linear predictors.
   * @param eta ζ of the mean first, then the family's parts in order; each of length n
   */
  evaluate(eta: readonly Float64Array[], order: 0 | 1 | 2 | 3, out: Jets): void;
}

/** A response distribution. `phi` below is exp(η) of each part, one value per part (row-wise arrays where said). */
export interface Family {
  /** As printed and as the registry knows it. */
  readonly name: string;
  /** From the mean to the linear predictor. */
  readonly link: Link;
  /** Scale on which the kernel takes the mean. */
  readonly scale: Scale;
  /** Linear predictors beyond the mean: dispersion first, then shapes. */
  readonly parts: readonly PartSpec[];
  /** Numbers fixed when the family was made (degrees of freedom, …), to make it again elsewhere. */
  readonly fixed?: Readonly<Record<string, number>>;
  /**
   * For responses that may be measured in any unit: y → cy multiplies the mean by c and moves the linear predictor of
   * part k by `unitShift[k]` · log c. Absent for counts and proportions.
   */
  readonly unitShift?: readonly number[];
  /** Whole-number support: zero inflation mixes with f(0); continuous families get a point mass at 0 instead. */
  readonly discrete: boolean;
  /** Response is successes out of trials (weights given as a plain string are trials). */
  readonly usesTrials: boolean;
  /** Range of the response, for axes and messages. */
  readonly support: readonly [number, number];
  /** Throws RangeError naming response, row (original numbering through `rows`) and value when y is outside the support.
   * `zeroInflated`: y = 0 is then allowed. */
  check(response: Response, rows: ArrayLike<number>, zeroInflated: boolean): void;
  /** `constant[k]`: predictor k has the same value in every row (index 0 is the mean). */
  kernel(response: Response, constant: readonly boolean[]): Kernel;
  /** Starting mean per row, inside the range of μ (as R's mustart). */
  startMean(response: Response): Float64Array;
  /** Moment start for each part on its linear predictor scale, given means. */
  startParts(response: Response, mu: Float64Array, weights: Float64Array): number[];
  /** Variance of y (of the proportion y/trials for trials families) per unit: V(μ; φ…). */
  variance(mu: number, phi: readonly number[], trials: number): number;
  /** V(μ) where the variance is a constant times V(μ) (gaussian 1, gamma μ²): the scale of classical Pearson residuals. */
  unitVariance?(mu: number): number;
  /** Unit deviance 2(ℓ_saturated − ℓ) ≥ 0 of one row, φ as far as the family needs it. */
  unitDeviance(y: number, mu: number, phi: readonly number[], trials: number): number;
  /** sigma() as glmmTMB defines it for this family, from exp(η) of the parts. */
  sigma(phi: readonly number[]): number;
  /** What the model's summary says of the dispersion ("Dispersion parameter for beta family ()"), null when fixed at 1. */
  readonly dispersionLabel: string | null;
  /** One random response (successes for trials families). */
  simulate(random: Random, mu: number, phi: readonly number[], trials: number): number;
  /** P(Y ≤ y). */
  cdf(y: number, mu: number, phi: readonly number[], trials: number): number;
  /** Smallest y with P(Y ≤ y) ≥ p. */
  quantile(p: number, mu: number, phi: readonly number[], trials: number): number;
}
