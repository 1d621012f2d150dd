/** Variances at the edge of what is possible: a template's diagonal that shrinks to nothing is set to exactly 0. */
import { Matrix, semidefiniteFactor } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import type { Edge } from "../structures/structure.ts";
import type { EffectSystem } from "../objective/effect_system.ts";
import type { TermLayout } from "../objective/group_layout.ts";
import type { Held } from "../objective/held.ts";

/** Below this standard deviation (on the standardised scale of its term) zero is tried as the estimate. */
const SMALL = 0.05;

/**
 * Tries zero for small diagonal entries of the templates, term by term. A collapse is kept when the objective does not get
 * worse: the likelihood is even in a template's diagonal, so 0 is then a true stationary point.
 */
export function collapse(
  objective: Objective,
  effects: Pick<EffectSystem, "terms">,
  thetaAt: number,
  psi: Float64Array,
  value: number,
  free: readonly number[],
  held: readonly Held[],
): { psi: Float64Array; free: number[]; evaluations: number } {
  let current: Float64Array = psi.slice(), best = value, kept = [...free], evaluations = 0;
  const scratch = new Float64Array(psi.length);
  for (const term of effects.terms) {
    const at = thetaAt + term.theta, { edges, width: c } = term.covariance;
    for (let again = true, rounds = 0; again && rounds < 2 * c; rounds++) {
      again = false;
      for (const edge of edges.toReversed()) {
        const d = at + edge.at;
        if (!kept.includes(d) || Math.abs(current[d]) >= SMALL) continue;
        const { trial, zero } = withoutDiagonal(current, term, at, edge);
        for (const h of held) trial[h.at] = h.value;
        const next = objective.evaluate(trial, scratch);
        evaluations++;
        if (!(next <= best + 1e-8 * Math.max(1, Math.abs(best) * 1e-3))) continue;
        current = trial;
        best = next;
        kept = kept.filter((i) => i < at || i >= at + term.thetas);
        for (let k = 0; k < term.thetas; k++) if (!zero.has(k) && free.includes(at + k)) kept.push(at + k);
        kept.sort((x, y) => x - y);
        again = true;
      }
    }
  }
  return { psi: current, free: kept, evaluations };
}

/** θ with one diagonal of a template zero, in canonical form, and which of the term's parameters are then fixed. */
function withoutDiagonal(current: Float64Array, { covariance, thetas }: TermLayout, at: number, edge: Edge) {
  const { width: c, edges } = covariance, trial = current.slice();
  trial[at + edge.at] = 0;
  if (edges.length > 1 && !edge.stays) { // T → the factor of T Tᵀ with zero columns for zero pivots
    const T = new Float64Array(c * c);
    covariance.fill(trial, at, T);
    const F = new Matrix(
      Array.from({ length: c }, (_, i) => Array.from({ length: c }, (_, k) => T[k * c + i])),
    );
    const L = semidefiniteFactor(F.mmul(F.transpose()), 1e-14);
    trial.set(covariance.near(Float64Array.from(L.transpose().to1DArray())), at);
  }
  const zero = new Set<number>();
  for (const { at: d, idle, stays } of edges) {
    if (trial[at + d] !== 0) continue;
    for (const i of [d, ...idle]) {
      zero.add(i);
      if (i < thetas && !stays) trial[at + i] = 0;
    }
  }
  return { trial, zero };
}
