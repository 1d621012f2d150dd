/** The Hessian at a point: the objective's own, or differences of its gradient, and what of it can be computed with. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { Curvature } from "../../../lib/model/optimum/curvature.ts";
import { sameMatrix } from "../objective/dense.ts";
import { Counted, valley } from "./problems.ts";

/** ∂² of (1 − x)² + 10 (y − x²)². */
const ofValley = (x: number, y: number) => new Matrix([[2 - 40 * (y - 3 * x * x), -40 * x], [-40 * x, 20]]);

Deno.test("differences of the gradient give the second derivatives, and tell how far they are", () => {
  for (const [x, y] of [[1, 1], [-1.2, 0.5], [0, 3]]) {
    const told: [number, number][] = [], objective = valley(), approximate = Matrix.diag([100, 20]);
    const curvature = new Curvature(objective, approximate, {
      onHessian: (done, of) => told.push([done, of]),
    });
    // step 3e-3/√100: truncation h² · 240/6 of entries of order 100
    sameMatrix(curvature.at(Float64Array.of(x, y)), ofValley(x, y), 1e-5, `at ${[x, y]}`);
    assert.deepEqual(told, [[1, 4], [2, 4], [3, 4], [4, 4]]);
    assert.deepEqual([curvature.evaluations, objective.evaluations, curvature.defined], [4, 4, true]);
  }
});

Deno.test("steps are a fraction of a standard error, of whatever size that is, as known at the first point", () => {
  for (const size of [1e-3, 1, 1e4]) { // ½(x/size)²: standard error `size`, and a cubic term of its own scale
    const objective = new Counted((x, g) => (g[0] = x[0] / size ** 2 + 0.1 * x[0] ** 3 / size ** 4, 0));
    const curvature = new Curvature(objective, new Matrix([[1 / size ** 2]]));
    const [[found]] = curvature.at(Float64Array.of(size)).to2DArray();
    assert.ok(Math.abs(found * size ** 2 / 1.3 - 1) < 1e-5, `${found * size ** 2}`);
  }
});

Deno.test("an objective with a curvature of its own is asked for that at the point", () => {
  const own = new Matrix([[5]]);
  let at = NaN;
  const objective = { evaluate: (x: Float64Array) => (at = x[0]), curvature: () => own };
  assert.equal(new Curvature(objective, Matrix.eye(1)).at(Float64Array.of(3)), own);
  assert.equal(at, 3);
});

Deno.test("where curvature overflows the matrix says nothing of that parameter, and that it is not defined", () => {
  const objective = new Counted((x, g) => (g.set([1e200 * x[0] + 7 * x[1], 7 * x[0] + 3 * x[1]]), 0)),
    curvature = new Curvature(objective, Matrix.eye(2));
  sameMatrix(curvature.at(Float64Array.of(0, 0)), new Matrix([[0, 0], [0, 3]]), 1e-9, "H");
  assert.equal(curvature.defined, false);
});

Deno.test("rows that are known are not looked for", () => {
  const told: number[] = [], objective = new Counted((x, g) => (g.set([4 * x[0], x[1] ** 3 / 3, 0]), 0));
  const known = () => ({ at: [0, 2], curvature: new Matrix([[4, 1], [1, 9]]) });
  const view = { evaluate: (x: Float64Array, g: Float64Array) => objective.evaluate(x, g), known };
  const curvature = new Curvature(view, Matrix.eye(3), { onHessian: (_, of) => told.push(of) });
  sameMatrix(
    curvature.at(Float64Array.of(1, 2, 3)),
    new Matrix([[4, 0, 1], [0, 4, 0], [1, 0, 9]]),
    1e-5,
    "H",
  );
  assert.deepEqual([told, objective.evaluations], [[2, 2], 2]);
});

Deno.test("of an objective whose gradients are quiet differences are to one side, very near, from a point that it makes quiet", () => {
  const told: [number, number][] = [],
    objective = Object.assign(valley(), { quieten: () => (asked++, true) });
  let asked = 0;
  const options = { onHessian: (done: number, of: number) => void told.push([done, of]) };
  const found = new Curvature(objective, Matrix.diag([1000, 1000]), options).at(Float64Array.of(1, 1));
  sameMatrix(found, ofValley(1, 1), 1e-4, "H"); // 1e-5/√1000 · 240/2 on the diagonal, of entries of order 100
  assert.deepEqual([told, asked, objective.evaluations], [[[1, 2], [2, 2]], 1, 3]);
});

Deno.test("… not where gradients are noisy, where standard errors are large, or so small that a part of one would not move its parameter", () => {
  for (const [quieten, curvature] of [[() => null, 1000], [() => false, 100], [() => false, 1e20]] as const) {
    const objective = Object.assign(valley(), { quieten });
    const found = new Curvature(objective, Matrix.diag([curvature, 1000])).at(Float64Array.of(1, 1));
    assert.equal(objective.evaluations, 4, "to both sides");
    if (curvature === 100) sameMatrix(found, ofValley(1, 1), 1e-5, "H");
  }
});
