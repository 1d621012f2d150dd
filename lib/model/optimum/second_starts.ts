/**
 * Where else to look: starts on the other side of what a first optimum may have missed. Mixtures, boundaries, flat
 * likelihoods and families with a shape have several local optima: what one part explains another can, too.
 */
import { denseColumn } from "../../math/columns.ts";
import { Matrix, semidefiniteFactor } from "../../math/dense.ts";
import { expit } from "../../math/special.ts";
import { Laplace } from "../objective/laplace.ts";
import {
  conditionalSize,
  isDispersion,
  isInflated,
  isMassPart,
  isShape,
  isZeroPart,
} from "../families/part.ts";
import { constant, fixedStart, project, refined, rowWeights, startParts } from "./start.ts";
import type { Optimum } from "./optimum.ts";
import type { EffectSystem } from "../objective/effect_system.ts";
import type { TermLayout } from "../objective/group_layout.ts";

/** Standard deviation of the effects, in units of η, from which the groups get to explain first. */
const STRONG = 1.5;
/** … and from which they hardly do. */
const WEAK = 0.1;
const MIDDLING = 0.5;
/** Standard deviation, in units of η, from which groups are nearly all or nothing, and how much further out to look. */
const OVERWHELMING = 3;
const FURTHER = 2;
/** A dispersion formula with more cells than this is taken for a continuous one. */
const MANY_CELLS = 50;
/** Logits of a zero that is as good as certainly, and hardly, the mixture's. */
const CERTAIN_LOGIT = 3;
const RARE_LOGIT = -4.6;
/** Steps of the moment iteration. */
const MOMENT_STEPS = 3;

/** The groups explain first: large variances, shrunk by moments, and the dispersion that is left beside them. */
function groupsFirst(objective: Laplace, from: Float64Array): Float64Array | null {
  const { effects, thetaAt } = objective;
  if (effects.q === 0) return null;
  const psi = from.slice();
  for (const t of effects.terms) psi.set(equalDeviations(t, STRONG), thetaAt + t.theta);
  for (let step = 0; step < MOMENT_STEPS; step++) {
    if (!Number.isFinite(objective.evaluate(psi))) {
      for (let j = thetaAt; j < psi.length; j++) psi[j] /= 4; // means outside their range: weaker effects
      continue;
    }
    partsByMoments(objective, psi);
    if (Number.isFinite(objective.evaluate(psi))) {
      effects.terms.forEach((t) => covarianceByMoments(objective, t, psi));
    }
  }
  return psi;
}

/** Groups that are all or nothing: further out along a ray on which everything grows. */
function allOrNothing({ effects, first, thetaAt, bases }: Laplace, from: Float64Array): Float64Array | null {
  const strongest = Math.max(
    0,
    ...effects.terms.flatMap((t) =>
      t.covariance.edges.map(({ at }) => Math.abs(from[thetaAt + t.theta + at]))
    ),
  );
  if (strongest < OVERWHELMING) return null;
  const psi = from.slice();
  for (let j = 0; j < bases[0].size; j++) psi[first[0] + j] *= FURTHER;
  for (let j = thetaAt; j < psi.length; j++) psi[j] *= FURTHER;
  return psi;
}

/** The groups explain (almost) nothing: near here every approximation is sound. */
function groupsLast(objective: Laplace, from: Float64Array): Float64Array | null {
  const { effects, thetaAt } = objective;
  if (effects.q === 0) return null;
  const psi = from.slice();
  psi.set(fixedStart(objective.withoutEffects()));
  for (const t of effects.terms) psi.set(equalDeviations(t, WEAK), thetaAt + t.theta);
  return psi;
}

/** The groups by themselves once more, beside what the rest has become. */
function groupsAnew({ effects, thetaAt }: Laplace, from: Float64Array): Float64Array | null {
  if (effects.q === 0) return null;
  const psi = from.slice();
  for (const t of effects.terms) psi.set(equalDeviations(t, MIDDLING), thetaAt + t.theta);
  return psi;
}

/** θ of a term whose effects have one standard deviation. */
function equalDeviations({ covariance }: TermLayout, sd: number): number[] {
  return covariance.start(new Array(covariance.width).fill(sd));
}

/** Dispersion and shapes by moments about the means that the groups have. */
function partsByMoments(objective: Laplace, psi: Float64Array) {
  const { design, parts } = objective;
  const mu = objective.eta[0].map((eta) => parts[0].link.mean(eta));
  startParts(objective, mu, rowWeights(design)).forEach((value, k) => {
    if (k > 0 && !isMassPart(parts[k])) project(objective, k, new Float64Array(design.n).fill(value), psi);
  });
}

