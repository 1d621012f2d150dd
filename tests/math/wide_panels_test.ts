/** Products of panels below, at and beyond the sizes from which they run in tiles, against plain loops. Rounding: sums of some hundred terms. */
import assert from "node:assert/strict";
import { seed } from "../../lib/math/random.ts";
import { negativeInverseProduct, panelProduct } from "../../lib/math/wide_panels.ts";

function near(got: number, expected: number, what: string) {
  assert.ok(
    Math.abs(got - expected) <= 1e-12 * (1 + Math.abs(expected)),
    `${what}: ${got}, expected ${expected}`,
  );
}

Deno.test("the update that a panel sends: lower trapezium of A Bᵀ", () => {
  const random = seed(2), AT = 3;
  for (
    const [width, m, k] of [[7, 130, 120], [8, 95, 95], [8, 96, 96], [9, 131, 77], [33, 200, 200], [
      20,
      300,
      41,
    ]]
  ) {
    const from = width,
      rows = from + m,
      a = Float64Array.from({ length: AT + rows * width }, () => random.normal());
    const out = new Float64Array(m * k + 5).fill(7);
    panelProduct(a, AT, rows, width, from, m, k, out);
    for (let j = 0; j < k; j++) {
      for (let i = j; i < m; i++) {
        let sum = 0;
        for (let l = 0; l < width; l++) sum += a[AT + l * rows + from + i] * a[AT + l * rows + from + j];
        near(out[j * m + i], sum, `${width} columns, ${m} × ${k}, [${i}, ${j}]`);
      }
    }
    assert.ok(out.subarray(m * k).every((v) => v === 7), "nothing beyond");
  }
});

Deno.test("what the inverse of a panel's later rows does to it: −S Y", () => {
  const random = seed(4);
  for (const [r, w] of [[95, 9], [96, 7], [96, 8], [130, 17], [201, 40]]) {
    const s = new Float64Array(r * r), y = Float64Array.from({ length: r * w }, () => random.normal());
    for (let j = 0; j < r; j++) for (let i = 0; i <= j; i++) s[j * r + i] = s[i * r + j] = random.normal();
    const out = new Float64Array(r * w).fill(NaN);
    negativeInverseProduct(s, r, y, w, out);
    for (let j = 0; j < w; j++) {
      for (let i = 0; i < r; i++) {
        let sum = 0;
        for (let k = 0; k < r; k++) sum -= s[k * r + i] * y[j * r + k];
        near(out[j * r + i], sum, `${r} rows, ${w} columns, [${i}, ${j}]`);
      }
    }
  }
});
