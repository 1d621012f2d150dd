/** Columns of some rows: products over ranges add up to those over all, for dense and sparse columns. Sums of eight numbers: exact to 1e-14. */
import assert from "node:assert/strict";
import { BasisColumns } from "../../lib/math/basis_columns.ts";

const N = 8, dense = Float64Array.from({ length: N }, (_, i) => i - 3.5);
const sparse = { rows: Int32Array.of(0, 3, 4, 7), values: Float64Array.of(2, -1, 3, 5) };
const all = new BasisColumns({
  unit: 2,
  held: Float64Array.from({ length: N }, (_, i) => 0.1 * i),
  dense: [dense, null],
  sparse: [null, sparse],
  scale: Float64Array.of(1, 0.5),
});
const v = Float64Array.from({ length: N }, (_, i) => Math.sin(i)), gamma = Float64Array.of(9, 0.3, -0.7);
/** Q, written out. */
const Q = [dense, Float64Array.of(1, 0, 0, -0.5, 1.5, 0, 0, 2.5)];

for (const cuts of [[0, N], [0, 4, N], [0, 1, 3, 7, N]]) {
  Deno.test(`ranges that begin at ${cuts.slice(0, -1).join(", ")}`, () => {
    const eta = new Float64Array(N), sums = new Float64Array(2), weighed = new Float64Array(N);
    cuts.slice(1).forEach((to, s) => {
      const from = cuts[s], some = new BasisColumns(all.ofRows(from, to)), part = new Float64Array(3);
      some.addTimes(gamma, 1, eta.subarray(from, to));
      some.transposeTimes(v.subarray(from, to), part, 1);
      assert.equal(part[0], 0);
      sums.forEach((_, j) => sums[j] += part[1 + j]);
      some.weighColumn(1, v.subarray(from, to), weighed.subarray(from, to));
    });
    for (let i = 0; i < N; i++) {
      assert.ok(Math.abs(eta[i] - 0.1 * i - 2 * (0.3 * Q[0][i] - 0.7 * Q[1][i])) < 1e-14);
      assert.equal(weighed[i] + 0, Q[1][i] * v[i] + 0);
    }
    sums.forEach((s, j) => assert.ok(Math.abs(s - Q[j].reduce((t, q, i) => t + q * v[i], 0)) < 1e-14));
  });
}
