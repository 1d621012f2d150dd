/** Where a search for θ may start. */
import type { CrossProducts } from "./cross_products.ts";

/**
 * θ by moments of the least-squares residuals r: with level sums s = Σ z r and v = Σ z² of each slot,
 * E s² ≈ σ²(v + v²θ²), kept between weak and strong shrinkage.
 */
export function momentStart(sums: CrossProducts, N: number): Float64Array {
  const { effects, yty } = sums, theta = new Float64Array(effects.thetas), sigma2 = Math.max(1e-300, yty / N);
  effects.groups.forEach((g, f) => {
    const sd = g.part.map((_, k) => momentDeviation(sums, f, g.onePosition ? null : k, sigma2));
    for (const t of g.terms) {
      t.covariance.start(sd.slice(t.slot, t.slot + t.covariance.width)).forEach((v, j) =>
        theta[t.theta + j] = v
      );
    }
  });
  return theta;
}

/** Relative standard deviation of one slot of a factor, or of all its slots together. */
function momentDeviation(
  { effects, M, Zty }: CrossProducts,
  f: number,
  slot: number | null,
  sigma2: number,
): number {
  const g = effects.groups[f];
  let excess = 0, squares = 0, sum = 0;
  for (let l = 0; l < g.nodes; l++) {
    for (let k = slot ?? 0; k < (slot === null ? g.width : slot + 1); k++) {
      const v = M[effects.diagonalBlock(f, l) + k * g.width + k];
      excess += Zty[g.start + l * g.width + k] ** 2 / sigma2 - v;
      squares += v * v;
      sum += v;
    }
  }
  const typical = squares > 0 ? squares / sum : 1;
  return Math.sqrt(Math.min(4 + 10 / typical, Math.max(0.3 / typical, excess / Math.max(1e-300, squares))));
}
