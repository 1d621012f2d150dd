/** Triangular algebra below, at and beyond the order from which it runs in tiles, against plain loops and differences. */
import assert from "node:assert/strict";
import { addProduct, byColumns, type Form, transposed } from "../../lib/math/dense_products.ts";
import { choleskyAdjoint, denseCholesky, triangleGram } from "../../lib/math/triangle.ts";
import { seed } from "../../lib/math/random.ts";

const SIZES = [1, 2, 5, 47, 48, 49, 51, 64, 65, 131, 260];

/** A lower triangle with 1 to 2 on its diagonal, zeros above. */
function triangle(n: number, random: ReturnType<typeof seed>): Float64Array {
  const T = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    T[j * n + j] = 1 + random.uniform();
    for (let i = j + 1; i < n; i++) T[j * n + i] = random.normal() / n;
  }
  return T;
}

function near(got: number, expected: number, tolerance: number, what: string) {
  assert.ok(
    Math.abs(got - expected) <= tolerance * (1 + Math.abs(expected)),
    `${what}: ${got}, expected ${expected}`,
  );
}

Deno.test("the Gram matrix of a triangle, and its factor", () => {
  for (const n of SIZES) {
    const T = triangle(n, seed(n)), S = triangleGram(T, n), L = S.slice();
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += T[k * n + i] * T[k * n + j];
        near(S[j * n + i], sum, 1e-13, `order ${n}, [${i}, ${j}]`);
      }
      if (j > 0) L[j * n] = 5; // above the diagonal nothing is read or written
    }
    assert.ok(denseCholesky(L, n));
    for (let j = 0; j < n; j++) {
      if (j > 0) assert.equal(L[j * n], 5);
      for (let i = j; i < n; i++) near(L[j * n + i], T[j * n + i], 1e-13, `order ${n}, factor [${i}, ${j}]`);
    }
  }
});

Deno.test("a factor that is none is NaN everywhere", () => {
  for (const n of [3, 48, 100]) {
    const S = triangleGram(triangle(n, seed(n)), n);
    S[(n - 1) * (n + 1)] = -1;
    assert.equal(denseCholesky(S, n), false);
    assert.ok(S.every(Number.isNaN));
  }
});

Deno.test("the adjoint of a factor: ⟨S̄, dS⟩ is ⟨L̄, dL⟩ for the dS of any dL", () => {
  for (const n of SIZES) {
    const random = seed(n), L = triangle(n, random), dL = triangle(n, random), onFactor = triangle(n, random);
    for (let j = 1; j < n; j++) onFactor[j * n] = 9; // above the diagonal nothing counts
    const S = choleskyAdjoint(L, onFactor, n);
    let left = 0, right = 0;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        let dS = 0;
        for (let k = 0; k < n; k++) dS += dL[k * n + i] * L[k * n + j] + L[k * n + i] * dL[k * n + j];
        left += S[j * n + i] * dS;
        if (i >= j) right += onFactor[j * n + i] * dL[j * n + i];
        near(S[j * n + i], S[i * n + j], 1e-14, `order ${n}, symmetry`);
      }
    }
    near(left, right, 1e-11, `order ${n}`);
  }
});

Deno.test("products: every form, odd sizes, transposed, added or not", () => {
  const shapes: [number, number, number][] = [[0, 3, 2], [3, 3, 0], [1, 1, 1], [5, 7, 3], [66, 67, 65], [
    70,
    130,
    261,
  ]];
  for (const [m, n, k] of shapes) {
    const forms: Form[] = [{}, { half: true }, { zeros: "above" }, { zeros: "below" }, {
      zeros: "above",
      half: true,
    }];
    for (const form of forms) {
      const random = seed(m + n),
        A = new Float64Array(m * k),
        B = new Float64Array(n * k).map(() => random.normal());
      for (let l = 0; l < k; l++) {
        for (let i = 0; i < m; i++) {
          const zero = form.zeros === "above" ? l > i : form.zeros === "below" && l < i;
          A[i * k + l] = zero ? 0 : random.normal(); // by rows
        }
      }
      for (const add of [false, true]) {
        const out = new Float64Array(m * n).fill(2);
        addProduct(transposed(byColumns(A, k)), byColumns(B, n), [m, n, k], form, byColumns(out, m), add);
        for (let j = 0; j < n; j++) {
          for (let i = 0; i < m; i++) {
            let sum = add ? 2 : 0;
            for (let l = 0; l < k; l++) sum += A[i * k + l] * B[l * n + j];
            near(
              out[j * m + i],
              form.half && i < j ? 2 : sum,
              1e-13 * Math.max(1, k),
              `${[m, n, k]}, ${JSON.stringify(form)}`,
            );
          }
        }
      }
    }
  }
});
