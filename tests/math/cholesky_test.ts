import assert from "node:assert/strict";
import { Cholesky } from "../../lib/math/cholesky.ts";
import { type BlockPattern, blockPattern, dimension, multiplySymmetric } from "../../lib/math/sparse.ts";

/** Deterministic uniforms (mulberry32): the tests must be the same everywhere. */
function uniforms(seed: number) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Random pattern with a positive definite matrix on it: S = Σ BᵀB + I. */
function randomMatrix(sizes: number[], edges: [number, number][], random: () => number) {
  const pattern = blockPattern(
    sizes,
    Int32Array.from(edges, (e) => e[0]),
    Int32Array.from(edges, (e) => e[1]),
  );
  const n = dimension(pattern), dense = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) dense[i][i] = 1;
  const cliques = edges.concat(sizes.map((_, v) => [v, v] as [number, number]));
  for (const [a, b] of cliques) {
    const index: number[] = [];
    for (const v of new Set([a, b])) {
      for (let i = pattern.start[v]; i < pattern.start[v + 1]; i++) index.push(i);
    }
    const x = index.map(() => random() - 0.5);
    index.forEach((i, p) => index.forEach((j, q) => dense[i][j] += x[p] * x[q]));
  }
  return { pattern, dense, values: blockValues(pattern, dense) };
}

function blockValues(pattern: BlockPattern, dense: Float64Array[]): Float64Array {
  const values = new Float64Array(pattern.at[pattern.row.length]);
  for (let b = 0; b < pattern.row.length; b++) {
    let v = pattern.at[b];
    for (let c = pattern.start[pattern.col[b]]; c < pattern.start[pattern.col[b] + 1]; c++) {
      for (let r = pattern.start[pattern.row[b]]; r < pattern.start[pattern.row[b] + 1]; r++) {
        values[v++] = dense[r][c];
      }
    }
  }
  return values;
}

/** Gauss–Jordan inverse and log-determinant, as an independent reference. */
function denseInverse(a: Float64Array[]): { inverse: Float64Array[]; logDet: number } {
  const n = a.length, m = a.map((row, i) => Float64Array.from([...row, ...row.map((_, j) => +(i === j))]));
  let logDet = 0;
  for (let k = 0; k < n; k++) {
    const pivot = m[k][k];
    logDet += Math.log(pivot);
    for (let j = 0; j < 2 * n; j++) m[k][j] /= pivot;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = m[i][k];
      if (f !== 0) { for (let j = 0; j < 2 * n; j++) m[i][j] -= f * m[k][j]; }
    }
  }
  return { inverse: m.map((row) => row.slice(n)), logDet };
}

type Shape = { name: string; sizes: number[]; edges: [number, number][] };
const shapes: Shape[] = [
  { name: "one scalar factor", sizes: Array(9).fill(1), edges: [] },
  { name: "one factor with three coefficients", sizes: Array(5).fill(3), edges: [] },
  {
    name: "nested",
    sizes: [...Array(12).fill(1), ...Array(3).fill(2)],
    edges: [...Array(12).keys()].map((i) => [i, 12 + i % 3]),
  },
  { name: "single node of odd size", sizes: [7], edges: [] },
  crossed("crossed, sparse", 40, 12, 0.15, 1, 1, 3),
  crossed("crossed, dense tail", 90, 30, 0.4, 1, 2, 4),
  crossed("crossed slopes", 25, 25, 0.2, 2, 3, 5),
  crossed("large tail of odd size", 120, 61, 0.5, 1, 1, 6),
  crossed("a tail of tiles below columns of one and of two", 150, 150, 0.15, 1, 2, 7),
  crossed("levels that meet most of a tail of odd size, in several batches", 190, 57, 0.8, 2, 1, 8),
  crossed("levels that meet all of a tail", 60, 26, 1, 3, 2, 9),
  crossed("some that meet a fourth of a tail, others less", 200, 64, 0.25, 1, 1, 10),
  crossed("levels that meet all of a tail of few columns", 90, 17, 1, 1, 1, 11),
  crossed("levels of two effects that meet some of a tail of few columns", 100, 23, 0.3, 2, 1, 12),
  apart("two pairs of crossed factors, each with its tail", 70, 19, 0.6, 13),
  {
    name: "levels within levels that meet most of a tail",
    sizes: [...Array(30).fill(1), ...Array(10).fill(2), ...Array(50).fill(1)],
    edges: [
      ...Array.from({ length: 30 }, (_, i): [number, number] => [i, 30 + i % 10]),
      ...Array.from({ length: 30 * 20 }, (_, k): [number, number] => [k % 30, 40 + (7 * k + k % 3) % 50]),
      ...Array.from({ length: 10 * 40 }, (_, k): [number, number] => [30 + k % 10, 40 + Math.floor(k / 10)]),
    ].filter(([a, b], k, all) => all.findIndex(([c, d]) => a === c && b === d) === k),
  },
  { name: "several wide blocks", sizes: [70, 1, 66, 129], edges: [] },
  { name: "a wide block below others", sizes: [3, 1, 2, 75], edges: [[0, 3], [1, 3], [2, 3]] },
];

