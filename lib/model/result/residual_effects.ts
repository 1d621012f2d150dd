/**
 * Effects of a term that stands in the residual's place. With b the effects of the positions, every row of the fit says
 * y = xᵀβ + zᵀb_o + b_cell + offset exactly (o: the other terms), so given the parameters
 *
 *   b̂_cell = y − offset − xᵀβ̂ − zᵀb̂_o,   ∂b̂_cell = −xᵀ∂β − zᵀ∂b̂_o,   cov(b_cell, ·) = −zᵀ cov(b_o, ·)
 *
 * at the cells of the data. At positions without a row the engine's own effects hold: their residual part has mean 0.
 */
import { linearPredictor } from "../../math/columns.ts";
import type { Design, PredictorDesign } from "../../formula/types.ts";
import type { Engine } from "../optimum/engine.ts";
import type { GroupLayout } from "../objective/random_effects.ts";
import { effectsOnRows } from "./rows.ts";

type Gaussian = Engine & { kind: "gaussian" };

/** A row of the fit: the entry of its cell among the effects, and the entries and weights of the other terms. */
export interface Cell {
  readonly row: number;
  readonly at: number;
  readonly others: readonly { readonly at: number; readonly z: number }[];
}

/** The factor whose term stands in the residual's place; undefined where the residuals are independent. */
export function residualGroup({ objective }: Engine): GroupLayout | undefined {
  return objective.effects.groups.find((g) => g.terms.some(({ term }) => term.residual));
}

/** The cells of a model with a residual term. */
export function residualCells(engine: Gaussian, group: GroupLayout): Cell[] {
  const { groups } = effectsOnRows(engine),
    others = groups.filter((g) => g !== group),
    own = groups.find((g) => g === group)!;
  return Array.from(own.index, (index, row) => ({
    row,
    at: group.start + index,
    others: others.flatMap((g) =>
      g.column.map((z, s) => ({ at: g.start + g.index[row] * g.stride + s, z: z ? z[row] : 1 }))
    ),
  }));
}

/** b̂ with the effects of the cells in full, from the engine's effects and β. */
export function wholeEffects(
  { design }: Gaussian,
  cells: readonly Cell[],
  b: Float64Array,
  beta: ArrayLike<number>,
): Float64Array {
  const { y } = design.response, out = b.slice(), mean = meanOfOthers(design, cells, b, beta);
  for (const { row, at } of cells) out[at] = y[row] - mean[row];
  return out;
}

/** offset + xᵀβ + zᵀb_o of every row: all but the term in the residual's place. */
export function meanOfOthers(
  { n, predictors: [{ X, offset }] }: Design,
  cells: readonly Cell[],
  b: Float64Array,
  beta: ArrayLike<number>,
): Float64Array {
  const eta = linearPredictor(X, beta), mean = new Float64Array(n);
  for (const { row, others } of cells) {
    let v = (offset ? offset[row] : 0) + (eta[row] ?? 0); // no column, no Xβ
    for (const o of others) v += o.z * b[o.at];
    mean[row] = v;
  }
  return mean;
}

/** Log standard deviation of every row: that of its position. */
export function logDeviations(engine: Gaussian, group: GroupLayout): Float64Array {
  const { term, theta, thetas, basis, count, covariance } = group.terms.find((t) => t.term.residual)!;
  const relative = covariance.relative!(engine.optimum.psi.slice(theta, theta + thetas), 0);
  const scale = basis.get(0, 0) ** 2 * engine.objective.sigma2;
  return Float64Array.from(term.position!.codes, (j) => Math.log(scale * relative[j * count + j]) / 2);
}

/** Derivative of the whole effects, given that of the engine's effects and of β. */
export function wholeDerivative(
  { X }: PredictorDesign,
  cells: readonly Cell[],
  ofB: Float64Array,
  ofBeta: (j: number) => number,
): Float64Array {
  const out = ofB.slice(), eta = linearPredictor(X, X.map((_, j) => ofBeta(j)));
  for (const { row, at, others } of cells) {
    let v = -(eta[row] ?? 0);
    for (const o of others) v -= o.z * ofB[o.at];
    out[at] = v;
  }
  return out;
}

/**
 * Conditional covariance with the cells in full, on the pattern. The other terms' levels do not change within a level of the
 * residual term (a fit refuses others), so all that is needed is on the pattern.
 * @param entry where entry (i, j) is stored, −1 where it is not
 */
export function wholeCovariance(
  G: Float64Array,
  cells: readonly Cell[],
  group: GroupLayout,
  entry: (i: number, j: number) => number,
): Float64Array {
  const out = G.slice(), byLevel = new Map<number, Cell[]>(), size = group.width;
  for (const cell of cells) {
    const level = Math.floor((cell.at - group.start) / size), list = byLevel.get(level);
    if (list) list.push(cell);
    else byLevel.set(level, [cell]);
  }
  const get = (i: number, j: number) => {
    const at = entry(i, j);
    return at < 0 ? 0 : G[at];
  };
  const set = (i: number, j: number, v: number) => {
    for (const at of [entry(i, j), entry(j, i)]) if (at >= 0) out[at] = v;
  };
  for (const [level, list] of byLevel) {
    const first = group.start + level * size;
    for (const cell of list) {
      const against = (j: number) => -cell.others.reduce((s, o) => s + o.z * get(o.at, j), 0);
      for (let j = first; j < first + size; j++) set(cell.at, j, against(j)); // positions without a row
      for (const o of cell.others) set(cell.at, o.at, against(o.at));
    }
    for (const a of list) {
      for (const b of list) {
        set(
          a.at,
          b.at,
          a.others.reduce((s, o) => s + o.z * b.others.reduce((t, q) => t + q.z * get(o.at, q.at), 0), 0),
        );
      }
    }
  }
  return out;
}
