/**
 * What a response distribution is to the engine: the linear predictors that it has ({@link Part}) and functions of one
 * row's predictors. One file per family implements {@link Family}; nothing outside that file knows a family by name.
 */
import type { Random } from "../../math/random.ts";
import type { Link, Scale } from "../links/link.ts";
import type { Jets } from "../../math/jets.ts";

/**
 * Observed response: `y` (successes when `trials` is given), one entry per row used.
 *
 * @category Extend
 */
export interface Response extends ResponseShape {
  /** As in the formula. */
  readonly name: string;
  /** Values, numbers of successes, or numbers of categories from 1 on. */
  readonly y: Float64Array;
  /** Binomial numbers of trials, or null. */
  readonly trials: Float64Array | null;
  /** What terms of the log-density without a parameter add to a row, in their place: of rows that stand for others. */
  readonly constant?: number;
}

/**
 * What the number of linear predictors may depend on.
 *
 * @category Extend
 */
export interface ResponseShape {
  /** Categories in their order, for families of categories. */
  readonly categories?: readonly string[] | null;
}

/**
 * One linear predictor of a family, and the parameter behind it: parameter = link⁻¹(η).
 *
 * @category Extend
 */
export interface Part {
  /** How formulas and tables call it: "cond" is the mean; "zi", "oi", "disp", "power", … */
  readonly name: string;
  /** The component that tables show, where several parts share one (thresholds); its name otherwise. */
  readonly component?: string;
  /** Name of its constant, where that is not "(Intercept)" (thresholds); its other coefficients have it before them: "a|b.x". */
  readonly term?: string;
  /** Between the parameter and η. */
  readonly link: Link;
  /** What the kernel takes. */
  readonly scale: Scale | "own";
  /** What the parameter is, for people: "residual standard deviation", "precision φ", … */
  readonly meaning: string;
  /** What to know of it where it is printed by itself: "with variance μ + μ²/θ". */
  readonly detail?: string;
  /** What a probability is of, in sentences. */
  readonly event?: string;
  /** Heading of its coefficients in the printed summary. */
  readonly title: string;
  /** Their heading in a notebook. */
  readonly heading: string;
  /** Possible values of the parameter. */
  readonly range: readonly [number, number];
  /** LaTeX of the parameter, of that of row i (with the subscript i where absent), and of its coefficients. */
  readonly latex: { readonly parameter: string; readonly indexed?: string; readonly coefficient: string };
  /** Option of fit() that gives its formula; `shape: { name: … }` where absent. The mean has the main formula. */
  readonly option?: "zeroInflation" | "oneInflation" | "dispersion" | "nominal";
  /** It has no intercept, because another part holds it. */
  readonly intercept?: "elsewhere";
  /** How much of a constant of the first predictor, which has no intercept, is one of this part. Absent where its η is not in the same unit. */
  readonly constant?: number;
  /** One of several of its component that increase from each to the next. */
  readonly increasing?: boolean;
  /** Formula where none is given. */
  readonly defaultFormula: string;
  /** It takes no predictors: one number for all rows. */
  readonly constantOnly?: boolean;
  /** Its coefficients are results of their own, listed with those of the mean also where they are a constant alone. */
  readonly shown?: boolean;
  /** Other names of prediction types: of the parameter and of η. */
  readonly types?: { readonly parameter?: string; readonly predictor?: string };
  /** A start by moments about the means `mu`, on the scale of η; rows count by their weights. */
  start?(response: Response, mu: Float64Array, weights: Float64Array): number;
  /** What it means that η runs to ±∞ in the rows of `where` (empty: in all), null where nothing special is known. */
  limit?(up: boolean, where: string): string | null;
}

/**
 * Evaluates one response's log-density. Made once per fit, so it may hold tables (for instance log-gamma over the
 * distinct counts). `evaluate` fills `out` up to derivative `order` (0…3) and never allocates per row.
 *
 * @category Extend
 */
export interface Kernel {
  /**
   * Fills `out` at these linear predictors.
   * @param eta ζ of every part in its order; each of length n
   */
  evaluate(eta: readonly Float64Array[], order: 0 | 1 | 2 | 3, out: Jets): void;
}

/**
 * One row's linear predictors η, in the order of the parts.
 *
 * @category Extend
 */
export type Predictors = ArrayLike<number>;

/**
 * What {@link Family.observationVariance} may need of a model.
 *
 * @category Extend
 */
export interface FittedAt {
  /** sigma() of the model. */
  readonly sigma: number;
  /** Parameters of the parts that are constants, in the order of the parts. */
  readonly parameters: readonly number[];
  /** Mean of the typical observation under the model without predictors. */
  nullMean(): number;
}

/**
 * Which of several families of one name this is: what formulas and response make of it, as plain data.
 *
 * @category Extend
 */
export interface FamilyVariant {
  /** A formula asks for its dispersion part. */
  readonly dispersion?: boolean;
  /** A formula asks for predictors of its thresholds. */
  readonly nominal?: boolean;
  /** Number of categories of the response. */
  readonly categories?: number;
  /** How its thresholds depend on each other. */
  readonly thresholds?: string;
}

/**
 * A response distribution. `eta` below are the predictors of one row.
 *
 * @category Extend
 */