function crossed(
  name: string,
  a: number,
  b: number,
  share: number,
  ca: number,
  cb: number,
  seed: number,
): Shape {
  const random = uniforms(seed), edges: [number, number][] = [];
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) if (random() < share) edges.push([i, a + j]);
  return { name, sizes: [...Array(a).fill(ca), ...Array(b).fill(cb)], edges };
}

/** The same twice, with nothing in common. */
function apart(name: string, a: number, b: number, share: number, seed: number): Shape {
  const { sizes, edges } = crossed(name, a, b, share, 1, 1, seed), n = sizes.length;
  return {
    name,
    sizes: [...sizes, ...sizes],
    edges: [...edges, ...edges.map(([i, j]): [number, number] => [i + n, j + n])],
  };
}

for (const { name, sizes, edges } of shapes) {
  Deno.test(`Cholesky: solve, log determinant and selected inverse agree with dense algebra: ${name}`, () => {
    const random = uniforms(11), { pattern, dense, values } = randomMatrix(sizes, edges, random);
    const n = dimension(pattern), { inverse, logDet } = denseInverse(dense);
    const factor = new Cholesky(pattern);
    for (let repeat = 0; repeat < 2; repeat++) assert.ok(factor.factor(values)); // storage is reused
    assert.ok(Math.abs(factor.logDeterminant() - logDet) < 1e-11 * n, "log determinant"); // rounding, n terms
    const x = Float64Array.from({ length: n }, () => random() - 0.5), b = new Float64Array(n);
    multiplySymmetric(pattern, values, x, b);
    factor.solve(b);
    for (let i = 0; i < n; i++) assert.ok(Math.abs(b[i] - x[i]) < 1e-11, `solve ${i}`);
    const selected = new Float64Array(values.length);
    factor.selectedInverse(selected);
    const expected = blockValues(pattern, inverse);
    for (let e = 0; e < expected.length; e++) {
      assert.ok(Math.abs(selected[e] - expected[e]) < 1e-11, `inverse ${e}`);
    }
    const half = new Float64Array(n);
    factor.halfSolve(x, half);
    const quadratic = x.reduce((s, xi, i) => s + xi * inverse[i].reduce((t, z, j) => t + z * x[j], 0), 0);
    assert.ok(Math.abs(half.reduce((s, h) => s + h * h, 0) - quadratic) < 1e-11 * Math.max(1, quadratic));
  });
}

Deno.test("Cholesky reports a matrix that is not positive definite", () => {
  const pattern = blockPattern([1, 1], Int32Array.of(1), Int32Array.of(0));
  assert.equal(new Cholesky(pattern).factor(Float64Array.of(1, 1, 2)), false);
});

