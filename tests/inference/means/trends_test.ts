/** Slopes of covariates: exact where the derivative is known. */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { frameOf } from "../../../lib/frame.ts";
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
  // differences over ± h = 0.0005 x and half of it: (h/x)⁴/5 is nothing, and rounding 1e-16 x/h
  assert.ok(Math.abs(first.estimate / (b("log(dose)") / mean) - 1) < 1e-11);
  assert.ok(Math.abs(second.estimate / ((b("log(dose)") + b("suppVC:log(dose)")) / mean) - 1) < 1e-11);
});

const decades = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];
const doses = Array.from({ length: 90 }, (_, i) => decades[i % 9]);
const response = doses.map((x, i) => 2 + 0.7 * Math.log(x) + Math.sin(37.7 * i));
for (
  const [term, slope] of [
    ["log(dose)", (x: number) => 1 / x],
    ["log10(dose)", (x: number) => 1 / x / Math.LN10],
    ["sqrt(dose)", (x: number) => 0.5 / Math.sqrt(x)],
    ["I(1/dose)", (x: number) => -1 / x ** 2],
    ["log(dose + 0.01)", (x: number) => 1 / (x + 0.01)],
    ["I(dose^4)", (x: number) => 4 * x ** 3],
  ] as const
) {
  for (const sign of [1, -1]) {
    Deno.test(`the slope of ${term} over four decades ${sign < 0 ? "below" : "above"} 0, at every value`, () => {
      const data = frameOf({ dose: doses.map((x) => sign * x), y: response });
      const written = sign < 0 ? term.replace("dose", "(-dose)") : term;
      const model = fit(`y ~ ${written}`, data), [, b] = model.parts[0].beta;
      const rows = records(
        emtrends(model, "~ dose", { var: "dose", at: { dose: decades.map((x) => sign * x) } }),
      );
      rows.forEach(({ dose, estimate }) => {
        const expected = sign * b * slope(Math.abs(dose));
        // (h/x)⁴ of the fifth derivative is nothing; rounding is 1e-16 of the predictor over a step of 5e-4 |x|
        assert.ok(Math.abs(estimate / expected - 1) < 1e-8, `${dose}: ${estimate}, ${expected}`);
      });
    });
  }
}

Deno.test("beside 0, where all data are above it, the slope of log(1 + x) is 1, and what data do not tell is not told", () => {
  const x = doses.map((dose) => dose - 0.1), data = frameOf({ x, twice: x.map((v) => 2 * v), y: response });
  const model = fit("y ~ log1p(x)", data), [, b] = model.parts[0].beta;
  const [row] = records(emtrends(model, "~ x", { var: "x", at: { x: [0] } }));
  assert.ok(Math.abs(row.estimate / b - 1) < 1e-6, `${row.estimate}, ${b}`); // rounding of 1e-16 over a step of 5e-6
  const aliased = fit("y ~ x + twice", data);
  const slopes = records(emtrends(aliased, "~ x", { var: "x", at: { x: [0, 1] } }));
  assert.deepEqual(slopes.map(({ estimate }) => estimate), [null, null]);
});

Deno.test("the slope of a quadratic is exact, at any value", () => {
  const model = fit("len ~ dose + I(dose^2)", teeth), { beta } = model.parts[0];
  const rows = records(emtrends(model, "~ dose", { var: "dose", at: { dose: [0.5, 2] } }));
  rows.forEach((row) => assert.ok(Math.abs(row.estimate - (beta[1] + 2 * beta[2] * row.dose)) < 1e-9));
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
