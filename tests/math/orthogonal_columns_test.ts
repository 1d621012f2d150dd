import assert from "node:assert/strict";
import { Matrix } from "../../lib/math/dense.ts";
import { axpy, dot } from "../../lib/math/vectors.ts";
import { orthogonalColumns, orthogonalDesign } from "../../lib/math/orthogonal_columns.ts";
import { seed } from "../../lib/math/random.ts";

const N = 50,
  ones = new Float64Array(N).fill(1),
  x = Float64Array.from({ length: N }, (_, i) => 3 + Math.sin(i));
const twice = new Float64Array(N).fill(2);

Deno.test("X = Q R, QᵀQ = n I, also where columns differ by 1e6 and nearly coincide", () => {
  const n = 50, random = seed(3), one = new Float64Array(n).fill(1), x = one.map(() => 200 + random.normal());
  const X = [one, x, x.map((v) => 1e6 * v * v), x.map((v) => v + 1e-4 * random.normal())];
  const { Q, R, inverse } = orthogonalColumns(X);
  Q.forEach((q, j) =>
    Q.forEach((p, k) =>
      assert.ok(Math.abs(dot(q, p) / n - +(j === k)) < 1e-11, `Q[${j}]·Q[${k}] = ${dot(q, p) / n}`)
    )
  );
  X.forEach((column, j) => {
    const rebuilt = new Float64Array(n);
    Q.forEach((q, k) => axpy(R.get(k, j), q, rebuilt));
    column.forEach((v, i) =>
      assert.ok(Math.abs(rebuilt[i] - v) < 1e-13 * Math.abs(v) + 1e-13, `X[${i}, ${j}]`)
    );
  });
  assert.ok(Matrix.sub(R.mmul(inverse), Matrix.eye(4)).abs().max() < 1e-6); // condition number 1e12
  assert.equal(orthogonalColumns([]).Q.length, 0);
});

Deno.test("an intercept stays its own column, and no column of X is written to", () => {
  const given = [ones, x].map((column) => column.slice()), { Q, R } = orthogonalColumns([ones, x]);
  assert.equal(Q[0], ones);
  assert.notEqual(Q[1], x);
  assert.deepEqual([ones, x], given);
  assert.ok(Math.abs(dot(Q[0], Q[1])) < 1e-12 && Math.abs(dot(Q[1], Q[1]) - N) < 1e-11); // rounding of 50 terms of order 1
  assert.equal(R.get(0, 0), 1);
  assert.deepEqual([...orthogonalColumns([twice]).Q[0]], [...ones], "another constant is brought to it");
  assert.equal(orthogonalColumns([x, ones]).Q[1] === ones, false, "nor behind others");
});

Deno.test("an intercept with weights stays its own column", () => {
  const w = Float64Array.from({ length: N }, (_, i) => 1 + i % 3 / 7),
    { Q } = orthogonalColumns([ones, x], w);
  const product = (a: Float64Array, b: Float64Array) => w.reduce((s, v, i) => s + v * a[i] * b[i], 0);
  assert.equal(Q[0], ones);
  assert.ok(Math.abs(product(Q[0], Q[1])) < 1e-12); // rounding of 50 terms of order 1
});

Deno.test("columns of a design are made orthogonal once, others that end in the same one for themselves", () => {
  const w = new Float64Array(N).fill(2), first = orthogonalDesign([ones, x], null);
  assert.equal(orthogonalDesign([ones, x], null), first);
  for (const [X, weights] of [[[x], null], [[twice, x], null], [[ones, x], w]] as const) {
    const { Q, R } = orthogonalDesign(X, weights), own = orthogonalColumns(X, weights);
    assert.deepEqual([Q, R], [own.Q, own.R]);
  }
  assert.deepEqual(orthogonalDesign([], null).Q, []);
});
