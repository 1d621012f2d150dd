/** Where else a search looks: only where a first optimum may have missed something, and on the other side of what it says. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { frameOf } from "../../../lib/frame.ts";
import { gamma } from "../../../lib/model/families/gamma.ts";
import { truncatedPoisson } from "../../../lib/model/families/truncated_poisson.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { NOT_FLAT } from "../../../lib/model/optimum/directions.ts";
import type { Optimum } from "../../../lib/model/optimum/optimum.ts";
import { otherThetas, secondStarts } from "../../../lib/model/optimum/second_starts.ts";
import { scattered } from "../objective/dense.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i), noise = scattered(n);
const frame = frameOf({
  x: scattered(n, 70),
  y: rows.map((i) => 3 + noise[i]),
  count: rows.map((i) => i % 3 ? Math.round(3 + 2 * noise[i]) : 0),
  cells: rows.map((i) => 1 + (i % 2 ? 5 : 1) * noise[i]),
  k: rows.map((i) => `k${i % 2}`),
  g: rows.map((i) => `g${i % 10}`),
  t: rows.map((i) => Math.floor(i / 10)),
  row: rows.map((i) => `r${i}`),
  pair: rows.map((i) => `p${i >> 1}`),
});

/** A first optimum, as far as further starts ask about it. */
function first(psi: Float64Array, fixed: readonly number[] = [], converged = true): Optimum {
  const covariance = Matrix.eye(psi.length);
  return { psi, fixed, held: [], free: [], converged, flat: NOT_FLAT, covariance } as unknown as Optimum;
}

function setUp(formula: string, options: FitOptions) {
  const objective = objectiveOf(planFit(formula, frame, options)) as Laplace,
    { bases, size, thetaAt } = objective,
    psi = new Float64Array(size).fill(0.5, thetaAt);
  bases.forEach((basis, k) =>
    basis.onBasis(basis.origin.map((_, j) => j === 0 ? (k === 0 ? 1 : 0.5) : 0.1), psi, objective.first[k])
  );
  return {
    objective,
    psi,
    thetaAt,
    starts: (...rest: [(readonly number[])?, boolean?]) => secondStarts(objective, first(psi, ...rest)),
  };
}

Deno.test("a regular optimum is not doubted", () => {
  for (const family of ["poisson", "nbinom2"] as const) {
    assert.deepEqual(setUp("count ~ x + (1 | g)", { family }).starts(), []);
  }
  for (const family of [gamma("log"), truncatedPoisson()]) { // a hurdle is no mixture: its parts are apart
    assert.deepEqual(setUp("count ~ x + (1 | g)", { family, zeroInflation: "~ x" }).starts(), []);
  }
});

Deno.test("effects of a row each may be what the dispersion is: they explain everything once, where there is one", () => {
  const starts = (term: string, family: "nbinom2" | "poisson") =>
    setUp(`count ~ x + ${term}`, { family }).starts().map((start) => start.at(-1)!);
  for (const each of ["(1 | row)", "homdiag(0 + factor(t) | g)"]) {
    assert.deepEqual([starts(each, "nbinom2"), starts(each, "poisson")], [[1.5], []]);
  }
  assert.deepEqual(starts("(1 | pair)", "nbinom2"), []);
});

Deno.test("at a boundary the groups explain first once more: their variances are then not 0", () => {
  const { psi, thetaAt, starts } = setUp("count ~ x + (1 | g)", { family: "nbinom2" });
  psi[thetaAt] = 0;
  const found = starts([thetaAt]);
  assert.ok(found.length >= 2 && found.every((start) => start[thetaAt] !== 0));
});

Deno.test("an optimum that could not be certified is looked at near variances of 0, too, with the means of no groups", () => {
  const { objective, psi, thetaAt, starts } = setUp("count ~ x + (1 | g)", { family: "poisson" });
  const weak = starts([], false).at(-1)!, bare = psi.slice();
  assert.equal(weak[thetaAt], 0.1);
  bare.fill(0, thetaAt);
  bare.set(weak.subarray(0, thetaAt));
  const gradient = new Float64Array(psi.length);
  objective.evaluate(bare, gradient);
  gradient.subarray(0, thetaAt).forEach((g) =>
    assert.ok(Math.abs(g) < 1e-2, `slope ${g} of the model without groups`)
  );
});

