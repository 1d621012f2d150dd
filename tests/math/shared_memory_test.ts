import assert from "node:assert/strict";
import {
  besideRows,
  MANY_ROWS,
  ones,
  portable,
  rowIndices,
  rowVector,
} from "../../lib/math/shared_memory.ts";

Deno.test("vectors of many rows can be shared by threads, others are this thread's own", () => {
  const isShared = (x: Float64Array | Int32Array) => x.buffer instanceof SharedArrayBuffer;
  for (const make of [rowVector, rowIndices, (n: number) => besideRows(7, n)]) {
    assert.ok(isShared(make(MANY_ROWS)));
    assert.ok(!isShared(make(MANY_ROWS - 1)));
  }
  assert.equal(rowVector(MANY_ROWS).length, MANY_ROWS);
  assert.equal(rowIndices(5).length, 5);
  assert.equal(besideRows(7, MANY_ROWS).length, 7);
});

Deno.test("columns of ones of a length are one column", () => {
  const five = ones(5);
  assert.deepEqual([...five], [1, 1, 1, 1, 1]);
  assert.equal(ones(5), five);
  assert.equal(ones(4).length, 4);
  assert.ok(ones(MANY_ROWS).buffer instanceof SharedArrayBuffer);
});

Deno.test("what is sent to a thread shares what is shared, and takes along no more than is seen of the rest", () => {
  const shared = rowVector(MANY_ROWS).subarray(2, 9), own = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
  const holes: Float64Array[] = [];
  holes[2] = own;
  const sent = portable({ shared, own, again: [own], nothing: null, absent: undefined, name: "x", holes });
  assert.equal(sent.shared, shared);
  assert.deepEqual(sent.own, Float64Array.of(2, 3));
  assert.equal(sent.own.buffer.byteLength, 16);
  assert.equal(sent.again[0], sent.own, "an array that occurs twice stays one");
  assert.deepEqual([sent.nothing, sent.absent, sent.name], [null, undefined, "x"]);
  assert.ok(!(0 in sent.holes) && sent.holes[2] === sent.own);
});
