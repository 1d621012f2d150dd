/** The size of a factor before its structure is made, against the structure. */
import assert from "node:assert/strict";
import { Cholesky } from "../../lib/math/cholesky.ts";
import { factorSize } from "../../lib/math/elimination_tree.ts";
import { seed } from "../../lib/math/random.ts";
import { blockPattern } from "../../lib/math/sparse.ts";
import { close } from "./close.ts";

const r = seed(6);
/** Couples so many pairs of nodes at random. */
function scattered(sizes: readonly number[], pairs: number) {
  const seen = new Set<number>(), n = sizes.length;
  while (seen.size < pairs) {
    const i = Math.floor(n * r.uniform()), j = Math.floor(n * r.uniform());
    if (i !== j) seen.add(Math.max(i, j) * n + Math.min(i, j));
  }
  const keys = [...seen];
  return blockPattern(
    sizes,
    Int32Array.from(keys, (k) => Math.floor(k / n)),
    Int32Array.from(keys, (k) => k % n),
  );
}

for (
  const [name, pattern] of [
    ["scattered pairs", scattered(new Array(200).fill(1), 400)],
    ["blocks", scattered(new Array(120).fill(3), 200)],
    ["nearly full", scattered(new Array(80).fill(2), 2500)],
    [
      "a chain",
      blockPattern(
        new Array(300).fill(2),
        Int32Array.from({ length: 299 }, (_, i) => i + 1),
        Int32Array.from({ length: 299 }, (_, i) => i),
      ),
    ],
  ] as const
) {
  Deno.test(`${name}: multiplications and numbers of the factor, before it is made`, () => {
    const { stored, work, widest } = factorSize(pattern), { symbolic } = new Cholesky(pattern);
    // supernodes are padded with up to 12 % of zeros, and of a dense one both triangles are stored
    assert.ok(
      work <= symbolic.factorWork && symbolic.factorWork < 1.5 * work,
      `${work} and ${symbolic.factorWork}`,
    );
    assert.ok(
      stored <= 1.3 * (symbolic.panel[symbolic.count] + symbolic.tiles) && widest <= symbolic.dimension,
    );
  });
}

Deno.test("a full matrix of n has n² numbers with its inverse, and takes n³/3", () => {
  const n = 60,
    { stored, work, widest } = factorSize(blockPattern([n], new Int32Array(0), new Int32Array(0)));
  assert.equal(widest, n);
  close(stored, n * n, 0.51, 0, "numbers"); // the block is stored in full, and its triangle counted beside it
  assert.equal(work, (n - 1) * n * (2 * n - 1) / 6);
});
