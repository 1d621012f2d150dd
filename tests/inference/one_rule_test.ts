/** One rule for the degrees of freedom of a model: every interval of the same quantity is the same interval. */
import assert from "node:assert/strict";
import { dataset } from "../../lib/datasets.ts";
import { type Frame, frameOf } from "../../lib/frame.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { defaultDf, dfMethod } from "../../lib/inference/df/degrees_of_freedom.ts";
import { emmeans, type EmmeansOptions } from "../../lib/inference/means/emmeans.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { emtrends } from "../../lib/inference/means/trends.ts";
import { qt } from "../../lib/math/distributions.ts";
import { seed } from "../../lib/math/random.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { loadModel, saveModel } from "../../lib/model/result/save.ts";
import { records } from "./close.ts";

const sleep = await dataset("sleepstudy"), unbalanced = sleep.tail(173) as Frame;
const models: [string, string, FitOptions, string][] = [
  ["least squares", "Reaction ~ Days", {}, "residual"],
  ["REML, intercepts", "Reaction ~ Days + (1 | Subject)", {}, "kenward-roger"],
  ["REML, slopes", "Reaction ~ Days + (Days | Subject)", {}, "kenward-roger"],
  ["maximum likelihood", "Reaction ~ Days + (Days | Subject)", { reml: false }, "asymptotic"],
  ["log response", "log(Reaction) ~ Days + (1 | Subject)", {}, "kenward-roger"],
];

for (const [name, formula, options, rule] of models) {
  Deno.test(`tidy, confint, predict, emmeans and emtrends agree: ${name}`, () => {
    const m = fit(formula, unbalanced, options);
    assert.equal(defaultDf(m), rule);
    const t = records(tidy(m, { effects: "fixed" })), c = records(confint(m));
    const zero = frameOf({ Days: [0] }), [p] = records(predict(m, zero, { randomEffects: "none" }));
    const [slope] = records(emtrends(m, "~ 1", { var: "Days" }));
    const [typical] = records(emmeans(m, "~ Days", { at: { Days: [0] } }));
    t.forEach((r, i) => {
      same([c[i].conf_low, c[i].conf_high], [r.conf_low, r.conf_high]);
      same([r.df], [dfMethod(m, defaultDf(m)).df(r.term === "Days" ? [0, 1] : [1, 0])]);
    });
    same([typical.estimate, typical.df, typical.conf_low], [t[0].estimate, t[0].df, t[0].conf_low]);
    same([slope.estimate, slope.df, slope.conf_low], [t[1].estimate, t[1].df, t[1].conf_low], 1e-6);
    // predict's standard error is not adjusted for small samples; its degrees of freedom are the same
    const reach = (p.conf_high - p.conf_low) / 2 / p.std_error;
    same([reach], [t[0].df === Infinity ? 1.959963984540054 : qt(0.975, t[0].df)]);
    const loaded = loadModel(saveModel(m));
    assert.deepEqual(records(tidy(loaded)), records(tidy(m)));
    assert.deepEqual(records(predict(loaded, zero)), records(predict(m, zero)));
  });
}

function same(a: number[], b: number[], tolerance = 1e-9) {
  a.forEach((v, i) =>
    assert.ok(v === b[i] || Math.abs(v - b[i]) < tolerance * Math.max(1, Math.abs(v)), `${v}, ${b[i]}`)
  );
}

Deno.test("means averaged on the scale of the response have the df of their tangent", () => {
  const random = seed(5), n = 30, g = Array.from({ length: n }, (_, i) => "ab"[i % 2]);
  const data = frameOf({
    y: g.map((v) => Math.exp((v === "a" ? 1 : 1.4) + 0.3 * random.normal())),
    g,
    h: g.map((_, i) => "uvw"[i % 3]),
    s: g.map((_, i) => `s${i % 6}`),
  });
  for (const formula of ["log(y) ~ g + h", "log(y) ~ g + h + (1 | s)"]) {
    const m = fit(formula, data), at = (options: EmmeansOptions) => records(emmeans(m, "~ g", options));
    const link = at({}),
      averaged = at({ averageOn: "response" }),
      whole = at({ type: "response", component: "response" });
    link.forEach((r, i) => {
      assert.ok(
        Number.isFinite(averaged[i].df) && Math.abs(averaged[i].df / r.df - 1) < 0.2,
        `${averaged[i].df}`,
      );
      same([whole[i].df, whole[i].estimate], [r.df, Math.exp(r.estimate)]);
    });
  }
});

