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
import { Matrix } from "../../math/dense.ts";
import { triple } from "../../math/jets.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { effectsOnRows } from "../../model/result/rows.ts";
import type { Engine } from "../../model/optimum/engine.ts";
import { type Uncertainty, uncertaintyOf } from "../../model/result/uncertainty.ts";
import type { Family } from "../../model/families/family.ts";
import { linearPredictorsOf, rowsOf } from "../predict/residuals.ts";
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
  const engine = engineOf(model, "the effect of estimation"), uncertainty = uncertaintyOf(model);
  const eta = linearPredictorsOf(engine), variances = rowVariances(model, engine, uncertainty, index);
  if (parametersSpent(model, engine, variances.all[0], index, eta) * ROWS_PER_PARAMETER > index.length) {
    return null;
  }
  const bias = dispersionBias(model, engine, variances.fixed, index, eta);
  const chance = new ThresholdChance(model.family, engine.design, eta);
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
    return { shift, covariance: scoreReduction(model, engine, uncertainty, slopes, index, basis) };
  });
}

/** Wᵀ C W through the factor of the fit: no n × n, no n × q matrix. */
function scoreReduction(
  model: Model,
  engine: Engine,
  uncertainty: Uncertainty,
  slopes: readonly Float64Array[],
  index: Int32Array,
  basis: readonly Float64Array[],
): Matrix {
  const { design, objective: { cholesky } } = engine, effects = effectsOnRows(engine), { q } = effects;
  const K = basis.length, out = Matrix.zeros(K, K);
  const scale = engine.kind === "gaussian" ? engine.objective.sigma2 : 1;
  const rows = slopes.map(() => new Float64Array(design.n)), z = new Float64Array(q), v = new Float64Array(q);
  const combined = basis.map((B) => {
    rows.forEach((r, k) => index.forEach((i, a) => r[i] = B[a] * slopes[k][a]));
    const x = new Float64Array(model.covariance.rows), half = new Float64Array(q);
    design.predictors.forEach((p, k) =>
      p.X.forEach((column, j) => {
        let sum = 0;
        for (const i of index) sum += column[i] * rows[k][i];
        x[model.parts[k].start + j] = sum;
      })
    );
    if (q > 0) {
      effects.transposeTimes(rows, z);
      effects.inUnits(z);
      effects.applyTransposed(z, v);
      cholesky.halfSolve(v, half);
    }
    return { half, gradient: uncertainty.gradient(x, { index: Array.from(z.keys()), value: Array.from(z) }) };
  });
  for (let a = 0; a < K; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let j = 0; j < q; j++) sum += combined[a].half[j] * combined[b].half[j];
      const value = uncertainty.parameterCovariance(combined[a].gradient, combined[b].gradient) + scale * sum;
      out.set(a, b, value);
      out.set(b, a, value);
    }
  }
  return out;
}

/** var(η̂_i − η_i) of every part, and for the mean the share that comes from estimating its coefficients. */
function rowVariances(model: Model, engine: Engine, uncertainty: Uncertainty, index: Int32Array) {
  const { design } = engine, effects = effectsOnRows(engine), P = model.covariance.rows;
  const all = design.predictors.map(() => new Float64Array(index.length)),
    fixed = new Float64Array(index.length);
  const x = new Float64Array(P), first = model.parts[0].start, last = first + model.parts[0].beta.length;
  design.predictors.forEach((p, k) => {
    const groups = effects.groups.filter((g) => g.part.includes(k));
    index.forEach((i, a) => {
      x.fill(0);
      p.X.forEach((column, j) => x[model.parts[k].start + j] = column[i]);
      const z: { index: number[]; value: number[] } = { index: [], value: [] };
      for (const g of groups) {
        g.column.forEach((_, s) => {
          const part = g.part[s];
          if (part !== k) return;
          z.index.push(g.start + g.index[i] * g.stride + s);
          z.value.push(effects.unit(part) * (g.column[s] ? g.column[s]![i] : 1));
        });
      }
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
  { design }: Engine,
  variances: Float64Array,
  index: Int32Array,
  eta: readonly Float64Array[],
): number {
  const { conditional = family } = family, row = rowsOf(conditionalRows(family, eta));
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

/** Predictors of the family without extra zeros. */
const conditionalRows = ({ conditional }: Family, eta: readonly Float64Array[]) =>
  conditional ? eta.slice(0, -1) : eta;

/** Bias of η̂ of dispersions, shapes and zero inflation by maximum likelihood; none under REML. */
function dispersionBias(
  model: Model,
  engine: Engine,
  fixed: Float64Array,
  index: Int32Array,
  eta: readonly Float64Array[],
): Float64Array[] {
  const { design } = engine,
    out = eta.map(() => new Float64Array(index.length)),
    scale = design.n / index.length;
  const third = thirdDerivatives(engine, eta);
  if (third === null) return out;
  model.parts.forEach(({ start, beta }, k) => {
    const { X } = design.predictors[k], p = beta.length;
    if (k === 0 || p === 0) return;
    const score = X.map((column) => {
      let sum = 0;
      index.forEach((i, a) => sum -= column[i] * fixed[a] * third[k][i] / 2);
      return scale * sum;
    });
    const shift = score.map((_, j) =>
      score.reduce((s, v, l) => s + v * model.covariance.get(start + j, start + l), 0)
    );
    if (!shift.every(Number.isFinite)) return;
    index.forEach((i, a) => X.forEach((column, j) => out[k][a] += column[i] * shift[j]));
  });
  return out;
}

/** ∂³ℓ/∂η²∂η_k of every row for every part k (η that of the mean); null under REML, which has no such bias. */
function thirdDerivatives(engine: Engine, eta: readonly Float64Array[]): readonly Float64Array[] | null {
  if (engine.kind === "gaussian") {
    const { reml, sigma2 } = engine.objective;
    return reml ? null : eta.map((e) => new Float64Array(e.length).fill(2 / sigma2));
  }
  const { likelihood, bases: [{ unit }] } = engine.objective; // its derivatives are per unit of η
  likelihood.evaluate(eta, 3);
  return eta.map((_, k) => likelihood.jets.d3[triple(0, 0, k)].map((d) => d / unit ** (k === 0 ? 3 : 2)));
}
