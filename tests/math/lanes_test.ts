/** Vectors of small problems: every entry by itself, and nothing beyond the first n. */
import assert from "node:assert/strict";
import { addScaled, multiply, put, rootPivots, scale, subtractProduct, take } from "../../lib/math/lanes.ts";

const x = Float64Array.of(1, 2, 3, 4),
  y = Float64Array.of(5, -6, 7, 8),
  start = Float64Array.of(10, 20, 30, 40);

for (
  const [name, apply, expected] of [
    ["scale", (out) => scale(out, 2, x, 3), [2, 4, 6, 40]],
    ["addScaled", (out) => addScaled(out, -2, x, 3), [8, 16, 24, 40]],
    ["subtractProduct", (out) => subtractProduct(out, x, y, 3), [5, 32, 9, 40]],
    ["multiply", (out) => multiply(out, x, y, 3), [5, -12, 21, 40]],
    ["take", (out) => take(out, Float64Array.of(0, 1, 2, 3, 4, 5), 1, 2, 3), [1, 3, 5, 40]],
    ["put", (out) => put(out, x, 1, 2, 2), [10, 1, 30, 2]],
  ] as [string, (out: Float64Array) => void, number[]][]
) {
  Deno.test(`${name}: the first entries`, () => {
    const out = start.slice();
    apply(out);
    assert.deepEqual([...out], expected);
  });
}

Deno.test("rootPivots: roots, reciprocals and logarithms, of large pivots too, and none where one is not positive", () => {
  const pivots = Float64Array.from({ length: 100 }, (_, i) => (1 + i) * 1e40), reciprocal = pivots.slice();
  const expected = pivots.map(Math.sqrt), log = rootPivots(pivots, reciprocal, 100);
  pivots.forEach((v, i) => assert.ok(v === expected[i] && Math.abs(reciprocal[i] * v - 1) < 1e-15));
  const sum = expected.reduce((s, v) => s + Math.log(v), 0);
  assert.ok(Math.abs(log / sum - 1) < 1e-14, `${log} ${sum}`); // 100 logarithms of rounded numbers
  for (const bad of [0, -1, NaN]) {
    assert.ok(Number.isNaN(rootPivots(Float64Array.of(4, bad, 9), reciprocal, 3)));
  }
});
