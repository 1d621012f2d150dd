import assert from "node:assert/strict";
import { DenseFactor, factorEntry, inverseEntry } from "../../lib/math/dense_factor.ts";
import { FullPanels } from "../../lib/math/full_panels.ts";
import { ScatteredPanels } from "../../lib/math/scattered_panels.ts";
import { blockPattern } from "../../lib/math/sparse.ts";
import { analyse } from "../../lib/math/symbolic.ts";
import { tileKernels } from "../../lib/math/tile_kernels.ts";

const TAIL = 64;

/** Levels of `effects` effects, of which level i meets `meets` of 64 others that all meet each other; the first, lone ones none. */
function structure(levels: number, meets: number, effects: number, lone = 0) {
  const edges: [number, number][] = [];
  for (let i = lone; i < levels; i++) {
    for (let j = 0; j < meets; j++) edges.push([levels + (i * 7 + j * j * 5 + j) % TAIL, i]);
  }
  for (let i = 0; i < TAIL; i++) for (let j = 0; j < i; j++) edges.push([levels + i, levels + j]);
  const distinct = [...new Set(edges.map(String))].map((e) => e.split(",").map(Number));
  const [rows, cols] = [0, 1].map((k) => Int32Array.from(distinct, (e) => e[k]));
  return analyse(blockPattern([...Array(levels).fill(effects), ...Array(TAIL).fill(1)], rows, cols));
}

for (const effects of [1, 2, 3]) {
  Deno.test(`what levels of ${effects} effects send to a dense block and take from its inverse, by dense algebra`, () => {
    const symbolic = structure(40, 5, effects),
      { count, first, rowPointer, rowIndex, panel, dense } = symbolic;
    const s = count - 1,
      n = first[count] - first[s],
      scattered = new ScatteredPanels(symbolic, new Uint8Array(count));
    assert.ok(dense[s] >= 0 && n >= TAIL);
    assert.ok(scattered.has.reduce((sum, v) => sum + v, 0) > 10);
    const kernels = tileKernels(symbolic.tiles), block = new DenseFactor(kernels, dense[s], n);
    const L = Float64Array.from({ length: panel[count] }, (_, i) => Math.sin(i)), products = L.map(() => NaN);
    const column = (d: number, k: number) => {
      const width = first[d + 1] - first[d],
        from = panel[d] + k * (width + rowPointer[d + 1] - rowPointer[d]) + width;
      return Array.from(
        { length: rowPointer[d + 1] - scattered.inside[d] },
        (_, i) => ({
          row: rowIndex[scattered.inside[d] + i] - first[s],
          at: from + scattered.inside[d] - rowPointer[d] + i,
        }),
      );
    };
    const columns = [...scattered.has.keys()].filter((d) => scattered.has[d]).flatMap((d) =>
      Array.from({ length: first[d + 1] - first[d] }, (_, k) => column(d, k))
    );
    const before = (i: number, j: number) => (i === j ? 400 : Math.cos(i * j));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) kernels.memory[block.at + factorEntry(n, i, j)] = before(i, j);
    }
    scattered.subtract(s, block, L, kernels.memory);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let expected = before(i, j);
        for (const own of columns) {
          const a = own.find(({ row }) => row === i), b = own.find(({ row }) => row === j);
          if (a && b) expected -= L[a.at] * L[b.at];
        }
        const got = kernels.memory[block.at + factorEntry(n, i, j)];
        assert.ok(Math.abs(got - expected) < 1e-12, `entry ${i}, ${j}: ${got}, ${expected}`); // sums of some 40 products below 1
      }
    }
    assert.ok(block.factor());
    block.invert();
    scattered.negativeInverseTimes(s, block, kernels.memory, L, products);
    const Z = (i: number, j: number) =>
      kernels.memory[block.at + inverseEntry(n, Math.max(i, j), Math.min(i, j))];
    for (const own of columns) {
      for (const { row, at } of own) {
        const expected = own.reduce((sum, b) => sum - Z(row, b.row) * L[b.at], 0);
        assert.ok(Math.abs(products[at] - expected) < 1e-15, `row ${row}: ${products[at]}, ${expected}`); // of 0.01 and less
      }
    }
  });
}

Deno.test("levels of more effects, those that meet most of the block, and those that meet none are not scattered", () => {
  const of = (symbolic: ReturnType<typeof structure>) => {
    const { has } = new ScatteredPanels(symbolic, new FullPanels(symbolic).has);
    return has.reduce((sum, v) => sum + v, 0);
  };
  assert.equal(of(structure(40, 5, 4)), 0);
  assert.equal(of(structure(80, 64, 1)), 0);
  const some = structure(40, 5, 1, 12);
  assert.ok(of(some) > 0 && of(some) <= 28, `${of(some)}`);
});
