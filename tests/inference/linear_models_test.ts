/**
 * Gaussian models without random effects are R's lm, by default and with reml: true: numbers of lm, car and emmeans by
 * tests/reference/make/61_linear_models.R, to 1e-7 (the table has 12 digits; Tukey's p 1e-6, which is ptukey's own precision).
 */
import assert from "node:assert/strict";
import { type Frame, frameOf } from "../../lib/frame.ts";
import { anova } from "../../lib/inference/tests/anova.ts";
import { bootstrap } from "../../lib/inference/intervals/bootstrap.ts";
import { compareModels, drop1 } from "../../lib/inference/tests/compare.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { pairs } from "../../lib/inference/means/contrast.ts";
import { emmeans } from "../../lib/inference/means/emmeans.ts";
import { jointTests } from "../../lib/inference/means/joint_tests.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { report } from "../../lib/inference/describe/report.ts";
import { simulate } from "../../lib/inference/simulate/simulate.ts";
import { glance, tidy } from "../../lib/inference/intervals/tidy.ts";
import { pf } from "../../lib/math/distributions.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { fitAsync } from "../../lib/model/fit_async.ts";
import type { Model } from "../../lib/model/result/model.ts";
import { loadModel, saveModel } from "../../lib/model/result/save.ts";
import { aic, bic, logLik } from "../../lib/model/result/statistics.ts";
import { summary } from "../../lib/model/result/summary.ts";
import R from "./tables/linear_models.json" with { type: "json" };

// deno-lint-ignore no-explicit-any
type Any = any;

const data = frameOf(R.data), CLOSE = 1e-7, TUKEY = 1e-6;

function optionsOf(c: Any): FitOptions {
  if (c.weights == null) return {};
  return { weights: c.frequency ? { frequency: c.weights } : { precision: c.weights } };
}

function same(ours: ArrayLike<number>, theirs: number | number[], what: string, tolerance = CLOSE) {
  const wanted = Array.isArray(theirs) ? theirs : [theirs];
  assert.equal(ours.length, wanted.length, what);
  wanted.forEach((v, i) => {
    const gap = Math.abs(ours[i] - v) / Math.max(1e-3, Math.abs(v));
    assert.ok(gap < tolerance, `${what} ${i}: ${ours[i]}, R ${v}`);
  });
}

const column = (frame: Any, name: string) => frame.getColumn(name).toArray() as number[];

for (const c of R.cases as Any[]) {
  for (const reml of [undefined, true]) {
    Deno.test(`lm: ${c.name}${reml ? ", reml: true" : ""}`, () => {
      const m = fit(c.formula, data, { ...optionsOf(c), ...(reml ? { reml } : {}) });
      assert.equal(m.method, "least squares");
      coefficients(m, c);
      tests(m, c);
      intervals(m, c);
    });
  }
}

function coefficients(m: Model, c: Any) {
  const t = tidy(m, { effects: "fixed" });
  assert.deepEqual(column(t, "term"), c.terms);
  same(column(t, "estimate"), c.estimate, "estimate");
  same(column(t, "std_error"), c.se, "std_error");
  same(column(t, "statistic"), c.t, "t", 1e-6);
  same(column(t, "p_value"), c.p, "p", 1e-6);
  same(column(t, "conf_low"), c.low, "low");
  same(column(t, "conf_high"), c.high, "high");
  const w = confint(m);
  same(column(w, "conf_low"), c.low, "confint low");
  same(column(w, "conf_high"), c.high, "confint high");
  assert.ok(column(t, "df").every((df) => df === c.df));
  same([m.sigma, logLik(m), aic(m)], [c.sigma, c.logLik, c.aic], "sigma, logLik, AIC");
  if (!c.frequency) same([bic(m)], [c.bic], "BIC"); // rows are counted, not their frequencies
  const g = glance(m);
  same([column(g, "df_residual")[0], column(g, "sigma")[0]], [c.df, c.sigma], "glance");
  const text = summary(m);
  assert.match(text, /Pr\(>\|t\|\)/);
  assert.match(text, new RegExp(`\\b${c.df}\\b`));
}

function tests(m: Model, c: Any) {
  for (const type of [2, 3] as const) {
    const rows = anova(m, { type }).toRecords() as Any[], theirs = c[`type${type}`];
    const terms = [theirs.term].flat(), F = [theirs.F].flat(), p = [theirs.p].flat(), df = [theirs.df].flat();
    terms.forEach((term: string, i: number) => {
      const row = rows.find((r) => r.term === term);
      assert.ok(row, term);
      same([row.statistic, row.df, row.df_residual], [F[i], df[i], c.df], `type ${type} ${term}`);
      same([row.p_value], [p[i]], `type ${type} ${term} p`, 1e-6);
    });
  }
  for (const row of jointTests(m).toRecords() as Any[]) {
    assert.equal(row.df_residual, c.df);
    same([row.p_value], pf(row.statistic, row.df, c.df, false), "jointTests p");
  }
  const means = emmeans(m, `~ ${c.means}`), compared = pairs(means);
  const names = [["estimate", "estimate"], ["std_error", "se"], ["df", "df"], ["conf_low", "low"], [
    "conf_high",
    "high",
  ]];
  for (const [ours, theirs] of names) same(column(means, ours), c.means_table[theirs], `emmeans ${ours}`);
  for (const [ours, theirs] of names) same(column(compared, ours), c.pairs[theirs], `pairs ${ours}`, TUKEY);
  same(column(compared, "p_value"), c.pairs.p, "Tukey p", TUKEY);
}

