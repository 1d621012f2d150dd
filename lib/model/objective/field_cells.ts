/** Cells (level × position) of a term whose rows touch one position each: their weights and means. */
import { Matrix } from "../../math/dense.ts";
import type { CrossProducts } from "./cross_products.ts";

/** Levels that have the same positions with the same sums of weights. */
export interface FieldCells {
  /** Increasing. */
  readonly positions: Int32Array;
  /** Sum of weights of each. */
  readonly d: Float64Array;
  readonly levels: number;
  /** Means in the cells of the columns of X and of y, level after level. */
  readonly means: Float64Array[];
}

/** What a field's rows come to. */
export interface CellSums {
  readonly cells: FieldCells[];
  /** Lower triangle over (X, y) of xᵀy − Σ d x̄ȳ. */
  readonly within: Matrix;
  /** Which columns of (X, y) are the same in all rows of a cell, so that nothing of theirs is within: not even rounding errors. */
  readonly constant: readonly boolean[];
  /** Σ log d over all cells. */
  readonly logWeights: number;
}

/** Share of a column's square that is rounding error. */
const ROUNDING = 1e-12;

/** The cells of the one factor of a model. */
export function cellsOf({ effects, M, ZtQ, Zty, QtQ, Qty, yty }: CrossProducts): CellSums {
  const [group] = effects.groups, { width: c, start, nodes } = group, columns = [...ZtQ, Zty], p = ZtQ.length;
  const within = Matrix.zeros(p + 1, p + 1), found = new Map<string, FieldCells>();
  for (let i = 0; i <= p; i++) {
    for (let j = 0; j <= i; j++) within.set(i, j, i < p ? QtQ.get(i, j) : j < p ? Qty[j] : yty);
  }
  let logWeights = 0;
  for (let l = 0; l < nodes; l++) {
    const block = effects.diagonalBlock(0, l),
      at = start + l * c,
      all = Array.from({ length: c }, (_, k) => k);
    const positions = Int32Array.from(all.filter((k) => M[block + k * (c + 1)] > 0));
    if (positions.length === 0) continue;
    const d = Float64Array.from(positions, (k) => M[block + k * (c + 1)]), key = `${positions} ${d}`;
    const means = columns.map((x) => Float64Array.from(positions, (k, i) => x[at + k] / d[i]));
    for (const v of d) logWeights += Math.log(v);
    for (let i = 0; i <= p; i++) {
      for (let j = 0; j <= i; j++) {
        let s = within.get(i, j);
        for (let k = 0; k < d.length; k++) s -= d[k] * means[i][k] * means[j][k];
        within.set(i, j, s);
      }
    }
    const same = found.get(key);
    found.set(key, {
      positions,
      d,
      levels: (same?.levels ?? 0) + 1,
      means: [...same?.means ?? [], ...means],
    });
  }
  const constant = Array.from(
    { length: p + 1 },
    (_, i) => within.get(i, i) <= ROUNDING * (i < p ? QtQ.get(i, i) : yty),
  );
  for (let i = 0; i <= p; i++) {
    for (let j = 0; j <= i; j++) if (constant[i] || constant[j]) within.set(i, j, 0);
  }
  return { cells: [...found.values()], within, constant, logWeights };
}
