/** From the scale on which estimates are linear to the scale that people read. */

/** A map between the linear predictor and the scale that people read. */
export interface ScaleMap {
  /** The scale that is left: "logit", "log", "log odds ratio". */
  readonly name: string;
  /** η = g(μ). */
  eta(mu: number): number;
  /** μ = h(η). */
  mean(eta: number): number;
  /** h′(η). */
  slope(eta: number): number;
}

/** A monotone map of estimates, with what the notes say of it. */
export interface BackTransform extends ScaleMap {
  /** What a difference on this scale becomes: ratios from logs, odds ratios from logits, nothing else. */
  readonly difference: "ratio" | "odds ratio" | null;
  /** Estimates become ratios: their names read "a / b", and no effect is 1. */
  readonly isRatio: boolean;
}

/** The inverse of a link; null for the identity. */
export function fromLink(link: ScaleMap): BackTransform | null {
  if (link.name === "identity") return null;
  return {
    name: link.name,
    difference: LOGS.includes(link.name) ? "ratio" : link.name === "logit" ? "odds ratio" : null,
    isRatio: false,
    eta: (mu) => link.eta(mu),
    mean: (eta) => link.mean(eta),
    slope: (eta) => link.slope(eta),
  };
}

const LN2 = Math.LN2, LN10 = Math.LN10;
/** Scales whose differences are logs of ratios. */
const LOGS: readonly string[] = ["log", "log2", "log10"];

/** Transformed responses that are undone by name: log(y), sqrt(y), … */
const TRANSFORMS: Readonly<Record<string, Omit<ScaleMap, "name">>> = {
  log: { eta: Math.log, mean: Math.exp, slope: Math.exp },
  log2: { eta: Math.log2, mean: (e) => 2 ** e, slope: (e) => LN2 * 2 ** e },
  log10: { eta: Math.log10, mean: (e) => 10 ** e, slope: (e) => LN10 * 10 ** e },
  log1p: { eta: Math.log1p, mean: Math.expm1, slope: Math.exp },
  sqrt: { eta: Math.sqrt, mean: (e) => e * e, slope: (e) => 2 * e },
};

/**
 * The inverse of a response written as log(y), log2(y), log10(y), log1p(y) or sqrt(y), and of log(y + 1) with any number; null
 * for any other.
 */
export function fromResponse(response: string): BackTransform | null {
  const [, name, inner] = /^(log|log2|log10|log1p|sqrt)\(([^()]*)\)$/.exec(response) ?? [];
  if (name === undefined) return null;
  const map = { name, ...TRANSFORMS[name] }, plus = Number(/^[^+]+\+\s*([\d.eE-]+)$/.exec(inner)?.[1] ?? 0);
  if (!(plus !== 0)) return fromLink(map);
  const shifted = {
    ...map,
    eta: (mu: number) => map.eta(mu + plus),
    mean: (eta: number) => map.mean(eta) - plus,
  };
  return fromLink(shifted);
}

/** The scale of contrasts whose coefficients sum to zero: ratios where differences are logs, else none. */
export function ofDifferences(scale: BackTransform | null): BackTransform | null {
  if (scale?.difference == null) return null;
  if (scale.isRatio) return scale;
  if (scale.difference === "ratio") return { ...scale, ...TRANSFORMS[scale.name], isRatio: true }; // of y + c, if there is a c
  return { ...TRANSFORMS.log, name: "log odds ratio", difference: "odds ratio", isRatio: true };
}

/**
 * Adds the second-order correction for averaging over random effects with standard deviation σ:
 *
 *     E h(η + b) ≈ h(η) + ½ σ² h″(η)
 *
 * Source: Taylor expansion; Lenth, emmeans, vignette "Transformations and link functions", section on bias adjustment.
 */
export function biasAdjusted(scale: BackTransform, sigma: number): BackTransform {
  const half = sigma * sigma / 2;
  return {
    ...scale,
    mean: (eta) => scale.mean(eta) + half * second(scale, eta),
    slope: (eta) => scale.slope(eta) + half * third(scale, eta),
  };
}

/** h″ by a central difference of h′ of fourth order (relative error about 1e-11). */
function second({ slope }: BackTransform, eta: number): number {
  const d = 1e-3 * Math.max(1, Math.abs(eta));
  return (8 * (slope(eta + d) - slope(eta - d)) - (slope(eta + 2 * d) - slope(eta - 2 * d))) / (12 * d);
}

/** h‴, likewise. */
function third({ slope }: BackTransform, eta: number): number {
  const d = 5e-3 * Math.max(1, Math.abs(eta));
  return (-slope(eta + 2 * d) + 16 * slope(eta + d) - 30 * slope(eta) + 16 * slope(eta - d) -
    slope(eta - 2 * d)) /
    (12 * d * d);
}
