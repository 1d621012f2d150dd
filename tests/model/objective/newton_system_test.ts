/**
 * Modes found by conjugate gradients are those found by factors: values and gradients to 1e-9, by which both move with modes whose
 * squared distance to the true ones is 1e-18. The factors themselves are checked against dense algebra in laplace_test.ts.
 */
import assert from "node:assert/strict";
import * as families from "../../../lib/model/families/mod.ts";
import type { Family } from "../../../lib/model/families/family.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { NewtonSystem } from "../../../lib/model/objective/newton_system.ts";
import { type Formulas, inflatedIf, smallDesign } from "../../laws/small_designs.ts";
import { scattered } from "./dense.ts";

const crossed = "x + (x | g) + (1 | h)", zi = "~ w + (1 | g)";
const CASES: readonly (readonly [Family, Formulas])[] = [
  [families.poisson(), { cond: crossed }],
  [families.poisson(), { cond: "x + ar1(0 + factor(p) | h)" }],
  [families.binomial(), { cond: crossed }],
  [families.nbinom2(), { cond: "x + (x | g)", zi, disp: "~ w + (1 | g)" }],
  [families.beta(), { cond: crossed, disp: "~ w + (1 | h)" }],
];

/** The objective by factors, and one whose steps are always by conjugate gradients where there is a factor to begin with. */
function pairOf([family, formulas]: (typeof CASES)[number]) {
  const make = () => new Laplace(smallDesign(family, formulas), inflatedIf(family, formulas));
  const byFactors = make(), bySteps = make();
  const newton = new NewtonSystem(
    bySteps.effects,
    (positive) => bySteps.rows.information(positive),
    undefined,
    0,
  );
  Object.assign(bySteps["modes"], { system: newton });
  Object.assign(bySteps, { solver: newton.solver });
  return { byFactors, bySteps };
}

/** Points in the order of a search: far from each other, then near. */
function points({ size }: Laplace): Float64Array[] {
  const first = scattered(size).map((v) => 0.2 + 0.1 * v);
  return [0, 0.5, 0.45, 0.4500001].map((t) => first.map((v, j) => v + t * (j % 3 - 1)));
}

for (const made of CASES) {
  const [{ name }, { cond }] = made;
  Deno.test(`modes by conjugate gradients are those by factors: ${name}, ${cond}`, () => {
    const { byFactors, bySteps } = pairOf(made), n = byFactors.size;
    let factors = 0;
    const { factor } = bySteps.solver;
    bySteps.solver.factor = (values) => (factors++, factor.call(bySteps.solver, values));
    for (const psi of points(byFactors)) {
      const expected = new Float64Array(n),
        got = new Float64Array(n),
        value = byFactors.evaluate(psi, expected);
      assert.ok(Number.isFinite(value));
      factors = 0;
      const found = bySteps.evaluate(psi, got);
      assert.ok(Math.abs(found - value) <= 1e-9 * (1 + Math.abs(value)), `${found}, by factors ${value}`);
      got.forEach((g, j) =>
        assert.ok(
          Math.abs(g - expected[j]) <= 1e-9 * (1 + Math.abs(expected[j])),
          `${j}: ${g}, ${expected[j]}`,
        )
      );
    }
    assert.equal(factors, 1, "near the last modes one factor does, at the new ones");
  });
}