Deno.test("the dense tail of two crossed factors holds no levels that are sparse", () => {
  const levels = 120, random = uniforms(3), edges: [number, number][] = [];
  for (let i = 0; i < 900; i++) {
    for (const j of new Set(Array.from({ length: 6 }, () => Math.floor(random() ** 2 * levels)))) {
      edges.push([j, levels + i]);
    }
  }
  const { pattern } = randomMatrix(new Array(levels + 900).fill(1), edges, random),
    { first, count } = new Cholesky(pattern).symbolic;
  // eliminating the larger factor first leaves 120 columns
  assert.ok(first[count] - first[count - 1] <= levels, `${first[count] - first[count - 1]} columns`);
});

Deno.test("a block is in tiles from 48 columns on, and from 16 where other levels end in it", () => {
  const tails = [0.3, 0.6, 1].flatMap((share) =>
    Array.from({ length: 16 }, (_, k) => crossed("", 60, 4 + k, share, 1, 1, 1))
  );
  const lone = [47, 48].map((columns) => ({ name: "", sizes: [columns, 17, 1], edges: [] }));
  const seen = new Set<string>();
  for (const { sizes, edges } of [...tails, ...lone, apart("", 70, 19, 1, 1)]) {
    const [row, col] = [0, 1].map((k) => Int32Array.from(edges, (e) => e[k]));
    const { count, first, dense, owner, rowPointer, rowIndex } =
      new Cholesky(blockPattern(sizes, row, col)).symbolic;
    for (let s = 0; s < count; s++) {
      if (rowPointer[s + 1] > rowPointer[s]) continue;
      const width = first[s + 1] - first[s], least = rowIndex.some((i) => owner[i] === s) ? 16 : 48;
      assert.equal(dense[s] >= 0, width >= least, `${width} columns of ${sizes.length} levels`);
      if (width === least || width === least - 1) seen.add(`${width}`);
    }
  }
  assert.deepEqual([...seen].sort(), ["15", "16", "47", "48"]);
});

Deno.test("a factor that has no room says how large it would be, and what to do", () => {
  const nodes = 500, rows: number[] = [], cols: number[] = [];
  for (let i = 0; i < nodes; i++) {
    for (let j = 0; j < i; j++) {
      rows.push(i);
      cols.push(j);
    }
  }
  const full = blockPattern(new Int32Array(nodes).fill(100), Int32Array.from(rows), Int32Array.from(cols));
  assert.throws(
    () => new Cholesky(full),
    new RangeError(
      "Cannot factor the random effects' covariance: where their levels cross, 50,000 effects depend on each other, and the factor " +
        'would need 19 GiB of at most 16; fit with the option control: { crossed: "iterative" }, which makes no factor and says how far ' +
        "its estimates can be off, or leave one of the crossed factors out, make it coarser, or fit a sample of its levels",
    ),
  );
});

Deno.test("the work of a factor and of a solve, by their columns", () => {
  const dense = new Cholesky(blockPattern(Int32Array.of(60), new Int32Array(0), new Int32Array(0))).symbolic;
  assert.equal(dense.factorWork, 59 * 60 * 119 / 6); // Σ r²
  assert.equal(dense.solveWork, 4 * 60 * 61 / 2);
});

/**
 * 3DᵀD of second differences, D_ii = 1, D_i,i−1 = −2, D_i,i−2 = 1, whose determinant is 3ⁿ and whose inverse is a third of the Gram matrix
 * of (i − j + 1)+, with condition numbers like n⁴ (1DᵀD would have a factor of integers); and below it another node, coupled to some of its nodes, with a diagonal of `corner`.
 */
function smooth(n: number, corner: number) {
  const D = (i: number, j: number) => i < n && i - j >= 0 && i - j < 3 ? [1, -2, 1][i - j] : 0;
  const entry = (i: number, j: number) => [0, 1, 2].reduce((s, k) => s + 3 * D(i + k, i) * D(i + k, j), 0);
  const edges: [number, number][] = [];
  for (let i = 1; i < n; i++) for (let j = Math.max(0, i - 2); j < i; j++) edges.push([i, j]);
  const chain = edges.map(([i, j]) => entry(i, j));
  for (let i = 0; i < n; i += 7) edges.push([n, i]);
  const twofold = Uint8Array.from({ length: n + 1 }, (_, i) => +(i < n));
  const sizes = Array(n + 1).fill(1);
  const ends = [0, 1].map((k) => Int32Array.from(edges, (e) => e[k]));
  const values = [
    ...Array.from({ length: n }, (_, i) => entry(i, i)),
    corner,
    ...edges.map((_, e) => chain[e] ?? 1 / 64),
  ];
  return {
    pattern: blockPattern(sizes, ends[0], ends[1], twofold),
    values: Float64Array.from([...values, ...values.map(() => 0)]),
  };
}

