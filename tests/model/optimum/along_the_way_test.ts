/** A value that is the integral of a gradient. */
import assert from "node:assert/strict";
import { minimize } from "../../../lib/math/minimize.ts";
import { alongTheWay } from "../../../lib/model/optimum/along_the_way.ts";
import { close } from "../../math/close.ts";

/** Σ log cosh(x − c), with a value that says something else by up to 1e-3: its own minimum is elsewhere. */
const C = [0.3, -0.8, 1.7];
const estimated = {
  evaluate(x: Float64Array, gradient: Float64Array) {
    x.forEach((v, i) => gradient[i] = Math.tanh(v - C[i]));
    return x.reduce((sum, v, i) => sum + Math.log(Math.cosh(v - C[i])) + 1e-3 * Math.sin(40 * v), 0);
  },
};

Deno.test("a search ends where the gradient vanishes, not where values that disagree with it are least", () => {
  const options = { start: new Float64Array(3), tolerance: 1e-16, maxEvaluations: 200 };
  const found = minimize(alongTheWay(estimated), options);
  assert.ok(found.converged);
  found.x.forEach((v, i) => close(v, C[i], 0, 1e-7, `x${i}`));
  const misled = minimize(estimated, options);
  assert.ok(misled.x.some((v, i) => Math.abs(v - C[i]) > 1e-4) || !misled.converged);
});

Deno.test("where a step is too long for the integral, the difference of values counts; a failure is passed on", () => {
  const objective = alongTheWay(estimated),
    gradient = new Float64Array(3),
    at = (x: number[]) => Float64Array.from(x);
  const start = objective.evaluate(at([0, 0, 0]), gradient);
  close(start, estimated.evaluate(at([0, 0, 0]), gradient), 0, 0, "start");
  // log cosh is not of third order over a step of 6: ½(∇f + ∇f)ᵀs is off by more than 0.05
  close(
    objective.evaluate(at([6, 0, 0]), gradient),
    estimated.evaluate(at([6, 0, 0]), gradient),
    1e-12,
    0,
    "far",
  );
  const failing = alongTheWay({ evaluate: () => NaN });
  assert.ok(Number.isNaN(failing.evaluate(at([1, 1, 1]), gradient)));
});