/** T with T Tᵀ = mean over the levels of b̂b̂ᵀ + cov(b | y): one step of the EM algorithm. */
function covarianceByMoments(objective: Laplace, term: TermLayout, psi: Float64Array) {
  const { effects, b, thetaAt } = objective, c = term.covariance.width, S = Matrix.zeros(c, c);
  const f = effects.groups.findIndex((g) => g.terms.includes(term)), group = effects.groups[f];
  if (group.precision) return; // the moments of dependent nodes are not those of one
  const G = objective.conditionalCovariance(), L = group.nodes, w = group.width;
  for (let l = 0; l < L; l++) {
    const at = group.start + l * w + term.slot, block = effects.diagonalBlock(f, l);
    for (let i = 0; i < c; i++) {
      for (let j = 0; j < c; j++) {
        const covariance = G[block + (term.slot + j) * w + term.slot + i];
        S.set(i, j, S.get(i, j) + (b[at + i] * b[at + j] + covariance) / L);
      }
    }
  }
  const T = semidefiniteFactor(S, 1e-6).transpose().to1DArray();
  psi.set(term.covariance.near(Float64Array.from(T)), thetaAt + term.theta);
}

/** Hardly any zero inflation: the family explains the zeros. */
function withoutZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  return withZeroLogits(objective, from, new Float64Array(objective.design.n).fill(RARE_LOGIT));
}

/** All zeros are the mixture's, wherever its predictors say that they are: a least-squares fit of large and small logits. */
function allZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  return withZeroLogits(
    objective,
    from,
    objective.design.response.y.map((v) => (v === 0 ? CERTAIN_LOGIT : -CERTAIN_LOGIT)),
  );
}

function withZeroLogits(objective: Laplace, from: Float64Array, target: Float64Array): Float64Array | null {
  const { bases, effects, thetaAt } = objective, k = zeroPart(objective);
  if (k < 0 || bases[k].size === 0) return null;
  const psi = from.slice();
  project(objective, k, target, psi);
  for (const t of effects.terms) {
    if (t.part === k) psi.fill(WEAK, thetaAt + t.theta, thetaAt + t.theta + t.thetas);
  }
  return psi;
}

/** Probability of 0 by the family alone, for every row at the objective's last point. */
function ownZeros({ design, family, eta }: Laplace): Float64Array {
  const { trials } = design.response, { conditional = family } = family;
  const row = new Float64Array(conditionalSize(family, eta.length));
  return Float64Array.from({ length: design.n }, (_, i) => {
    for (let k = 0; k < row.length; k++) row[k] = eta[k][i];
    return conditional.mass(0) ? conditional.cdf(0, row, trials?.[i] ?? 1) : 0;
  });
}

/**
 * Zeros that are more likely the mixture's than the family's count as the mixture's for good, and means and dispersion are fitted to the
 * other rows alone: where these are separated, the means of rows left out may run to infinity.
 */
function classifiedZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  const { design, family, eta } = objective, { response: { y } } = design, k = zeroPart(objective);
  if (k < 0 || !Number.isFinite(objective.evaluate(from))) return null;
  const weights = ownZeros(objective).map((own, i) =>
    y[i] === 0 && expit(eta[k][i]) > expit(-eta[k][i]) * own ? 0 : design.weights ? design.weights[i] : 1
  );
  if (!weights.includes(0)) return null;
  const K = conditionalSize(family, eta.length);
  const predictors = design.predictors.slice(0, K).map((p) => ({ ...p, random: [] }));
  const bare = new Laplace({ ...design, weights, predictors }, family.conditional ?? family),
    psi = from.slice();
  refined(bare, from.slice(0, bare.size));
  for (let j = 0; j < K; j++) project(objective, j, bare.eta[j], psi);
  return psi;
}

/**
 * A predictor of zero inflation beyond whose value c all rows are zeros: there they are the mixture's, and nowhere else, η = s(x − c) with
 * a steep s. Of several such values the one whose zeros the family finds least likely.
 */
function separatedZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  const { design } = objective, { response: { y }, n } = design, k = zeroPart(objective);
  if (k < 0 || !Number.isFinite(objective.evaluate(from))) return null;
  const own = ownZeros(objective);
  let most = 0, target: Float64Array | null = null;
  for (const x of design.predictors[k].X.map(denseColumn)) {
    for (const sign of [1, -1]) {
      let edge = -Infinity, first = Infinity, gain = 0;
      for (let i = 0; i < n; i++) if (y[i] !== 0) edge = Math.max(edge, sign * x[i]);
      for (let i = 0; i < n; i++) {
        if (!(sign * x[i] > edge)) continue;
        first = Math.min(first, sign * x[i]);
        gain -= Math.log(Math.max(own[i], 1e-300));
      }
      if (!(gain > most) || edge === -Infinity) continue;
      most = gain;
      const middle = (edge + first) / 2, steep = CERTAIN_LOGIT / (first - middle);
      target = x.map((v) => steep * (sign * v - middle));
    }
  }
  return target && withZeroLogits(objective, from, target);
}

