/** Cross-products of a design whose rows are in memory. */
import { Basis } from "../../math/basis.ts";
import { safeSolver } from "../../math/dense.ts";
import { axpy, dot } from "../../math/vectors.ts";
import type { Design, PredictorDesign } from "../../formula/types.ts";
import { gaussian } from "../families/gaussian.ts";
import { Remembered } from "../../math/remembered.ts";
import type { CrossProducts } from "./cross_products.ts";
import { meanEffects } from "./all_effects.ts";
import type { RandomEffects } from "./random_effects.ts";
import { unitsOf } from "./units.ts";

/** The sums in which the response does not stand, and the basis that they are on. */
interface DesignSums extends Pick<CrossProducts, "QtQ" | "M" | "ZtQ"> {
  readonly basis: Basis;
  /** b → (QᵀQ)⁻¹ b. */
  readonly solve: (b: Float64Array) => Float64Array;
  readonly weights: Float64Array | null;
}

const designSums = new Remembered<PredictorDesign, DesignSums>();

/** Adds up the rows of a design. */
export function rowSums(design: Design): CrossProducts {
  const { n, predictors: [mean], response, weights, precision } = design, w = weights ?? precision;
  const effects = meanEffects(design),
    unit = (design.units ?? unitsOf(design, gaussian())).response,
    sums = designSums.of(mean, (made) => made.weights === w, () => sumsOf(mean, effects, w)),
    { basis, QtQ, M, ZtQ } = sums;
  const { y, origin } = leastSquares(design, sums, unit), weighted = w ? y.map((v, i) => w[i] * v) : y;
  const Qty = new Float64Array(basis.size);
  basis.transposeTimes(weighted, Qty);
  const yty = dot(weighted, y), Zty = timesZ(effects, () => weighted);
  return {
    effects,
    basis,
    total: weights ? weights.reduce((s, v) => s + v, 0) : n,
    logPrecision: precision ? precision.reduce((s, v) => s + Math.log(v), 0) : 0,
    unit,
    size: Math.sqrt(dot(response.y, response.y) / n),
    origin,
    QtQ,
    Qty,
    yty,
    M,
    ZtQ,
    Zty,
    rows: { y, weights: w, basis, effects },
    moments: null,
  };

  /** The response in its unit as residuals of the weighted least-squares fit, and its coefficients on the basis. */
  function leastSquares({ predictors: [{ offset }] }: Design, { basis, solve }: DesignSums, unit: number) {
    const y = response.y.slice(), p = basis.size, origin = new Float64Array(p);
    for (let i = 0; i < n; i++) y[i] = (offset ? y[i] - offset[i] : y[i]) / unit;
    if (basis.held) axpy(-1 / unit, basis.held, y);
    for (let pass = 0; pass < 2; pass++) { // the second pass removes what the first left by rounding
      const Qty = new Float64Array(p);
      basis.transposeTimes(w ? y.map((v, i) => w[i] * v) : y, Qty);
      const step = solve(Qty);
      for (let j = 0; j < p; j++) {
        basis.addColumn(-step[j], j, y);
        origin[j] += step[j];
      }
    }
    return { y, origin };
  }
}

function sumsOf(mean: PredictorDesign, effects: RandomEffects, weights: Float64Array | null): DesignSums {
  const basis = Basis.of(mean.X, 1, mean.held), M = new Float64Array(effects.valueCount);
  effects.crossProduct(() => weights, M);
  let room: Float64Array | null = null;
  const weighted = (j: number) =>
    basis.weightedColumn(j, weights, () => room ??= new Float64Array(effects.n));
  const ZtQ = Array.from({ length: basis.size }, (_, j) => timesZ(effects, () => weighted(j)));
  const QtQ = basis.gram(weights), solve = basis.size > 0 ? safeSolver(QtQ, 1e-14) : (b: Float64Array) => b;
  return { basis, QtQ, solve, M, ZtQ, weights };
}

/** Zᵀx, x being asked for where there is a Z. */
function timesZ(effects: RandomEffects, x: () => Float64Array): Float64Array {
  const out = new Float64Array(effects.q);
  if (effects.q > 0) effects.transposeTimes([x()], out);
  return out;
}
