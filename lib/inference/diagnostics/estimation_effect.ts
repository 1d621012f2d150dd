/**
 * What estimating the model takes out of the residuals. A fit follows its data, so residuals deviate less from uniformity than
 * those of the true model would, and a test that forgets this hardly ever rejects. With F_i(η) the chance of a residual below
 * τ when the threshold stays and the linear predictors move,
 *
 *   E 1[r_i < τ] = τ − ½ Σ_k F_kk C_kk − Σ_k F_k bias_k          (C: covariance of η̂_i − η_i, part by part)
 *   cov Σ B_i (1[r_i < τ] − τ) = τ(1 − τ) BᵀB − Wᵀ C W,  W = rows F_k B_i
 *
 * The first line is exact to second order: the leverage of y_i on its own η̂_i and the noise of η̂_i add up to −½ F″ C, because
 * F(q(η); η) = τ whatever η. bias_k is that of maximum-likelihood dispersions, which forget the coefficients they are
 * estimated beside: −C_k Σ X_k ½ C^β ∂³ℓ/∂η²∂η_k.
 * Source: Pierce (1982), Ann. Stat. 10:475–478 (covariance); Cox & Reid (1987), J. R. Stat. Soc. B 49:1–39, eq. 10 (bias).
 */
import { dotColumn, linearPredictor, valuesAt } from "../../math/columns.ts";
import { Matrix } from "../../math/dense.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution } from "../../model/result/sample.ts";
import type { Solution } from "../../model/result/solution.ts";
import { type Uncertainty, uncertaintyOf } from "../../model/result/uncertainty.ts";
import { conditionalSize } from "../../model/families/part.ts";
import { rowsOf } from "../predict/residuals.ts";
import { ThresholdChance } from "./threshold_chance.ts";

/** The effect on scores that are averaged over some τ. */
export interface EstimationEffect {
  /** Expected share below minus τ, by residual. */
  readonly shift: Float64Array;
  /** Wᵀ C W. */
  readonly covariance: Matrix;
}

/** Fewer rows than this per parameter, and theory to second order is not to be trusted (it rejects up to 11 % of right models). */
const ROWS_PER_PARAMETER = 8;

/**
 * The effect for every set of τ; null where there are fewer than 8 rows for each parameter that the fit spends (its trace).
 * @param index the residuals used, as positions among the rows of the fit
 * @param basis columns B, over `index`
 */
export function estimationEffects(
  model: Model,
  taus: readonly (readonly number[])[],
  index: Int32Array,
  basis: readonly Float64Array[],
): EstimationEffect[] | null {
  const solution = rowSolution(model, "the effect of estimation"), uncertainty = uncertaintyOf(model);
  const eta = solution.linearPredictors(), variances = rowVariances(model, solution, uncertainty, index);
  if (parametersSpent(model, solution, variances.all[0], index, eta) * ROWS_PER_PARAMETER > index.length) {
    return null;
  }
  const bias = dispersionBias(model, solution, variances.fixed, index, eta);
  const chance = new ThresholdChance(model.family, solution.design, eta);
  return taus.map((set) => {
    const shift = new Float64Array(index.length), slopes = eta.map(() => new Float64Array(index.length));
    for (const tau of set) {
      const at = chance.derivatives(tau, index);
      at.first.forEach((f, k) => {
        for (let a = 0; a < index.length; a++) {
          slopes[k][a] += f[a] / set.length;
          shift[a] -= (at.second[k][a] * variances.all[k][a] / 2 + f[a] * bias[k][a]) / set.length;
        }
      });
    }
    return { shift, covariance: scoreReduction(model, solution, uncertainty, slopes, index, basis) };
  });
}

