/** Crews beside those of tile_team_test.ts and all_rows_test.ts: what a thread that fails does. */
import assert from "node:assert/strict";
import { Crew, threadsAllowed, withThreads } from "../../lib/math/crew.ts";
import { Jets } from "../../lib/math/jets.ts";
import type { Share } from "../../lib/math/shares.ts";
import { sharedKernels } from "../../lib/math/tile_kernels.ts";
import { TASKS, TILE_WORKER } from "../../lib/math/tile_worker.ts";
import { ROW_WORKER } from "../../lib/model/objective/row_worker.ts";

const NONE = { response: 1, eta: 1, shift: 0, parts: [] };

Deno.test("a search allows what it is told, and nothing is allowed outside of one", () => {
  assert.equal(threadsAllowed(), 1);
  assert.equal(withThreads(3, threadsAllowed), 3);
  withThreads(2, () => assert.equal(withThreads(1, threadsAllowed), 1));
});

/** A thread with memory for dense blocks, when it is there. */
function tileCrew(): Crew {
  const { memory, length } = sharedKernels(1000)!;
  const crew = new Crew(2, { module: TILE_WORKER, duty: "tiles" }).invite(() => ({ memory, length }));
  const until = performance.now() + 30_000;
  while (crew.present < 2 && performance.now() < until) nap(10);
  return crew;
}

function nap(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

Deno.test("a thread that fails in the middle of a task does not keep the others waiting for what follows", () => {
  withThreads(2, () => {
    const outside = 2 ** 25, order = 2560; // of its memory, which it meets when it solves for rows below the first block
    const mine = (share: Share) => {
      for (let phase = 0; phase < 3; phase++) share.each(4, () => nap(20));
      share.wait();
    };
    assert.throws(() => tileCrew().together(TASKS.indexOf("factor"), outside, order, mine), /threads: 1/);
  });
});

Deno.test("where a thread fails the search ends with an error that says what to do", () => {
  const y = Float64Array.of(1), none = { n: 1, parts: [], groups: [], couplings: [] };
  const range = {
    vectors: { jets: new Jets(1, 1) },
    density: { response: { name: "y", y, trials: null }, weights: null, constant: [true], units: NONE },
    effects: none,
    columns: [],
  };
  const told = { family: { name: "poisson", link: "log" }, results: y, from: 0, ranges: [range] };
  withThreads(2, () => {
    const crew = new Crew(2, { module: ROW_WORKER, duty: "rows" }).invite(() => told);
    const nap = new Int32Array(new SharedArrayBuffer(4)), until = performance.now() + 30_000;
    while (crew.present < 2 && performance.now() < until) Atomics.wait(nap, 0, 0, 10);
    assert.throws(() => crew.together(-1, 0, 0, () => {}), /set control: \{ threads: 1 \}/); // there is no such task
  });
});