const zeroPart = ({ parts }: Laplace): number => parts.findIndex(isZeroPart);

/** The means of all rows alike, whatever the predictors. */
function equalMeans(objective: Laplace): Float64Array | null {
  const psi = constant(objective);
  for (const t of objective.effects.terms) {
    for (const { at } of t.covariance.edges) psi[objective.thetaAt + t.theta + at] = MIDDLING;
  }
  return psi;
}

/** Every cell of a dispersion formula by the moments of its own rows; null where it is one number or has no cells. */
function dispersionByCells(objective: Laplace, from: Float64Array): Float64Array | null {
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
function otherShape(by: number): (objective: Laplace, from: Float64Array) => Float64Array | null {
  return ({ parts, first, bases }, from) => {
    const psi = from.slice();
    parts.forEach((part, k) => {
      if (isShape(part) && bases[k].size > 0) psi[first[k]] += by;
    });
    return psi;
  };
}

/** The starts to try after a first optimum, most telling first; none where it is regular. */
export function secondStarts(objective: Laplace, first: Optimum): Float64Array[] {
  const { parts, family } = objective, shapes = parts.some(isShape);
  const mixture = isInflated(parts) && (family.conditional?.mass(0) ?? true); // a hurdle's parts are apart
  const inside = first.fixed.length === first.held.length,
    regular = first.converged && first.flat.directions.length === 0 && inside;
  const correlated = otherCorrelations(objective.effects, first.psi, objective.thetaAt);
  if (regular && !mixture && !shapes) return correlated;
  const ways = [
    groupsFirst,
    groupsAnew,
    allOrNothing,
    dispersionByCells,
    ...mixture ? [withoutZeros, allZeros, classifiedZeros, separatedZeros, equalMeans] : [],
    ...shapes ? [otherShape(-1.5), otherShape(2)] : [],
    ...first.converged ? [] : [groupsLast],
  ];
  return [
    ...ways.map((way) => way(objective, first.psi)).filter((start) => start !== null),
    ...otherOwnParameters(objective.effects, first, objective.thetaAt),
    ...correlated,
  ];
}

/** Angle of a strong correlation. */
const STRONG_ANGLE = 1.2;

/** Beside standard deviations that are held the likelihood may have an optimum for correlations of either sign. */
function otherCorrelations(effects: EffectSystem, psi: Float64Array, thetaAt: number): Float64Array[] {
  return effects.terms.flatMap(({ covariance, theta, term: { fixed = {} } }) =>
    covariance.shown.flatMap((p) => {
      if (p.kind !== "cor" || p.at === undefined || Object.hasOwn(fixed, p.name)) return [];
      const at = thetaAt + theta + p.at;
      return [-STRONG_ANGLE, STRONG_ANGLE].map((x) => psi.map((v, i) => i === at ? x : v));
    })
  );
}

/** θ's of ranges and correlations of neighbours that are looked at beside the first. */
const OWN_ELSEWHERE = [-1.5, 1.5];

/**
 * Other ranges, other correlations of neighbours: at a variance of 0 they say nothing, and whether the likelihood rises from there
 * depends on them.
 */
function otherOwnParameters(
  effects: EffectSystem,
  { psi, fixed }: Optimum,
  thetaAt: number,
): Float64Array[] {
  const asked = effects.terms.flatMap(({ covariance, theta }) =>
    covariance.shown.flatMap((p) => {
      const edge = covariance.edges.find(({ idle }) => p.kind === "own" && idle.includes(p.at));
      return p.kind === "own" && edge && fixed.includes(thetaAt + theta + edge.at)
        ? [{ own: thetaAt + theta + p.at, sd: thetaAt + theta + edge.at }]
        : [];
    })
  );
  return asked.flatMap(({ own, sd }) =>
    OWN_ELSEWHERE.map((v) => {
      const start = psi.slice();
      start[own] = v;
      start[sd] = MIDDLING;
      return start;
    })
  );
}

/** θ of groups that differ more than the residuals, for objectives over θ alone; none where the optimum is inside. */
export function strongGroups(effects: EffectSystem, first: Optimum): Float64Array[] {
  return [...strongEffects(effects, first), ...otherOwnParameters(effects, first, 0)];
}

function strongEffects(effects: EffectSystem, first: Optimum): Float64Array[] {
  if (first.converged && first.fixed.length === first.held.length) return [];
  const theta = new Float64Array(effects.thetas);
  for (const t of effects.terms) for (const { at } of t.covariance.edges) theta[t.theta + at] = STRONG;
  return [theta];
}
