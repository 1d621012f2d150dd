/** Laws that every family of contrasts obeys: a new file is tested the moment its line exists. */
import assert from "node:assert/strict";
import { ADJUSTMENTS } from "../../lib/inference/means/adjust.ts";
import type { ContrastMethod } from "../../lib/inference/means/contrasts/contrast_method.ts";
import * as methods from "../../lib/inference/means/contrasts/mod.ts";

const LABELS = Array.from({ length: 12 }, (_, i) => `level${i + 1}`);

/** Coefficients of a family as dense rows. */
function rowsOf(method: ContrastMethod, k: number): number[][] {
  return method.combinations(LABELS.slice(0, k), { minus: " - ", values: null }).map(
    ({ index, coefficient }) => {
      assert.equal(index.length, coefficient.length);
      const row = new Array<number>(k).fill(0);
      index.forEach((at, i) => row[at] += coefficient[i]);
      return row;
    },
  );
}

for (const [name, method] of Object.entries(methods) as [string, ContrastMethod][]) {
  Deno.test(`contrasts ${name}: known by its name, with a known adjustment`, () => {
    assert.equal(method.name, name);
    assert.ok(ADJUSTMENTS.includes(method.adjust));
  });

  Deno.test(`contrasts ${name}: rows sum to zero, or are the means themselves`, () => {
    for (let k = 2; k <= 12; k++) {
      const rows = rowsOf(method, k);
      assert.ok(rows.length > 0);
      for (const row of rows) {
        const sum = row.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - (name === "identity" ? 1 : 0)) < 1e-12, `k = ${k}: ${row}`);
        assert.ok(row.some((c) => c !== 0));
      }
    }
  });

  Deno.test(`contrasts ${name}: names are different, and differences become ratios`, () => {
    const names = method.combinations(LABELS, { minus: " - ", values: null }).map((c) => c.name);
    assert.equal(new Set(names).size, names.length);
    const ratios = method.combinations(LABELS, { minus: " / ", values: null }).map((c) => c.name);
    ratios.forEach((ratio, i) => assert.equal(ratio.replace(" / ", " - "), names[i]));
  });

  Deno.test(`contrasts ${name}: together they span all differences`, () => {
    // poly stops at degree 6; a control or a mean of others needs no more than k − 1 either.
    for (const k of [2, 3, 5]) assert.equal(rank(rowsOf(method, k)), name === "identity" ? k : k - 1);
  });

  if (method.pairwise) {
    Deno.test(`contrasts ${name}: all k(k − 1)/2 differences of two means`, () => {
      const rows = rowsOf(method, 7);
      assert.equal(rows.length, 21);
      for (const row of rows) assert.deepEqual(row.filter((c) => c !== 0).sort(), [-1, 1]);
    });
  }
}

Deno.test("poly: whole, orthogonal, and those of the tables", () => {
  assert.deepEqual(rowsOf(methods.poly, 3), [[-1, 0, 1], [1, -2, 1]]);
  assert.deepEqual(rowsOf(methods.poly, 4), [[-3, -1, 1, 3], [1, -1, -1, 1], [-1, 3, -3, 1]]);
  assert.deepEqual(rowsOf(methods.poly, 10)[4], [-6, 14, -1, -11, -6, 6, 11, 1, -14, 6]);
  const rows = rowsOf(methods.poly, 12);
  rows.forEach((a, i) =>
    rows.forEach((b, j) => i === j || assert.equal(a.reduce((sum, c, k) => sum + c * b[k], 0), 0))
  );
});

Deno.test("controls: the first, the last, another, or the mean of two", () => {
  const names = (method: ContrastMethod, ref?: number[]) =>
    method.combinations(["a", "b", "c"], { minus: " - ", values: null, ref }).map((c) => c.name);
  assert.deepEqual(names(methods["trt.vs.ctrl"]), ["b - a", "c - a"]);
  assert.deepEqual(names(methods["trt.vs.ctrlk"]), ["a - c", "b - c"]);
  assert.deepEqual(names(methods["trt.vs.ctrl"], [1]), ["a - b", "c - b"]);
  assert.deepEqual(names(methods["trt.vs.ctrl"], [0, 2]), ["b - avg(a, c)"]);
});

function rank(rows: number[][]): number {
  const basis: number[][] = [];
  for (const row of rows) {
    let rest = row;
    for (const q of basis) {
      const c = rest.reduce((sum, v, i) => sum + v * q[i], 0);
      rest = rest.map((v, i) => v - c * q[i]);
    }
    const length = Math.hypot(...rest);
    if (length > 1e-9) basis.push(rest.map((v) => v / length));
  }
  return basis.length;
}
