/** The covariance of the coefficients of Gaussian models by dense generalized least squares, given θ and with θ̂'s own. */
import assert from "node:assert/strict";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { fit } from "../../../lib/model/fit.ts";
import type { Engine } from "../../../lib/model/optimum/engine.ts";
import {
  covarianceGivenTheta,
  gaussianCovariance,
} from "../../../lib/model/result/coefficient_covariance.ts";
import { engineOf } from "../../../lib/model/result/model.ts";
import { sameMatrix } from "../objective/dense.ts";
import { DenseDeviance } from "../objective/dense_deviance.ts";
import { congruent, hessian, jacobian } from "./dense_covariance.ts";
import { groupedData } from "./grouped_data.ts";

const frame = groupedData();

/** A model's engine, its dense deviance and σ̂²(XᵀV⁻¹X)⁻¹ with 1/2N below. */
function setUp(formula: string, reml: boolean) {
  const engine = engineOf(fit(formula, frame, { reml }), "a test") as Engine & { kind: "gaussian" },
    { design, optimum: { psi } } = engine;
  const dense = new DenseDeviance(design, reml),
    { sigma2, spread } = dense.at(psi),
    p = spread.rows,
    given = Matrix.zeros(p + 1, p + 1);
  given.setSubMatrix(Matrix.mul(spread, sigma2), 0, 0);
  given.set(p, p, 1 / (2 * dense.N));
  return { engine, dense, psi, given };
}

const LINEAR = ["y ~ x", "y ~ x + (1 | g)", "y ~ x + factor(t) + (x | g) + (1 | h)", "y ~ x + (x || g)"],
  SERIES = "series ~ x + ar1(0 + factor(t) | g)";

for (const formula of [...LINEAR, SERIES]) {
  for (const reml of [true, false]) {
    Deno.test(`${formula}, ${reml ? "REML" : "ML"}: given θ it is σ̂²(XᵀV⁻¹X)⁻¹, and var(log σ̂) = 1/2N`, () => {
      const { engine, given } = setUp(formula, reml);
      sameMatrix(covarianceGivenTheta(engine), given, 1e-9, formula);
      // reported as it is where V is linear in its parameters, and by REML
      if (reml || formula !== SERIES) sameMatrix(gaussianCovariance(engine), given, 1e-9, formula);
    });
  }
}

Deno.test("by maximum likelihood with a V that is curved in θ it holds what β̂ moves with θ̂: + B C Bᵀ", () => {
  const { engine, dense, psi, given } = setUp(SERIES, false),
    C = positiveInverse(hessian((x) => dense.value(x), psi))!;
  const B = jacobian((theta) => dense.at(theta).beta.to1DArray(), psi),
    moved = congruent(B, C),
    expected = given.clone();
  for (let i = 0; i < B.rows; i++) {
    for (let j = 0; j < B.rows; j++) expected.set(i, j, given.get(i, j) + moved.get(i, j));
  }
  const got = gaussianCovariance(engine), added = Matrix.sub(got, given).subMatrix(0, 1, 0, 1);
  sameMatrix(added, moved, 1e-3, "B C Bᵀ"); // what is small beside the rest, from differences
  sameMatrix(got, expected, 1e-6, "all of it");
  assert.deepEqual(engine.objective.theta, psi); // and stays where it was
});

Deno.test("a search that was stopped has that given θ", () => {
  const { engine, given } = setUp(SERIES, false);
  sameMatrix(
    gaussianCovariance({ ...engine, optimum: { ...engine.optimum, stopped: true } }),
    given,
    1e-9,
    "stopped",
  );
});
