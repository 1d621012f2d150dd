/** The objective of a plan, and the engine at an optimum that was found elsewhere. */
import assert from "node:assert/strict";
import { type FitOptions, planFit } from "../../../lib/model/fit.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { engineAt, objectiveInPieces, objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import { groupedData } from "../result/grouped_data.ts";

const frame = groupedData();

const CASES: readonly (readonly [string, FitOptions, typeof Laplace | typeof ProfiledDeviance])[] = [
  ["y ~ x + (x | g) + (1 | h)", {}, ProfiledDeviance],
  ["series ~ x + ar1(0 + factor(t) | g)", { reml: false }, ProfiledDeviance],
  ["y ~ x + (1 | g)", { dispersion: "~ x" }, Laplace],
  ["count ~ x + (x | g) + (1 | h)", { family: "poisson" }, Laplace],
  ["y ~ x", {}, ProfiledDeviance],
];

for (const [formula, options, kind] of CASES) {
  const title = `${formula} ${JSON.stringify(options)}`, plan = () => planFit(formula, frame, options);

  Deno.test(`${title}: the objective is a ${kind.name}, made at once or in pieces`, async () => {
    const { psi } = optimise(plan()).optimum,
      scratch = new Float64Array(psi.length),
      objective = objectiveOf(plan());
    const inPieces = await objectiveInPieces(plan());
    assert.ok(objective instanceof kind && inPieces instanceof kind);
    assert.equal(inPieces.evaluate(psi, scratch), objective.evaluate(psi, scratch));
  });

  Deno.test(`${title}: an engine made again stands at the optimum, with and without what another has found there`, () => {
    const { optimum, objective, kind } = optimise(plan()), standing = objective.standing();
    objective.evaluate(optimum.psi, new Float64Array(optimum.psi.length));
    for (const known of [optimum, { ...optimum, standing }]) {
      const engine = engineAt(plan(), known);
      assert.ok(engine.kind === kind && !("standing" in engine.optimum));
      engine.objective.u.forEach((u, i) =>
        assert.ok(Math.abs(u - objective.u[i]) < 1e-8, `mode ${i}: ${u}, ${objective.u[i]}`)
      );
      if (engine.objective instanceof ProfiledDeviance) {
        const { gamma, sigma2 } = objective as ProfiledDeviance;
        engine.objective.gamma.forEach((v, j) =>
          assert.ok(Math.abs(v - gamma[j]) < 1e-12 * (1 + Math.abs(v)), `γ${j}: ${v}, ${gamma[j]}`)
        );
        assert.ok(Math.abs(engine.objective.sigma2 / sigma2 - 1) < 1e-12);
      }
    }
  });
}
