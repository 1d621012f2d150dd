import assert from "node:assert/strict";
import { axpy, dot, isSame } from "../../lib/math/vectors.ts";

Deno.test("dot: even and odd lengths", () => {
  for (const n of [0, 1, 2, 3, 8, 9]) {
    const x = Float64Array.from({ length: n }, (_, i) => i + 1);
    assert.equal(dot(x, x), n * (n + 1) * (2 * n + 1) / 6);
  }
});

Deno.test("axpy adds a multiple, and vectors are the same by every entry", () => {
  const x = Float64Array.of(1, -2, 0.5), y = Float64Array.of(3, 3, 3);
  axpy(2, x, y);
  assert.deepEqual([...y], [5, -1, 4]);
  assert.ok(isSame(y, Float64Array.of(5, -1, 4)));
  assert.ok(!isSame(y, Float64Array.of(5, -1, 4 + 2 ** -50)));
  assert.ok(!isSame(Int32Array.of(1, 2), Int32Array.of(1, 2, 3)));
});
