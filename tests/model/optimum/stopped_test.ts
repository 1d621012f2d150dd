/** Steps of a search as plain data, and an optimum where it was stopped. */
import assert from "node:assert/strict";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { isBetter, optimumWhereStopped, type Step, stepAt } from "../../../lib/model/optimum/stopped.ts";
import { sameMatrix } from "../objective/dense.ts";

const H = new Matrix([[4, 1], [1, 3]]),
  slope = { free: [0, 2], gradient: Float64Array.of(0.2, -0.1), hessian: H };
const where = { points: 1, held: [1], standing: { u: Float64Array.of(1, 2) } };
const step = (psi = Float64Array.of(1, 2, 3)): Step => stepAt(psi, -42, 17, slope, where);

Deno.test("a step shares nothing with the search that goes on", () => {
  const psi = Float64Array.of(1, 2, 3),
    gradient = slope.gradient.slice(),
    own = stepAt(psi, -42, 17, { ...slope, gradient }, where);
  psi.fill(0);
  gradient.fill(0);
  assert.deepEqual([own.psi, own.gradient, own.hessian], [Float64Array.of(1, 2, 3), slope.gradient, [[4, 1], [
    1,
    3,
  ]]]);
});

Deno.test("the better step is that by more points of the quadrature, and of those the more likely", () => {
  const at = (points: number, logLik: number): Step => ({ ...step(), points, logLik });
  assert.ok(isBetter(at(1, -9), null));
  assert.ok(
    isBetter(at(1, -8), at(1, -9)) && !isBetter(at(1, -9), at(1, -8)) && !isBetter(at(1, -9), at(1, -9)),
  );
  assert.ok(isBetter(at(7, -9), at(1, -8)) && !isBetter(at(1, -8), at(7, -9)));
});

Deno.test("where it was stopped: uncertified, √(gᵀH⁻¹g) standard errors away, with the curvature that it went by", () => {
  const { covariance, gradient, free, fixed, held, value, converged, stopped, hessian, evaluations } =
    optimumWhereStopped(step());
  const inverse = positiveInverse(H)!, g = Matrix.columnVector([0.2, -0.1]);
  assert.ok(
    Math.abs(gradient - Math.sqrt(g.transpose().mmul(inverse).mmul(g).get(0, 0))) < 1e-12,
    `${gradient}`,
  );
  sameMatrix(covariance.selection([0, 2], [0, 2]), inverse, 1e-12, "covariance");
  sameMatrix(hessian, H, 0, "curvature");
  assert.ok(covariance.getRow(1).every((v) => v === 0));
  assert.deepEqual({ free, fixed, held, value, converged, stopped, evaluations }, {
    free: [0, 2],
    fixed: [1],
    held: [1],
    value: 42,
    converged: false,
    stopped: true,
    evaluations: 17,
  });
});

Deno.test("a search in which everything is held can be stopped, too", () => {
  const none = { free: [], gradient: new Float64Array(0), hessian: Matrix.zeros(0, 0) };
  const optimum = optimumWhereStopped(stepAt(Float64Array.of(1, 2), -3, 1, none, { ...where, held: [0, 1] }));
  assert.deepEqual([optimum.gradient, optimum.fixed, optimum.covariance.to2DArray()], [0, [0, 1], [[0, 0], [
    0,
    0,
  ]]]);
});
