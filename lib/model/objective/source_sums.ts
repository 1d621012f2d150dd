/**
 * Cross-products of a model from the sums of a source. Its columns lie about their centres, x_j = x̃_j + m_j, which the leading
 * columns take up, whose sum is 1: X = X̃A with A = I + vmᵀ, v the indicator of those. From the Cholesky factor X̃ᵀWX̃ = W R̃ᵀR̃ the basis is X = QR with R = R̃A and QᵀWQ = W I, so
 * nothing is subtracted that was not centred before.
 */
import { Triangular } from "../../math/basis.ts";
import { choleskyFactor, choleskySolve, inverseLower, Matrix, timesVector } from "../../math/dense.ts";
import { designRecipe } from "../../formula/recipe.ts";
import type { Design } from "../../formula/types.ts";
import type { Sums } from "../../source/source.ts";
import type { CrossProducts } from "./cross_products.ts";
import { sourceEffects } from "./source_effects.ts";
import { powerOfTwo } from "./units.ts";

/**
 * @param design of the columns kept
 * @param kept their numbers among the columns of the sums
 * @param less coefficients of the kept columns that the sums have taken off the response
 */
export function crossProductsOf(
  design: Design,
  sums: Sums,
  kept: readonly number[],
  less: Float64Array | null = null,
): CrossProducts {
  const { rows, total, logWeights, products, centre } = sums, last = centre.length - 1, p = kept.length;
  const unit = powerOfTwo(spreadOfResponse(sums)),
    precise = designRecipe(design.recipe).weights?.role === "precision";
  const G = Matrix.zeros(p, p);
  kept.forEach((j, a) => kept.forEach((k, b) => G.set(a, b, products[Math.max(j, k)][Math.min(j, k)])));
  const tilde = p > 0 ? choleskyFactor(Matrix.mul(G, 1 / total))!.transpose() : G; // R̃
  const inverse = inverseLower(tilde.transpose()).transpose(),
    QtQ = inverse.transpose().mmul(G).mmul(inverse);
  const onBasis = (x: ArrayLike<number>) =>
    Float64Array.from({ length: p }, (_, a) => {
      let v = 0;
      for (let b = 0; b <= a; b++) v += inverse.get(b, a) * x[b];
      return v;
    });
  const Qty = onBasis(kept.map((j) => products[last][j] / unit));
  const step = p > 0 ? choleskySolve(choleskyFactor(QtQ)!, Qty) : Qty, explained = timesVector(QtQ, step);
  const v = Array.from({ length: p }, (_, a) => a < sums.leading ? 1 : 0),
    ones = timesVector(tilde, Float64Array.from(v));
  const R = withConstants(tilde, ones, kept.map((j) => centre[j]));
  const { effects, M, products: Ztx, moments } = sourceEffects(design, sums),
    byColumn = kept.map((j) => Ztx(j));
  const ZtQ = kept.map((_, a) => combined(byColumn, kept.map((_, b) => inverse.get(b, a)), effects.q));
  const Zty = combined([Ztx(last), ...ZtQ], [1 / unit, ...step.map((v) => -v)], effects.q);
  return {
    effects,
    basis: new Triangular(R),
    total: precise ? rows : total,
    logPrecision: precise ? logWeights : 0,
    unit,
    size: Math.sqrt(products[last][last] / total + centre[last] ** 2),
    origin: originOf(R, step, ones.map((x) => x * centre[last] / unit), less?.map((b) => b / unit) ?? null),
    QtQ,
    Qty: Qty.map((v, a) => v - explained[a]),
    yty: products[last][last] / unit ** 2 - step.reduce((s, v, a) => s + v * (2 * Qty[a] - explained[a]), 0),
    M,
    ZtQ,
    Zty,
    rows: null,
    moments: precise ? null : { fixed: (beta) => varianceOf(sums, kept, beta), terms: moments },
  };
}

/** Share of the response's squares that X leaves over by weighted least squares. */
export function shareLeft({ yty, unit }: CrossProducts, { products, centre }: Sums): number {
  const last = centre.length - 1;
  return yty * unit ** 2 / products[last][last];
}

/** Standard deviation of the response about its mean. */
export function spreadOfResponse({ products, sums, centre, total }: Sums): number {
  const last = centre.length - 1;
  return Math.sqrt(Math.max(0, products[last][last] - sums[last] ** 2 / total) / total);
}

/** βᵀSβ / (W − 1), S the products about the means: constants that were taken off do not matter. */
function varianceOf({ products, sums, total }: Sums, kept: readonly number[], beta: Float64Array): number {
  let v = 0;
  kept.forEach((j, a) =>
    kept.forEach((k, b) => {
      v += beta[a] * beta[b] * (products[Math.max(j, k)][Math.min(j, k)] - sums[j] * sums[k] / total);
    })
  );
  return v / Math.max(1, total - 1);
}

/** R̃A = R̃ + R̃vmᵀ, upper triangular because the leading columns are the first. */
function withConstants(tilde: Matrix, ones: Float64Array, centre: readonly number[]): Matrix {
  const R = tilde.clone();
  centre.forEach((m, j) => ones.forEach((x, i) => R.set(i, j, R.get(i, j) + m * x)));
  return R;
}

/** Least-squares coefficients on the basis: those of ỹ, the constant that ỹ lacks, and Rβ that was taken off before. */
function originOf(
  R: Matrix,
  step: Float64Array,
  constant: Float64Array,
  less: Float64Array | null,
): Float64Array {
  const origin = step.map((v, a) => v + constant[a]);
  if (less) timesVector(R, less).forEach((v, a) => origin[a] += v);
  return origin;
}

/** Σ f_k x_k. */
function combined(x: readonly Float64Array[], f: readonly number[], length: number): Float64Array {
  const out = new Float64Array(length);
  x.forEach((column, k) => {
    if (f[k] !== 0) { for (let i = 0; i < length; i++) out[i] += f[k] * column[i]; }
  });
  return out;
}
