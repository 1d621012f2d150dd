/**
 * Parameters that the data drive to their limit: an infinite range, a correlation of 1. The likelihood nears its bound there as f∞ + a e^{−x}
 * along a valley of {@link Stretched}: a search ends where little is left of that, and the direction counts as flat.
 */
import { choleskyFactor, choleskySolve, type Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import type { Problem } from "./optimum.ts";
import { Stretched } from "./stretched.ts";

/**
 * Predicted decrease at which a search beyond a limit ends; twice as much is left. Beyond it sums are of numbers as large as σ², and rounding
 * errors of the log-likelihood grow with it: of 1,000 places they were 5e-6 where as much was left.
 */
const LEFT = 1e-5;
/** So far along the valley the log-likelihood is looked at again: on a range it is a factor of 7. */
const FAR = 2;
/** Unit of asinh, relative to a parameter, for which it is as good as a logarithm on the way there. */
const LOGARITHMIC = 1e-3;
/** It differs there by less than this: what is left, and rounding errors. */
const SAME = 1e-4;

/** Standard deviation of effects, relative to that of the residuals, from which on the latter may run to 0. */
const RATIO = 300;

/**
 * Places in ψ of parameters that may have run away: those beyond their limit; else, of a structure with limits, standard deviations so large
 * that nothing is left for the residuals, to which they are relative in closed form, where ψ is θ alone. Two parameters with limits
 * may run away along a bend, as range and smoothness do where ν log r stays the same: what is left is then not known, and none is given.
 */
function beyond({ effects, thetaAt }: Problem, psi: Float64Array): number[] {
  return effects.terms.flatMap(({ covariance: { shown, edges, relative }, theta }) => {
    const at = thetaAt + theta, limited = shown.flatMap((p) => p.kind === "own" && p.limit ? [p] : []);
    const own = limited.filter((p) => Math.abs(psi[at + p.at]) > p.limit!.beyond).map((p) => at + p.at);
    if (limited.length > 1) return [];
    if (own.length > 0 || limited.length === 0 || thetaAt > 0 || relative) return own;
    return edges.map((edge) => at + edge.at).filter((i) => Math.abs(psi[i]) > RATIO);
  });
}

/** The predicted decrease at which a search at ψ ends, in place of another. */
export function toleranceAt(problem: Problem, psi: Float64Array, tolerance: number): number {
  return beyond(problem, psi).length > 0 ? Math.max(tolerance, LEFT) : tolerance;
}

/**
 * Directions over the free parameters along which they run away from where the objective was evaluated: beyond a limit, and the likelihood
 * is the same further along the valley, whose direction is that of the best values of all others.
 * @param theta the free parameters, and their places in ψ
 */
export function runaways(
  problem: Problem,
  objective: Objective,
  theta: Float64Array,
  free: readonly number[],
  value: number,
  hessian: Matrix,
): Float64Array[] {
  const psi = new Float64Array(Math.max(0, ...free) + 1);
  free.forEach((i, a) => psi[i] = theta[a]);
  const away = beyond(problem, psi).filter((at) => free.includes(at));
  if (away.length === 0) return [];
  const stretched = Stretched.of(problem, free, theta.map((v) => v * LOGARITHMIC)),
    x = stretched.to(theta),
    H = stretched.scaledHessian(hessian, x, 1),
    slope = new Float64Array(x.length);
  return away.flatMap((at) => {
    const d = valley(H, free.indexOf(at)), step = FAR * Math.sign(psi[at]);
    const there = d && objective.evaluate(stretched.from(x.map((v, i) => v + step * d[i])), slope);
    return d && Math.abs(there! - value) < SAME ? [stretched.scaled(d, x, 1)] : [];
  });
}

/** d with d_j = 1 and the others where a quadratic function is least, −H_oo⁻¹ H_oj; null where there is no least value. */
function valley(H: Matrix, j: number): Float64Array | null {
  const others = Array.from({ length: H.rows }, (_, i) => i).filter((i) => i !== j),
    d = new Float64Array(H.rows);
  const L = choleskyFactor(H.selection(others, others));
  if (!L) return null;
  const moved = choleskySolve(L, Float64Array.from(others, (i) => H.get(i, j)));
  others.forEach((i, a) => d[i] = -moved[a]);
  d[j] = 1;
  return d;
}
