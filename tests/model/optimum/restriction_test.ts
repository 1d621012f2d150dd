/** Views of an objective: the same function, asked less often or over fewer parameters. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { remember, restrict } from "../../../lib/model/optimum/restriction.ts";
import { Counted, quadratic, valley } from "./problems.ts";

Deno.test("a point asked for twice is evaluated once, whatever happens to the arrays in between", () => {
  const counted = valley(),
    view = remember(counted),
    x = Float64Array.of(0.3, 2),
    gradient = new Float64Array(2),
    again = gradient.slice();
  const value = view.evaluate(x, gradient), expected = gradient.slice();
  gradient.fill(NaN);
  assert.equal(view.evaluate(Float64Array.of(0.3, 2), again), value);
  assert.deepEqual([again, counted.evaluations], [expected, 1]);
  x[0] = 1; // the array that it was given moves
  assert.notEqual(view.evaluate(x, gradient), value);
  assert.equal(view.evaluate(Float64Array.of(0.3, 2), again), value); // the last point only is remembered
  assert.equal(counted.evaluations, 3);
});

Deno.test("it is evaluated again where it has to be known more exactly, and not where it may be off by more", () => {
  let evaluations = 0, slack = 0;
  const view = remember({
    evaluate: (_x, _gradient, may = 0) => (evaluations++, slack = may),
    get off() {
      return slack / 2; // better than it had to be
    },
  });
  const ask = (may?: number) => {
    view.evaluate(Float64Array.of(1), new Float64Array(1), may);
    return [evaluations, view.off];
  };
  assert.deepEqual(ask(0.1), [1, 0.05]);
  assert.deepEqual(ask(0.2), [1, 0.05]);
  assert.deepEqual(ask(0.05), [1, 0.05]);
  assert.deepEqual(ask(0.04), [2, 0.02]);
  assert.deepEqual(ask(), [3, 0]);
  assert.deepEqual(ask(0.1), [3, 0]);
});

Deno.test("over the free parameters: value, gradient and curvature are those of the whole at the fixed ones", () => {
  const H = new Matrix([[4, 1, 0.5], [1, 3, 0.2], [0.5, 0.2, 2]]),
    whole = quadratic(H, [1, -2, 3]),
    at = Float64Array.of(7, 8, 9);
  const view = restrict({ evaluate: (x, g) => whole.evaluate(x, g), curvature: () => H }, at, [2, 0]);
  const full = new Float64Array(3),
    own = new Float64Array(2),
    value = whole.evaluate(Float64Array.of(-1, 8, 4), full);
  assert.equal(view.evaluate(Float64Array.of(4, -1), own), value);
  assert.deepEqual(own, Float64Array.of(full[2], full[0]));
  assert.deepEqual(view.curvature!().to2DArray(), [[2, 0.5], [0.5, 4]]);
  assert.deepEqual([view.expand(Float64Array.of(4, -1)), at], [
    Float64Array.of(-1, 8, 4),
    Float64Array.of(7, 8, 9),
  ]);
  assert.equal(restrict(new Counted(() => 0), at, [0]).curvature, undefined);
});

Deno.test("what is known of the curvature is told of the free parameters, in their order", () => {
  const curvature = new Matrix([[4, 1], [1, 3]]), known = () => ({ at: [0, 2], curvature });
  const whole = { evaluate: () => 0, known }, at = new Float64Array(3);
  const told = (free: readonly number[]) => {
    const { at: places, curvature } = restrict(remember(whole), at, free).known!();
    return [places, curvature.to2DArray()];
  };
  assert.deepEqual(told([0, 1, 2]), [[0, 2], [[4, 1], [1, 3]]]);
  assert.deepEqual(told([2, 1]), [[0], [[3]]]);
  assert.deepEqual(told([1]), [[], []]);
});
