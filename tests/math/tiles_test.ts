/** The tile kernels: compiled from their source, in WebAssembly and in TypeScript to the same bits, against plain loops. */
import assert from "node:assert/strict";
import { DenseFactor, denseLength, factorEntry, inverseEntry } from "../../lib/math/dense_factor.ts";
import { compiledKernels } from "../../lib/math/tile_kernels.ts";
import { referenceKernels } from "../../lib/math/tile_reference.ts";
import type { TileKernels } from "../../lib/math/tiles.ts";
import { compiled, TARGET } from "../kernels/compile.ts";

/** Nothing, one, every remainder of a tile; a block of 64 columns and a depth of 256 with their neighbours. */
const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 63, 64, 65, 66, 67, 127, 128, 129, 130, 255, 256, 257, 323];

/** A positive definite matrix, by its lower triangle; eigenvalues between 0.4 and some n / 8. */
const entry = (i: number, j: number) =>
  (i === j ? 1 : 0) + Math.exp(-Math.abs(i - j) / 8) * Math.cos(i - j) / 2;

const inWasm = (length: number) => compiledKernels(length)!;

function filled(n: number, make: (length: number) => TileKernels) {
  const before = 5, kernels = make(before + denseLength(n)), { memory } = kernels;
  memory.fill(7);
  const dense = new DenseFactor(kernels, before, n);
  dense.clear();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) memory[before + factorEntry(n, i, j)] = entry(i, j);
  }
  return { dense, memory, L: (i: number, j: number) => memory[before + factorEntry(n, i, j)], before };
}

/** Lower triangles of the factor and the inverse by columns, in plain loops. */
function plain(n: number) {
  const L = Array.from({ length: n }, (_, i) => Float64Array.from({ length: i + 1 }, (_, j) => entry(i, j)));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      for (let k = 0; k < j; k++) L[i][j] -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(L[i][i]) : L[i][j] / L[j][j];
    }
  }
  const X = L.map((row) => new Float64Array(row.length)); // L X = I
  for (let c = 0; c < n; c++) {
    for (let i = c; i < n; i++) {
      let s = i === c ? 1 : 0;
      for (let k = c; k < i; k++) s -= L[i][k] * X[k][c];
      X[i][c] = s / L[i][i];
    }
  }
  const Z = L.map((row) => new Float64Array(row.length));
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) for (let j = 0; j <= i; j++) Z[i][j] += X[k][i] * X[k][j];
  }
  return { L, Z };
}

Deno.test("the compiled kernels are those of the source", async () => {
  assert.equal(await Deno.readTextFile(TARGET), await compiled(), "run `deno task kernels`");
});

Deno.test("factor and inverse: WebAssembly and TypeScript have the same bits, at every edge of tiles, blocks and depths", () => {
  for (const n of SIZES) {
    const [a, b] = [inWasm, referenceKernels].map((make) => filled(n, make));
    for (const { dense } of [a, b]) {
      assert.ok(dense.factor(), `order ${n}`);
      dense.invert();
    }
    const bits = ({ memory }: { memory: Float64Array }) => new BigUint64Array(memory.slice().buffer);
    assert.deepEqual(bits(a), bits(b), `order ${n}`);
    assert.deepEqual([...a.memory.slice(0, a.before)], [7, 7, 7, 7, 7], "writes before the matrix");
  }
});

Deno.test("factor and inverse agree with plain loops to 1e-12", () => {
  for (const n of SIZES) {
    const { dense, memory, L, before } = filled(n, inWasm), expected = plain(n);
    assert.ok(dense.factor());
    dense.invert();
    let off = 0;
    for (let i = 0; i < n; i++) {
      assert.equal(dense.pivot(i), L(i, i));
      for (let j = 0; j <= i; j++) {
        off = Math.max(off, Math.abs(L(i, j) - expected.L[i][j]));
        off = Math.max(off, Math.abs(memory[before + inverseEntry(n, i, j)] - expected.Z[i][j]));
      }
    }
    assert.ok(off < 1e-12, `order ${n}: off by ${off}`);
  }
});

Deno.test("solves: L and Lᵀ from the left", () => {
  for (const n of SIZES) {
    const { dense, L } = filled(n, inWasm), from = 2, v = (i: number) => Math.sin(1 + 3 * i);
    dense.factor();
    const x = new Float64Array(n + from), y = new Float64Array(n + from);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        x[from + i] += L(i, j) * v(j);
        y[from + j] += L(i, j) * v(i);
      }
    }
    dense.forward(x, from);
    dense.backward(y, from);
    for (let i = 0; i < n; i++) {
      assert.ok(
        Math.abs(x[from + i] - v(i)) < 1e-12 && Math.abs(y[from + i] - v(i)) < 1e-12,
        `order ${n}, ${i}`,
      );
    }
  }
});

Deno.test("a pivot that is not positive is reported wherever it comes", () => {
  for (const make of [inWasm, referenceKernels]) {
    for (const n of [1, 5, 64, 65, 130]) {
      for (const k of new Set([0, n >> 1, n - 1])) {
        for (const bad of [-1, NaN]) {
          const { dense, memory, before } = filled(n, make);
          memory[before + factorEntry(n, k, k)] = bad;
          assert.equal(dense.factor(), false, `order ${n}, pivot ${k} = ${bad}`);
        }
      }
    }
  }
});

Deno.test("more than WebAssembly can address is left to TypeScript", () => {
  assert.equal(compiledKernels(2 ** 29 + 1), null); // 4 GiB and one number more: refused before anything is allocated
});

Deno.test("without WebAssembly a factor is the same", async () => {
  const [cholesky, sparse] = ["cholesky.ts", "sparse.ts"].map((f) =>
    new URL(`../../lib/math/${f}`, import.meta.url)
  );
  const script = (before: string) =>
    `${before}
    const { Cholesky } = await import("${cholesky}"), { blockPattern } = await import("${sparse}");
    const n = 100, c = new Cholesky(blockPattern([n], new Int32Array(0), new Int32Array(0)));
    c.factor(Float64Array.from({ length: n * n }, (_, k) => Math.exp(-Math.abs(k % n - Math.floor(k / n)))));
    console.log(c.logDeterminant());`;
  const run = async (before: string) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script(before)] }).output();
    return Number(new TextDecoder().decode(stdout));
  };
  const [value, same] = [await run(""), await run("delete globalThis.WebAssembly;")];
  const expected = 99 * Math.log(1 - Math.exp(-2)); // of a chain in time
  assert.ok(Math.abs(value - expected) < 1e-11, `${value}, expected ${expected}`);
  assert.equal(value, same);
});