function intervals(m: Model, c: Any) {
  const rows = data.head(5) as Frame, p = predict(m, rows), q = predict(m, rows, { interval: "prediction" });
  same(column(p, "estimate"), c.predict.fit, "predict");
  same(column(p, "std_error"), c.predict.se, "predict se");
  same(column(p, "conf_low"), c.predict.low, "predict low");
  same(column(p, "conf_high"), c.predict.high, "predict high");
  same(column(q, "conf_low"), c.predict.plow, "prediction low");
  same(column(q, "conf_high"), c.predict.phigh, "prediction high");
}

const linear = fit("y ~ g * h + x", data);

Deno.test("explicit maximum likelihood: σ̂² = RSS/n, z, and the same log-likelihood", () => {
  const ml = fit("y ~ g * h + x", data, { reml: false }), n = ml.nobs, df = linear.dfResidual;
  same(
    [ml.sigma, logLik(ml), aic(ml)],
    [linear.sigma * Math.sqrt(df / n), logLik(linear), aic(linear)],
    "ML",
    1e-10,
  );
  assert.ok(column(tidy(ml, { effects: "fixed" }), "df").every((v) => v === Infinity));
  assert.match(summary(ml), /Pr\(>\|z\|\)/);
  assert.equal(ml.dfResidual, n - ml.npar);
});

Deno.test("simulations, bootstraps, saved models and fits in workers are of the same model", async () => {
  const y = simulate(linear, { n: 400, seed: 4 }), mean = predict(linear, undefined, { interval: "none" });
  const mu = column(mean, "estimate");
  let squares = 0;
  for (let s = 1; s <= 400; s++) column(y, `sim_${s}`).forEach((v, i) => squares += (v - mu[i]) ** 2);
  const sd = Math.sqrt(squares / 400 / mu.length); // Monte Carlo error of sd: 1/√(2 · 16000)
  assert.ok(Math.abs(sd / linear.sigma - 1) < 3 / Math.sqrt(2 * 400 * mu.length), `${sd}, ${linear.sigma}`);
  const draws = await bootstrap(linear, { n: 200, seed: 5, workers: 1 });
  const sigma2 = column(draws, "sd__Observation | Residual").map((v) => v * v);
  const average = sigma2.reduce((a, b) => a + b) / 200; // unbiased: a chi-squared over its df
  assert.ok(
    Math.abs(average / linear.sigma ** 2 - 1) < 3 * Math.sqrt(2 / linear.dfResidual / 200),
    `${average}`,
  );
  const loaded = loadModel(saveModel(linear));
  for (
    const f of [
      tidy,
      glance,
      (m: Model) => anova(m),
      (m: Model) => emmeans(m, "~ g | h"),
    ] as ((m: Model) => Frame)[]
  ) {
    assert.deepEqual(f(loaded).toRecords(), f(linear).toRecords());
  }
  const elsewhere = await fitAsync("y ~ g * h + x", data, { onProgress: () => {} });
  assert.deepEqual(tidy(elsewhere).toRecords(), tidy(linear).toRecords());
  assert.match(String(report(linear)), /by least squares/);
});

Deno.test("likelihood-ratio tests of linear models are by maximum likelihood, of variances by REML", () => {
  const small = fit("y ~ g + x", data), lr = 2 * (logLik(linear) - logLik(small));
  same([column(compareModels([small, linear]), "statistic")[1]], [lr], "LRT", 1e-9);
  const groups = frameOf({ ...R.data, s: R.data.y.map((_: number, i: number) => `s${i % 8}`) });
  const mixed = fit("y ~ x + (1 | s)", groups),
    [, without] = drop1(mixed, { effects: "random" }).toRecords() as Any[];
  const { X, y } = { X: [R.data.x.map(() => 1), R.data.x], y: R.data.y };
  same([without.log_lik], [restricted(X, y)], "restricted log-likelihood of lm", 1e-9);
});

/** −½[(n − p)(1 + log(2π RSS/(n − p))) + log|XᵀX|] for two columns. */
function restricted([a, b]: number[][], y: number[]): number {
  const dot = (u: number[], v: number[]) => u.reduce((s, x, i) => s + x * v[i], 0), n = y.length;
  const [p, q, r] = [dot(a, a), dot(a, b), dot(b, b)], det = p * r - q * q, u = dot(a, y), v = dot(b, y);
  const alpha = (r * u - q * v) / det, beta = (p * v - q * u) / det;
  const rss = y.reduce((s, t, i) => s + (t - alpha * a[i] - beta * b[i]) ** 2, 0);
  return -((n - 2) * (1 + Math.log(2 * Math.PI * rss / (n - 2))) + Math.log(det)) / 2;
}

Deno.test("frequency weights that count less than the coefficients", () => {
  const tiny = frameOf({ ...R.data, w: R.data.w.map(() => 0.1) });
  assert.throws(
    () => fit("y ~ g * h + x", tiny, { weights: "w" }),
    /RangeError: Cannot fit: the frequency weights count 4 observations.*7 coefficients.*precision/,
  );
});
