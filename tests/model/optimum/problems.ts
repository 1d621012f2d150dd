/** Problems for the search: functions of plain numbers, and the objectives of models, with what a search is told of them. */
import type { Frame } from "../../../lib/frame.ts";
import type { Matrix } from "../../../lib/math/dense.ts";
import type { Objective } from "../../../lib/math/minimize.ts";
import { type FitOptions, planFit } from "../../../lib/model/fit.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import type { OptimumOptions, Problem } from "../../../lib/model/optimum/optimum.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { RandomEffects } from "../../../lib/model/objective/random_effects.ts";

/** A function with its gradient; counts its evaluations. */
export class Counted implements Objective {
  evaluations = 0;

  constructor(private readonly f: (x: Float64Array, gradient: Float64Array) => number) {}

  evaluate(x: Float64Array, gradient: Float64Array): number {
    this.evaluations++;
    return this.f(x, gradient);
  }
}

/** ½(x − c)ᵀH(x − c). */
export function quadratic(H: Matrix, c: readonly number[]): Counted {
  return new Counted((x, gradient) => {
    const d = x.map((v, i) => v - c[i]);
    gradient.forEach((_, i) => gradient[i] = H.getRow(i).reduce((s, h, j) => s + h * d[j], 0));
    return d.reduce((s, v, i) => s + v * gradient[i], 0) / 2;
  });
}

/** Σ (1 − x_i)² + 10 (x_{i+1} − x_i²)²: a curved valley to (1, …, 1). */
export const valley = () =>
  new Counted((x, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const a = 1 - x[i], b = x[i + 1] - x[i] ** 2;
      value += a * a + 10 * b * b;
      gradient[i] += -2 * a - 40 * b * x[i];
      gradient[i + 1] += 20 * b;
    }
    return value;
  });

/** A problem without random effects. */
export function plain(
  objective: Objective,
  options: OptimumOptions = {},
  held: Problem["held"] = [],
): Problem {
  return { objective, effects: RandomEffects.of([], 1), thetaAt: 0, options, held };
}

/** The problem of a model. */
export function ofModel(
  formula: string,
  data: Frame,
  options: FitOptions = {},
): Problem & { objective: Laplace | ProfiledDeviance } {
  const objective = objectiveOf(planFit(formula, data, options)), { effects } = objective;
  return {
    objective,
    effects,
    thetaAt: objective instanceof Laplace ? objective.thetaAt : 0,
    options: {},
    held: [],
  };
}
