/** Residuals whose correlation is looked at: of the rows, and what is left of them when the model's own correlation is taken out. */
import { qnorm } from "../../math/normal.ts";
import { choleskyFactor, Matrix } from "../../math/dense.ts";
import type { RandomTerm } from "../../formula/types.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { residualTerm, type TermResult } from "../../model/result/term_result.ts";
import { cellOf } from "../../model/structures/cells.ts";
import { residuals } from "../predict/residuals.ts";
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

/** A term in the residual's place with the level and position of every row. */
interface Placed {
  readonly term: TermResult;
  readonly level: Int32Array;
  readonly position: Int32Array;
}

/**
 * "response", "pearson": as residuals() has them, the latter over the standard deviation also where that is one number; where a structure stands in the residual's place y − Xβ̂ − Zb̂ of the other terms,
 * and that over its standard deviation. "normalized": L⁻¹ of the latter, L Lᵀ its correlation within a group. "quantile": normal scores
 * of simulated residuals.
 */
export function rowResiduals(model: Model, type: VariogramResiduals, seed: number): RowResiduals {
  if (type === "quantile") return { values: normalScores(model, seed), covariance: null };
  const placed = placedRows(model);
  if (!placed) {
    const plain = type === "response", r = residuals(model, plain ? type : "pearson");
    const unit = plain ? 1 : unitOf(model);
    return { values: Float64Array.from(r, (v) => v / unit), covariance: null };
  }
  const { term, level, position } = placed, C = term.covariance, c = term.names.length;
  const r = Float64Array.from(level, (l, i) => {
    const at = term.cells ? cellOf(term.cells, l, position[i]) : l * c + position[i];
    return term.modes[at];
  });
  const sd = (i: number) => type === "response" ? 1 : Math.sqrt(C.get(position[i], position[i]));
  const scaled = r.map((v, i) => v / sd(i));
  if (type === "normalized") return { values: whitened(scaled, placed), covariance: null };
  return {
    values: scaled,
    covariance: (i, j) => level[i] === level[j] ? C.get(position[i], position[j]) / (sd(i) * sd(j)) : 0,
  };
}

/** Where residuals() leaves the dispersion out of Pearson residuals, as R does: √(V/V(μ)), one number. */
function unitOf(model: Model): number {
  const { family, formulas } = model;
  if (formulas.dispersion !== undefined || !family.unitVariance) return 1;
  const eta = solutionOf(model, "residuals").linearPredictors().map((values) => values[0]);
  return Math.sqrt(family.variance(eta, 1) / family.unitVariance(eta));
}

/** Φ⁻¹ of simulated residuals, which are no nearer to 0 and 1 than half a simulation. */
function normalScores(model: Model, seed: number): Float64Array {
  const { residual, simulations } = stateOf(simulateResiduals(model, { seed }), "make a variogram");
  const edge = 1 / (2 * simulations.count);
  return residual.map((u) => qnorm(Math.min(1 - edge, Math.max(edge, u))));
}

function placedRows(model: Model): Placed | null {
  const term = residualTerm(model.random);
  if (!term) return null;
  const { design } = engineOf(model, "residuals");
  const { level, position } = design.predictors[0].random.find((t: RandomTerm) => t.residual)!;
  return { term, level, position: position!.codes };
}

/** L⁻¹r of the rows of each level, in the order of the data. */
function whitened(r: Float64Array, { term, level, position }: Placed): Float64Array {
  const out = r.slice(), C = term.covariance;
  for (const rows of Map.groupBy(r.keys(), (i) => level[i]).values()) {
    const R = new Matrix(rows.map((i) =>
      rows.map((j) =>
        C.get(position[i], position[j]) /
        Math.sqrt(C.get(position[i], position[i]) * C.get(position[j], position[j]))
      )
    ));
    const L = choleskyFactor(R);
    if (!L) {
      throw new RangeError(
        "Cannot compute normalized residuals: the correlation of the residuals is singular",
      );
    }
    rows.forEach((i, a) => {
      let v = r[i];
      for (let b = 0; b < a; b++) v -= L.get(a, b) * out[rows[b]];
      out[i] = v / L.get(a, a);
    });
  }
  return out;
}
