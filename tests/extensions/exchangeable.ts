import type { Covariance, Structure } from "../../mod.ts";

/** var(b_t) = σ², cor(b_s, b_t) = ρ: θ = (σ, t), ρ = 1/(1 + e⁻ᵗ) between 0 and 1. */
export const exchangeable: Structure = {
  name: "exchangeable",
  meaning: "exchangeable, positively correlated",
  bind({ names, positions, label }): Covariance {
    if (!positions) {
      throw new RangeError(`Cannot use exchangeable(${label}): write exchangeable(0 + factor(time) | g)`);
    }
    const c = names.length, rho = (t: number) => 1 / (1 + Math.exp(-t));
    /** T and its derivatives in σ and ρ, entry by entry: column j of the Cholesky factor of (1 − ρ)I + ρ11ᵀ. */
    const entry = (r: number, j: number) => {
      const q = 1 - r, a = q * (1 + j * r) / (1 + (j - 1) * r); // pivot of column j
      const below = q * r / (1 + (j - 1) * r);
      return j === 0 ? { pivot: 1, below: r } : { pivot: Math.sqrt(a), below: below / Math.sqrt(a) };
    };
    const fill = (theta: Float64Array, at: number, T: Float64Array) => {
      T.fill(0, 0, c * c);
      for (let j = 0; j < c; j++) {
        const { pivot, below } = entry(rho(theta[at + 1]), j);
        for (let i = j; i < c; i++) T[j * c + i] = theta[at] * (i === j ? pivot : below);
      }
    };
    return {
      structure: "exchangeable",
      width: c,
      thetas: 2,
      freedom: "scalar", // a common factor of all positions is all that may be changed
      linear: false,
      start: (sd) => [Math.hypot(...sd) / Math.sqrt(sd.length), 0],
      fill,
      pullback(theta, at, D, gradient) { // ⟨∂T/∂θ, D⟩; in ρ by central differences of the two numbers of a column
        const r = rho(theta[at + 1]), slope = r * (1 - r), h = 1e-5 * slope;
        for (let j = 0; j < c; j++) {
          const here = entry(r, j), up = entry(r + h, j), down = entry(r - h, j);
          for (let i = j; i < c; i++) {
            const key = i === j ? "pivot" : "below", d = D[j * c + i];
            gradient[at] += d * here[key];
            gradient[at + 1] += d * theta[at] * slope * (up[key] - down[key]) / (2 * h);
          }
        }
      },
      edges: [{ at: 0, column: [0], idle: [1] }], // σ = 0 is the boundary, where ρ means nothing
      near(T) { // σ² and ρ from the mean variance and the mean covariance
        let variance = 0, covariance = 0;
        for (let i = 0; i < c; i++) {
          for (let j = 0; j <= i; j++) {
            const s = Array.from({ length: j + 1 }, (_, k) => T[k * c + i] * T[k * c + j]).reduce((a, b) =>
              a + b
            );
            if (i === j) variance += s / c;
            else covariance += 2 * s / (c * (c - 1));
          }
        }
        const r = Math.min(0.999, Math.max(0.001, covariance / variance));
        return [Math.sqrt(variance), Math.log(r / (1 - r))];
      },
      shown: [
        { kind: "sd", name: "sd__exchangeable", label: "exchangeable", of: 0, at: 0 },
        {
          kind: "own",
          name: "rho__exchangeable",
          label: "rho",
          meaning: "correlation",
          correlation: true,
          latex: "\\rho",
          range: [0, 1],
          at: 1,
          value: rho,
          slope: (t) => rho(t) * (1 - rho(t)),
          theta: (r) => Math.log(r / (1 - r)),
          limit: {
            beyond: 8,
            means: (up, group) =>
              up ? `One effect, (1 | ${group}), would do.` : "Positions are as good as independent.",
          },
        },
      ],
    };
  },
};
