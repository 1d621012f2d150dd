import { ScaledCorrelation } from "./scaled_correlation.ts";
import type { CorrelationModel } from "./scaled_correlation.ts";
import type { Shown, Structure } from "./structure.ts";

/**
 * `cs(0 + f | g)`: any two positions of a level have the same correlation ρ, −1/(c − 1) < ρ < 1, and each its own variance
 * (Pinheiro & Bates 2000, section 5.3). θ = (σ₁ … σ_c, t), ρ = a + (1 − a)/(1 + e⁻ᵗ), a = −1/(c − 1).
 */
export const cs: Structure = {
  name: "cs",
  meaning: "compound symmetry, heterogeneous",
  bind: ({ names, positions }) =>
    new ScaledCorrelation("cs", names, true, positions !== null, exchangeable("cs", names.length)),
};

/** `homcs(0 + f | g)`: the same with one variance. */
export const homcs: Structure = {
  name: "homcs",
  meaning: "compound symmetry",
  bind: ({ names, positions }) =>
    new ScaledCorrelation("homcs", names, false, positions !== null, exchangeable("homcs", names.length)),
};

function exchangeable(structure: string, c: number): CorrelationModel {
  const least = c > 1 ? -1 / (c - 1) : -1;
  const logistic = (t: number) => 1 / (1 + Math.exp(-t));
  const value = (t: number) => least + (1 - least) * logistic(t);
  const slope = (t: number) => (1 - least) * logistic(t) * logistic(-t);
  const theta = (rho: number) => Math.log((rho - least) / (1 - rho));
  const parameter = (at: number): Shown => ({
    kind: "own",
    name: `rho__${structure}`,
    label: "rho",
    meaning: "correlation of any two positions",
    correlation: true,
    latex: "\\rho",
    range: [least, 1],
    at,
    value,
    slope,
    theta,
    limit: {
      beyond: 12, // within 1e-5 of either end
      means: (up, group) =>
        up
          ? `The effects of a level are as good as one for all its positions, (1 | ${group}).`
          : "The effects of a level add up to a constant.",
    },
  });
  return {
    start: c > 1 ? [theta(0)] : [],
    fill(phi, at, R) {
      R.fill(c > 1 ? value(phi[at]) : 1, 0, c * c);
      for (let i = 0; i < c; i++) R[i * c + i] = 1;
    },
    pullback(phi, at, S, gradient) {
      let sum = 0;
      for (let j = 0; j < c; j++) for (let i = j + 1; i < c; i++) sum += 2 * S[j * c + i];
      gradient[at] += sum * slope(phi[at]);
    },
    near(R) {
      if (c < 2) return [];
      let sum = 0;
      for (let j = 0; j < c; j++) for (let i = j + 1; i < c; i++) sum += R[j * c + i];
      const rho = sum / (c * (c - 1) / 2), margin = 1e-4 * (1 - least);
      return [theta(Math.max(least + margin, Math.min(1 - margin, rho)))];
    },
    shown: (at) => c > 1 ? [parameter(at)] : [],
    extend(phi, at) { // another position is correlated with all alike
      const rho = c > 1 ? value(phi[at]) : 0, weight = rho / (1 + (c - 1) * rho);
      return {
        index: Array.from({ length: c }, (_, k) => k),
        weight: new Array(c).fill(weight),
        variance: Math.max(0, 1 - c * weight * rho),
      };
    },
  };
}
