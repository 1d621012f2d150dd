/** Residuals of models whose residuals are a structure: nlme 3.1-162, gls(Reaction ~ Days, correlation = corAR1(form = ~ Days | Subject)). */
import assert from "node:assert/strict";
import { augment, dataset, fit, fitted, residuals } from "../../../mod.ts";
import { close } from "../../math/close.ts";

const sleep = await dataset("sleepstudy");
const model = fit("Reaction ~ Days", sleep, { residual: "ar1(factor(Days) | Subject)" });

Deno.test("residuals are about the mean, Pearson residuals over the structure's standard deviation", () => {
  const response = [-4.177703271, -5.499738121, -23.870572971, 36.301892178, 61.247257328, 108.618722477];
  const pearson = [
    -0.08437252667,
    -0.11107222587,
    -0.48208798571,
    0.73314981163,
    1.23694420534,
    2.19365413606,
  ];
  // nlme's estimate of the correlation ends 1e-7 from the optimum
  response.forEach((v, i) => close(residuals(model)[i], v, 1e-6, 0, `row ${i}`));
  pearson.forEach((v, i) => close(residuals(model, "pearson")[i], v, 1e-6, 0, `row ${i}, Pearson`));
  response.forEach((v, i) => close(residuals(model, "working")[i], v, 1e-6, 0, `row ${i}, working`));
});

Deno.test("fitted values and residuals add up to the response", () => {
  const y = sleep.getColumn("Reaction").toArray() as number[], mean = fitted(model), r = residuals(model);
  y.forEach((v, i) => close(mean[i] + r[i], v, 1e-12, 0, `row ${i}`));
  assert.deepEqual(augment(model).getColumn("residual").toArray(), Array.from(r));
});

Deno.test("random effects beside it are part of the fitted values", () => {
  const both = fit("Reaction ~ Days + (1 | Subject)", sleep, { residual: "diag(factor(Days) | Subject)" });
  const [a, b] = [both, model].map((m) => residuals(m).reduce((s, v) => s + v * v, 0));
  assert.ok(a < b / 2, `${a}, without ${b}`);
});
