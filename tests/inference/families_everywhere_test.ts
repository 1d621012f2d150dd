/**
 * The newer families in every function of a model, each cell a number that follows from another one: probabilities and
 * distribution functions by themselves, averages by simulation or sums, intervals by their definition. What is not defined for a
 * family says so.
 */
import assert from "node:assert/strict";
import {
  adviseFamily,
  anova,
  beta,
  betabinomial,
  checkModel,
  compois,
  confint,
  cumulative,
  drop1,
  emmeans,
  emtrends,
  equation,
  type FamilyVariant,
  fit,
  fitAsync,
  type FitOptions,
  fitted,
  gamma,
  genpois,
  hurdle,
  inverseGaussian,
  loadModel,
  logLik,
  lognormal,
  type Model,
  nbinom2,
  oneInflated,
  orderedBeta,
  pairs,
  pl,
  predict,
  r2,
  report,
  residuals,
  saveModel,
  simulate,
  simulateResiduals,
  summary,
  testUniformity,
  tidy,
  truncatedCompois,
  truncatedGenpois,
  truncatedNbinom2,
  tweedie,
  zeroInflated,
} from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";
import { rowsOf } from "../../lib/inference/predict/residuals.ts";
import { solutionOf } from "../../lib/model/result/solution.ts";

// deno-lint-ignore no-explicit-any
type Frame = any;

const n = 240, random = seed(5), rows = Array.from({ length: n }, (_, i) => i);
const group = rows.map((i) => i % 20), effect = Array.from({ length: 20 }, () => 0.5 * random.normal());
const x = rows.map(() => random.normal()), f = rows.map((i) => "abc"[Math.floor(i / 20) % 3]);
const trials = rows.map((i) => 3 + i % 8), other = seed(6), z = rows.map(() => 2 * other.uniform() - 1);
const eta = rows.map((i) => 0.5 + 0.4 * x[i] + { a: 0, b: 0.5, c: -0.3 }[f[i] as "a"] + effect[group[i]]);

