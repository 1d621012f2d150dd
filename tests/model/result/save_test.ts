import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import type { Frame } from "../../../lib/frame.ts";
import { anova } from "../../../lib/inference/tests/anova.ts";
import { expandGrid } from "../../../lib/inference/grid/grids.ts";
import { predict } from "../../../lib/inference/predict/predict.ts";
import { residuals } from "../../../lib/inference/predict/residuals.ts";
import { tidy } from "../../../lib/inference/intervals/tidy.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import { fitAsync } from "../../../lib/model/fit_async.ts";
import { poisson, studentT } from "../../../lib/model/families/mod.ts";
import { ranef } from "../../../lib/model/result/ranef.ts";
import { loadModel, saveModel } from "../../../lib/model/result/save.ts";
import { summary } from "../../../lib/model/result/summary.ts";

const records = (frame: Frame) => frame.toRecords();

const cases: { name: string; data: string; formula: string; options: FitOptions }[] = [
  {
    name: "beta, slopes and nested sites",
    data: "dragons_1",
    formula: "testScore ~ bodyLength + (bodyLength | mountainRange) + (1 | siteUnique)",
    options: { family: "beta" },
  },
  { name: "Gaussian REML", data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", options: {} },
  { name: "least squares", data: "sleepstudy", formula: "Reaction ~ Days", options: {} },
  {
    name: "Gaussian ML",
    data: "sleepstudy",
    formula: "Reaction ~ Days + (1 | Subject)",
    options: { reml: false },
  },
  {
    name: "zero inflation with its own random effects",
    data: "Salamanders",
    formula: "count ~ mined + (1 | site)",
    options: { family: "poisson", zeroInflation: "~ mined + (1 | site)" },
  },
  {
    name: "no random effects, t with fixed df",
    data: "ToothGrowth",
    formula: "len ~ supp * poly(dose, 2)",
    options: { family: studentT({ df: 5 }) },
  },
];

for (const { name, data, formula, options } of cases) {
  Deno.test(`a saved model predicts the same, bit for bit: ${name}`, async () => {
    const frame = await dataset(data),
      m = fit(formula, frame, options),
      loaded = loadModel(saveModel(m)),
      rows = frame.head(12) as Frame;
    assert.equal(summary(loaded), summary(m));
    assert.deepEqual(records(predict(loaded, rows)), records(predict(m, rows)));
    assert.deepEqual(records(ranef(loaded)), records(ranef(m)));
    assert.deepEqual(records(tidy(loaded)), records(tidy(m)));
    const interval = { interval: "prediction" as const };
    if (m.family.name === "gaussian") {
      assert.deepEqual(records(predict(loaded, rows, interval)), records(predict(m, rows, interval)));
    }
    assert.equal(saveModel(loaded), saveModel(m));
    assert.throws(() => residuals(loaded), /TypeError: .*loaded from JSON and has no data/);
  });
}

Deno.test("levels that never met in the data are predicted alike after loading (a solve, not a look-up)", async () => {
  const d = await dataset("dragons_1"),
    m = fit("testScore ~ 1 + (1 | mountainRange) + (1 | siteUnique)", d, { family: "beta" });
  const grid = expandGrid({ mountainRange: ["Julian", "Central"], siteUnique: ["Bavarian.a", "Julian.b"] });
  assert.deepEqual(records(predict(loadModel(saveModel(m)), grid)), records(predict(m, grid)));
});

Deno.test("tests of a loaded model that need no data work, others say what they need", async () => {
  const m = loadModel(
    saveModel(fit("count ~ spp + mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" })),
  );
  assert.equal(records(anova(m)).length, 2);
});

Deno.test("what cannot be saved or loaded says why", async () => {
  const own = { ...poisson(), name: "mine" };
  const m = fit("y ~ trt", await dataset("epil2"), { family: own });
  assert.throws(() => saveModel(m), /TypeError: Cannot save a model of family "mine"/);
  assert.throws(() => loadModel("{}"), /TypeError: Cannot load the model/);
  assert.throws(() => loadModel("not json"), SyntaxError);
});

Deno.test("fitAsync: the same numbers as fit, with progress; it can be stopped, and errors come through", async () => {
  const d = await dataset("dragons_1"),
    formula = "testScore ~ bodyLength + (1 | mountainRange)",
    steps: number[] = [];
  const a = await fitAsync(formula, d, { family: "beta", onProgress: (_, k) => steps.push(k) }),
    b = fit(formula, d, { family: "beta" });
  assert.equal(a.logLik, b.logLik);
  assert.deepEqual(records(tidy(a)), records(tidy(b)));
  assert.ok(steps.length > 3);
  await assert.rejects(
    fitAsync(formula, d, { family: "beta", signal: AbortSignal.abort(new Error("stopped")) }),
    /stopped/,
  );
  await assert.rejects(fitAsync("testScore ~ nothing", d), /RangeError.*"nothing"/);
  const own = await fitAsync("y ~ trt", await dataset("epil2"), { family: { ...poisson(), name: "mine" } });
  assert.ok(own.converged);
});
