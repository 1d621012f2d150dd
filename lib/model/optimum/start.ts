/**
 * Starting values: the model without random effects by iteratively reweighted least squares, or, where those steps run away, by
 * guarded scoring from the better of two simple fits; then θ by moments of the scores that the grouping levels leave over. A
 * good start saves more evaluations than any optimiser.
 */
import { ones } from "../../math/shared_memory.ts";
import { solveSafely } from "../../math/dense.ts";
import { axpy } from "../../math/vectors.ts";
import { minimize, type Objective } from "../../math/minimize.ts";
import type { Design } from "../../formula/types.ts";
import { isValid } from "../families/part.ts";
import { pair } from "../../math/jets.ts";
import type { Laplace } from "../objective/laplace.ts";
import { remember } from "./restriction.ts";
import { reweighted } from "./reweighted.ts";
import { scoreMean } from "./scoring.ts";
import type { RandomEffects } from "../objective/random_effects.ts";

/** Log-likelihood by which a start may be short of its optimum where a search goes on from there. */
export const NEAR = 1e-4;

/**
 * γ of a model without random effects (on the objective's own bases), which is left standing there.
 * @param short log-likelihood by which it may be short of its maximum
 */
export function fixedStart(objective: Laplace, short = 1e-14): Float64Array {
  const simple = leastSquares(objective), safe = constant(objective);
  const quick = withParts(objective, reweighted(objective, simple)), floor = objective.evaluate(safe);
  const scored = objective.evaluate(quick) < floor // the usual steps ended better than no predictors at all
    ? quick
    : scoreMean(objective, best(objective, [simple, safe]), (gamma) => withParts(objective, gamma));
  return refined(objective, scored, short);
}

/** Guarded scoring of all parts from a point on; leaves the objective where it ends. */
export function refined(objective: Laplace, start: Float64Array, short = NEAR): Float64Array {
  const target = remember(withInformation(objective));
  const optimum = minimize(target, { start, tolerance: short, maxEvaluations: 60, maxStep: 5 });
  target.evaluate(optimum.x, new Float64Array(objective.size)); // leaves its derivatives there
  return optimum.x;
}

/** Without random effects the Hessian is the information, exactly. */
export function withInformation(objective: Laplace): Objective {
  return {
    evaluate: (psi, gradient) => objective.evaluate(psi, gradient),
    curvature: () => objective.fixedInformation(),
  };
}

/** The point with the smallest objective. */
function best(objective: Laplace, points: readonly Float64Array[]): Float64Array {
  const values = points.map((point) => objective.evaluate(point));
  let at = 0;
  values.forEach((v, i) => {
    if (v < values[at] || !Number.isFinite(values[at])) at = i;
  });
  return points[at];
}

/** Least squares of link(start mean): close for regular data, far off for skewed ones. */
function leastSquares(objective: Laplace): Float64Array {
  const { parts: [{ link }] } = objective, gamma = new Float64Array(objective.size);
  project(objective, 0, startMeans(objective).map((mu) => link.eta(mu)), gamma);
  keepValid(objective, gamma);
  return withParts(objective, gamma);
}

/** The mean of all rows, whatever the predictors: possible for every response. */
export function constant(objective: Laplace): Float64Array {
  const gamma = new Float64Array(objective.size);
  project(objective, 0, new Float64Array(objective.design.n).fill(centre(objective)), gamma);
  keepValid(objective, gamma);
  return withParts(objective, gamma);
}

/** Start means of the rows. Those that stand for others may have means of the response that no row has. */
function startMeans({ family, design: { response } }: Laplace): Float64Array {
  const { y, trials, constant } = response;
  if (constant === undefined) return family.startMean(response);
  return family.startMean({
    ...response,
    y: y.map((v, i) => Math.max(0, Math.min(v, trials?.[i] ?? Infinity))),
  });
}

/** link(mean of the start means). */
function centre(
  objective: Laplace,
): number {
  const { parts: [{ link }], design: { response, weights } } = objective;
  const means = startMeans(objective), share = 1 / means.length; // of every row, so that no sum overflows
  let sum = 0, total = 0;
  for (let i = 0; i < means.length; i++) {
    const w = share * (weights ? weights[i] : 1) * (response.trials ? response.trials[i] : 1);
    sum += w * means[i];
    total += w;
  }
  return link.eta(sum / total);
}

/** γ with dispersion, shapes and zero inflation by moments about its means. */
function withParts(objective: Laplace, gamma: Float64Array): Float64Array {
  const { design, parts } = objective, { n } = design;
  if (parts.length === 1) return gamma;
  const out = gamma.slice(), mu = objective.fixedMean(gamma).map((eta) => parts[0].link.mean(eta));
  inOrder(objective, startParts(objective, mu, rowWeights(design))).forEach((value, k) => {
    if (k > 0 && objective.bases[k].size > 0) {
      project(objective, k, new Float64Array(n).fill(value), out);
    }
  });
  return out;
}

