import assert from "node:assert/strict";
import { nullSpace } from "../../lib/math/null_space.ts";

const columns = (...c: number[][]) => c.map((x) => Float64Array.from(x));

Deno.test("dependencies of columns in some rows, with exact zeros", () => {
  const X = columns([1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]);
  assert.deepEqual(nullSpace(X, [0, 1, 2, 3, 4, 5]), []);
  assert.deepEqual(nullSpace(X, [0, 1, 2, 3]), columns([0, 0, 1])); // no row of the last level
  assert.deepEqual(nullSpace(X, [2, 3, 4, 5]), columns([-1, 1, 1])); // the first level without rows
  assert.deepEqual(nullSpace(X, []), columns([1, 0, 0], [0, 1, 0], [0, 0, 1]));
});

Deno.test("the scale of columns does not matter, nor that they are nearly parallel", () => {
  const year = Array.from({ length: 40 }, (_, i) => 1980 + i),
    X = columns(year.map(() => 1), year, year.map((y) => y * y));
  assert.deepEqual(nullSpace(X, year.map((_, i) => i)), []);
  const tripled = [...X, X[1].map((v) => 3e6 * v)], [v] = nullSpace(tripled, year.map((_, i) => i));
  assert.equal(v[3], 1);
  assert.ok(Math.abs(v[1] / 3e6 + 1) < 1e-9 && v[0] === 0 && v[2] === 0);
});