export interface Family {
  /** As printed and as the registry knows it. */
  readonly name: string;
  /** In sentences: "negative binomial". */
  readonly noun: string;
  /** As printed: from the mean (of a category: its cumulative probability) to the linear predictor. */
  readonly link: Link;
  /** Numbers fixed when the family was made (degrees of freedom, …), to make it again elsewhere. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** A combinator's name, and the family that it was given. */
  readonly made?: { readonly by: string; readonly of: Family };
  /** Which of the families of its name it is, where there are several. */
  readonly variant?: FamilyVariant;
  /** Another one of these; absent where there is one. */
  as?(changes: FamilyVariant): Family;
  /** The family before zero and one inflation: what "conditional" means. Absent where it is the family itself. */
  readonly conditional?: Family;
  /** Linear predictors: the mean first, then dispersion, shapes, one inflation, zero inflation. */
  parts(response: ResponseShape): readonly Part[];
  /** Do the predictors k ≠ l ever have a non-zero mixed derivative? All do where absent. */
  couples?(k: number, l: number): boolean;
  /**
   * For responses that may be measured in any unit: y → cy multiplies the mean by c and moves the linear predictor of
   * part k + 1 by `unitShift[k]` · log c. Absent for counts and proportions.
   */
  readonly unitShift?: readonly number[];
  /** Whole-number support. */
  readonly discrete: boolean;
  /** Has the value y a positive probability? */
  mass(y: number): boolean;
  /** Of a formula that is no distribution everywhere: what its probabilities sum to, why, and the family to take instead. */
  readonly improper?: { total(eta: Predictors): number; readonly reason: string; readonly instead: string };
  /** Response is successes out of trials (weights given as a plain string are trials). */
  readonly usesTrials: boolean;
  /** Response is one of several ordered categories, and has probabilities in place of one mean. */
  readonly categories?: boolean;
  /** The first predictor has no intercept: another part holds it. */
  readonly intercept?: "elsewhere";
  /** Range of the response, for axes and messages. */
  readonly support: readonly [number, number];
  /** Throws RangeError naming response, row (original numbering through `rows`) and value when y is outside the support.
   * `zeroInflated`: y = 0 is then allowed. */
  check(response: Response, rows: ArrayLike<number>, zeroInflated: boolean): void;
  /** `constant[k]`: predictor k has the same value in every row (index 0 is the mean). */
  kernel(response: Response, constant: readonly boolean[]): Kernel;
  /** Starting value per row of the first part's parameter, inside its range (as R's mustart). */
  startMean(response: Response): Float64Array;
  /** E y (of the proportion y/trials for families with trials). */
  mean(eta: Predictors): number;
  /** ∂E y/∂η_k of every predictor. */
  meanSlopes(eta: Predictors, out: Float64Array): void;
  /** Predictors that E y depends on where it is not link⁻¹(η₀). */
  meanParts?(K: number): readonly number[];
  /** Variance of y (of the proportion y/trials for families with trials). */
  variance(eta: Predictors, trials: number): number;
  /** V(μ) where the variance is a constant times V(μ) (gaussian 1, gamma μ²): the scale of classical Pearson residuals. */
  unitVariance?(eta: Predictors): number;
  /** Unit deviance 2(ℓ_saturated − ℓ) ≥ 0 of one row, parameters as far as needed; absent: there is no saturated model. */
  unitDeviance?(y: number, eta: Predictors, trials: number): number;
  /** sigma() as glmmTMB defines it for this family, from the parameters of the parts that are constants. */
  sigma(parameters: readonly number[]): number;
  /** What the model's summary says of the dispersion ("Dispersion parameter for beta family ()"), null when fixed at 1. */
  readonly dispersionLabel: { readonly text: string; readonly squared?: boolean } | null;
  /** Its dispersion is the standard deviation of a residual, listed with the random effects. */
  readonly residual?: boolean;
  /** LaTeX of the distribution, from the symbols of its parameters. */
  latex(symbols: readonly string[]): string;
  /** Variance of an observation on the link scale, for R²; the delta method at the null model's mean where absent or null. */
  observationVariance?(at: FittedAt): { readonly variance: number; readonly method: string } | null;
  /** One random response (successes for families with trials, the number of a category). */
  simulate(random: Random, eta: Predictors, trials: number): number;
  /** P(Y ≤ y). */
  cdf(y: number, eta: Predictors, trials: number): number;
  /** Smallest y with P(Y ≤ y) ≥ p. */
  quantile(p: number, eta: Predictors, trials: number): number;
  /** P(Y = category) of every category, for families of categories. */
  probabilities?(eta: Predictors): Float64Array;
  /** Gradient of P(Y = category c, counted from 0) in the predictors. */
  probabilitySlopes?(eta: Predictors, c: number, out: Float64Array): void;
  /** The linear predictor of P(Y ≤ category k), counted from 0. */
  cut?(eta: Predictors, k: number): number;
  /** Its gradient in the predictors. */
  cutSlopes?(eta: Predictors, k: number, out: Float64Array): void;
  /** Weights of the predictors in what is compared on the link scale; the first alone where absent. */
  location?(K: number): readonly number[];
}
