import type { Composition, Scale } from "./link.ts";

/**
 * Fills `out` with μ(η) and its first three derivatives.
 *
 * @category Extend
 */
export type MeanJet = (eta: number, out: Float64Array) => void;

/**
 * `onto` of a user's own link, made from its mean and three derivatives. Exact where μ is well inside its range; a link
 * of this folder writes its compositions by hand only to stay exact in the far tails as well.
 *
 *     log μ:   ζ′ = a₁,  ζ″ = a₂ − a₁²,  ζ‴ = a₃ − 3 a₁ a₂ + 2 a₁³        with a_k = μ⁽ᵏ⁾/μ
 *     logit μ: the same, minus the same for 1 − μ
 *
 * A link of your own is then `{ name, mean, eta, slope, valid, onto: ontoFromMean(jet) }`.
 *
 * Source: the chain rule.
 *
 * @category Extend
 */
export function ontoFromMean(jet: MeanJet): (scale: Scale) => Composition {
  return (scale) => {
    if (scale === "identity") return jet;
    return (eta, out) => {
      jet(eta, out);
      const mu = out[0], m1 = out[1], m2 = out[2], m3 = out[3];
      addLog(mu, m1, m2, m3, 1, out, true);
      if (scale === "logit") addLog(1 - mu, -m1, -m2, -m3, -1, out, false);
    };
  };
}

/** Adds sign × (log m and its derivatives) to `out`, or starts `out` with it. */
function addLog(
  m: number,
  m1: number,
  m2: number,
  m3: number,
  sign: number,
  out: Float64Array,
  start: boolean,
): void {
  if (start) out.fill(0, 0, 4);
  const a = m1 / m, b = m2 / m;
  out[0] += sign * Math.log(m);
  out[1] += sign * a;
  out[2] += sign * (b - a * a);
  out[3] += sign * (m3 / m - 3 * a * b + 2 * a * a * a);
}
