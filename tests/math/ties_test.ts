/** A sparse matrix with precisions of sums beside it, against the dense matrix that they make. */
import assert from "node:assert/strict";
import { Cholesky } from "../../lib/math/cholesky.ts";
import { choleskyFactor, inverseFromFactor, Matrix } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { blockPattern, dimension, entriesOf } from "../../lib/math/sparse.ts";
import { addTies, type Tie } from "../../lib/math/ties.ts";

/** Two maps of chains with chords, of nodes of one size; the laplacian of each, which is singular, and what data say of some nodes. */
function problem(width: number, known: number, precision: number) {
  const random = seed(width), sizes = [14, 9], nodes = sizes[0] + sizes[1], edges: [number, number][] = [];
  const from = [0, sizes[0]];
  sizes.forEach((n, m) => {
    for (let i = 1; i < n; i++) edges.push([from[m] + i, from[m] + i - 1]);
    for (let i = 4; i < n; i += 3) edges.push([from[m] + i, from[m] + i - 4]);
  });
  const ties = sizes.map((n, m): Tie => ({
    nodes: Int32Array.from({ length: n }, (_, i) => from[m] + i),
    precision,
    pin: from[m] + 3,
    pinned: 2.5,
  }));
  const pattern = blockPattern(
    new Int32Array(nodes).fill(width),
    Int32Array.from(edges, ([i]) => i),
    Int32Array.from(edges, ([, j]) => j),
    null,
    ties,
  );
  const S = Matrix.zeros(nodes * width, nodes * width), values = new Float64Array(entriesOf(pattern));
  const add = (i: number, j: number, v: number) => {
    S.set(i, j, S.get(i, j) + v);
    if (i !== j) S.set(j, i, S.get(i, j));
  };
  for (const [i, j] of edges) {
    for (let k = 0; k < width; k++) {
      add(i * width + k, i * width + k, 1);
      add(j * width + k, j * width + k, 1);
      add(i * width + k, j * width + k, -1);
    }
  }
  for (let v = 0; v < known; v++) {
    const z = Array.from({ length: width }, () => random.normal());
    for (let k = 0; k < width; k++) {
      for (let l = 0; l <= k; l++) add(v * width + k, v * width + l, z[k] * z[l]);
    }
  }
  for (let b = 0; b < pattern.row.length; b++) {
    for (let c = 0, e = pattern.at[b]; c < width; c++) {
      for (let r = 0; r < width; r++, e++) {
        values[e] = S.get(pattern.row[b] * width + r, pattern.col[b] * width + c);
        if (b === ties[0].pin || b === ties[1].pin) values[e] += r === c ? 2.5 : 0;
      }
    }
  }
  for (const { nodes: set } of ties) {
    for (const i of set) {
      for (const j of set) {
        for (let k = 0; k < width; k++) {
          S.set(i * width + k, j * width + k, S.get(i * width + k, j * width + k) + precision);
        }
      }
    }
  }
  return { pattern, values, S, ties, width };
}

const near = (got: number, expected: number, size: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= size, `${what}: ${got}, expected ${expected}`);

// the dense matrix loses 1e-16 times the precision of its sums, which is what it is held to
for (const width of [1, 2]) {
  for (const known of [0, 5, 20]) {
    for (const precision of [0.3, 1e3, 1e6]) {
      Deno.test(`${width} × ${width} blocks, ${known} nodes with data, sums of precision ${precision}: the dense matrix`, () => {
        const { pattern, values, S, ties } = problem(width, known, precision), q = dimension(pattern);
        const factor = new Cholesky(pattern), L = choleskyFactor(S)!, inverse = inverseFromFactor(L);
        const loss = 1e-12 + 1e-14 * precision, random = seed(3);
        for (let again = 0; again < 2; again++) assert.ok(factor.factor(values));
        const logDet = 2 * L.diagonal().reduce((s, v) => s + Math.log(v), 0);
        near(factor.logDeterminant(), logDet, 30 * loss, "log-determinant");
        const x = Float64Array.from({ length: q }, () => random.normal()),
          column = Matrix.columnVector([...x]);
        const expected = inverse.mmul(column).to1DArray(), solved = x.slice(), half = new Float64Array(q);
        factor.solve(solved);
        solved.forEach((v, i) => near(v, expected[i], 10 * loss, `solution ${i}`));
        factor.halfSolve(x, half);
        near(
          half.reduce((s, v) => s + v * v, 0),
          x.reduce((s, v, i) => s + v * expected[i], 0),
          50 * loss,
          "xᵀA⁻¹x",
        );
        const B = Matrix.zeros(q, q); // columns A^{-1/2}: B Bᵀ = A⁻¹
        for (let j = 0; j < q; j++) {
          const z = new Float64Array(q), out = new Float64Array(q);
          z[j] = 1;
          factor.backSolve(z, out);
          B.setColumn(j, [...out]);
        }
        near(B.mmul(B.transpose()).sub(inverse).abs().max(), 0, 10 * loss, "draws");
        const selected = new Float64Array(values.length);
        factor.selectedInverse(selected);
        for (let b = 0; b < pattern.row.length; b++) {
          for (let c = 0, e = pattern.at[b]; c < width; c++) {
            for (let r = 0; r < width; r++, e++) {
              const truth = inverse.get(pattern.row[b] * width + r, pattern.col[b] * width + c);
              near(selected[e], truth, 10 * loss, `entry ${r}, ${c} of block ${b}`);
            }
          }
        }
        const times = new Float64Array(q);
        addTies(ties, (node) => pattern.start[node], width, x, times);
        const sparse = Matrix.zeros(q, q);
        for (let b = 0; b < pattern.row.length; b++) {
          for (let c = 0, e = pattern.at[b]; c < width; c++) {
            for (let r = 0; r < width; r++, e++) {
              sparse.set(pattern.row[b] * width + r, pattern.col[b] * width + c, values[e]);
              sparse.set(pattern.col[b] * width + c, pattern.row[b] * width + r, values[e]);
            }
          }
        }
        const both = sparse.mmul(column).to1DArray().map((v, i) => v + times[i]);
        S.mmul(column).to1DArray().forEach((v, i) =>
          near(both[i], v, 1e-13 * Math.max(1, 30 * precision), "product")
        );
      });
    }
  }
}

Deno.test("a matrix that is not positive definite is refused", () => {
  const { pattern, values } = problem(1, 5, 1);
  values[0] -= 40;
  assert.equal(new Cholesky(pattern).factor(values), false);
});