Deno.test("with zero inflation there are starts with hardly any, with all zeros, and with equal means", () => {
  const { objective, starts } = setUp("count ~ x", { family: "poisson", zeroInflation: "~ 1" }),
    found = starts();
  const logits = found.map((start) => objective.bases[1].coefficients(start, objective.first[1])[0]);
  assert.ok(logits.some((v) => Math.abs(v + 4.6) < 1e-6), `${logits}: none at 1 %`); // logit⁻¹(−4.6)
  // ±3 by least squares on a constant: their mean
  const zeros = rows.filter((i) => (frame.getColumn("count").toArray() as number[])[i] === 0).length,
    all = (3 * zeros - 3 * (n - zeros)) / n;
  assert.ok(logits.some((v) => Math.abs(v - all) < 1e-9), `${logits}: none at ${all}`);
  const equal = found.some((start) => Math.abs(objective.bases[0].coefficients(start)[1]) < 1e-9);
  assert.ok(equal, "none with a slope of 0");
});

Deno.test("cells of a dispersion formula by the moments of their own rows", () => {
  const { objective, starts } = setUp("cells ~ 1", { family: "gaussian", dispersion: "~ 0 + k" }),
    y = frame.getColumn("cells").toArray() as number[];
  assert.deepEqual(starts(), []); // not where the first is regular
  const found = starts([], false),
    at = found.map((start) => Array.from(objective.bases[1].coefficients(start, objective.first[1])));
  const mu = 1; // the mean of the first point
  const expected = [0, 1].map((c) =>
    Math.log(Math.sqrt(rows.filter((i) => i % 2 === c).reduce((s, i) => s + (y[i] - mu) ** 2, 0) / (n / 2)))
  );
  assert.ok(
    at.some((sd) => sd.every((v, c) => Math.abs(v - expected[c]) < 1e-9)),
    `${at}, by hand ${expected}`,
  );
});

Deno.test("a range or correlation is looked at on both sides, away from a variance of 0, in both kinds of objective", () => {
  const formula = "y ~ x + ar1(0 + factor(t) | g)",
    linear = objectiveOf(planFit(formula, frame, {})) as ProfiledDeviance;
  const own = otherThetas(linear.effects, first(Float64Array.of(0, 0.3), [0, 1]));
  assert.deepEqual(own.map((start) => Array.from(start)), [[1.5, 0], [0.5, -1.5], [0.5, 1.5]]);
  const inside = otherThetas(linear.effects, first(Float64Array.of(0.4, 0.3)));
  assert.deepEqual(inside.map((start) => Array.from(start)), [[0.4, -1.5], [0.4, 1.5]]);
  const { psi, thetaAt, starts } = setUp(formula.replace("y", "count"), { family: "poisson" });
  psi[thetaAt] = 0;
  const general = starts([thetaAt, thetaAt + 1]).slice(-2).map((start) =>
    Array.from(start.subarray(thetaAt))
  );
  assert.deepEqual(general, [[0.5, -1.5], [0.5, 1.5]]);
});

Deno.test("beside held standard deviations correlations of either sign are tried", () => {
  const { thetaAt, starts } = setUp("count ~ x + (x | g)", {
    family: "poisson",
    fixed: { "sd__x | g": 0.3 },
  });
  assert.deepEqual(starts().map((start) => start[thetaAt + 2]), [-1.2, 1.2]);
});

Deno.test("where a correlation is ±1 there are starts with 0 and with the other sign, unless groups are all or nothing", () => {
  const { psi, thetaAt, starts } = setUp("count ~ x + (x | g)", { family: "poisson" });
  psi.set([0.8, 0.6, 0], thetaAt);
  const templates = (found: Float64Array[]) => found.map((start) => Array.from(start.subarray(thetaAt)));
  const found = templates(starts([thetaAt + 2]));
  assert.ok(
    found.some(([a, b, c]) => a === 0.8 && b === 0 && Math.abs(c - 0.6) < 1e-12),
    `none with 0: ${found}`,
  );
  assert.ok(
    found.some(([a, b, c]) => a === 0.8 && b === -0.6 && Math.abs(c) < 1e-6),
    `none with −1: ${found}`,
  );
  psi.set([8, 6, 0], thetaAt);
  assert.ok(!templates(starts([thetaAt + 2])).some(([a, b]) => a === 8 && b <= 0));
});

Deno.test("where everything is known to a tenth a mixture is looked at from two sides, else from all", () => {
  const { objective, psi, starts } = setUp("count ~ x", { family: "poisson", zeroInflation: "~ 1" });
  const all = starts().length, free = Array.from(psi.keys());
  const known = (sd: number, times?: number) =>
    secondStarts(objective, { ...first(psi), free, covariance: Matrix.eye(psi.length).mul(sd ** 2) }, times)
      .length;
  assert.deepEqual([known(0.11), known(0.09)], [all, 2]);
  assert.deepEqual([known(0.33, 9), known(0.27, 9)], [all, 2]); // of a ninth of the rows
});
