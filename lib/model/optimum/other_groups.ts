/** Starts on the other side of what groups explain: more of it, less of it, with other correlations. */
import { Matrix, semidefiniteFactor } from "../../math/dense.ts";
import type { TermLayout } from "../objective/group_layout.ts";
import type { Laplace } from "../objective/laplace.ts";
import { isDispersion, isMassPart } from "../families/part.ts";
import { fixedStart, project, rowWeights, startParts } from "./start.ts";

/** Standard deviation of the effects, in units of η, from which the groups get to explain first. */
export const STRONG = 1.5;
/** … and from which they hardly do. */
export const WEAK = 0.1;
export const MIDDLING = 0.5;
/** Standard deviation, in units of η, from which groups are nearly all or nothing, and how much further out to look. */
const OVERWHELMING = 3;
const FURTHER = 2;
/** Steps of the moment iteration. */
const MOMENT_STEPS = 3;

/** The groups explain first: large variances, shrunk by moments, and the dispersion that is left beside them. */
export function groupsFirst(objective: Laplace, from: Float64Array): Float64Array | null {
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

/** The groups explain everything: large variances, dispersions and shapes about means that are what was seen. */
export function groupsAlone(objective: Laplace, from: Float64Array): Float64Array | null {
  const { effects, thetaAt, family, design } = objective;
  if (effects.q === 0) return null;
  const psi = from.slice();
  for (const t of effects.terms) psi.set(equalDeviations(t, STRONG), thetaAt + t.theta);
  partsByMoments(objective, psi, family.startMean(design.response));
  return psi;
}

/** Rows that share an effect, on average, below which it competes with the dispersion for what rows have for themselves. */
const FEW_ROWS = 2;

/**
 * The groups explain everything, where an effect is of hardly more than a row and so what a dispersion is: two optima, but for normal
 * residuals, whose variance and that of such effects add up.
 */
export function groupsForDispersion(objective: Laplace, from: Float64Array): Float64Array | null {
  const { effects, parts, family, design: { n } } = objective;
  if (!parts.some(isDispersion) || family.residual) return null;
  const competes = effects.groups.some(({ terms, slot, index, level, nodes, width }) =>
    terms.some(({ part }) => part === 0) && n < FEW_ROWS * nodes * (slot ? width : 1) &&
    n < FEW_ROWS * new Set(slot ? index : level).size
  );
  return competes ? groupsAlone(objective, from) : null;
}

/** Groups that are all or nothing: further out along a ray on which everything grows. */
export function allOrNothing(objective: Laplace, from: Float64Array): Float64Array | null {
  const { first, thetaAt, bases } = objective;
  if (strongest(objective, from) < OVERWHELMING) return null;
  const psi = from.slice();
  for (let j = 0; j < bases[0].size; j++) psi[first[0] + j] *= FURTHER;
  for (let j = thetaAt; j < psi.length; j++) psi[j] *= FURTHER;
  return psi;
}

/** The groups explain (almost) nothing: near here every approximation is sound. */
export function groupsLast(objective: Laplace, from: Float64Array): Float64Array | null {
  const { effects, thetaAt } = objective;
  if (effects.q === 0) return null;
  const psi = from.slice();
  psi.set(fixedStart(objective.withoutEffects()));
  for (const t of effects.terms) psi.set(equalDeviations(t, WEAK), thetaAt + t.theta);
  return psi;
}

/** The groups by themselves once more, beside what the rest has become. */
export function groupsAnew({ effects, thetaAt }: Laplace, from: Float64Array): Float64Array | null {
  if (effects.q === 0) return null;
  const psi = from.slice();
  for (const t of effects.terms) psi.set(equalDeviations(t, MIDDLING), thetaAt + t.theta);
  return psi;
}

/** Effects of a group as strong as they are, and independent: where a correlation is ±1, it may have come too early. */
export const independent = (objective: Laplace, from: Float64Array) =>
  withTemplates(objective, from, ({ covariance }, T) => covariance.start(deviations(T, covariance.width)));

/** … with the correlations between every other effect turned round: DTD, D = diag(1, −1, 1, …). */
export const turned = (objective: Laplace, from: Float64Array) =>
  withTemplates(
    objective,
    from,
    ({ covariance }, T) =>
      covariance.near(
        T.map((v, at) => (at % covariance.width + Math.floor(at / covariance.width)) % 2 === 1 ? -v : v),
      ),
  );

/** The largest standard deviation. */
function strongest({ effects, thetaAt }: Laplace, psi: Float64Array): number {
  const all = effects.terms.flatMap((t) =>
    t.covariance.edges.map(({ at }) => Math.abs(psi[thetaAt + t.theta + at]))
  );
  return Math.max(0, ...all);
}

/**
 * Other templates for the terms with several effects; null where there are none, or groups that are all or nothing: beyond those the Laplace
 * approximation has optima that the likelihood has not.
 */
function withTemplates(
  objective: Laplace,
  from: Float64Array,
  theta: (term: TermLayout, T: Float64Array) => number[],
): Float64Array | null {
  const { effects, thetaAt } = objective, psi = from.slice();
  const several = effects.terms.filter(({ covariance }) => covariance.width > 1);
  if (several.length === 0 || strongest(objective, from) >= OVERWHELMING) return null;
  for (const term of several) {
    const at = thetaAt + term.theta, T = new Float64Array(term.covariance.width ** 2);
    term.covariance.fill(from, at, T);
    psi.set(theta(term, T), at);
  }
  return psi;
}

/** Standard deviations of T Tᵀ. */
function deviations(T: Float64Array, c: number): number[] {
  const rows = Array.from({ length: c }, (_, i) => i);
  return rows.map((i) => Math.hypot(...rows.map((j) => T[j * c + i])));
}

/** θ of a term whose effects have one standard deviation. */
export function equalDeviations({ covariance }: TermLayout, sd: number): number[] {
  return covariance.start(new Array(covariance.width).fill(sd));
}

/** The means that the groups have at the objective's last point. */
const meansThere = ({ eta, parts }: Laplace) => eta[0].map((v) => parts[0].link.mean(v));

/** Dispersion and shapes by moments about means. */
function partsByMoments(objective: Laplace, psi: Float64Array, mu: Float64Array = meansThere(objective)) {
  const { design, parts } = objective;
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
