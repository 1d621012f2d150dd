/** Teams of threads: the bits of one thread, whatever their number, and an end with the search. */
import assert from "node:assert/strict";
import { DenseFactor, denseLength, factorEntry } from "../../lib/math/dense_factor.ts";
import { tileKernels } from "../../lib/math/tile_kernels.ts";
import { withThreads } from "../../lib/math/crew.ts";
import { expectTeam, kernelsAndTeam } from "../../lib/math/tile_team.ts";
import type { TileKernels } from "../../lib/math/tiles.ts";
import { seed } from "../../lib/math/random.ts";

const ORDER = 530, LENGTH = denseLength(ORDER);

/** A positive definite matrix, or one that stops being it in the middle. */
function fill(memory: Float64Array, matrix: DenseFactor, definite: boolean) {
  const random = seed(5);
  matrix.clear();
  for (let i = 0; i < ORDER; i++) {
    for (let j = 0; j < i; j++) memory[factorEntry(ORDER, i, j)] = random.normal();
    memory[factorEntry(ORDER, i, i)] = definite || i !== 300 ? ORDER : -1;
  }
}

/** Factor and inverse by one thread. */
function alone(): Float64Array {
  const kernels = tileKernels(LENGTH), matrix = new DenseFactor(kernels, 0, ORDER);
  fill(kernels.memory, matrix, true);
  assert.ok(matrix.factor());
  matrix.invert();
  return kernels.memory;
}

function sameBits(got: TileKernels, expected: Float64Array, what: string) {
  const at = expected.findIndex((v, i) => !Object.is(got.memory[i], v));
  assert.equal(at, -1, `${what}: entry ${at} is ${got.memory[at]}, alone ${expected[at]}`);
}

for (const threads of [2, 3]) {
  Deno.test(`a factor and an inverse by ${threads} threads have the bits of one`, () => {
    const expected = alone();
    withThreads(threads, () => {
      const { kernels, team } = kernelsAndTeam(LENGTH, ORDER)!,
        matrix = new DenseFactor(kernels, 0, ORDER, team);
      const until = performance.now() + 30_000;
      let together = 0;
      while (together < 3 && performance.now() < until) {
        fill(kernels.memory, matrix, true);
        if (team!.present === threads) together++; // before that, alone
        assert.ok(matrix.factor());
        matrix.invert();
        sameBits(kernels, expected, `${team!.present} of ${threads}`);
      }
      assert.equal(together, 3, "the threads never joined");
      fill(kernels.memory, matrix, false);
      assert.equal(matrix.factor(), false, "all hear of it where it is not positive definite");
      fill(kernels.memory, matrix, true);
      assert.ok(matrix.factor(), "and are there for the next one");
    });
  });
}

Deno.test("a team ends with its search, and its matrix goes on alone", () => {
  const { matrix, kernels, team } = withThreads(2, () => {
    const { kernels, team } = kernelsAndTeam(LENGTH, ORDER)!;
    return { kernels, team: team!, matrix: new DenseFactor(kernels, 0, ORDER, team) };
  });
  assert.equal(team.present, 1);
  fill(kernels.memory, matrix, true);
  assert.ok(matrix.factor());
  matrix.invert();
  sameBits(kernels, alone(), "after the search");
});

Deno.test("threads that were expected before their matrix was known are the team's, and end with the search", () => {
  withThreads(2, () => {
    expectTeam(100); // pays for none
    expectTeam(ORDER);
    const { kernels, team } = kernelsAndTeam(LENGTH, ORDER)!,
      matrix = new DenseFactor(kernels, 0, ORDER, team);
    const nap = new Int32Array(new SharedArrayBuffer(4)), until = performance.now() + 30_000;
    while (team.present < 2 && performance.now() < until) Atomics.wait(nap, 0, 0, 10);
    assert.equal(team.present, 2);
    fill(kernels.memory, matrix, true);
    assert.ok(matrix.factor());
    matrix.invert();
    sameBits(kernels, alone(), "expected");
  });
  withThreads(2, () => expectTeam(ORDER)); // nobody takes them
  withThreads(2, () => assert.equal(kernelsAndTeam(LENGTH, ORDER)!.team.present, 1)); // those have ended
  assert.equal(withThreads(1, () => (expectTeam(ORDER), kernelsAndTeam(LENGTH, ORDER))), null);
});

Deno.test("there is no team outside of a search, for one thread, or where it does not pay", () => {
  assert.equal(kernelsAndTeam(LENGTH, ORDER), null);
  assert.equal(withThreads(1, () => kernelsAndTeam(LENGTH, ORDER)), null);
  assert.equal(withThreads(2, () => kernelsAndTeam(LENGTH, 100)), null);
});