Deno.test("Cholesky with twice the digits: a matrix whose condition number is 1e17, exact solutions and determinants", () => {
  // S⁻¹ b for b = S x with integers x is x; the Schur complement of the last node is corner − Σ_kl (3DᵀD)⁻¹_kl/64² over its neighbours
  const n = 12_000, y = new Float64Array(n + 2); // D⁻ᵀ c, by (1 − B)⁻² of the couplings c, in integers
  for (let i = n - 1; i >= 0; i--) y[i] = (i % 7 === 0 ? 1 : 0) + 2 * y[i + 1] - y[i + 2];
  let sum = 0n;
  for (let i = 0; i < n; i++) sum += BigInt(y[i]) ** 2n;
  const taken = Number(sum) / (3 * 64 ** 2), corner = 1.25 * taken, { pattern, values } = smooth(n, corner);
  const factor = new Cholesky(pattern);
  assert.ok(factor.factor(values));
  const log = factor.logDeterminant(), expected = n * Math.log(3) + Math.log(corner - taken);
  assert.ok(Math.abs(log - expected) < 1e-9, `log determinant ${log}, ${expected}`);
  const random = uniforms(5),
    x = Float64Array.from({ length: n + 1 }, (_, i) => i < n ? Math.round(100 * random()) : 0);
  const b = new Float64Array(n + 1);
  multiplySymmetric(pattern, values.subarray(0, values.length / 2), x, b);
  const worst = (found: Float64Array) => found.reduce((most, v, i) => Math.max(most, Math.abs(v - x[i])), 0);
  const right = b.slice();
  factor.solve(b); // b is exact, the products with 1/64 included
  assert.ok(worst(b) < 1e-6, `solutions differ by ${worst(b)}`);
  const rounded = new Cholesky({ ...pattern, twofold: null }); // or the test shows nothing
  if (rounded.factor(values.subarray(0, values.length / 2))) {
    rounded.solve(right);
    assert.ok(worst(right) > 1, `16 digits would do: ${worst(right)}`);
  }
});

Deno.test("Cholesky with twice the digits: the inverse on the pattern", () => {
  const n = 3000, { pattern, values } = smooth(n, 2 ** 100), factor = new Cholesky(pattern); // the last node changes nothing
  assert.ok(factor.factor(values));
  const S = new Float64Array(values.length / 2);
  factor.selectedInverse(S);
  for (const i of [0, 1, 1500, n - 2, n - 1]) { // Σ_k≤i (i − k + 1)²/3
    const m = i + 1, expected = m * (m + 1) * (2 * m + 1) / 18;
    assert.ok(Math.abs(S[i] / expected - 1) < n ** 2 * 2 ** -52, `${i}: ${S[i]}, ${expected}`); // a slope's rounding is carried along n steps
  }
});

Deno.test("the inverse of a factor is written once into an array, that of the next one anew", () => {
  const pattern = blockPattern([1, 1], Int32Array.of(1), Int32Array.of(0)), factor = new Cholesky(pattern);
  const S = new Float64Array(3), other = new Float64Array(3);
  assert.ok(factor.factor(Float64Array.of(4, 4, 0)));
  factor.selectedInverse(S);
  assert.deepEqual([...S], [0.25, 0.25, 0]);
  S[2] = 7; // as nobody does, to see whether it is written
  factor.selectedInverse(S);
  factor.selectedInverse(other);
  assert.deepEqual([S[2], other[2]], [7, 0]);
  assert.ok(factor.factor(Float64Array.of(16, 16, 0)));
  factor.selectedInverse(other);
  assert.deepEqual([...other], [1 / 16, 1 / 16, 0]);
});
