/** Which levels of which factors meet: the pattern of ZᵀZ + P against all pairs of rows, and where each row falls in it. */
import assert from "node:assert/strict";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { couple, pairsOfFactors } from "../../../lib/model/objective/coupling.ts";
import { layOutGroups } from "../../../lib/model/objective/group_layout.ts";
import { smallDesign } from "../../laws/small_designs.ts";

Deno.test("every pair of factors once, the later first", () => {
  assert.deepEqual(pairsOfFactors(3, (row, col) => [row, col]), [[1, 0], [2, 0], [2, 1]]);
  assert.deepEqual(pairsOfFactors(1, () => 0), []);
});

for (
  const cond of [
    "x + (1 | g)",
    "x + (x | g) + (1 | h)",
    "x + (1 | g / k) + (x | h)",
    "x + ar1(0 + factor(t) | g) + (x | h)",
    "x + ar1(0 + factor(p) | h) + ar1(0 + factor(p) | g) + (x | g)",
  ]
) {
  const { predictors: [mean], n } = smallDesign(gaussian(), { cond }),
    groups = layOutGroups([mean], [1]),
    { pattern, couplings, chains } = couple(groups, n);

  Deno.test(`${cond}: blocks are those of nodes of one row, and of neighbours of a precision`, () => {
    const expected = new Set<string>(),
      add = (a: number, b: number) => expected.add([Math.max(a, b), Math.min(a, b)].join());
    for (let node = 0; node < pattern.nodes; node++) add(node, node);
    for (let i = 0; i < n; i++) {
      for (const g of groups) for (const h of groups) add(g.node + g.level[i], h.node + h.level[i]);
    }
    for (const { precision, node } of groups) {
      precision?.rows.forEach((r, e) => add(node + r, node + precision.cols[e]));
    }
    const found = Array.from(pattern.row, (r, b) => [r, pattern.col[b]].join());
    assert.deepEqual(found.toSorted(), [...expected].toSorted());
    // each belongs to one coupling or chain, in their order
    const ranges = [...couplings, ...chains].map((
      { firstBlock, blocks },
    ) => [firstBlock, firstBlock + blocks]).sort(([a], [b]) => a - b);
    assert.deepEqual(ranges.map(([from]) => from), [0, ...ranges.slice(0, -1).map(([, to]) => to)]);
    assert.equal(ranges.at(-1)![1], pattern.row.length);
  });

  Deno.test(`${cond}: every row falls in the block of its two nodes, at its position there`, () => {
    for (const { row, col, at } of couplings) {
      const [r, c] = [groups[row], groups[col]];
      at.forEach((place, i) => {
        const [a, b] = [r.node + r.level[i], c.node + c.level[i]],
          block = pattern.at.findLastIndex((v) => v <= place);
        assert.deepEqual([pattern.row[block], pattern.col[block]], [a, b], `row ${i}`);
        assert.equal(
          place - pattern.at[block],
          (r.slot?.[i] ?? 0) + (c.slot?.[i] ?? 0) * r.width,
          `row ${i}`,
        );
      });
    }
  });
}
