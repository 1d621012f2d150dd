/** Ordered categories at one row: probabilities, moments, draws. */
import { between, type Cuts, thresholdAt } from "./cumulative_kernel.ts";
import type { Family, Predictors } from "./family.ts";
import type { Latent } from "./latent.ts";

/** What the family says of one row's predictors; NaN where thresholds that differ between rows cross. */
export function rowFunctions(F: Latent, cutsOf: (size: number) => Cuts) {
  const scratch = new Float64Array(3), of = (eta: Predictors) => cutsOf(eta.length);
  const count = (eta: Predictors) => of(eta).weights.length + 1;
  /** e^−ζ. */
  const shrink = (eta: Predictors, scale: number) => scale > 0 ? Math.exp(-eta[scale]) : 1;
  /** (θ_k − η)/e^ζ, ±∞ at the ends. */
  const cut = (eta: Predictors, k: number) => {
    const { weights, scale } = of(eta);
    if (k < 1 || k > weights.length) return k < 1 ? -Infinity : Infinity;
    return (thresholdAt(weights[k - 1], eta) - eta[0]) * shrink(eta, scale);
  };
  const below = (eta: Predictors, k: number) => k < 1 ? 0 : k >= count(eta) ? 1 : F.below(cut(eta, k));
  const possible = (eta: Predictors) => {
    if (!of(eta).nominal) return true;
    for (let k = 1; k + 1 < count(eta); k++) {
      const low = cut(eta, k), high = cut(eta, k + 1);
      if (!(low < high) && !(low === high && !Number.isFinite(low))) return false;
    }
    return true;
  };
  /** Adds the gradient of factor · F((θ_k − η)/e^ζ). */
  const addSlopes = (eta: Predictors, k: number, factor: number, out: Float64Array) => {
    const { weights, scale } = of(eta);
    if (k < 1 || k > weights.length) return;
    const x = cut(eta, k), s = shrink(eta, scale);
    F.density(x, scratch);
    const f = factor * scratch[0];
    out[0] -= f * s;
    weights[k - 1].forEach((w, j) => out[j + 1] += w * f * s);
    if (scale > 0 && f !== 0) out[scale] -= x * f;
  };
  const quantile = (p: number, eta: Predictors) => {
    if (!possible(eta)) return NaN;
    let k = 1;
    while (k < count(eta) && below(eta, k) < p) k++;
    return k;
  };
  return {
    mean(eta) {
      let sum = possible(eta) ? count(eta) : NaN;
      for (let k = 1; k < count(eta); k++) sum -= below(eta, k);
      return sum;
    },
    meanSlopes(eta, out) {
      out.fill(possible(eta) ? 0 : NaN);
      for (let k = 1; k < count(eta); k++) addSlopes(eta, k, -1, out);
    },
    meanParts: (size) => Array.from({ length: size }, (_, k) => k),
    variance(eta) {
      let first = 0, second = 0; // E (K − Y), E (K − Y)²
      const K = count(eta);
      for (let k = 1; k < K; k++) {
        first += below(eta, k);
        second += (2 * (K - k) - 1) * below(eta, k);
      }
      return possible(eta) ? second - first * first : NaN;
    },
    simulate: (random, eta) => quantile(random.uniform(), eta),
    cdf: (y, eta) => possible(eta) ? below(eta, Math.floor(y)) : NaN,
    quantile,
    probabilities(eta) {
      const out = new Float64Array(count(eta)).fill(NaN);
      return possible(eta) ? out.map((_, c) => between(F, cut(eta, c), cut(eta, c + 1))) : out;
    },
    probabilitySlopes(eta, c, out) {
      out.fill(possible(eta) ? 0 : NaN);
      addSlopes(eta, c + 1, 1, out);
      addSlopes(eta, c, -1, out);
    },
    cut: (eta, k) => possible(eta) ? cut(eta, k + 1) : NaN,
    cutSlopes(eta, k, out) {
      const { weights, scale } = of(eta), s = shrink(eta, scale);
      out.fill(0);
      out[0] = -s;
      weights[k].forEach((w, j) => out[j + 1] = w * s);
      if (scale > 0) out[scale] = -cut(eta, k + 1);
    },
    location(size) {
      const { weights, scale } = cutsOf(size);
      const share = (k: number) => weights.reduce((sum, own) => sum + own[k - 1], 0) / weights.length;
      return Array.from({ length: size }, (_, k) => k === 0 ? 1 : k === scale ? 0 : -share(k));
    },
  } satisfies Partial<Family>;
}
