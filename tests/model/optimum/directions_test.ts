/** The inverse on the complement of flat directions, against dense algebra. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { invert } from "../../../lib/model/optimum/directions.ts";

const H = new Matrix([[4, 1, 0.5], [1, 3, 0.2], [0.5, 0.2, 2]]), none = new Float64Array(4);

Deno.test("without flat directions it is the inverse, with zeros for fixed parameters", () => {
  const { covariance, flat, smallest } = invert(H, [0, 1, 3], 4, none);
  const product = H.mmul(covariance.selection([0, 1, 3], [0, 1, 3]));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) assert.ok(Math.abs(product.get(i, j) - Number(i === j)) < 1e-12);
  }
  assert.ok(covariance.getRow(2).every((v) => v === 0) && flat.length === 0 && smallest > 0.5);
});

Deno.test("functions orthogonal to a flat direction have the variance of the smaller model", () => {
  // H d = 0 with d = (1, 1, −1)/√3: project, and compare lᵀCl with what eliminating the third parameter gives
  const d = [1, 1, -1].map((v) => v / Math.sqrt(3)), P = Matrix.eye(3);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) P.set(i, j, P.get(i, j) - d[i] * d[j]);
  const flatH = P.mmul(H).mmul(P), at = new Float64Array(3);
  const known = invert(flatH, [0, 1, 2], 3, at, [Float64Array.from(d)]),
    found = invert(flatH, [0, 1, 2], 3, at);
  assert.equal(known.flat.length, 1);
  assert.equal(found.flat.length, 1); // by its eigenvalue
  const small = flatH.selection([0, 1], [0, 1]); // x₃ = 0 is as good as any other value
  const det = small.get(0, 0) * small.get(1, 1) - small.get(0, 1) ** 2;
  const l = [1, -1, 0], variance = (small.get(0, 0) + small.get(1, 1) + 2 * small.get(0, 1)) / det;
  for (const { covariance } of [known, found]) {
    const mine = l.reduce((s, a, i) => s + l.reduce((t, b, j) => t + a * b * covariance.get(i, j), 0), 0);
    assert.ok(Math.abs(mine - variance) < 1e-7 * variance, `${mine}, expected ${variance}`);
  }
});

Deno.test("a parameter without curvature is a direction of its own", () => {
  const G = new Matrix([[4, 0, 1], [0, 1e-12, 0], [1, 0, 3]]);
  const { covariance, flat } = invert(G, [0, 1, 2], 3, Float64Array.of(1e-7, 1e-7, 1e-7));
  assert.deepEqual(flat.map((v) => [...v]), [[0, 1, 0]]);
  assert.ok(Math.abs(covariance.get(0, 0) - 3 / 11) < 1e-12 && covariance.get(1, 1) < 1e-12);
});
