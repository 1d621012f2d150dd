/** An objective whose gradient is known better than its value. */
import { dot } from "../../math/vectors.ts";
import type { Objective } from "../../math/minimize.ts";

/** Where integral and values differ by more than this, the step was too long for the integral. */
const AGREE = 0.05;

/**
 * The objective with the integral of its gradient in the place of its value: f(x) − f(x₀) = ½(∇f(x₀) + ∇f(x))ᵀ(x − x₀), to the third order of
 * the step. An estimated determinant and the estimate of its gradient are not derivatives of each other to the last digit, and a search that
 * trusted both would end where they disagree; near the optimum, where that matters, steps are short. x₀ is the lowest point so far.
 */
export function alongTheWay(objective: Objective): Objective {
  let lowest: { x: Float64Array; gradient: Float64Array; value: number; estimate: number } | null = null;
  return {
    evaluate(x, gradient) {
      const estimate = objective.evaluate(x, gradient);
      if (!Number.isFinite(estimate)) return estimate;
      let value = estimate;
      if (lowest) {
        const step = x.map((v, i) => v - lowest!.x[i]), change = estimate - lowest.estimate;
        const integral = (dot(lowest.gradient, step) + dot(gradient, step)) / 2;
        value = lowest.value + (Math.abs(integral - change) < AGREE ? integral : change);
      }
      if (!lowest || value < lowest.value) {
        lowest = { x: x.slice(), gradient: gradient.slice(), value, estimate };
      }
      return value;
    },
    curvature: objective.curvature && (() => objective.curvature!()),
    part: objective.part,
    known: objective.known && (() => objective.known!()),
  };
}
