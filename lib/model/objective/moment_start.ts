/** Where a search for θ may start. */
import { axpy, dot } from "../../math/dense.ts";
import type { RandomTerm } from "../../formula/types.ts";
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
  const [only] = effects.terms;
  if (effects.terms.length === 1 && only.covariance.ofFactor && sums.rows) {
    const L = factorOfMoments(only.term, sums.rows.y);
    if (L) theta.set(only.covariance.ofFactor(L), only.theta);
  }
  return theta;
}

/** A position that differs from those before it by less than this share is as good as one of them. */
const SAME = 1e-10;

/**
 * The triangular L with LLᵀ = RᵀR, R the residuals of the levels that have all positions, level by position: by orthogonal columns, as
 * products would lose what little positions differ. Null where there are too few such levels.
 */
function factorOfMoments(
  { position, level, levels }: RandomTerm,
  residuals: Float64Array,
): Float64Array | null {
  const c = position!.labels.length, at = new Float64Array(levels.length * c).fill(NaN);
  residuals.forEach((r, i) => at[level[i] * c + position!.codes[i]] = r);
  const whole = levels.map((_, l) => at.subarray(l * c, (l + 1) * c)).filter((row) => !row.includes(NaN));
  if (whole.length < 2 * c) return null;
  const columns = Array.from({ length: c }, (_, j) => Float64Array.from(whole, (row) => row[j]));
  const L = new Float64Array(c * c);
  for (let j = 0; j < c; j++) {
    const before = norm(columns[j]);
    for (let k = 0; k < j; k++) {
      L[k * c + j] = dot(columns[k], columns[j]);
      axpy(-L[k * c + j], columns[k], columns[j]);
    }
    const own = L[j * c + j] = norm(columns[j]);
    if (!(own > SAME * before)) return null;
    columns[j] = columns[j].map((v) => v / own);
  }
  return L;
}

const norm = (v: Float64Array) => Math.sqrt(dot(v, v));

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
