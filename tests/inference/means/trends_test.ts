/** Slopes of covariates: exact where the derivative is known. */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { pairs } from "../../../lib/inference/means/contrast.ts";
import { emtrends } from "../../../lib/inference/means/trends.ts";
import { fit } from "../../../lib/model/fit.ts";
import { compareTables, records } from "../close.ts";
import R from "../tables/emmeans.json" with { type: "json" };

const teeth = await dataset("ToothGrowth");

Deno.test("the slope of b log(x) is b / x", () => {
  const model = fit("len ~ supp * log(dose)", teeth), { beta, names } = model.parts[0];
  const b = (name: string) => beta[names.indexOf(name)],
    doses = teeth.getColumn("dose").toArray() as number[];
  const mean = doses.reduce((a, x) => a + x, 0) / doses.length;
  const [first, second] = records(emtrends(model, "~ supp", { var: "dose" }));
  // Central differences over ± 0.0005 of the range: h² f‴ / (6 f′) = 1e-7.
  assert.ok(Math.abs(first.estimate / (b("log(dose)") / mean) - 1) < 3e-7);
  assert.ok(Math.abs(second.estimate / ((b("log(dose)") + b("suppVC:log(dose)")) / mean) - 1) < 3e-7);
});

Deno.test("the slope of a quadratic is exact, at any value", () => {
  const model = fit("len ~ dose + I(dose^2)", teeth), { beta } = model.parts[0];
  const rows = records(emtrends(model, "~ dose", { var: "dose", at: { dose: [0.5, 2] } }));
  rows.forEach((row) => assert.ok(Math.abs(row.estimate - (beta[1] + 2 * beta[2] * row.dose)) < 1e-8));
});

Deno.test("slopes of means, on the scale of the response", async () => {
  const model = fit("count ~ mined * DOP + spp", await dataset("Salamanders"), { family: "poisson" });
  compareTables(emtrends(model, "~ mined", { var: "DOP", averageOn: "response" }), R.trend_response, 1e-4);
  assert.equal(records(pairs(emtrends(model, "~ mined", { var: "DOP" })))[0].contrast, "yes - no");
});

Deno.test("errors name the covariates", () => {
  const model = fit("len ~ supp * dose", teeth);
  assert.throws(
    () => emtrends(model, "~ supp", { var: "dos" }),
    /RangeError: Cannot find the slope of "dos": the numeric predictors are "dose"; did you mean "dose"\?/,
  );
  assert.throws(() => emtrends(model, "~ supp", {} as never), /Cannot find the slope of nothing: give var/);
  assert.throws(() => emtrends(model, "~ supp", { var: "supp" }), /Cannot find the slope of "supp"/);
});
