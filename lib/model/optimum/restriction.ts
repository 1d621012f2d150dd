/** Views of an objective: one that remembers its last evaluation, and one over the free parameters only. */
import type { KnownCurvature, Objective } from "../../math/minimize.ts";

/** Keeps the last evaluation, so that asking twice at one point costs nothing unless it is asked for more exactly. */
export function remember(objective: Objective): Objective {
  let point: Float64Array | null = null, value = NaN, off = 0;
  let kept = new Float64Array(0);
  return {
    evaluate(x, gradient, slack = 0) {
      if (!point || off > slack || !x.every((v, i) => v === point![i])) {
        value = objective.evaluate(x, gradient, slack);
        off = objective.off ?? 0;
        kept = gradient.slice();
        point = x.slice();
      }
      gradient.set(kept);
      return value;
    },
    get off() {
      return off;
    },
    curvature: objective.curvature && (() => objective.curvature!()),
    quieten: objective.quieten && ((x, error) => {
      const anew = objective.quieten!(x, error);
      if (anew === true) point = null;
      return anew;
    }),
    part: objective.part,
    known: objective.known && (() => objective.known!()),
  };
}

/** The objective over the free parameters only. */
export function restrict(objective: Objective, at: Float64Array, free: readonly number[]) {
  const full = at.slice(), fullGradient = new Float64Array(at.length);
  const expand = (x: Float64Array) => {
    const psi = full.slice();
    free.forEach((i, j) => psi[i] = x[j]);
    return psi;
  };
  return {
    expand,
    evaluate(x: Float64Array, gradient: Float64Array, slack?: number) {
      const value = objective.evaluate(expand(x), fullGradient, slack);
      free.forEach((i, j) => gradient[j] = fullGradient[i]);
      return value;
    },
    get off() {
      return objective.off;
    },
    curvature: objective.curvature && (() => {
      const c = objective.curvature!();
      return free.length === c.rows ? c : c.selection([...free], [...free]);
    }),
    quieten: objective.quieten && ((x: Float64Array, error: number) => objective.quieten!(expand(x), error)),
    part: objective.part && {
      gradient: (x: Float64Array, gradient: Float64Array) => {
        objective.part!.gradient(expand(x), fullGradient);
        free.forEach((i, j) => gradient[j] = fullGradient[i]);
      },
      hessian: (x: Float64Array) => objective.part!.hessian(expand(x)).selection([...free], [...free]),
    },
    known: objective.known && (() => amongFree(objective.known!(), free)),
  };
}

/** What is known of the variables that are free. */
function amongFree({ at, curvature }: KnownCurvature, free: readonly number[]): KnownCurvature {
  const kept = Array.from(at.keys()).filter((a) => free.includes(at[a]));
  return { at: kept.map((a) => free.indexOf(at[a])), curvature: curvature.selection(kept, kept) };
}
