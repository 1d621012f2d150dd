/** A structure in the residual's place, row by row: what of each row is residual, and how residuals of two rows vary together. */
import { choleskyFactor, Matrix } from "../../math/dense.ts";
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
  /** Of two rows of one level. */
  correlation(i: number, j: number): number;
}

/** Null where residuals are independent. */
export function residualRows(model: Model): ResidualRows | null {
  const term = residualTerm(model.random);
  if (!term) return null;
  const { design } = engineOf(model, "residuals"), { covariance: C, cells, modes, names } = term;
  const { level, position } = design.predictors[0].random.find((t: RandomTerm) => t.residual)!;
  const { codes } = position!, sd = (i: number) => Math.sqrt(C.get(codes[i], codes[i]));
  const modeOf = (l: number, i: number) => cells ? cellOf(cells, l, codes[i]) : l * names.length + codes[i];
  return {
    term,
    level,
    position: codes,
    residual: Float64Array.from(level, (l, i) => modes[modeOf(l, i)]),
    sd,
    correlation: (i, j) => C.get(codes[i], codes[j]) / (sd(i) * sd(j)),
  };
}

/** L⁻¹r of the rows of each level, L Lᵀ their correlation, in the order of the data. */
export function whitened(
  r: Float64Array,
  { level, correlation }: ResidualRows,
): Float64Array<ArrayBuffer> {
  const out = Float64Array.from(r);
  for (const rows of Map.groupBy(r.keys(), (i) => level[i]).values()) {
    const L = choleskyFactor(new Matrix(rows.map((i) => rows.map((j) => correlation(i, j)))));
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
