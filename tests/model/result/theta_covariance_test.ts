/** The covariance of θ̂ of Gaussian models is the inverse of the dense deviance's second derivatives; differences agree to 1e-5. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { positiveInverse } from "../../../lib/math/dense.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import type { Engine } from "../../../lib/model/optimum/engine.ts";
import { engineOf } from "../../../lib/model/result/model.ts";
import { thetaCovariance } from "../../../lib/model/result/theta_covariance.ts";
import { sameMatrix } from "../objective/dense.ts";
import { DenseDeviance } from "../objective/dense_deviance.ts";
import { hessian } from "./dense_covariance.ts";
import { groupedData } from "./grouped_data.ts";

const frame = groupedData();

for (
  const formula of [
    "y ~ x + (1 | g)",
    "y ~ x + (x | g) + (1 | h)",
    "y ~ x + (x || g)",
    "series ~ x + ar1(0 + factor(t) | g)",
  ]
) {
  for (const reml of [true, false]) {
    Deno.test(`${formula}, ${reml ? "REML" : "ML"}: C = (∂² ½deviance/∂θ²)⁻¹, and the objective stays at the optimum`, () => {
      const options: FitOptions = { reml },
        engine = engineOf(fit(formula, frame, options), "a test") as Engine & { kind: "gaussian" };
      const { design, objective, optimum: { psi, free } } = engine, dense = new DenseDeviance(design, reml);
      assert.equal(free.length, psi.length);
      sameMatrix(
        thetaCovariance(engine).C,
        positiveInverse(hessian((x) => dense.value(x), psi))!,
        1e-5,
        formula,
      );
      assert.deepEqual(objective.theta, psi);
    });
  }
}

Deno.test("over the parameters that are free: of a variance at 0 nothing is said", () => {
  const y = Array.from({ length: 36 }, (_, i) => (i % 3) * 2 + (i * 7 % 10) / 10),
    g = y.map((_, i) => `g${i % 2}`),
    h = y.map((_, i) => `h${i % 3}`);
  const engine = engineOf(fit("y ~ 1 + (1 | g) + (1 | h)", frameOf({ y, g, h })), "a test") as Engine & {
    kind: "gaussian";
  };
  const { design, optimum: { psi, free, fixed } } = engine, dense = new DenseDeviance(design, true);
  assert.deepEqual([fixed, free], [[0], [1]]);
  const ofFree = hessian(([x]) => dense.value([0, x]), Float64Array.of(psi[1]));
  const { C, steps } = thetaCovariance(engine);
  assert.ok(Math.abs(C.get(0, 0) * ofFree.get(0, 0) - 1) < 1e-4, `${C}`);
  assert.equal(steps.length, 1);
});

Deno.test("without random effects it is empty", () => {
  const { C, steps } = thetaCovariance(
    engineOf(fit("y ~ x", frame), "a test") as Engine & { kind: "gaussian" },
  );
  assert.deepEqual([C.rows, steps.length], [0, 0]);
});
