import assert from "node:assert/strict";
import { FullPanels } from "../../lib/math/full_panels.ts";
import { blockPattern } from "../../lib/math/sparse.ts";
import { analyse } from "../../lib/math/symbolic.ts";

/** Level i of the first factor meets the first `meetings[i]` of 64 levels of the second, in as many rows as effects of it has. */
function levels(meetings: readonly number[], effects: number) {
  const edges = meetings.flatMap((count, i) =>
    Array.from({ length: count }, (_, j) => [meetings.length + j, i])
  );
  const [rows, cols] = [0, 1].map((k) => Int32Array.from(edges, (e) => e[k]));
  const sizes = [...meetings.map(() => effects), ...Array(64).fill(1)];
  return analyse(blockPattern(sizes, rows, cols));
}

Deno.test("levels that meet a fourth of a dense block are taken together, others and the block itself are not", () => {
  const meetings = [64, 20, 16, 15, 3].flatMap((count) => Array(40).fill(count));
  const { count, first, rowPointer, dense } = levels(meetings, 1),
    { has } = new FullPanels(levels(meetings, 1));
  const block = first[count] - first[count - 1], rows = (s: number) => rowPointer[s + 1] - rowPointer[s];
  assert.ok(dense[count - 1] >= 0 && block >= 64);
  has.forEach((full, s) => assert.equal(full, +(rows(s) >= block / 4), `${rows(s)} of ${block} rows`));
  assert.equal(new Set(has).size, 2);
});

Deno.test("a level with more effects than are taken together is not", () => {
  assert.ok(new FullPanels(levels(Array(70).fill(64), 128)).has.some((v) => v === 1));
  assert.ok(new FullPanels(levels(Array(70).fill(64), 129)).has.every((v) => v === 0));
});
