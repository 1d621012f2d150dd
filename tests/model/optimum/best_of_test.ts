/** The best of several descents: functions with more than one minimum. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { bestOf } from "../../../lib/model/optimum/best_of.ts";
import { descend, findOptimum } from "../../../lib/model/optimum/descent.ts";
import { Counted, plain } from "./problems.ts";

/** 4 (x² − 1)² + x: a minimum near x = −1 at about −1, and one near x = 1 at about 1; ½ y² beside it. Undefined beyond |x| = 3. */
const wells = () =>
  new Counted((x, g) => {
    g.set([16 * x[0] * (x[0] ** 2 - 1) + 1, x[1]]);
    return Math.abs(x[0]) > 3 ? Infinity : 4 * (x[0] ** 2 - 1) ** 2 + x[0] + x[1] ** 2 / 2;
  });

/** Falls without bound where x > 4, behind a wall; a minimum at x = 0. */
const cliff = () =>
  new Counted((x, g) => {
    const beyond = x[0] > 4;
    g[0] = beyond ? -1 : x[0];
    return beyond ? -x[0] : x[0] ** 2 / 2;
  });

/** Second derivative of the wells at their minima, about. */
const steep = () => Matrix.diag([32, 1]);

const CASES: readonly (readonly [
  string,
  number,
  readonly (readonly number[])[],
  number,
  { tried: number; agreeing: number },
])[] = [
  ["no other start: the first optimum as it is", 1, [], 1, { tried: 1, agreeing: 1 }],
  ["a start in the lower well: that is the optimum", 1, [[-1.3, 0.5]], -1, { tried: 2, agreeing: 1 }],
  ["a start in the same well agrees", 1, [[1.2, -0.5]], 1, { tried: 2, agreeing: 2 }],
  ["a start in the higher well changes nothing", -1, [[1.3, 0.5]], -1, { tried: 2, agreeing: 1 }],
  ["of several the lowest, and those that come to it agree", 1, [[1.2, 0], [-1.3, 0.5], [-0.8, -1]], -1, {
    tried: 4,
    agreeing: 2,
  }],
  ["starts where nothing is defined are passed over", 1, [[5, 0], [-1.3, 0]], -1, {
    tried: 3,
    agreeing: 1,
  }],
];

for (const [title, from, starts, at, counts] of CASES) {
  Deno.test(title, () => {
    const objective = wells(),
      problem = plain(objective),
      first = findOptimum(problem, Float64Array.of(from, 1), steep());
    const best = bestOf(problem, first, starts.map((s) => Float64Array.from(s)), steep);
    assert.ok(
      best.converged && Math.sign(best.psi[0]) === at && Math.abs(best.value - at) < 0.05,
      `x ${best.psi}, value ${best.value}`,
    );
    assert.deepEqual(best.starts ?? { tried: 1, agreeing: 1 }, counts);
    assert.ok(best.evaluations >= first.evaluations);
  });
}

Deno.test("what can be certified goes before what is lower and cannot", () => {
  const problem = plain(cliff(), { maxEvaluations: 40 }), one = () => Matrix.eye(1);
  const first = findOptimum(problem, Float64Array.of(1), one()),
    lost = findOptimum(problem, Float64Array.of(6), one());
  assert.ok(first.converged && !lost.converged && lost.value < first.value);
  assert.equal(bestOf(problem, first, [Float64Array.of(6)], one).value, first.value);
  assert.ok(Math.abs(bestOf(problem, lost, [Float64Array.of(1)], one).psi[0]) < 1e-6); // and replaces it
});

Deno.test("the objective is left at the best point, and a descent into the known basin is not followed to its end", () => {
  let last = NaN;
  const inner = wells(),
    objective = { evaluate: (x: Float64Array, g: Float64Array) => (last = x[0], inner.evaluate(x, g)) };
  const problem = plain(objective), first = findOptimum(problem, Float64Array.of(-1, 1), steep());
  const start = Float64Array.of(-1.6, 2),
    again = bestOf(problem, first, [start], steep),
    whole = descend(plain(wells()), start, steep());
  assert.equal(last, again.psi[0]);
  const spent = again.evaluations - first.evaluations;
  assert.ok(spent < whole.evaluations, `${spent} evaluations, to the end ${whole.evaluations}`);
});
