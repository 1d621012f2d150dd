/** Starts on the other side of what a mixture explains: no zeros, all of them, those that are as good as certain. */
import { denseColumn } from "../../math/columns.ts";
import { expit } from "../../math/special.ts";
import { conditionalSize, isZeroPart } from "../families/part.ts";
import { Laplace } from "../objective/laplace.ts";
import { equalDeviations, groupsAlone, MIDDLING, turned, WEAK } from "./other_groups.ts";
import { constant, project, refined } from "./start.ts";

/** Logits of a zero that is as good as certainly, and hardly, the mixture's. */
const CERTAIN_LOGIT = 3;
const RARE_LOGIT = -4.6;

/** Hardly any zero inflation: the family explains the zeros. */
export function withoutZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  return withZeroLogits(objective, from, new Float64Array(objective.design.n).fill(RARE_LOGIT));
}

/** All zeros are the mixture's, wherever its predictors say that they are: a least-squares fit of large and small logits. */
export function allZeros(objective: Laplace, from: Float64Array): Float64Array | null {
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
    if (t.part === k) psi.set(equalDeviations(t, WEAK), thetaAt + t.theta);
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
export function classifiedZeros(objective: Laplace, from: Float64Array): Float64Array | null {
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
export function separatedZeros(objective: Laplace, from: Float64Array): Float64Array | null {
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
export function equalMeans(objective: Laplace): Float64Array | null {
  const psi = constant(objective);
  for (const t of objective.effects.terms) {
    for (const { at } of t.covariance.edges) psi[objective.thetaAt + t.theta + at] = MIDDLING;
  }
  return psi;
}

/** The groups explain all but the zeros, which are the mixture's. */
export function groupsAndZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  const psi = groupsAlone(objective, from);
  return psi && allZeros(objective, psi);
}

/** … and zeros that are the family's: else these lead back. */
export function turnedWithoutZeros(objective: Laplace, from: Float64Array): Float64Array | null {
  const psi = turned(objective, from);
  return psi && withoutZeros(objective, psi);
}