/** Name, options, response, and the predictors beyond the mean behind it. */
const cases: {
  name: string;
  options: FitOptions;
  response?: string;
  beyond: number[] | ((i: number) => number[]);
  drawnBy?: FamilyVariant;
  levels?: string[];
}[] = [
  {
    name: "betabinomial",
    options: { family: betabinomial() },
    response: "cbind(y, trials - y)",
    beyond: [Math.log(4)],
  },
  {
    name: "betabinomial, dispersion by a predictor",
    options: { family: betabinomial(), dispersion: "~ x + f" },
    response: "cbind(y, trials - y)",
    beyond: [Math.log(4)],
  },
  { name: "tweedie", options: { family: tweedie() }, beyond: [Math.log(0.8), 0] },
  { name: "lognormal", options: { family: lognormal() }, beyond: [Math.log(0.8)] },
  { name: "inverseGaussian", options: { family: inverseGaussian("log") }, beyond: [Math.log(3)] },
  {
    name: "orderedBeta",
    options: { family: orderedBeta() },
    beyond: [Math.log(4), -1.4, 1.8],
  },
  {
    name: "beta with zeros and ones",
    options: { family: oneInflated(zeroInflated(beta())), zeroInflation: "~ x", oneInflation: "~ x" },
    beyond: [Math.log(6), -1.2, -1.5],
  },
  { name: "beta with ones", options: { family: oneInflated(beta()) }, beyond: [Math.log(6), -1.2] },
  {
    name: "hurdle(gamma)",
    options: { family: hurdle(gamma("log")), zeroInflation: "~ x" },
    beyond: [Math.log(3), -0.9],
  },
  {
    name: "hurdle(lognormal)",
    options: { family: hurdle(lognormal()), zeroInflation: "~ x" },
    beyond: [Math.log(0.8), -0.9],
  },
  {
    name: "hurdle(inverseGaussian)",
    options: { family: hurdle(inverseGaussian("log")), zeroInflation: "~ x" },
    beyond: [Math.log(4), -0.9],
  },
  { name: "truncatedNbinom2", options: { family: truncatedNbinom2() }, beyond: [Math.log(2)] },
  {
    name: "hurdle(nbinom2)",
    options: { family: hurdle(nbinom2()), zeroInflation: "~ x" },
    beyond: [Math.log(2), -0.6],
  },
  {
    name: "cumulative",
    options: { family: cumulative(), levels: { y: ["low", "middle", "high"] } },
    beyond: [-0.6, 1.2],
    levels: ["low", "middle", "high"],
  },
  {
    name: "cumulative with scale effects",
    options: { family: cumulative("probit"), dispersion: "~ z", levels: { y: ["low", "middle", "high"] } },
    beyond: (i) => [-0.6, 1.2, 0.3 * z[i]],
    drawnBy: { dispersion: true },
    levels: ["low", "middle", "high"],
  },
  {
    name: "cumulative with nominal and scale effects",
    options: {
      family: cumulative(),
      nominal: "~ z",
      dispersion: "~ z",
      levels: { y: ["low", "middle", "high"] },
    },
    beyond: (i) => [-0.6 + 0.4 * z[i], 1.2 - 0.3 * z[i], 0.3 * z[i]],
    drawnBy: { dispersion: true, nominal: true },
    levels: ["low", "middle", "high"],
  },
  {
    name: "cumulative with equidistant thresholds",
    options: {
      family: cumulative("logit", { thresholds: "equidistant" }),
      levels: { y: ["low", "middle", "high", "top"] },
    },
    beyond: [-0.6, 0.9],
    levels: ["low", "middle", "high", "top"],
  },
  { name: "genpois", options: { family: genpois() }, beyond: [Math.log(2)] },
  { name: "truncatedGenpois", options: { family: truncatedGenpois() }, beyond: [Math.log(1.6)] },
  { name: "compois", options: { family: compois() }, beyond: [Math.log(0.4)] },
  { name: "truncatedCompois", options: { family: truncatedCompois() }, beyond: [Math.log(0.6)] },
  {
    name: "hurdle(compois)",
    options: { family: hurdle(compois()), zeroInflation: "~ x" },
    beyond: [Math.log(0.5), -1],
  },
  {
    name: "genpois with zero inflation",
    options: { family: zeroInflated(genpois()), zeroInflation: "~ x" },
    beyond: [Math.log(1.6), -1],
  },
];

const column = (frame: Frame, name: string): number[] => [...frame.getColumn(name)].map(Number);
const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(
    Math.abs(got - expected) <= allowed * (1 + Math.abs(expected)),
    `${what}: ${got}, expected ${expected}`,
  );

