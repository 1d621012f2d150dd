/** Entries of ψ that are held: their places, and values that mean what the caller says of the data's columns. */
import assert from "node:assert/strict";
import type { Matrix } from "../../../lib/math/dense.ts";
import type { Design } from "../../../lib/formula/types.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { heldEntries } from "../../../lib/model/objective/held.ts";
import { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { covarianceAt } from "../../../lib/model/objective/term_covariance.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { scattered } from "./dense.ts";

/** The random effects of the mean where parameters of a term are held. */
function held(cond: string, fixed: Readonly<Record<string, number>>, unit = 1, term = 0) {
  const design: Design = smallDesign(gaussian(), { cond }), [mean] = design.predictors;
  const random = mean.random.map((t, k) => k === term ? { ...t, fixed } : t);
  return RandomEffects.of([{ ...mean, random }], design.n, [unit]);
}

const CASES: readonly (readonly [
  string,
  Readonly<Record<string, number>>,
  (S: Matrix) => readonly number[],
  readonly number[],
])[] = [
  ["x + (1 | g)", { "sd__(Intercept)": 0.7 }, (S) => [S.get(0, 0)], [0.49]],
  ["x + (0 + x | h)", { sd__x: 0.7 }, (S) => [S.get(0, 0)], [0.49]],
  ["x + (x || g)", { sd__x: 0.3 }, (S) => [S.get(1, 1)], [0.09]],
  ["x + (x | g)", { sd__x: 0.3 }, (S) => [S.get(1, 1)], [0.09]],
  [
    "x + (x | g)",
    { "sd__(Intercept)": 2, "cor__(Intercept).x": 0.5 },
    (S) => [S.get(0, 0), S.get(0, 1) / Math.sqrt(S.get(1, 1))],
    [4, 1],
  ],
  [
    "x + ar1(0 + factor(t) | g)",
    { rho__ar1: 0.6 },
    (S) => [S.get(0, 1) / S.get(0, 0), S.get(0, 2) / S.get(0, 0)],
    [0.6, 0.36],
  ],
  ["x + exp(0 + numFactor(t) | g)", { sd__exp: 1.5, range__exp: 2 }, (S) => [S.get(0, 0), S.get(0, 1)], [
    2.25,
    2.25 * Math.exp(-0.5),
  ]],
];

for (const [cond, fixed, read, expected] of CASES) {
  for (const unit of [1, 4]) {
    Deno.test(`${cond} with ${JSON.stringify(fixed)}, in units of ${unit}: whatever the other entries, Σ has them`, () => {
      const effects = held(cond, fixed, unit),
        thetaAt = 3,
        entries = heldEntries(effects, thetaAt),
        [layout] = effects.terms;
      assert.equal(entries.length, Object.keys(fixed).length);
      for (const from of [1, 40]) {
        const psi = scattered(thetaAt + effects.thetas, from).map((v) => 0.8 + 0.4 * v);
        for (const { at, value } of entries) psi[at] = value;
        read(covarianceAt(layout, psi, thetaAt + layout.theta, 1)).forEach((v, k) =>
          assert.ok(Math.abs(v - expected[k]) < 1e-12, `${v}, held at ${expected[k]}`)
        );
      }
    });
  }
}

Deno.test("terms of which nothing is held have no entries, and others have theirs behind the terms before them", () => {
  assert.deepEqual(heldEntries(held("x + (1 | h) + (x | g)", {}), 0), []);
  const [{ at }] = heldEntries(held("x + (1 | g) + (x || h)", { sd__x: 1 }, 1, 1), 10); // θ in the order of the terms
  assert.equal(at, 12);
});
