import { SparseColumn } from "../math/columns.ts";
import type { PredictorDesign } from "./types.ts";

/** A predictor with the same value in every row: an intercept alone. */
export function isConstant(p: PredictorDesign): boolean {
  return p.random.length === 0 && !p.offset && p.X.length <= 1 &&
    p.X.every((x) => !(x instanceof SparseColumn) && isOneValue(x));
}

function isOneValue(x: Float64Array): boolean {
  for (let i = 1; i < x.length; i++) if (x[i] !== x[0]) return false;
  return true;
}