for (const { name, options, response = "y", beyond, drawnBy, levels } of cases) {
  const given = options.family as Exclude<FitOptions["family"], string | undefined>;
  const family = given.as?.({ ...drawnBy, categories: levels!.length }) ?? given;
  const others = (i: number) => typeof beyond === "function" ? beyond(i) : beyond;
  const drawn = rows.map((i) => family.simulate(random, [eta[i], ...others(i)], trials[i]));
  const data = pl.DataFrame({
    y: levels ? drawn.map((k) => levels[k - 1]) : drawn,
    x,
    f,
    z,
    g: group.map((l) => `g${l}`),
    trials,
  });
  const formula = `${response} ~ x + f + (1 | g)`, model: Model = fit(formula, data, options);
  const row = () => rowsOf(solutionOf(model, "η").linearPredictors());
  const own = model.family, size = (i: number) => own.usesTrials ? trials[i] : 1;

  Deno.test(`${name}: simulated parameters are found again, and every table has them`, async () => {
    assert.ok(model.converged, model.certificate.text);
    const terms = new Map(
      (tidy(model) as Frame).toRecords().map((r: Frame) => [`${r.component} ${r.term}`, r]),
    );
    for (const [term, truth] of Object.entries({ "cond x": 0.4, "cond fb": 0.5, "cond fc": -0.3 })) {
      const r = terms.get(term) as Frame;
      assert.ok(Math.abs(r.estimate - truth) < 4 * r.std_error, `${term}: ${r.estimate} ± ${r.std_error}`);
    }
    const limits = (confint(model, { method: "profile" }) as Frame).toRecords();
    for (const r of limits) {
      assert.ok(r.conf_low < r.estimate && r.estimate < r.conf_high || r.estimate === 0, r.term);
    }
    const text = summary(model);
    for (const part of model.parts.filter((p) => p.shown)) {
      for (const term of part.names) assert.ok(text.includes(term), `${term} is not in the summary`);
    }
    assert.equal((await fitAsync(formula, data, options)).logLik, model.logLik);
    assert.match(
      String(report(model)),
      new RegExp(`We fitted a ${own.noun.replace(/[()]/g, "\\$&")} mixed model`),
    );
    assert.ok(equation(model).latex.includes("\\sim"));
    const [marginal, conditional] = column(r2(model), "estimate");
    assert.ok(0 < marginal && marginal <= conditional && conditional < 1);
  });

  Deno.test(`${name}: predictions, their standard errors and intervals`, () => {
    const at = row(), table = predict(model, undefined, { type: levels ? "mean" : "response" });
    const estimate = column(table, "estimate"),
      low = column(table, "conf_low"),
      high = column(table, "conf_high");
    fitted(model).forEach((m, i) => {
      close(estimate[i], own.mean(at(i)), 1e-9, `mean of row ${i}`);
      close(m, estimate[i], 1e-9, `fitted value of row ${i}`);
      assert.ok(low[i] < estimate[i] && estimate[i] < high[i]);
    });
    if (levels) {
      const each = column(predict(model), "estimate");
      rows.forEach((i) =>
        own.probabilities!(at(i)).forEach((p, k) =>
          close(each[i * levels.length + k], p, 1e-9, `row ${i}, ${k}`)
        )
      );
      assert.throws(() => predict(model, undefined, { interval: "prediction" }), /the probabilities say/);
      return;
    }
    // at a known mean the interval is that of the quantiles; here the mean is uncertain, so it holds a little more
    const wide = predict(model, undefined, { interval: "prediction", level: 0.9 });
    const lower = column(wide, "conf_low"), upper = column(wide, "conf_high");
    let inside = 0;
    rows.forEach((i) =>
      inside += Number(drawn[i] >= lower[i] * size(i) - 1e-9 && drawn[i] <= upper[i] * size(i) + 1e-9)
    );
    assert.ok(inside / n > 0.86, `${inside} of ${n} observations within 90 % intervals`);
    const none = column(predict(model, data, { randomEffects: "none", average: "population" }), "estimate");
    const sd = Math.sqrt(model.random[0].covariance.get(0, 0)),
      typical = solutionOf(model, "η").linearPredictors();
    const draw = seed(8), first = Float64Array.from(typical, (e) => e[0]);
    first[0] -= model.random[0].modes[model.random[0].levels.indexOf("g0")];
    let sum = 0;
    for (let s = 0; s < 40000; s++) {
      sum += own.mean(first.map((e, k) => k === 0 ? e + sd * draw.normal() : e)) / 40000;
    }
    close(none[0], sum, 2e-2, "population average against simulation");
  });

  Deno.test(`${name}: means, comparisons and trends`, () => {
    const data0 = pl.DataFrame({
      x: ["a", "b", "c"].map(() => x.reduce((s, v) => s + v / n, 0)),
      z: ["a", "b", "c"].map(() => z.reduce((s, v) => s + v / n, 0)),
      f: ["a", "b", "c"],
    });
    const expected = column(
      predict(model, data0, { randomEffects: "none", type: levels ? "mean" : "response" }),
      "estimate",
    );
    const means = emmeans(model, "~ f", { component: "response" });
    column(means, "estimate").forEach((m, i) => close(m, expected[i], 1e-9, `mean ${i}`));
    const differences = column(pairs(emmeans(model, "~ f")), "estimate"), { beta, names } = model.parts[0];
    close(differences[0], -beta[names.indexOf("fb")], 1e-9, "a - b on the link scale");
    close(
      column(emtrends(model, "~ 1", { var: "x" }), "estimate")[0],
      beta[names.indexOf("x")],
      1e-6,
      "trend",
    );
    if (levels) {
      const each = column(emmeans(model, "~ f", { component: "probability" }), "estimate");
      for (let i = 0; i < each.length; i += levels.length) {
        close(each.slice(i, i + levels.length).reduce((s, p) => s + p, 0), 1, 1e-12, "sum of probabilities");
      }
    } else assert.throws(() => emmeans(model, "~ f", { component: "probability" }), /has no categories/);
  });

  Deno.test(`${name}: tests of terms, simulations, residuals, diagnostics, advice`, () => {
    const smaller = fit(formula.replace(" + f", ""), data, options),
      [, lr] = (anova(smaller, model) as Frame).toRecords();
    close(lr.statistic, 2 * (logLik(model) - logLik(smaller)), 1e-9, "likelihood ratio");
    const dropped = (drop1(model) as Frame).toRecords().find((r: Frame) => r.term === "f");
    close(dropped.statistic ?? dropped.lrt, lr.statistic, 1e-6, "drop1");
    const wald = (anova(model) as Frame).toRecords().find((r: Frame) => r.term === "x"),
      z = tidy(model) as Frame;
    const t = z.toRecords().find((r: Frame) => r.component === "cond" && r.term === "x").statistic;
    close(wald.statistic, t * t, 1e-9, "Wald test of one coefficient");
    const at = row(), many = simulate(model, { n: 400 }) as Frame;
    const average = rows.slice(0, 20).map((i) => {
      let sum = 0;
      for (let s = 1; s <= 400; s++) sum += many.getColumn(`sim_${s}`).get(i) / size(i) / 400;
      return sum;
    });
    average.forEach((m, i) => {
      const spread = Math.sqrt(own.variance(at(i), size(i)) / 400);
      assert.ok(
        Math.abs(m - own.mean(at(i))) < 5 * spread,
        `simulated mean of row ${i}: ${m}, ${own.mean(at(i))}`,
      );
    });
    const pearson = residuals(model, { type: "pearson" });
    const y = (i: number) => (levels ? drawn[i] : drawn[i] / size(i));
    pearson.forEach((r, i) =>
      close(
        r,
        (y(i) - own.mean(at(i))) / Math.sqrt(own.unitVariance?.(at(i)) ?? own.variance(at(i), size(i))),
        1e-9,
        `Pearson residual of row ${i}`,
      )
    );
    const scaled = simulateResiduals(model, { n: 100 });
    assert.ok(
      column(testUniformity(scaled), "p_value")[0] > 1e-3,
      "residuals of the true family are uniform",
    );
    checkModel(model).plot();
    const advice = (adviseFamily(formula, data, { n: 20, levels: options.levels }) as Frame).toRecords();
    const found = advice.find((r: Frame) => r.family === own.name || r.family === `${own.name} hurdle`);
    assert.ok(advice.some((r: Frame) => r.possible && r.family.startsWith(own.name)), JSON.stringify(found));
  });

  Deno.test(`${name}: saved and loaded, it says and predicts the same`, () => {
    const loaded = loadModel(saveModel(model));
    assert.equal(summary(loaded), summary(model));
    for (const component of ["cond", "response"]) {
      assert.deepEqual(
        column(emmeans(loaded, "~ f", { component }), "estimate"),
        column(emmeans(model, "~ f", { component }), "estimate"),
      );
    }
    const some = data.head(5);
    assert.deepEqual(column(predict(loaded, some), "std_error"), column(predict(model, some), "std_error"));
  });
}
