/** Starts on the other side of what dispersions and shapes explain. */
import { denseColumn } from "../../math/columns.ts";
import { isDispersion, isShape } from "../families/part.ts";
import type { Laplace } from "../objective/laplace.ts";
import { project, startParts } from "./start.ts";

/** A dispersion formula with more cells than this is taken for a continuous one. */
const MANY_CELLS = 50;

/** Every cell of a dispersion formula by the moments of its own rows; null where it is one number or has no cells. */
export function dispersionByCells(objective: Laplace, from: Float64Array): Float64Array | null {
  const { design, parts } = objective, k = parts.findIndex(isDispersion), { n } = design;
  if (k < 0 || design.predictors[k].random.length > 0) return null;
  const cells = cellsOf(design.predictors[k].X.map(denseColumn), n);
  if (cells.length < 2 || cells.length > MANY_CELLS || !Number.isFinite(objective.evaluate(from))) {
    return null;
  }
  const mu = objective.eta[0].map((eta) => parts[0].link.mean(eta)), target = new Float64Array(n);
  for (const rows of cells) {
    const weights = new Float64Array(n);
    for (const i of rows) weights[i] = design.weights ? design.weights[i] : 1;
    const value = startParts(objective, mu, weights)[k];
    for (const i of rows) target[i] = value;
  }
  const psi = from.slice();
  project(objective, k, target, psi);
  return psi;
}

/** Rows with the same predictors, cell by cell; stops counting at too many. */
function cellsOf(X: readonly Float64Array[], n: number): number[][] {
  const cells = new Map<string, number[]>();
  for (let i = 0; i < n && cells.size <= MANY_CELLS; i++) {
    const key = X.map((x) => x[i]).join(" "), rows = cells.get(key);
    if (rows) rows.push(i);
    else cells.set(key, [i]);
  }
  return [...cells.values()];
}

/** Light and heavy tails: every part beyond the dispersion far to either side of where it starts. */
export function otherShape(by: number): (objective: Laplace, from: Float64Array) => Float64Array | null {
  return ({ parts, first, bases }, from) => {
    const psi = from.slice();
    parts.forEach((part, k) => {
      if (isShape(part) && bases[k].size > 0) psi[first[k]] += by;
    });
    return psi;
  };
}