Deno.test("the population mean of a transformed response is on its scale: E h(η + b)", () => {
  const random = seed(6), n = 72, u = Array.from({ length: 12 }, () => 0.5 * random.normal());
  const eta = Array.from({ length: n }, (_, i) => 2 + u[i % 12] + 0.4 * random.normal() + (i % 2) * 0.5);
  const data = frameOf({
    y: eta.map(Math.exp),
    root: eta.map((v) => v * v),
    g: eta.map((_, i) => i % 2 ? "b" : "a"),
    s: eta.map((_, i) => `s${i % 12}`),
  });
  const expected: [string, (e: number, v: number) => number][] = [
    ["log(y)", (e, v) => Math.exp(e + v / 2)],
    ["log2(y)", (e, v) => 2 ** (e + Math.LN2 * v / 2)],
    ["log10(y)", (e, v) => 10 ** (e + Math.LN10 * v / 2)],
    ["log1p(y)", (e, v) => Math.exp(e + v / 2) - 1],
    ["sqrt(root)", (e, v) => e * e + v],
  ];
  for (const [response, mean] of expected) {
    const m = fit(`${response} ~ g + (1 | s)`, data), v = m.random[0].covariance.get(0, 0);
    const link = records(emmeans(m, "~ g")), at = (o: EmmeansOptions) => records(emmeans(m, "~ g", o));
    const population = at({ type: "response", average: "population" }), typical = at({ type: "response" });
    link.forEach((r, i) => {
      same([population[i].estimate, typical[i].estimate], [mean(r.estimate, v), mean(r.estimate, 0)], 1e-10);
      assert.ok(
        population[i].conf_low < population[i].estimate && population[i].estimate < population[i].conf_high,
      );
      same([population[i].df], [r.df]);
      same([at({ type: "link", average: "population" })[i].estimate], [
        link0(response, population[i].estimate),
      ], 1e-10);
    });
  }
});

function link0(response: string, mean: number): number {
  const name = response.split("(")[0] as "log" | "log2" | "log10" | "log1p" | "sqrt";
  return Math[name](mean);
}

Deno.test("a row that does not say its group is of a group drawn at random", () => {
  const m = fit("Reaction ~ Days + (Days | Subject)", sleep), days = [0, 5, 9];
  const at = (Subject: (string | null)[]) =>
    records(predict(m, frameOf({ Days: days, Subject: Subject as string[] }), { newLevels: "population" }));
  const fresh = at(["new", "new", "new"]), missing = at([null, null, null]);
  const columns = (rows: typeof fresh) => rows.map((r) => [r.estimate, r.std_error, r.conf_low, r.conf_high]);
  assert.deepEqual(columns(missing), columns(fresh));
});

// the limits of many degrees of freedom fade into normal ones, 0.8 % of the width at most
Deno.test("a mixed model whose variance is 0 predicts a new observation as the linear model does", () => {
  for (const n of [20, 60, 200]) {
    const random = seed(n), x = Array.from({ length: n }, () => random.normal());
    const g = x.map((_, i) => `g${i % 5}`), e = x.map(() => random.normal());
    // residuals whose group means are 0, so that the groups have no variance
    const centre = (k: number) => e.reduce((s, v, i) => s + (i % 5 === k ? v : 0), 0) / (n / 5);
    const data = frameOf({ x, g, y: x.map((v, i) => v + e[i] - centre(i % 5)) });
    const mixed = fit("y ~ x + (1 | g)", data), linear = fit("y ~ x", data);
    assert.ok(mixed.singular);
    const at = (m: typeof mixed) => records(predict(m, data, { interval: "prediction" }));
    const expected = at(linear);
    at(mixed).forEach((r, i) => {
      for (const end of ["conf_low", "conf_high"] as const) {
        const tolerance = n > 30 ? 0.004 * (expected[i].conf_high - expected[i].conf_low) : 1e-6;
        assert.ok(
          Math.abs(r[end] - expected[i][end]) < tolerance,
          `${n} rows: ${r[end]}, ${expected[i][end]}`,
        );
      }
    });
  }
});

Deno.test("profile limits of fixed effects take the same degrees of freedom", () => {
  const m = fit("Reaction ~ Days + (1 | Subject)", unbalanced),
    at = (df?: "asymptotic") => records(confint(m, { method: "profile", terms: ["Days"], df }))[0];
  const [t, z] = [at(), at("asymptotic")], { df } = records(tidy(m, { effects: "fixed" }))[1];
  // near the estimate the root deviance is linear, so the widths are as the quantiles
  const ratio = (t.conf_high - t.conf_low) / (z.conf_high - z.conf_low),
    expected = qt(0.975, df) / 1.959963984540054;
  assert.ok(ratio > 1 && Math.abs(ratio / expected - 1) < 5e-3, `${ratio}, ${expected}`);
});
