/** Cross-products of a design whose rows are in memory. */
import { Basis } from "../../math/basis.ts";
import { axpy, dot, safeSolver } from "../../math/dense.ts";
import type { Design } from "../../formula/types.ts";
import { gaussian } from "../families/gaussian.ts";
import type { CrossProducts } from "./cross_products.ts";
import { meanEffects } from "./all_effects.ts";
import { unitsOf } from "./units.ts";

/** Adds up the rows of a design. */
export function rowSums(design: Design): CrossProducts {
  const { n, predictors: [mean], response, weights, precision } = design, w = weights ?? precision;
  const effects = meanEffects(design),
    unit = (design.units ?? unitsOf(design, gaussian())).response,
    basis = Basis.of(mean.X, 1, mean.held),
    QtQ = basis.gram(w);
  const { y, origin } = leastSquares(design, basis, unit), weighted = new Float64Array(n);
  for (let i = 0; i < n; i++) weighted[i] = w ? w[i] * y[i] : y[i];
  const Qty = new Float64Array(basis.size), M = new Float64Array(effects.valueCount);
  basis.transposeTimes(weighted, Qty);
  const yty = dot(weighted, y);
  effects.crossProduct(() => w, M);
  const products = () => {
    const out = new Float64Array(effects.q);
    if (effects.q > 0) effects.transposeTimes([weighted], out);
    return out;
  };
  const Zty = products();
  const ZtQ = Array.from(Qty, (_, j) => {
    if (effects.q > 0) basis.weighColumn(j, w, weighted);
    return products();
  });
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
  function leastSquares({ predictors: [{ offset }] }: Design, basis: Basis, unit: number) {
    const y = response.y.slice(), p = basis.size, origin = new Float64Array(p);
    for (let i = 0; i < n; i++) y[i] = (offset ? y[i] - offset[i] : y[i]) / unit;
    if (basis.held) axpy(-1 / unit, basis.held, y);
    const solve = p > 0 ? safeSolver(QtQ, 1e-14) : (b: Float64Array) => b;
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
