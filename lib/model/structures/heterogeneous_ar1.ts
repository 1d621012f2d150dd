import { occasions } from "./positions.ts";
import { ScaledCorrelation } from "./scaled_correlation.ts";
import type { CorrelationModel } from "./scaled_correlation.ts";
import { neighbours } from "./ar1.ts";
import type { Structure } from "./structure.ts";

/** `hetar1(0 + time | g)`: correlations ρ^|s − t| as in ar1, and a variance for every occasion. θ = (σ₁ … σ_c, t), ρ = t/√(1 + t²). */
export const hetar1: Structure = {
  name: "hetar1",
  meaning: "first-order autoregressive, heterogeneous",
  bind(term) {
    const c = occasions("hetar1", term).labels.length;
    return new ScaledCorrelation("hetar1", term.names, true, true, decaying(c));
  },
};

function decaying(c: number): CorrelationModel {
  const rho = (t: number) => t / Math.hypot(1, t);
  return {
    start: c > 1 ? [0] : [],
    fill(phi, at, R) {
      const powers = c > 1 ? powersOf(rho(phi[at]), c) : [1];
      for (let j = 0; j < c; j++) for (let i = j; i < c; i++) R[j * c + i] = powers[i - j];
    },
    pullback(phi, at, S, gradient) {
      const powers = powersOf(rho(phi[at]), c), slope = (1 + phi[at] ** 2) ** -1.5;
      let sum = 0;
      for (let j = 0; j < c; j++) {
        for (let i = j + 1; i < c; i++) sum += 2 * S[j * c + i] * (i - j) * powers[i - j - 1];
      }
      gradient[at] += sum * slope;
    },
    near(R) {
      if (c < 2) return [];
      let sum = 0;
      for (let j = 0; j + 1 < c; j++) sum += R[j * c + j + 1];
      const r = Math.max(-0.999, Math.min(0.999, sum / (c - 1)));
      return [r / Math.sqrt(1 - r * r)];
    },
    shown: (at) => c > 1 ? [neighbours("hetar1", at)] : [],
  };
}

function powersOf(rho: number, c: number): number[] {
  const out = [1];
  for (let k = 1; k < c; k++) out.push(out[k - 1] * rho);
  return out;
}
