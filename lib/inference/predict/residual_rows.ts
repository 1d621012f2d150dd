/** A structure in the residual's place, row by row: what of each row is residual, and how far it spreads. */
import type { RandomTerm } from "../../formula/types.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { residualTerm, type TermResult } from "../../model/result/term_result.ts";
import { cellOf } from "../../model/structures/cells.ts";

/** The term with the level and position of every row, the residuals y − Xβ̂ − Zb̂ of the other terms and their standard deviations. */
export interface ResidualRows {
  readonly term: TermResult;
  readonly level: Int32Array;
  readonly position: Int32Array;
  readonly residual: Float64Array;
  sd(row: number): number;
}

/** Null where residuals are independent. */
export function residualRows(model: Model): ResidualRows | null {
  const term = residualTerm(model.random);
  if (!term) return null;
  const { design } = engineOf(model, "residuals"), { covariance, cells, modes, names } = term;
  const { level, position } = design.predictors[0].random.find((t: RandomTerm) => t.residual)!;
  const { codes } = position!;
  return {
    term,
    level,
    position: codes,
    residual: Float64Array.from(
      level,
      (l, i) => modes[cells ? cellOf(cells, l, codes[i]) : l * names.length + codes[i]],
    ),
    sd: (i) => Math.sqrt(covariance.get(codes[i], codes[i])),
  };
}
