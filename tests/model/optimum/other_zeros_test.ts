/** Where a search of a mixture starts again: with weak effects of the zeros' part. */
import assert from "node:assert/strict";
import { poisson } from "../../../lib/model/families/poisson.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { WEAK } from "../../../lib/model/optimum/other_groups.ts";
import { allZeros } from "../../../lib/model/optimum/other_zeros.ts";
import { inflatedIf, smallDesign } from "../../laws/small_designs.ts";

Deno.test("effects of the zeros' part start weak and uncorrelated", () => {
  const formulas = { cond: "x + (1 | g)", zi: "~ w + (w | g)" };
  const objective = new Laplace(smallDesign(poisson(), formulas), inflatedIf(poisson(), formulas));
  const start = allZeros(objective, new Float64Array(objective.size).fill(0.3))!;
  const term = objective.effects.terms.find((t) => t.part > 0)!;
  const T = new Float64Array(4);
  term.covariance.fill(start, objective.thetaAt + term.theta, T);
  assert.deepEqual(Array.from(T), [WEAK, 0, 0, WEAK]);
});
