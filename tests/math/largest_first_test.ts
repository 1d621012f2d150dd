import assert from "node:assert/strict";
import { largestFirst } from "../../lib/math/largest_first.ts";
import { seed } from "../../lib/math/random.ts";
import { blockPattern } from "../../lib/math/sparse.ts";

/** Two crossed factors: every level of the first meets so many of the second, all in turn. */
function crossed(first: number, second: number, meet: (i: number) => number[]) {
  const edges = Array.from(
    { length: first },
    (_, i) => [...new Set(meet(i))].map((j) => [first + j % second, i]),
  ).flat();
  const [rows, cols] = [0, 1].map((k) => Int32Array.from(edges, (e) => e[k]));
  return blockPattern(new Array(first + second).fill(1), rows, cols);
}
const random = seed(2);
const far = (times: number) => Array.from({ length: times }, () => Math.floor(random.uniform() * 1000));

Deno.test("crossed factors that meet everywhere keep their order", () => {
  const order = largestFirst(crossed(400, 70, () => far(20)));
  assert.deepEqual([...order!], Array.from({ length: 470 }, (_, k) => k));
});

Deno.test("where something could be saved, an order is looked for", () => {
  const cases = {
    "few meetings": crossed(400, 100, () => far(2)),
    nested: crossed(400, 70, (i) => [i]),
    "a second factor of few levels": crossed(400, 60, () => far(20)),
    "a second factor with more levels": crossed(70, 80, () => far(40)),
    "one factor": blockPattern(new Array(400).fill(2), new Int32Array(0), new Int32Array(0)),
    nothing: blockPattern([], new Int32Array(0), new Int32Array(0)),
  };
  for (const [name, pattern] of Object.entries(cases)) assert.equal(largestFirst(pattern), null, name);
});
