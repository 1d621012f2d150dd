/**
 * What a response distribution is to the engine. One file per family implements {@link Family}; nothing outside
 * that file knows a family by name.
 */
import type { Jets } from "../../math/jets.ts";
import type { Link, Scale } from "../links/link.ts";
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

/** A linear predictor beyond the mean: dispersion ("disp") or a shape parameter ("df", "power", …). */
export interface PartSpec {
  /** How formulas and tables call it. */
  readonly name: string;
  /** What exp(η) of this part is, for people: "residual standard deviation", "precision φ", … */
  readonly meaning: string;
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
