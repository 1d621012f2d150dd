/** Every function of a model from a source: the same as in memory, or, where the rows are needed, an error that says so. */
import assert from "node:assert/strict";
import {
  aic,
  anova,
  augment,
  bic,
  bootstrap,
  checkModel,
  confint,
  contrast,
  dataGrid,
  dfResidual,
  drop1,
  emmeans,
  emtrends,
  equation,
  fit,
  fitFrom,
  fitted,
  glance,
  icc,
  influence,
  jointTests,
  loadModel,
  logLik,
  type Model,
  modelEcho,
  modelTable,
  pairs,
  pl,
  predict,
  r2,
  ranef,
  range,
  refit,
  report,
  residuals,
  saveModel,
  simulate,
  simulateResiduals,
  summary,
  tidy,
  varCorr,
  vcov,
  vif,
} from "../../mod.ts";
import { crossed, inBlocks } from "./data.ts";

const formula = "y ~ scale(x) * f + b + (scale(x) | g) + (1 | h)",
  smaller = "y ~ scale(x) + f + b + (scale(x) | g) + (1 | h)";
const source = inBlocks(crossed, 211), model = await fitFrom(formula, source), whole = fit(formula, crossed);
const less = await fitFrom(smaller, source),
  wholeLess = fit(smaller, crossed),
  small = new Map([[model, less], [whole, wholeLess]]);
const newdata = pl.DataFrame({
  x: [2001, 2009.5],
  f: ["a", "c"],
  b: [true, false],
  g: [3, 99],
  h: ["h1", "h2"],
});
const means = (m: Model) => emmeans(m, "~ f | b", { at: { x: [2004] } });

const same: Record<string, (m: Model) => unknown> = {
  aic,
  anova: (m) => anova(m),
  "anova, in sequence": (m) => anova(m, { type: 1 }),
  "anova, F by Satterthwaite": (m) => anova(m, { test: "F", df: "satterthwaite" }),
  "anova, F by Kenward and Roger": (m) => anova(m, { test: "F", df: "kenward-roger" }),
  "anova of two models": (m) => anova(small.get(m)!, m),
  bic,
  confint: (m) => confint(m),
  "confint by profile, coefficients": (m) => confint(m, { method: "profile", terms: ["bTRUE"] }),
  "confint by profile, deviations": (m) =>
    confint(m, { method: "profile", terms: ["sd__(Intercept)", "sd__Observation"] }),
  contrast: (m) => contrast(means(m), "eff"),
  "dataGrid, its levels and ranges": (m) => dataGrid(m, { f: true, x: range(4), b: true }),
  dfResidual,
  emmeans: (m) => means(m),
  emtrends: (m) => emtrends(m, "~ f", { var: "x" }),
  equation: (m) => equation(m),
  glance: (m) => glance(m),
  icc: (m) => icc(m),
  jointTests: (m) => jointTests(m),
  logLik,
  modelEcho,
  modelTable: (m) => modelTable(m, small.get(m)!),
  pairs: (m) => pairs(means(m)),
  predict: (m) => predict(m, newdata, { newLevels: "population" }),
  "predict without random effects": (m) =>
    predict(m, newdata, { randomEffects: "none", interval: "prediction" }),
  r2: (m) => r2(m),
  ranef: (m) => ranef(m),
  report: (m) => report(m),
  "saveModel and loadModel": (m) =>
    `${summary(loadModel(saveModel(m)))}${
      JSON.stringify(predict(loadModel(saveModel(m)), newdata, { newLevels: "population" }).toRecords())
    }`,
  summary,
  tidy: (m) => tidy(m),
  "tidy, random effects": (m) => tidy(m, { effects: "ran_vals" }),
  varCorr: (m) => varCorr(m),
  vcov: (m) => vcov(m).to2DArray(),
  vif: (m) => vif(m),
};

/** Numbers apart from the text around them. */
function split(result: unknown): { text: string; numbers: number[] } {
  const frame = result as { toRecords?: () => unknown };
  const text = frame.toRecords
    ? JSON.stringify(frame.toRecords())
    : typeof result === "object" && !Array.isArray(result)
    ? String(result)
    : JSON.stringify(result);
  const pattern = /-?\d+\.\d+(e[-+]?\d+)?|-?\d+e[-+]?\d+/g;
  return { text: text.replace(pattern, "#"), numbers: (text.match(pattern) ?? []).map(Number) };
}

for (const [name, of] of Object.entries(same)) {
  Deno.test(`a model from a source as in memory: ${name}`, () => {
    const a = split(of(model)), b = split(of(whole));
    assert.equal(a.text, b.text);
    const largest = Math.max(...b.numbers.map(Math.abs), 1);
    // what is searched for by differences (df, profiles) is known to about six digits, all else to eight or more
    a.numbers.forEach((v, i) =>
      assert.ok(
        Math.abs(v - b.numbers[i]) <= 1e-6 * Math.abs(b.numbers[i]) + 1e-9 * largest,
        `${v}, in memory ${b.numbers[i]}`,
      )
    );
  });
}

const rows: Record<string, (m: Model) => unknown> = {
  augment,
  bootstrap: (m) => bootstrap(m, { n: 2 }),
  checkModel: (m) => checkModel(m),
  drop1: (m) => drop1(m),
  fitted,
  influence: (m) => influence(m, { group: "h" }),
  "predict at the rows of the fit": (m) => predict(m),
  refit: (m) => refit(m),
  residuals: (m) => residuals(m),
  simulate: (m) => simulate(m),
  simulateResiduals: (m) => simulateResiduals(m, { n: 10 }),
};

for (const [name, of] of Object.entries(rows)) {
  Deno.test(`a model from a source has no rows: ${name}`, async () => {
    await assert.rejects(async () => await of(model), {
      name: "TypeError",
      message:
        /^Cannot read the rows of this model: they stay in the source.* await sampleFrom\(model, source\) .* augmentFrom\(model, source\)/,
    });
  });
}

Deno.test("a model from a source weighted by precision: variances over its rows need them", async () => {
  const weighed = await fitFrom("y ~ f + (1 | g)", source, { weights: { precision: "w" } });
  assert.throws(() => r2(weighed), /Cannot read the rows of this model/);
  const counted = { weights: { frequency: "m" } }, a = r2(await fitFrom("y ~ f + (f | g)", source, counted));
  const b = r2(fit("y ~ f + (f | g)", crossed, counted));
  const estimates = (frame: typeof a) => [...frame.getColumn("estimate").toArray()] as number[];
  estimates(a).forEach((v, i) =>
    assert.ok(Math.abs(v - estimates(b)[i]) < 1e-6, `${v}, in memory ${estimates(b)[i]}`)
  );
});

Deno.test("a model from a source: another fit of given rows", () => {
  assert.ok(Math.abs(refit(model, { data: crossed }).logLik - whole.logLik) < 1e-8);
});

Deno.test("a model from a source: grids within groups, and values of a number with many, need the rows", () => {
  assert.throws(() => dataGrid(model, { x: range(3) }, { by: ["f"] }), /Cannot make a grid within groups/);
  assert.throws(() => dataGrid(model, { x: true }), /Cannot list the values of "x".*use range\(n\)/);
  assert.throws(() => dataGrid(model, { f: range(3) }), /Cannot take a range of "f"/);
  assert.throws(() => dataGrid(model, { zz: true }), /Cannot find column "zz"/);
});
