/** Where a search begins that knows nothing but the data, and the curvature expected there. */
import { Matrix } from "../../math/dense.ts";
import { isMassPart } from "../families/part.ts";
import { type Objective, START_SLACK, valueAtStart } from "../../math/minimize.ts";
import type { Laplace } from "../objective/laplace.ts";
import { fixedStart, NEAR, thetaStart } from "./start.ts";

/**
 * γ of the model without random effects, θ by moments, weaker where the objective is not defined there.
 * @param target the objective, as it remembers: a search begins where it was evaluated
 */
export function coldStart(objective: Laplace, target: Objective = objective): Float64Array {
  const bare = objective.withoutEffects(), start = new Float64Array(objective.size);
  start.set(fixedStart(bare, objective.effects.q > 0 ? NEAR : undefined));
  start.set(thetaStart(objective.effects, bare), objective.thetaAt);
  for (let tries = 0; tries < 8 && !Number.isFinite(valueAtStart(target, start)); tries++) {
    for (let j = objective.thetaAt; j < start.length; j++) start[j] /= 4; // effects too strong for the means or the approximation
  }
  return start;
}

/** Information of γ from the joint density, and 2 L r²/θ² for the covariance parameters (r: mean reliability of the modes). */
export function startHessian(objective: Laplace, psi: Float64Array): Matrix {
  const { effects, thetaAt, size } = objective, H = Matrix.eye(size);
  const information = objective.fixedInformation();
  for (let i = 0; i < thetaAt; i++) for (let j = 0; j < thetaAt; j++) H.set(i, j, information.get(i, j));
  if (effects.q === 0) return H;
  const S = objective.sphericalCovariance();
  for (const term of effects.terms) {
    const f = effects.groups.findIndex((g) => g.terms.includes(term)), group = effects.groups[f];
    let known = 0;
    const { width, edges } = term.covariance;
    for (let l = 0; l < group.nodes; l++) {
      const at = effects.diagonalBlock(f, l);
      for (let j = term.slot; j < term.slot + width; j++) known += 1 - S[at + j * group.width + j];
    }
    const reliability = Math.max(0.1, known / (group.nodes * width));
    const scale = edges.reduce((s, { at }) => s + psi[thetaAt + term.theta + at] ** 2 / edges.length, 0);
    for (let j = 0; j < term.thetas; j++) {
      const i = thetaAt + term.theta + j;
      H.set(i, i, 2 * group.nodes * reliability ** 2 / Math.max(1e-6, scale));
    }
  }
  return H;
}

/** Part of the most that rows can say of a logit. */
const CAUTION = 0.2;

/**
 * The Hessian at a start from elsewhere. What a mixture's own probabilities look like there says little of where they go: their logits
 * count with a part of the most that n rows can say of them, QᵀQ/4 (Böhning 1992), so that steps do not overshoot.
 */
export function curvatureAt(objective: Laplace, start: Float64Array): Matrix {
  objective.standAt(start, START_SLACK);
  const H = startHessian(objective, start), { parts, bases, first, design: { n } } = objective;
  parts.forEach((part, k) => {
    if (!isMassPart(part)) return;
    for (let i = first[k]; i < first[k] + bases[k].size; i++) {
      H.set(i, i, Math.max(H.get(i, i), CAUTION * n / 4));
    }
  });
  return H;
}
