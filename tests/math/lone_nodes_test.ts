import assert from "node:assert/strict";
import { Cholesky } from "../../lib/math/cholesky.ts";
import { Matrix } from "../../lib/math/dense.ts";
import { areLone } from "../../lib/math/lone_nodes.ts";
import { blockPattern, entriesOf } from "../../lib/math/sparse.ts";

const none = new Int32Array(0);

Deno.test("nodes of several sizes that meet none: factor, solve, determinant and inverse are those of dense algebra", () => {
  const sizes = [1, 3, 2, 1, 5],
    pattern = blockPattern(sizes, none, none),
    values = new Float64Array(entriesOf(pattern));
  const whole = Matrix.zeros(12, 12);
  sizes.forEach((width, v) => {
    for (let c = 0; c < width; c++) {
      for (let r = 0; r < width; r++) {
        const value = r === c ? 3 + v + r : Math.sin(1 + Math.min(r, c) + 2 * Math.max(r, c) + v);
        values[pattern.at[v] + c * width + r] = value;
        whole.set(pattern.start[v] + r, pattern.start[v] + c, value);
      }
    }
  });
  const factor = new Cholesky(pattern), inverse = new Float64Array(values.length);
  assert.ok(factor.factor(values));
  factor.selectedInverse(inverse);
  const expected = whole.clone(), b = Float64Array.from({ length: 12 }, (_, i) => Math.cos(i)), x = b.slice();
  factor.solve(x);
  const { log } = Math,
    dense = invert(expected),
    close = (a: number, e: number) => Math.abs(a - e) < 1e-13 * (1 + Math.abs(e));
  assert.ok(close(factor.logDeterminant(), dense.pivots.reduce((s, p) => s + log(p), 0)));
  for (let i = 0; i < 12; i++) {
    assert.ok(close(x[i], b.reduce((s, v, j) => s + dense.inverse.get(i, j) * v, 0)));
  }
  sizes.forEach((width, v) => {
    for (let c = 0; c < width; c++) {
      for (let r = 0; r < width; r++) {
        const entry = dense.inverse.get(pattern.start[v] + r, pattern.start[v] + c);
        assert.ok(close(inverse[pattern.at[v] + c * width + r], entry), `node ${v}, entry ${r}, ${c}`);
      }
    }
  });
  values[pattern.at[2]] = -1;
  assert.ok(!factor.factor(values), "not positive definite");
});

Deno.test("a node that meets another, or is wide enough for tiles, is for the general analysis", () => {
  assert.ok(areLone(blockPattern([2, 2], none, none), 48));
  assert.ok(!areLone(blockPattern([2, 2], Int32Array.of(1), Int32Array.of(0)), 48));
  assert.ok(!areLone(blockPattern([2, 48], none, none), 48));
});

/** Gauss–Jordan. */
function invert(A: Matrix): { inverse: Matrix; pivots: number[] } {
  const n = A.rows, inverse = Matrix.eye(n), pivots: number[] = [];
  for (let k = 0; k < n; k++) {
    const pivot = A.get(k, k);
    pivots.push(pivot);
    for (const M of [A, inverse]) for (let j = 0; j < n; j++) M.set(k, j, M.get(k, j) / pivot);
    for (let i = 0; i < n; i++) {
      const f = A.get(i, k);
      if (i === k || f === 0) continue;
      for (const M of [A, inverse]) for (let j = 0; j < n; j++) M.set(i, j, M.get(i, j) - f * M.get(k, j));
    }
  }
  return { inverse, pivots };
}
