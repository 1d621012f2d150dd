import assert from "node:assert/strict";
import { bfgs } from "../../lib/math/bfgs.ts";
import { lowerFactor, Matrix, timesVector } from "../../lib/math/dense.ts";
import { dot } from "../../lib/math/vectors.ts";

const given = () => new Matrix([[4, 1, 0], [1, 3, -1], [0, -1, 2]]), s = Float64Array.of(1, -2, 0.5);

Deno.test("an updated Hessian says what the gradient changed by along the step", () => {
  const B = given(), y = Float64Array.of(3, -5, 2), before = timesVector(given(), s);
  bfgs(B, s, y);
  timesVector(B, s).forEach((v, i) => assert.ok(Math.abs(v - y[i]) < 1e-14 * 5, `entry ${i}`)); // rounding of numbers up to 5
  const away = Float64Array.of(before[1], -before[0], 0); // sᵀBv = 0
  const change = dot(y, away) ** 2 / dot(y, s), curvature = dot(away, timesVector(given(), away));
  assert.ok(
    Math.abs(dot(away, timesVector(B, away)) - curvature - change) < 1e-12 * curvature,
    "elsewhere as it was, and yyᵀ",
  );
  assert.ok(lowerFactor(B));
});

Deno.test("where the gradient says negative curvature, a tenth of what was known remains", () => {
  const B = given(), y = Float64Array.of(-3, 5, -2), known = dot(s, timesVector(given(), s));
  bfgs(B, s, y);
  assert.ok(Math.abs(dot(s, timesVector(B, s)) - known / 10) < 1e-14 * known); // rounding
  assert.ok(lowerFactor(B));
});

Deno.test("a step of nothing tells nothing", () => {
  const B = given();
  bfgs(B, new Float64Array(3), Float64Array.of(1, 1, 1));
  assert.deepEqual(B, given());
});
