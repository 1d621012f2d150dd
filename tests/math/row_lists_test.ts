import assert from "node:assert/strict";
import { seed } from "../../lib/math/random.ts";
import { RowLists } from "../../lib/math/row_lists.ts";

Deno.test("rows below every node are those of its children and its own, each once, in order", () => {
  const n = 300, random = seed(3), below: Set<number>[] = [], lists = new RowLists(n, 10);
  const child = new Int32Array(n).fill(-1), sibling = new Int32Array(n).fill(-1), shared: number[] = [];
  for (let k = 0; k < n; k++) {
    const own = Array.from(
      { length: k < 250 ? 3 : 0 },
      () => k + 1 + Math.floor(random.uniform() * (n - k - 1)),
    ).filter((r) => r < n);
    if (k === 40) own.push(...Array.from({ length: 30 }, (_, i) => n - 1 - 3 * i)); // more than are sorted by insertion
    below[k] = new Set(own);
    lists.begin(k, child[k], sibling);
    lists.add(Int32Array.from(own), 0, own.length);
    for (let c = child[k]; c >= 0; c = sibling[c]) {
      lists.add(lists.rows, lists.from[c], lists.to[c]);
      for (const r of below[c]) if (r > k) below[k].add(r);
    }
    lists.end();
    const expected = [...below[k]].sort((a, b) => a - b);
    assert.deepEqual([...lists.rows.subarray(lists.from[k], lists.to[k])], expected, `node ${k}`);
    if (child[k] >= 0 && lists.to[k] === lists.to[child[k]]) shared.push(k);
    if (expected.length === 0) continue;
    sibling[k] = child[expected[0]];
    child[expected[0]] = k;
  }
  assert.ok(shared.length > 20, `${shared.length}`); // the lists of a full block are the ends of one
});
