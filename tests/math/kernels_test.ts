/** The unrolled kernels against three plain loops, at every remainder of their unrolling and inside larger arrays. */
import assert from "node:assert/strict";
import {
  factorPanel,
  invertTriangle,
  negativeSymmetricProduct,
  outerProduct,
  triangleGram,
} from "../../lib/math/kernels.ts";
import { seed } from "../../lib/math/random.ts";

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13], AT = 3; // every remainder of 4 and 2; panels begin inside an array

/** Sum of at most 20 products of numbers near 1: rounding stays below this. */
const ROUNDING = 1e-13;

const at = (rows: number, i: number, j: number) => AT + j * rows + i;

/** A panel of rows × width whose top block is positive definite. */
function panel(rows: number, width: number): Float64Array {
  const random = seed(rows * 100 + width), a = new Float64Array(AT + rows * width).fill(7);
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < rows; i++) a[at(rows, i, j)] = random.normal() / width + (i === j ? 3 : 0);
  }
  for (let j = 0; j < width; j++) for (let i = 0; i < j; i++) a[at(rows, i, j)] = a[at(rows, j, i)];
  return a;
}

function near(got: number, expected: number, what: string) {
  assert.ok(
    Math.abs(got - expected) <= ROUNDING * (1 + Math.abs(expected)),
    `${what}: ${got}, expected ${expected}`,
  );
}

const factored = (width: number, rows = width + 3) => {
  const a = panel(rows, width);
  assert.ok(factorPanel(a, AT, rows, width));
  return { a, rows };
};

Deno.test("factorPanel: L Lᵀ is the panel", () => {
  for (const width of WIDTHS) {
    for (const below of [0, 1, 4]) {
      const rows = width + below, original = panel(rows, width), { a } = factored(width, rows);
      for (let j = 0; j < width; j++) {
        for (let i = j; i < rows; i++) {
          let sum = 0;
          for (let k = 0; k <= j; k++) sum += a[at(rows, i, k)] * a[at(rows, j, k)];
          near(sum, original[at(rows, i, j)], `width ${width}, rows ${rows}, [${i}, ${j}]`);
        }
      }
      assert.deepEqual([...a.slice(0, AT)], [7, 7, 7], "writes before the panel");
    }
  }
});

Deno.test("factorPanel: an indefinite or NaN pivot is reported wherever it comes", () => {
  for (const width of WIDTHS) {
    for (let k = 0; k < width; k++) {
      for (const bad of [-1, 0, NaN]) {
        const a = panel(width, width);
        a[at(width, k, k)] = bad;
        assert.equal(factorPanel(a, AT, width, width), false, `width ${width}, pivot ${k} = ${bad}`);
      }
    }
  }
});

Deno.test("outerProduct: the lower trapezium of A Bᵀ", () => {
  for (const width of WIDTHS) {
    const rows = width + 7,
      a = panel(rows, width),
      m = 6,
      k = 4,
      from = width,
      out = new Float64Array(m * k).fill(NaN);
    outerProduct(a, AT, rows, width, from, m, k, out);
    for (let j = 0; j < k; j++) {
      for (let i = j; i < m; i++) {
        let sum = 0;
        for (let l = 0; l < width; l++) sum += a[at(rows, from + i, l)] * a[at(rows, from + j, l)];
        near(out[j * m + i], sum, `width ${width}, [${i}, ${j}]`);
      }
    }
  }
});

Deno.test("invertTriangle and triangleGram: X = L⁻¹, XᵀX", () => {
  for (const width of WIDTHS) {
    const { a, rows } = factored(width), x = new Float64Array(width * width).fill(NaN), ld = width + 2;
    invertTriangle(a, AT, rows, width, x);
    for (let j = 0; j < width; j++) {
      for (let i = j; i < width; i++) {
        let sum = 0;
        for (let k = j; k <= i; k++) sum += a[at(rows, i, k)] * x[j * width + k];
        near(sum, +(i === j), `width ${width}, L X [${i}, ${j}]`);
      }
    }
    const z = new Float64Array(AT + ld * width).fill(NaN);
    triangleGram(x, width, z, AT, ld);
    for (let j = 0; j < width; j++) {
      for (let i = j; i < width; i++) {
        let sum = 0;
        for (let k = i; k < width; k++) sum += x[i * width + k] * x[j * width + k];
        near(z[AT + j * ld + i], sum, `width ${width}, XᵀX [${i}, ${j}]`);
      }
    }
  }
});

Deno.test("negativeSymmetricProduct: −S Y", () => {
  for (const r of WIDTHS) {
    const random = seed(r),
      w = 3,
      s = new Float64Array(r * r),
      y = Float64Array.from({ length: r * w }, () => random.normal());
    for (let j = 0; j < r; j++) for (let i = 0; i <= j; i++) s[j * r + i] = s[i * r + j] = random.normal();
    const out = new Float64Array(r * w).fill(NaN);
    negativeSymmetricProduct(s, r, y, w, out);
    for (let j = 0; j < w; j++) {
      for (let i = 0; i < r; i++) {
        let sum = 0;
        for (let k = 0; k < r; k++) sum -= s[k * r + i] * y[j * r + k];
        near(out[j * r + i], sum, `size ${r}, [${i}, ${j}]`);
      }
    }
  }
});
