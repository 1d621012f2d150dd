/** Link functions: η = g(μ). One file each; `mod.ts` of this folder is the registry. */

/**
 * Scale on which a family's kernel works: the "natural" linear predictor ζ with μ = ζ, exp ζ or 1/(1+exp −ζ).
 *
 * @category Extend
 */
export type Scale = "identity" | "log" | "logit";

/**
 * Fills `out` with ζ(η), ζ'(η), ζ''(η), ζ'''(η), where ζ is the family's natural scale (identity, log or logit of μ).
 * Written per link so that the tails stay exact (log Φ instead of log of Φ).
 *
 * @category Extend
 */
export type Composition = (eta: number, out: Float64Array) => void;

/**
 * A link function g with inverse h: μ = h(η).
 *
 * @category Extend
 */
export interface Link {
  /** As printed and as the registry knows it. */
  readonly name: string;
  /** h(η). */
  mean(eta: number): number;
  /** g(μ). */
  eta(mu: number): number;
  /** dμ/dη at η. */
  slope(eta: number): number;
  /** Is η inside the domain that gives a mean in `range`? (identity link for a Poisson mean: η > 0.) */
  valid(eta: number, scale: Scale): boolean;
  /** ζ on the family's scale, or null when ζ = η (the canonical pairing: log on log, logit on logit, identity on identity). */
  onto(scale: Scale): Composition | null;
}
