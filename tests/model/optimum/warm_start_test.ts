/** A start from the estimates of a model: for the same data it is that model's optimum, for others its coefficients and covariances. */
import assert from "node:assert/strict";
import { fit, type FitOptions, planFit } from "../../../lib/model/fit.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { startFrom } from "../../../lib/model/optimum/warm_start.ts";
import { engineOf } from "../../../lib/model/result/model.ts";
import type { DenseMatrix } from "../../../lib/math/dense.ts";
import { dataOf } from "../../catalogue.ts";
import { denseEffects } from "../objective/dense.ts";

const CASES: readonly (readonly [string, FitOptions])[] = [
  ["Reaction ~ Days + (Days | Subject)", {}],
  ["Reaction ~ Days + (Days || Subject)", { reml: false }],
  ["Reaction ~ Days + ar1(0 + factor(Days) | Subject)", {}],
  ["Reaction ~ Days + (Days | Subject)", { family: "gamma", dispersion: "~ Days" }],
  ["Reaction ~ Days + (1 | Subject)", { family: "gaussian", dispersion: "~ Days" }],
];

for (const [formula, options] of CASES) {
  const title = `${formula} ${JSON.stringify(options)}`;

  Deno.test(`${title}: for the data of the model it is where that is`, async () => {
    const data = await dataOf("sleep, REML"),
      model = fit(formula, data, options),
      objective = objectiveOf(planFit(formula, data, options));
    const value = objective.evaluate(startFrom(model, objective));
    assert.ok(Math.abs(value + model.logLik) < 1e-9 * Math.abs(value), `${value}, −logLik ${-model.logLik}`);
  });

  Deno.test(`${title}: for other rows it has the model's coefficients and the covariance of every level`, async () => {
    const data = await dataOf("sleep, REML"), model = fit(formula, data, options), fewer = data.head(130);
    const objective = objectiveOf(planFit(formula, fewer, options)), psi = startFrom(model, objective);
    const general = objective instanceof Laplace,
      { design } = general ? objective : engineOf(fit(formula, fewer, options), "a test");
    if (general) {
      objective.bases.forEach((basis, k) =>
        basis.coefficients(psi, objective.first[k]).forEach((v, j) => {
          const expected = model.parts[k].beta[j];
          assert.ok(
            Math.abs(v - expected) < 1e-9 * (1 + Math.abs(expected)),
            `part ${k}, ${j}: ${v}, model ${expected}`,
          );
        })
      );
    }
    const scale = general ? 1 : model.sigma ** 2,
      G = denseEffects(design, (k) => general ? objective.effects.unit(k) : 1);
    const S = G.G(psi.subarray(general ? objective.thetaAt : 0)),
      covariance = model.random[0].covariance as unknown as DenseMatrix;
    for (let i = 0; i < covariance.rows; i++) {
      for (let j = 0; j < covariance.rows; j++) {
        const expected = covariance.get(i, j), size = Math.sqrt(covariance.get(i, i) * covariance.get(j, j));
        assert.ok(
          Math.abs(scale * S.get(i, j) - expected) < 1e-9 * size,
          `${i}, ${j}: ${scale * S.get(i, j)}, model ${expected}`,
        );
      }
    }
  });
}
