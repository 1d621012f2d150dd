/** What threads do of a task, beside the teams of tile_team_test.ts. */
import assert from "node:assert/strict";
import { CONTROL_LENGTH, sharing, WORD } from "../../lib/math/crew_member.ts";
import { ALONE, shareOf } from "../../lib/math/shares.ts";

const control = () => new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));

Deno.test("every item is done once, and the next ones begin anew", () => {
  for (const share of [ALONE, sharing(control(), 0, 1)]) {
    for (const count of [3, 0, 5]) {
      const done: number[] = [];
      assert.equal(share.each(count, (k) => void done.push(k)), true);
      assert.deepEqual(done, Array.from({ length: count }, (_, k) => k));
    }
  }
});

Deno.test("a thread takes what is left, all hear of an item that is refused, and not of one in the next task", () => {
  const shared = control(), share = sharing(shared, 0, 1), done: number[] = [];
  Atomics.store(shared, WORD.next, 2); // others have the first two
  assert.equal(share.each(4, (k) => void done.push(k)), true);
  assert.deepEqual(done, [2, 3]);
  assert.equal(share.each(3, (k) => k !== 1), false);
  assert.equal(share.each(3, () => true), false);
  assert.equal(ALONE.each(3, (k) => k !== 1), false);
  shared[WORD.refused] = 0; // a new task
  assert.equal(share.each(3, () => true), true);
});

Deno.test("shares cover everything once", () => {
  for (const parts of [1, 2, 3, 7]) {
    for (const count of [0, 1, 100]) {
      let at = 0;
      for (let part = 0; part < parts; part++) {
        const [a, b] = shareOf({ part, parts }, count);
        assert.equal(a, at);
        assert.ok(b >= a);
        at = b;
      }
      assert.equal(at, count);
    }
  }
});
