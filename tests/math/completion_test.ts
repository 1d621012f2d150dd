/** Correlation matrices with given entries: those of the largest determinant. */
import assert from "node:assert/strict";
import { largestCompletion } from "../../lib/math/completion.ts";
import { positiveInverse } from "../../lib/math/dense.ts";
import { byDeviations } from "../../lib/model/structures/deviations.ts";

/** A ring of c coefficients, neighbours at r and the ends at what is possible of theirs and a little more. */
function ring(c: number, r: number, more: number): Record<string, number> {
  const held: Record<string, number> = {};
  for (let i = 0; i + 1 < c; i++) held[`cor__x${i}.x${i + 1}`] = r;
  held[`cor__x0.x${c - 1}`] = Math.cos((c - 1) * Math.acos(r)) + more; // angles add up to more than that between the ends
  return held;
}

Deno.test("largestCompletion: has what is given, and an inverse that is 0 elsewhere", () => {
  const given: Record<string, number> = { "0 1": 0.8, "1 2": -0.6, "2 3": 0.7, "3 4": 0.5, "0 4": 0.1 };
  const R = largestCompletion(5, (i, j) => given[`${i} ${j}`] ?? NaN), K = positiveInverse(R)!;
  for (let i = 0; i < 5; i++) {
    assert.ok(Math.abs(R.get(i, i) - 1) < 1e-9);
    for (let j = i + 1; j < 5; j++) {
      const r = given[`${i} ${j}`];
      if (r === undefined) assert.ok(Math.abs(K.get(i, j)) < 1e-9, `inverse ${i} ${j}`);
      else assert.ok(Math.abs(R.get(i, j) - r) < 1e-9, `${i} ${j}`);
    }
  }
});

for (const [c, r] of [[4, 0.9], [5, 0.95], [6, 0.97]]) {
  const names = Array.from({ length: c }, (_, i) => `x${i}`);
  for (const more of [1e-6, 1e-4, 1e-2]) {
    Deno.test(`held correlations: a ring of ${c} is possible by ${more}, and not by ${-more}`, () => {
      const { start, width } = byDeviations("ring", names, ring(c, r, more)), x = start(Array(width).fill(1));
      assert.ok(x.every(Number.isFinite));
      assert.throws(() => byDeviations("ring", names, ring(c, r, -more)), /contradict each other/);
    });
  }
}
