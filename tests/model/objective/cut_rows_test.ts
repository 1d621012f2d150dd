/** Where ranges of rows begin: by the number of rows, at the end of a level where levels come one after the other. */
import assert from "node:assert/strict";
import { MANY_ROWS } from "../../../lib/math/shared_memory.ts";
import { cutRows } from "../../../lib/model/objective/cut_rows.ts";
import type { PredictorDesign } from "../../../lib/formula/types.ts";

/** A predictor of one term whose row i is in level of(i). */
function design(n: number, levels: number, of: (i: number) => number) {
  const level = Int32Array.from({ length: n }, (_, i) => of(i));
  const random = [{ level, levels: Array.from({ length: levels }, (_, l) => `${l}`) }];
  return { n, predictors: [{ random } as unknown as PredictorDesign] };
}

Deno.test("few rows are one range, many are two to four", () => {
  for (const [n, ranges] of [[0, 1], [MANY_ROWS - 1, 1], [MANY_ROWS, 2], [150_000, 3], [1_000_000, 4]]) {
    const cuts = cutRows({ n, predictors: [] });
    assert.equal(cuts.length, ranges + 1);
    assert.deepEqual([cuts[0], cuts[ranges]], [0, n]);
    for (let s = 0; s < ranges; s++) assert.ok(n === 0 || cuts[s + 1] > cuts[s]);
  }
});

Deno.test("a range ends with a level where that is near", () => {
  const n = 100_000;
  for (const size of [7, 130, 5_000]) {
    const [, cut] = cutRows(design(n, Math.ceil(n / size), (i) => Math.floor(i / size)));
    assert.ok(cut >= n / 2 && cut < n / 2 + size && cut % size === 0, `${size}: ${cut}`);
  }
  assert.equal(cutRows(design(n, 2, (i) => Number(i > 70_000)))[1], n / 2, "not where the end is far");
  assert.equal(cutRows(design(n, 9, (i) => i % 9))[1], n / 2);
});
