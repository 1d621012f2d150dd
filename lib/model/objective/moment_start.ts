/**
 * Where a search for θ may start: variances by moments of the least-squares residuals r (MINQUE(0): Rao 1971, J. Multivar. Anal. 1:445–456),
 * as if all slots varied independently. With σ² = τ₀ and Z₀ = I, slot k of a factor having the columns Z_k,
 *
 *   E‖Z_kᵀr‖² = Σ_j ‖Z_kᵀZ_j‖² τ_j     (Frobenius norms)
 *
 * of which ZᵀZ has all: where factors cross, each is found beside the others. What fixed effects take from these is left out.
 */
import { Matrix, solveSafely } from "../../math/dense.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { GroupLayout } from "./group_layout.ts";

/** σ² is no less than this share of the whole variance, and θ² no more than its inverse. */
const LEAST = 1e-3;

/** Least eigenvalue, as a share of the largest, that is looked at: factors that group the rows alike get equal parts. */
const ALIKE = 1e-6;

/** θ by moments, kept between weak and strong shrinkage. */
export function momentStart(sums: CrossProducts, N: number): Float64Array {
  const { groups, thetas } = sums.effects, theta = new Float64Array(thetas), first = placesOf(groups);
  const { norms, squares } = momentsOf(sums, N, first), tau = variances(norms, squares);
  const sigma2 = Math.max(1e-300, LEAST * squares[0] / N, tau[0]);
  groups.forEach((g, f) => {
    const sd = g.part.map((_, slot) => {
      const k = first[f] + (g.onePosition ? 0 : slot), v = norms.get(k, 0);
      const typical = v > 0 ? norms.get(k, k) / v : 1; // rows of a typical level
      return Math.sqrt(Math.min(1 / LEAST, Math.max(0.3 / typical, tau[k] / sigma2)));
    });
    for (const t of g.terms) {
      theta.set(t.covariance.start(sd.slice(t.slot, t.slot + t.covariance.width)), t.theta);
    }
  });
  return theta;
}

/** The place of the first variance of every factor, after that of the residuals: one for each slot, or one for all positions. */
function placesOf(groups: readonly GroupLayout[]): number[] {
  let next = 1;
  return groups.map(({ onePosition, width }) => {
    const place = next;
    next += onePosition ? 1 : width;
    return place;
  });
}

/** ‖Z_kᵀZ_j‖² and ‖Z_kᵀr‖². */
function momentsOf({ effects, M, Zty, yty }: CrossProducts, N: number, first: readonly number[]) {
  const { groups, pattern: { nodes, start, row, col, at } } = effects, last = groups.at(-1);
  const count = last ? first[first.length - 1] + (last.onePosition ? 1 : last.width) : 1;
  const norms = Matrix.zeros(count, count), squares = new Float64Array(count);
  const base = new Int32Array(nodes), stride = new Uint8Array(nodes); // the place of slot a of a node is base + a stride
  groups.forEach((g, f) => {
    base.fill(first[f], g.node, g.node + g.nodes);
    stride.fill(g.onePosition ? 0 : 1, g.node, g.node + g.nodes);
  });
  norms.set(0, 0, N);
  squares[0] = yty;
  const add = (i: number, j: number, v: number) => norms.set(i, j, norms.get(i, j) + v);
  for (let b = 0; b < row.length; b++) {
    const r = row[b], c = col[b], height = start[r + 1] - start[r], width = start[c + 1] - start[c];
    for (let j = 0; j < width; j++) {
      for (let i = 0; i < height; i++) {
        const v = M[at[b] + j * height + i], k = base[r] + i * stride[r], l = base[c] + j * stride[c];
        if (v === 0) continue;
        add(k, l, v * v);
        if (r !== c) add(l, k, v * v);
        else if (i === j) {
          add(k, 0, v);
          add(0, k, v);
          squares[k] += Zty[start[r] + i] ** 2;
        }
      }
    }
  }
  return { norms, squares };
}

/** The solution without variances below 0: the most negative one is left out until none is. */
function variances(norms: Matrix, squares: Float64Array): Float64Array {
  const tau = new Float64Array(squares.length);
  let kept = Array.from(squares.keys()).filter((k) => norms.get(k, k) > 0);
  while (kept.length > 0) {
    const found = solveSafely(norms.selection(kept, kept), kept.map((k) => squares[k]), ALIKE);
    const worst = found.indexOf(Math.min(...found));
    tau.fill(0);
    kept.forEach((k, i) => tau[k] = found[i]);
    if (found[worst] >= 0) break;
    kept = kept.filter((_, i) => i !== worst);
  }
  return tau;
}
