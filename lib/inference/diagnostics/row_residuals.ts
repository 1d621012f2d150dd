/** Residuals whose correlation is looked at: of the rows, and what is left of them when the model's own correlation is taken out. */
import { qnorm } from "../../math/normal.ts";
import type { Model } from "../../model/result/model.ts";
import { residuals } from "../predict/residuals.ts";
import { residualRows, whitened } from "../predict/residual_rows.ts";
import { simulateResiduals } from "./simulate_residuals.ts";
import { stateOf } from "./state.ts";

/**
 * Residuals of a {@link variogram}.
 *
 * @category Checks
 */
export type VariogramResiduals = "pearson" | "normalized" | "quantile" | "response";

/** Residuals of the rows, and the covariance that the model gives those of two rows; null where it has none for them. */
export interface RowResiduals {
  readonly values: Float64Array;
  readonly covariance: ((i: number, j: number) => number) | null;
}

/**
 * "response": as residuals() has them; where a structure stands in the residual's place y − Xβ̂ − Zb̂ of the other terms. "pearson": over
 * the standard deviation of an observation. "normalized": L⁻¹ of the latter, L Lᵀ its correlation within a group. "quantile": normal
 * scores of simulated residuals.
 */
export function rowResiduals(model: Model, type: VariogramResiduals, seed: number): RowResiduals {
  if (type === "quantile") return { values: normalScores(model, seed), covariance: null };
  const placed = residualRows(model);
  if (!placed) {
    return { values: residuals(model, type === "response" ? type : "normalized"), covariance: null };
  }
  const { level, residual, sd, correlation } = placed, plain = type === "response";
  const scaled = plain ? residual : residual.map((v, i) => v / sd(i));
  if (type === "normalized") return { values: whitened(scaled, placed), covariance: null };
  return {
    values: scaled,
    covariance: (i, j) => level[i] === level[j] ? correlation(i, j) * (plain ? sd(i) * sd(j) : 1) : 0,
  };
}

/** Φ⁻¹ of simulated residuals, which are no nearer to 0 and 1 than half a simulation. */
function normalScores(model: Model, seed: number): Float64Array {
  const { residual, simulations } = stateOf(simulateResiduals(model, { seed }), "make a variogram");
  const edge = 1 / (2 * simulations.count);
  return residual.map((u) => qnorm(Math.min(1 - edge, Math.max(edge, u))));
}
