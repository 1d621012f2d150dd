/** What a caller can say about a fit. */
import type { Family } from "../families/family.ts";
import type { Structure } from "../structures/structure.ts";
import type { Known } from "./known_precision.ts";
import type * as families from "../families/mod.ts";

/**
 * Name of a built-in family.
 *
 * @category Fit
 */
export type FamilyName = keyof typeof families;

/**
 * Settings of the optimiser; the defaults are meant to be left alone.
 *
 * @category Fit
 */
export interface FitControl {
  /** Most evaluations of the objective (500). */
  maxEvaluations?: number;
  /** Predicted decrease of the log-likelihood at which quasi-Newton steps end and Newton polishing begins (1e-9). */
  tolerance?: number;
  /**
   * Threads that factor the random effects where grouping factors cross and have more than some 500 levels, and that pass over the rows of
   * models other than Gaussian ones from some 300,000 rows on (80,000 where there are more than two). As many as the machine runs at once, up
   * to 4. The numbers are the same to the last bit however many there are.
   */
  threads?: number;
  /**
   * How models are searched whose grouping factors cross. "exact" (the default) factors the random effects, in time that grows
   * with the cube of the levels of the smaller factor. "iterative" solves with them by conjugate gradients and estimates determinant and inverse
   * with the same random vectors at every step (Kündig & Sigrist 2025); then it makes one factor, at the optimum, for the log-likelihood;
   * above 4 GiB none. The certificate says how far the estimates can be off. Worth while from some 4,000 levels of the smaller factor. "exact"
   * begins its search so from some 1,000 levels on, and ends it with factors.
   */
  crossed?: "exact" | "iterative";
  /** Called after every iteration with the log-likelihood so far and the number of evaluations. */
  onProgress?: (logLik: number, evaluations: number) => void;
}

/**
 * Options of {@link fit}.
 *
 * @category Fit
 */
export interface FitOptions {
  /** Distribution of the response: a name or a family with its link, e.g. `beta()`, `gamma("log")`. Default gaussian. */
  family?: Family | FamilyName;
  /**
   * Formula of the probability of an extra zero (logit scale), e.g. "~ mined + (1 | site)"; "~ ." is the formula of the mean
   * without its offsets, "~ 0" (the default) no zero inflation.
   */
  zeroInflation?: string;
  /**
   * Formula of the probability of a one (logit scale) of proportions, e.g. `family: "beta", oneInflation: "~ x"`; beside zero
   * inflation of a one among what is not 0. "~ ." and "~ 0" as above.
   */
  oneInflation?: string;
  /**
   * Formula of the log dispersion, e.g. "~ DOY", or "~ 0 + offset(o)" where it is known. Default "~ 1"; "~ ." as above. Of ordered
   * categories the log scale of the latent variable, which has no intercept.
   */
  dispersion?: string;
  /**
   * Of ordered categories the formula of nominal effects, e.g. "~ treat": every threshold has coefficients of its own of these terms,
   * so that their odds need not be proportional. A term stands here or in the main formula.
   */
  nominal?: string;
  /**
   * Covariance of the residuals of a Gaussian model, `"us(visit | subject)"`, `"ar1(time | plot)"`, `"exp(x + y | field)"`: the structure
   * over the positions of the rows of every group, in the place of independent residuals, as gls of R's nlme and MMRM have it. The
   * likelihood is that of the term `us(0 + factor(visit) | subject)` with `dispersion: "~ 0"`, whose effects are part of the mean, so
   * that nothing is left of the response; here they are the residuals: `fitted`, `predict` and `ranef` are without them.
   */
  residual?: string;
  /** Formulas of the family's further parameters by name: `{ df: "~ x" }`, `{ power: "~ 1" }`, each on its link scale. */
  shape?: Record<string, string>;
  /** Column of weights: a plain string means trials for binomial types, else frequencies (they multiply the log-likelihood). */
  weights?: string | { trials?: string; precision?: string; frequency?: string };
  /** Column added to the linear predictor of the mean. */
  offset?: string;
  /**
   * Restricted maximum likelihood (Harville 1974); default true for Gaussian identity models with one residual variance, else false. With
   * a dispersion formula, as glmmTMB's REML: the mean's coefficients are integrated, tests are z. Without random effects it is least
   * squares, R's lm: σ̂² = RSS/(n − p), t and F tests, and the log-likelihood of maximum likelihood; false is maximum likelihood
   * throughout, with z tests.
   */
  reml?: boolean;
  /** Points of adaptive Gauss–Hermite quadrature for a model with one scalar random effect; 1 is the Laplace approximation. */
  quadrature?: number;
  /** Coding of factors by name; default treatment, for ordered factors poly. */
  contrasts?: Record<string, "treatment" | "sum" | "helmert" | "poly">;
  /** Levels of factors in the order wanted, the first is the reference; or the reference alone, the others keep their order. */
  levels?: Record<string, string | number | (string | number)[]>;
  /**
   * How the levels of a grouping factor are related, by the factor's name: the precision or covariance of its labels, such as a
   * relationship matrix of animals or a phylogeny's. `(1 | animal)` then has cov(b) = σ² P⁻¹; labels without rows (ancestors) can be
   * predicted.
   */
  known?: Record<string, Known>;
  /** Covariance structures of your own by the name that the formula calls them: `{ cs }` for `cs(0 + t | g)`. */
  structures?: Record<string, Structure>;
  /**
   * Parameters that are held at a value instead of being estimated, by the names that {@link tidy} and {@link bootstrap} give them:
   * `{ "x": 0.5 }`, `{ "sd__(Intercept)|g": 1000 }`, `{ "cor__(Intercept).x|g": 0 }`, `{ "sigma": 1 }`, with "zi " or "disp " before
   * the names of those parts. A Gaussian model whose standard deviations are held is fitted by maximum likelihood.
   */
  fixed?: Record<string, number>;
  /**
   * Where the search begins, by the same names; what is left out starts where it would. The closed form of Gaussian models computes
   * coefficients and σ, so they need no start.
   */
  start?: Record<string, number>;
  /** Rows with missing values: "omit" (default, counted in a message) or "fail". */
  missing?: "omit" | "fail";
  /** Settings of the optimiser. */
  control?: FitControl;
}
