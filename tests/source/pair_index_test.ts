import assert from "node:assert/strict";
import { seed } from "../../lib/math/random.ts";
import { PairIndex } from "../../lib/source/pair_index.ts";

Deno.test("pairs are numbered as they appear, each once, however many and however regular they are", () => {
  const random = seed(6), index = new PairIndex(), known = new Map<string, number>();
  const draws = {
    grid: (i: number) => [Math.floor(i / 300), i % 300],
    random: () => [Math.floor(5000 * random.uniform()), Math.floor(40 * random.uniform())],
    far: (i: number) => [2 ** 25 + 64 * (i % 1000), 2 ** 26 - 1 - (i % 77)],
  };
  for (const draw of Object.values(draws)) {
    for (let i = 0; i < 40_000; i++) {
      const [row, col] = draw(i), key = `${row} ${col}`;
      if (!known.has(key)) known.set(key, known.size);
      assert.equal(index.of(row, col), known.get(key), key);
      assert.equal(index.size, known.size);
    }
  }
  const { rows, cols } = index.finish();
  assert.deepEqual([...known.keys()], Array.from(rows, (row, k) => `${row} ${cols[k]}`));
});

Deno.test("no pairs", () => {
  const { rows, cols } = new PairIndex().finish();
  assert.deepEqual([rows.length, cols.length], [0, 0]);
});