/** Wᵀ C W through the factor of the fit: no n × n, no n × q matrix. */
function scoreReduction(
  model: Model,
  solution: Solution,
  uncertainty: Uncertainty,
  slopes: readonly Float64Array[],
  index: Int32Array,
  basis: readonly Float64Array[],
): Matrix {
  const { design, scale } = solution, K = basis.length, out = Matrix.zeros(K, K);
  const rows = slopes.map(() => new Float64Array(design.n));
  const combined = basis.map((B) => {
    rows.forEach((r, k) => index.forEach((i, a) => r[i] = B[a] * slopes[k][a]));
    const x = new Float64Array(model.covariance.rows);
    design.predictors.forEach((p, k) =>
      p.X.forEach((column, j) => x[model.parts[k].start + j] = dotColumn(column, rows[k]))
    );
    const { z, half } = solution.halfSolve(rows);
    return { half, gradient: uncertainty.gradient(x, { index: Array.from(z.keys()), value: Array.from(z) }) };
  });
  for (let a = 0; a < K; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      combined[a].half.forEach((v, j) => sum += v * combined[b].half[j]);
      const value = uncertainty.parameterCovariance(combined[a].gradient, combined[b].gradient) + scale * sum;
      out.set(a, b, value);
      out.set(b, a, value);
    }
  }
  return out;
}

/** var(η̂_i − η_i) of every part, and for the mean the share that comes from estimating its coefficients. */
function rowVariances(model: Model, solution: Solution, uncertainty: Uncertainty, index: Int32Array) {
  const { design } = solution, P = model.covariance.rows;
  const all = design.predictors.map(() => new Float64Array(index.length)),
    fixed = new Float64Array(index.length);
  const x = new Float64Array(P), first = model.parts[0].start, last = first + model.parts[0].beta.length;
  design.predictors.forEach((p, k) => {
    const X = p.X.map((column) => valuesAt(column, index));
    index.forEach((i, a) => {
      x.fill(0);
      X.forEach((column, j) => x[model.parts[k].start + j] = column[a]);
      const z = solution.rowEffects(k, i);
      const d = uncertainty.gradient(x, z);
      all[k][a] = uncertainty.parameterCovariance(d, d) + uncertainty.conditionalCovariance(z, z);
      if (k > 0) return;
      d.forEach((_, j) => {
        if (j < first || j >= last) d[j] = 0;
      });
      fixed[a] = uncertainty.parameterCovariance(d, d);
    });
  });
  return { all, fixed };
}

/** Trace of the map from responses to predictors, over the rows used: Σ var(η̂_i) (dμ/dη)² / V(μ). */
function parametersSpent(
  { family }: Model,
  { design }: Solution,
  variances: Float64Array,
  index: Int32Array,
  eta: readonly Float64Array[],
): number {
  const { conditional = family } = family, row = rowsOf(eta.slice(0, conditionalSize(family, eta.length)));
  const slopes = new Float64Array(eta.length);
  let sum = 0;
  index.forEach((i, a) => {
    const e = row(i);
    conditional.meanSlopes(e, slopes);
    const variance = conditional.variance(e, design.response.trials?.[i] ?? 1);
    const leverage = variances[a] * slopes[0] ** 2 / variance;
    if (Number.isFinite(leverage)) sum += Math.min(1, leverage);
  });
  return sum;
}

/** Bias of η̂ of dispersions, shapes and zero inflation by maximum likelihood; none under REML. */
function dispersionBias(
  model: Model,
  solution: Solution,
  fixed: Float64Array,
  index: Int32Array,
  eta: readonly Float64Array[],
): Float64Array[] {
  const { design } = solution,
    out = eta.map(() => new Float64Array(index.length)),
    scale = (design.counted ?? design.n) / index.length;
  const third = solution.thirdDerivatives(eta);
  if (third === null) return out;
  model.parts.forEach(({ start, beta }, k) => {
    const { X } = design.predictors[k], p = beta.length;
    if (k === 0 || p === 0) return;
    const weight = new Float64Array(design.n);
    index.forEach((i, a) => weight[i] = -scale * fixed[a] * third[k][i] / 2);
    const score = X.map((column) => dotColumn(column, weight));
    const shift = score.map((_, j) =>
      score.reduce((s, v, l) => s + v * model.covariance.get(start + j, start + l), 0)
    );
    if (!shift.every(Number.isFinite)) return;
    const moved = linearPredictor(X, shift);
    index.forEach((i, a) => out[k][a] = moved[i]);
  });
  return out;
}
