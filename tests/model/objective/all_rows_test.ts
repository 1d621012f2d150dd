/**
 * Many rows in ranges: sums over them are those over all at once, to the rounding of another order of summation (1e-12 of the largest), and the
 * bits do not depend on how many threads there are.
 */
import assert from "node:assert/strict";
import { fit, fixef, nbinom2, pl, poisson } from "../../../mod.ts";
import { withThreads } from "../../../lib/math/crew.ts";
import { pair } from "../../../lib/math/jets.ts";
import { seed } from "../../../lib/math/random.ts";
import { MANY_ROWS } from "../../../lib/math/shared_memory.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { Family } from "../../../lib/model/families/family.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";

const N = MANY_ROWS + 1_234;
/** Counts of 400 groups, one after the other or in turns, each with 30 others. */
function counts(sorted: boolean) {
  const random = seed(8), effects = Array.from({ length: 400 }, () => 0.4 * random.normal());
  const g = Array.from({ length: N }, (_, i) => sorted ? Math.floor(i * 400 / N) : i % 400);
  const x = g.map(() => random.normal()), h = g.map(() => Math.floor(30 * random.uniform()));
  const y = g.map((l, i) => random.poisson(Math.exp(0.3 * x[i] + effects[l])));
  return pl.DataFrame({ y, x, g: g.map(String), h: h.map(String), t: g.map((_, i) => 1 + (i % 3)) });
}
const DATA = { sorted: counts(true), "in turns": counts(false) };
type Case = readonly [string, keyof typeof DATA, Family, Record<string, unknown>];
const CASES: readonly Case[] = [
  ["y ~ x + (x | g)", "sorted", poisson(), {}],
  ["y ~ x + offset(log(t)) + (x | g) + (1 | h)", "in turns", poisson(), { weights: { frequency: "t" } }],
  ["y ~ x + (1 | g)", "in turns", nbinom2(), { zeroInflation: "~ x + (1 | g)", dispersion: "~ x" }],
  ["y ~ x", "sorted", nbinom2(), { dispersion: "~ x" }],
];

function objectiveOf([formula, data, family, options]: Case): Laplace {
  const { design, family: whole } = planFit(formula, DATA[data], { family, ...options });
  return new Laplace(design, whole);
}

const pointsOf = ({ size, thetaAt }: Laplace) =>
  [0, 0.02].map((t) =>
    Float64Array.from({ length: size }, (_, j) => (j < thetaAt ? 0.1 : 0.3) + t * (1 + j % 2))
  );

/** Values and gradients on the way of a search. */
function way(objective: Laplace): number[] {
  return pointsOf(objective).flatMap((psi) => {
    const gradient = new Float64Array(psi.length);
    return [objective.evaluate(psi, gradient), ...gradient];
  });
}

function near(got: ArrayLike<number>, expected: ArrayLike<number>, what: string) {
  const largest = Array.from(expected).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  assert.equal(got.length, expected.length);
  for (let i = 0; i < got.length; i++) {
    assert.ok(
      Math.abs(got[i] - expected[i]) <= 1e-12 * largest,
      `${what} ${i}: ${got[i]}, at once ${expected[i]}`,
    );
  }
}

for (const made of CASES) {
  const [formula, order, { name }] = made, title = `${name} ${formula}, rows ${order}`;

  Deno.test(`${title}: sums by ranges are those over all rows`, () => {
    const objective = objectiveOf(made),
      [psi] = pointsOf(objective),
      { effects, likelihood: { jets, ranges } } = objective;
    assert.equal(ranges.length, 2);
    const value = objective.evaluate(psi, new Float64Array(psi.length)), rows = objective.rows;
    const joint = jets.value.reduce((s, v) => s + v, 0), u = objective.u;
    near([value], [u.reduce((s, v) => s + v * v / 2, -joint) + objective.halfLogDet], "objective");
    const scores = new Float64Array(effects.q), M = new Float64Array(effects.valueCount);
    effects.transposeTimes(jets.d1, scores);
    near(rows.sum("scores"), scores, "scores");
    effects.crossProduct((k, l) => jets.d2[pair(k, l)], M);
    const products = rows.information(false).slice();
    effects.mirrorDiagonal(products);
    near(products, M, "information");
    const onGamma = new Float64Array(objective.thetaAt), { moved } = rows.vectors;
    moved.forEach((v, k) => v.set(jets.d1[k]));
    objective.bases.forEach((basis, k) => basis.transposeTimes(jets.d1[k], onGamma, objective.first[k]));
    rows.project("project");
    near(rows.onGamma, onGamma, "on γ");
  });

  Deno.test(`${title}: several threads give the bits of one`, () => {
    const expected = withThreads(1, () => way(objectiveOf(made)));
    withThreads(3, () => {
      const objective = objectiveOf(made), { crew } = objective.rows["team"];
      assert.ok(crew, "no threads were started");
      const until = performance.now() + 30_000, nap = new Int32Array(new SharedArrayBuffer(4));
      while (crew.present < 2) {
        assert.ok(performance.now() < until, "the threads never joined");
        Atomics.wait(nap, 0, 0, 10);
      }
      assert.deepEqual(way(objective), expected);
    });
  });
}

Deno.test("rows of a family that only its own code can make are passed over by one thread", () => {
  const own = { ...poisson(), name: "mine" }, made: Case = ["y ~ x + (1 | g)", "sorted", own, {}];
  withThreads(3, () => {
    const objective = objectiveOf(made);
    assert.equal(objective.rows["team"].crew, null);
    assert.ok(Number.isFinite(objective.evaluate(pointsOf(objective)[0])));
  });
});

Deno.test("a fit of many rows has the same digits by one thread and by three", () => {
  const [one, three] = [1, 3].map((threads) =>
    fit("y ~ x + (1 | g)", DATA["in turns"], { family: "poisson", control: { threads } })
  );
  assert.equal(three.logLik, one.logLik);
  assert.deepEqual(fixef(three).toRecords(), fixef(one).toRecords());
});