/**
 * Starts with thresholds that increase: those that are held at a value stay, and the
 * others keep their distances to the next one below (above the first) that is held, or share what is between two.
 */
function inOrder({ parts, bases }: Laplace, starts: readonly number[]): number[] {
  const out = [...starts], thresholds = parts.flatMap(({ increasing }, k) => increasing ? [k] : []);
  const held = thresholds.filter((k) => bases[k].size === 0);
  for (const k of held) out[k] = bases[k].origin[0];
  const increase = thresholds.every((k, i) => i === 0 || out[k] > out[thresholds[i - 1]]);
  if (held.length === 0 || increase) return out;
  for (const k of thresholds.filter((k) => !held.includes(k))) {
    const below = held.findLast((h) => h < k), above = held.find((h) => h > k);
    out[k] = below !== undefined && above !== undefined
      ? out[below] + (out[above] - out[below]) * (k - below) / (above - below)
      : below !== undefined
      ? out[below] + starts[k] - starts[below]
      : out[above!] + starts[k] - starts[above!];
  }
  return out;
}

/** The starts of all parts by moments about these means; 0 for the mean itself. */
export function startParts(
  { parts, design: { response } }: Laplace,
  mu: Float64Array,
  weights: Float64Array,
): number[] {
  return parts.map((part) => part.start?.(response, mu, weights) ?? 0);
}

/** Weights of the rows, 1 where there are none. */
export const rowWeights = ({ weights, n }: Design): Float64Array => weights ?? ones(n);

/** γ_k by least squares of `target` − offset. */
export function project(
  { bases, first, design }: Laplace,
  k: number,
  target: Float64Array,
  gamma: Float64Array,
) {
  const basis = bases[k], { offset } = design.predictors[k], products = new Float64Array(basis.size);
  if (basis.size === 0) return;
  const left = target.slice();
  if (offset) axpy(-1, offset, left);
  if (basis.held) axpy(-1, basis.held, left);
  basis.transposeTimes(left, products);
  gamma.set(solveSafely(basis.gram(null), products, 1e-10).map((v) => v / basis.unit), first[k]);
}

/** Moves the mean's γ towards the constant model until every mean is possible. */
function keepValid(objective: Laplace, gamma: Float64Array) {
  const { design, parts: [mean], bases: [basis] } = objective, towards = gamma.slice();
  for (let tries = 0; tries < 30; tries++) {
    if (objective.fixedMean(gamma).every((e) => isValid(mean, e))) return;
    if (tries === 0) project(objective, 0, new Float64Array(design.n).fill(centre(objective)), towards);
    for (let j = 0; j < basis.size; j++) gamma[j] = (gamma[j] + towards[j]) / 2;
  }
}

/**
 * θ by moments: with level scores r = Σ z g and informations v = Σ z² A at the fixed-effects fit, E r² ≈ v + v²σ², so
 * σ̂² = Σ(r² − v) / Σ v², kept between weak and strong shrinkage.
 */
export function thetaStart(effects: RandomEffects, objective: Laplace): Float64Array {
  const { jets } = objective.likelihood, theta = new Float64Array(effects.thetas);
  for (const group of effects.groups) {
    const cells = group.nodes * (group.slot ? group.width : 1), cell = group.slot ? group.index : group.level;
    const sd = group.column.map((z, s) => {
      const g = jets.d1[group.part[s]], d2 = jets.d2[pair(group.part[s], group.part[s])];
      const r = new Float64Array(cells), v = new Float64Array(cells);
      for (let i = 0; i < g.length; i++) {
        const x = z ? z[i] : 1;
        r[cell[i]] += x * g[i];
        v[cell[i]] += x * x * Math.abs(d2[i]);
      }
      let excess = 0, squares = 0, sum = 0;
      for (let l = 0; l < r.length; l++) {
        excess += r[l] * r[l] - v[l];
        squares += v[l] * v[l];
        sum += v[l];
      }
      if (!(squares > 0)) return 0.5;
      const typical = squares / sum; // information of a typical level
      return Math.sqrt(Math.min(10 / typical + 4, Math.max(0.15 / typical, excess / squares)));
    });
    for (const t of group.terms) {
      const own = group.slot
        ? new Array(t.covariance.width).fill(sd[0])
        : sd.slice(t.slot, t.slot + t.covariance.width);
      theta.set(t.covariance.start(own), t.theta);
    }
  }
  return theta;
}
