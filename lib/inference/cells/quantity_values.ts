/** Quantities of several predictors in many rows: what predictions and means share. */
import { averageQuantity } from "./population_mean.ts";
import type { RowQuantity } from "./row_quantity.ts";

/** A quantity and its derivatives, one array for each predictor. */
export interface QuantityValues {
  readonly value: Float64Array;
  readonly byEta: readonly Float64Array[];
  /** By the variance of the predictor's random effects, where it is averaged over them. */
  readonly byVariance: readonly Float64Array[];
}

/**
 * f(η) of every row, or E f(η + b) over b ~ N(0, variance).
 * @param eta one array for each predictor of the model
 * @param variance of each predictor's random effects; null where they are not averaged over
 */
export function quantityValues(
  quantity: RowQuantity,
  eta: readonly Float64Array[],
  variance: readonly (Float64Array | null)[],
): QuantityValues {
  const [{ length: n }] = eta, columns = () => eta.map(() => new Float64Array(n));
  const value = new Float64Array(n), byEta = columns(), byVariance = columns();
  const row = new Float64Array(eta.length), s = row.slice();
  const at = { mean: 0, byEta: row.slice(), byVariance: row.slice() };
  const averaged = variance.some((v) => v !== null);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < row.length; k++) {
      row[k] = eta[k][i];
      s[k] = variance[k] ? Math.sqrt(variance[k]![i]) : 0;
    }
    if (averaged) averageQuantity(quantity, row, s, at);
    else {
      at.mean = quantity.value(row);
      quantity.slopes(row, at.byEta);
    }
    value[i] = at.mean;
    for (let k = 0; k < row.length; k++) {
      byEta[k][i] = at.byEta[k];
      byVariance[k][i] = at.byVariance[k];
    }
  }
  return { value, byEta, byVariance };
}
