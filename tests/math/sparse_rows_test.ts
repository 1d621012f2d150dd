import assert from "node:assert/strict";
import { Matrix } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { RowBuilder, type SparseRows } from "../../lib/math/sparse_rows.ts";

const random = seed(11);

function example(rows: number, columns: number): { sparse: SparseRows; dense: Matrix } {
  const builder = new RowBuilder(columns), dense = Matrix.zeros(rows, columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      if (random.uniform() < 0.5) continue;
      const v = random.normal();
      builder.add(k, v / 2);
      builder.add(k, v / 2);
      dense.set(i, k, v);
    }
    builder.endRow();
  }
  return { sparse: builder.finish(), dense };
}

function near(a: ArrayLike<number>, b: ArrayLike<number>) {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) < 1e-12, `${i}: ${a[i]} ${b[i]}`);
}

Deno.test("products agree with dense ones", () => {
  const { sparse, dense } = example(9, 6), B = example(6, 6).dense, V = B.mmul(B.transpose());
  const x = Float64Array.from({ length: 6 }, () => random.normal());
  near(sparse.times(x), dense.mmul(Matrix.columnVector(x)).to1DArray());
  near(sparse.quadratic(V), dense.mmul(V).mmul(dense.transpose()).diagonal());
  near(sparse.dense([4, 0]).to1DArray(), dense.selection([4, 0], [0, 1, 2, 3, 4, 5]).to1DArray());
  near(sparse.row(3), dense.getRow(3));
  const C = example(4, 9);
  near(sparse.combinedBy(C.sparse).dense([0, 1, 2, 3]).to1DArray(), C.dense.mmul(dense).to1DArray());
});

Deno.test("what cancels is no entry, and an infinite variance that is not asked for does no harm", () => {
  const builder = new RowBuilder(3);
  builder.add(0, 0.1 + 0.2);
  builder.add(0, -0.3);
  builder.add(2, 1);
  builder.endRow();
  builder.endRow();
  const L = builder.finish();
  assert.deepEqual([...L.start], [0, 1, 1]);
  assert.deepEqual([...L.quadratic(new Matrix([[Infinity, 0, 0], [0, 1, 0], [0, 0, 4]]))], [4, 0]);
});
