/**
 * Separation: what the data determine is reported as usual, the rest has one finite end. Right values: closed forms, the fit
 * without the separated cell (the limit of the likelihood is its likelihood), and the likelihood itself at a fixed value.
 */
import assert from "node:assert/strict";
import { metaOf } from "../../lib/display.ts";
import { type Frame, frameOf, pl } from "../../lib/frame.ts";
import { anova } from "../../lib/inference/tests/anova.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { contrast, pairs } from "../../lib/inference/means/contrast.ts";
import { emmeans } from "../../lib/inference/means/emmeans.ts";
import { jointTests } from "../../lib/inference/means/joint_tests.ts";
import { cld } from "../../lib/inference/means/letters.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { report } from "../../lib/inference/describe/report.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { vcov } from "../../lib/model/result/coefficients.ts";
import { pnorm } from "../../lib/math/normal.ts";
import { seed } from "../../lib/math/random.ts";
import { equation } from "../../lib/model/result/equation.ts";
import { binomial } from "../../lib/model/families/binomial.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { loadModel, saveModel } from "../../lib/model/result/save.ts";
import { summary } from "../../lib/model/result/summary.ts";
import { records } from "./close.ts";

const CHI2 = 3.841458820694124; // 95 % point, 1 df
// deno-lint-ignore no-explicit-any
type Any = any;

function close(a: number, b: number, relative: number, what: string) {
  assert.ok(
    a === b || Math.abs(a - b) <= relative * Math.max(1e-12, Math.abs(b)),
    `${what}: ${a}, expected ${b}`,
  );
}

/** 16 of 40, 24 of 40 and 0 of 40 successes. */
const names = ["ctl", "low", "high"];
const three = pl.DataFrame({
  y: names.flatMap((_, k) => Array.from({ length: 40 }, (_, i) => Number(i < [16, 24, 0][k]))),
  dose: names.flatMap((name) => Array.from({ length: 40 }, () => name)),
}) as Frame;
const CODINGS: FitOptions[] = [
  {},
  { contrasts: { dose: "sum" } },
  { contrasts: { dose: "poly" } },
  { contrasts: { dose: "helmert" } },
  { levels: { dose: ["high", "ctl", "low"] } },
  { levels: { dose: ["ctl", "high", "low"] }, contrasts: { dose: "sum" } },
];

for (const options of CODINGS) {
  Deno.test(`0 of 40 in one level, ${JSON.stringify(options)}: all else as usual, one-sided limits by profile`, () => {
    const model = fit("y ~ dose", three, { family: "binomial", ...options }), se = Math.sqrt(1 / 16 + 1 / 24);
    assert.equal(model.converged, true);
    const row = (table: Any, name: string) => records(table).find((r) => r.dose === name);
    const means = emmeans(model, "~ dose"), onResponse = emmeans(model, "~ dose", { type: "response" });
    for (const [name, p] of [["ctl", 0.4], ["low", 0.6]] as const) {
      close(row(means, name).estimate, Math.log(p / (1 - p)), 1e-7, name);
      close(row(means, name).std_error, se, 1e-6, `SE of ${name}`);
    }
    const upper = 1 - Math.exp(-CHI2 / 80); // 40 log(1 − p) = −χ²/2
    const { estimate, std_error, conf_low, conf_high } = row(onResponse, "high");
    assert.deepEqual([estimate, std_error, conf_low], [0, null, 0]);
    close(conf_high, upper, 1e-6, "upper limit");
    assert.deepEqual(
      [row(means, "high").estimate, row(means, "high").std_error, row(means, "high").conf_low],
      [-Infinity, Infinity, -Infinity],
    );
    const at = pl.DataFrame({ dose: ["high", "low"] }) as Frame, [high, low] = records(predict(model, at));
    assert.deepEqual([high.estimate, high.conf_low], [0, 0]);
    close(high.conf_high, upper, 1e-6, "predict");
    close(low.std_error, 0.24 * se, 1e-6, "SE of a prediction");
    assert.equal(records(predict(model, at, { type: "link" }))[0].estimate, -Infinity);
    assert.equal(records(predict(model, at, { interval: "prediction" }))[0].conf_high, 1);
    // the estimable part: ctl against low
    const z2 = Math.log(0.4 / 0.6 / (0.6 / 0.4)) ** 2 / (2 * se * se);
    for (const type of [1, 2, 3] as const) {
      const test = records(anova(model, { type })).find((r) => r.term === "dose");
      close(test.statistic, z2, 1e-6, `type ${type}`);
      assert.equal(test.df, 1);
    }
    close(records(jointTests(model))[0].statistic, z2, 1e-6, "jointTests");
  });
}

Deno.test("differences from a separated level: likelihood-ratio tests and one-sided intervals, letters that tell it apart", () => {
  const model = fit("y ~ dose", three, { family: "binomial" }), means = emmeans(model, "~ dose");
  const log = (y: number, n: number) =>
    (y > 0 ? y * Math.log(y / n) : 0) + (y < n ? (n - y) * Math.log(1 - y / n) : 0);
  const table = records(pairs(means, { adjust: "none" })),
    of = (name: string) => table.find((r) => r.contrast === name);
  // under the null the two levels have one probability
  const ratio = (y: number) => Math.sqrt(2 * (log(y, 40) - log(y, 80)));
  close(of("ctl - high").statistic, ratio(16), 1e-6, "ctl - high");
  close(of("high - low").statistic, -ratio(24), 1e-6, "high - low");
  assert.deepEqual([of("ctl - high").estimate, of("ctl - high").conf_high], [Infinity, Infinity]);
  assert.ok(of("ctl - high").conf_low > 1.5 && of("ctl - high").p_value < 1e-6);
  const odds = records(pairs(emmeans(model, "~ dose", { type: "response" }))).find((r) =>
    r.contrast === "high / low"
  );
  assert.ok(odds.estimate === 0 && odds.conf_low === 0 && odds.conf_high > 0 && odds.conf_high < 0.2);
  const letters = records(cld(means)).map((r) => `${r.dose} ${r.letters}`);
  assert.deepEqual(letters, ["high a", "ctl b", "low b"]);
});

Deno.test("coefficients: tidy, confint, vcov, summary and report of a separated coefficient", () => {
  const model = fit("y ~ dose", three, { family: "binomial" });
  const [intercept, high, low] = records(tidy(model));
  close(intercept.std_error, Math.sqrt(1 / 16 + 1 / 24), 1e-6, "intercept");
  close(low.std_error, Math.sqrt(2 * (1 / 16 + 1 / 24)), 1e-6, "low");
  assert.deepEqual(
    [high.estimate, high.std_error, high.statistic, high.p_value, high.conf_low],
    [-Infinity, Infinity, null, null, -Infinity],
  );
  for (const method of ["wald", "profile"] as const) {
    const row = records(confint(model, { method })).find((r) => r.term === "dosehigh");
    close(row.conf_high, high.conf_high, 1e-5, method);
    assert.equal(row.conf_low, -Infinity);
  }
  assert.equal(vcov(model).get(1, 1), Infinity);
  assert.match(String(equation(model, { estimates: true })), / - \\infty\\, .*high/);
  assert.match(summary(model), /dosehigh +-Inf +Inf +NA +NA/);
  assert.match(
    String(report(model)),
    /dose high rather than ctl the odds of y were 0 times as high \(95 % CI 0 to 0\.0\d+, one-sided/,
  );
});

Deno.test("a saved model knows what it does not determine; limits that need the data are missing", () => {
  const model = fit("y ~ dose", three, { family: "binomial" }), loaded = loadModel(saveModel(model));
  const at = pl.DataFrame({ dose: ["ctl", "high"] }) as Frame, [ctl, high] = records(predict(loaded, at));
  assert.deepEqual(ctl, records(predict(model, at))[0]);
  assert.deepEqual([high.estimate, high.conf_low, high.conf_high], [0, 0, null]);
});

Deno.test("two separated levels: each has its limit, their difference is not determined", () => {
  const two = three.filter(pl.col("dose").neq(pl.lit("low"))).vstack(
    pl.DataFrame({ y: new Array(20).fill(0), dose: new Array(20).fill("top") }) as Any,
  ) as Frame;
  const model = fit("y ~ dose", two, { family: "binomial" }),
    means = emmeans(model, "~ dose", { type: "response" });
  const upper = Object.fromEntries(records(means).map((r) => [r.dose, r.conf_high]));
  close(upper.high, 1 - Math.exp(-CHI2 / 80), 1e-6, "high");
  close(upper.top, 1 - Math.exp(-CHI2 / 40), 1e-6, "top");
  const difference = records(pairs(means)).find((r) => r.contrast === "high / top");
  assert.deepEqual([difference.estimate, difference.p_value, difference.conf_low], [null, null, null]);
});

/** Counts and 0/1 in four treatments of ten groups with a covariate far from 0; treatment r has only zeros, or only ones. */
const rows = Array.from({ length: 160 }, (_, i) => {
  const f = "pqrs"[i % 4], g = Math.floor(i / 4) % 10, x = 50 + 8 * Math.cos(2.3 * i);
  const eta = 0.4 + 0.7 * Math.sin(5 * g) + (f === "q" ? 0.6 : 0) + 0.02 * (x - 50),
    noise = Math.sin(12.9898 * i) * 43758.5453;
  const u = noise - Math.floor(noise);
  return {
    f,
    g: `g${g}`,
    x,
    count: f === "r" ? 0 : Math.floor(Math.exp(eta) * 2 * u),
    hit: f === "r" ? 1 : Number(u < 1 / (1 + Math.exp(-eta))),
  };
});
const mixed = pl.DataFrame(rows) as Frame, without = mixed.filter(pl.col("f").neq(pl.lit("r"))) as Frame;

for (const [response, family] of [["count", "poisson"], ["hit", "binomial"]] as const) {
  Deno.test(`mixed ${family} model: means, slopes and tests are those of the fit without the separated treatment`, () => {
    const formula = `${response} ~ f + x + (1 | g)`, right = fit(formula, without, { family });
    const at = { at: { x: [50] } }, means = records(emmeans(right, "~ f", at));
    for (
      const options of [{}, { contrasts: { f: "sum" } }, {
        levels: { f: ["r", "s", "p", "q"] },
      }] as FitOptions[]
    ) {
      const model = fit(formula, mixed, { family, ...options }), mine = records(emmeans(model, "~ f", at));
      close(model.logLik, right.logLik, 1e-9, "logLik");
      for (const m of means) {
        const found = mine.find((r) => r.f === m.f);
        // Hessians are differenced: 1e-5 of a standard error
        close(found.estimate, m.estimate, 1e-5, `mean ${m.f}`);
        close(found.std_error, m.std_error, 1e-5, `SE of ${m.f}`);
      }
      for (const type of [2, 3] as const) {
        const expected = Object.fromEntries(records(anova(right, { type })).map((r) => [r.term, r]));
        for (const test of records(anova(model, { type }))) {
          if (test.term === "(Intercept)") continue;
          close(test.statistic, expected[test.term].statistic, 1e-5, `type ${type} ${test.term}`);
          assert.equal(test.df, expected[test.term].df);
        }
      }
    }
  });

  Deno.test(`mixed ${family} model: profiles of what is determined are those of the fit without the separated treatment`, () => {
    const formula = `${response} ~ f + x + (1 | g)`, terms = ["fq", "fs", "x", "sd__(Intercept)"];
    const profiles = [mixed, without].map((data) =>
      records(confint(fit(formula, data, { family }), { method: "profile", terms }))
    );
    profiles[0].forEach((row, k) => {
      close(row.conf_low, profiles[1][k].conf_low, 1e-4, row.term);
      close(row.conf_high, profiles[1][k].conf_high, 1e-4, row.term);
    });
    const wald = [mixed, without].map((data) => records(confint(fit(formula, data, { family }), { terms })));
    wald[0].forEach((row, k) => close(row.conf_high, wald[1][k].conf_high, 1e-5, row.term));
  });

  Deno.test(`mixed ${family} model: the likelihood has fallen by χ²/2 at the limit`, () => {
    const model = fit(`${response} ~ f + x + (1 | g)`, mixed, { family });
    const r = records(emmeans(model, "~ f", { at: { x: [50] } })).find((m) => m.f === "r");
    const limit = family === "poisson" ? r.conf_high : r.conf_low;
    assert.equal(family === "poisson" ? r.conf_low : -r.conf_high, -Infinity);
    const fixed = mixed.withColumns(
      ...["p", "q", "s"].map((l) => pl.Series(`f${l}`, rows.map(({ f }) => Number(f === l)))),
      pl.Series("eta", rows.map(({ f }) => f === "r" ? limit : 0)),
      pl.Series("x50", rows.map(({ x }) => x - 50)),
    ) as Frame;
    const held = fit(`${response} ~ 0 + fp + fq + fs + x50 + offset(eta) + (1 | g)`, fixed, { family });
    close(2 * (model.logLik - held.logLik), CHI2, 1e-5, "likelihood ratio");
    // with the group's own effect the interval is moved, and not narrower
    const at = pl.DataFrame({ f: ["r"], x: [50], g: ["g3"] }) as Frame;
    const [none] = records(predict(model, at, { type: "link", randomEffects: "none" })),
      [all] = records(predict(model, at));
    close(family === "poisson" ? none.conf_high : none.conf_low, limit, 1e-5, "predict");
    assert.ok(all.conf_high > all.conf_low);
  });
}

Deno.test("an empty cell of an interaction: main effects where the other factor tells, nothing of the interaction", () => {
  const cells = pl.DataFrame({
    y: [3, 5, 4, 0, 0, 0, 2, 4, 1, 6, 3, 5, 7, 2, 4],
    a: ["0", "0", "0", "1", "1", "1", "0", "0", "0", "1", "1", "1", "1", "0", "1"],
    b: ["u", "u", "u", "u", "u", "u", "v", "v", "v", "v", "v", "v", "v", "v", "v"],
    x: [1, 4, 2, 3, 1, 2, 5, 3, 1, 4, 2, 5, 3, 4, 1],
  }) as Frame;
  const model = fit("y ~ x + a * b", cells, { family: "poisson" });
  const right = fit(
    "y ~ x + a + b",
    cells.filter(pl.col("a").eq(pl.lit("0")).or(pl.col("b").eq(pl.lit("v")))) as Frame,
    { family: "poisson" },
  );
  const expected = Object.fromEntries(records(anova(right)).map((r) => [r.term, r.statistic]));
  for (const type of [2, 3] as const) {
    const table = Object.fromEntries(records(anova(model, { type })).map((r) => [r.term, r]));
    for (const term of ["x", "a", "b"]) {
      close(table[term].statistic, expected[term], 1e-5, `type ${type} ${term}`);
      assert.equal(table[term].df, 1);
    }
    assert.deepEqual([table["a:b"].df, table["a:b"].p_value], [0, null]);
  }
  const difference = records(contrast(emmeans(model, "~ a | b"), "pairwise", {})).find((r) => r.b === "v");
  close(difference.std_error, records(pairs(emmeans(right, "~ a")))[0].std_error, 1e-5, "a within v");
});

/** log P(1) and log P(0) of each link. */
const LOGS: Record<"logit" | "probit" | "cloglog", (eta: number) => readonly [number, number]> = {
  logit: (e) => [-Math.log1p(Math.exp(-e)), -Math.log1p(Math.exp(e))],
  probit: (e) => [Math.log(pnorm(e)), Math.log(pnorm(-e))],
  cloglog: (e) => [Math.log(-Math.expm1(-Math.exp(e))), -Math.exp(e)],
};

for (const link of ["logit", "probit", "cloglog"] as const) {
  Deno.test(`complete separation by a covariate, ${link}: the limit is where the likelihood over all slopes has fallen by χ²/2`, () => {
    const x = Array.from({ length: 30 }, (_, i) => 1e3 * (i + 1)), y = x.map((v) => Number(v > 15_500));
    const model = fit("y ~ x", pl.DataFrame({ x, y }) as Frame, { family: binomial(link) });
    const at = [2e3, 1e4, 1.5e4, 1.55e4, 1.6e4],
      table = records(
        predict(model, pl.DataFrame({ x: at }) as Frame, { type: "link" }),
      );
    assert.deepEqual(table.map((r) => r.estimate), [-Infinity, -Infinity, -Infinity, null, Infinity]);
    assert.deepEqual([table[3].conf_low, table[3].conf_high], [-Infinity, Infinity]); // on the threshold itself
    for (const k of [0, 1, 2]) {
      assert.equal(table[k].conf_low, -Infinity);
      const deviance = (slope: number) =>
        -2 * x.reduce((s, v, i) => s + LOGS[link](table[k].conf_high + slope * (v - at[k]))[1 - y[i]], 0);
      let low = 0, high = 0.03; // convex in the slope
      for (let j = 0; j < 200; j++) {
        const a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (!(deviance(a) > deviance(b))) high = b;
        else low = a;
      }
      close(deviance(low), CHI2, 1e-5, `x = ${at[k]}`);
    }
  });
}

Deno.test("limits are found again: the optimum of the model has not moved", () => {
  const model = fit("count ~ f + x + (1 | g)", mixed, { family: "poisson" }),
    before = records(predict(model, without));
  predict(model, mixed);
  assert.deepEqual(records(predict(model, without)), before);
});

Deno.test("thirty levels without successes of sixty: every upper limit is that of 0 of 20, in any coding", () => {
  const levels = 60, f = Array.from({ length: 20 * levels }, (_, i) => `f${i % levels}`);
  const y = f.map((_, i) => (i % levels % 2 === 0 ? 0 : Number(i * 7 % 11 < 4)));
  const limit = 1 - Math.exp(-(1.959963984540054 ** 2) / 40); // −2 · 20 log(1 − p) = z²
  for (const formula of ["y ~ f", "y ~ 0 + f"]) {
    const m = fit(formula, frameOf({ y, f }), { family: "binomial" });
    const rows = records(emmeans(m, "~ f", { type: "response" })).filter((r) => r.estimate === 0);
    assert.equal(rows.length, 30);
    for (const r of rows) {
      assert.ok(Math.abs(r.conf_high / limit - 1) < 1e-5, `${formula}, ${r.f}: ${r.conf_high}`);
    }
  }
});

Deno.test("predictions without a finite linear predictor say so, on every scale; others do not", () => {
  const k = [0, 0, 0, 0, 3, 4, 2, 5, 1, 3, 6, 2], t = [..."aaaabbbbcccc"];
  const data = frameOf({ k, n: k.map(() => 10), t }), some = frameOf({ t: ["a", "b"] });
  const note = (frame: Frame) => (metaOf(frame)?.notes ?? []).join(" ");
  const m = fit("cbind(k, n - k) ~ t", data, { family: "binomial" });
  for (const type of ["link", "response"] as const) {
    assert.match(
      note(predict(m, some, { type })),
      /One row has no finite linear predictor \(separation\).*one-sided/,
    );
  }
  assert.match(
    note(predict(m, some, { interval: "prediction" })),
    /begins at the one-sided interval of the mean/,
  );
  assert.match(note(predict(m, some, { interval: "none" })), /the estimate is its limit\./);
  assert.doesNotMatch(note(predict(m, frameOf({ t: ["b", "c"] }))), /finite linear predictor/);
  const two = fit(
    "cbind(k, n - k) ~ t",
    frameOf({ k: k.map((v, i) => (t[i] === "b" ? 0 : v)), n: k.map(() => 10), t }),
    {
      family: "binomial",
    },
  );
  assert.match(note(predict(two)), /8 rows have no finite linear predictor/);
});

Deno.test("means of a separated level averaged over the groups have their upper limit (log link), that of predictions", () => {
  const random = seed(3), n = 240, t = Array.from({ length: n }, (_, i) => "abc"[i % 3]);
  const g = t.map((_, i) => `g${i % 12}`), u = Array.from({ length: 12 }, () => 0.5 * random.normal());
  const y = t.map((v, i) => (v === "a" ? 0 : random.poisson(Math.exp(0.3 + u[i % 12]))));
  const m = fit("y ~ t + (1 | g)", frameOf({ t, g, y }), { family: "poisson" });
  const [mean] = records(emmeans(m, "~ t", { type: "response", average: "population" }));
  const options = { randomEffects: "none", average: "population" } as const;
  const [row] = records(predict(m, frameOf({ t: ["a"] }), options));
  assert.deepEqual([mean.estimate, mean.conf_low], [0, 0]);
  close(mean.conf_high, row.conf_high, 1e-6, "upper limit");
  assert.ok(mean.conf_high > 0.01 && mean.conf_high < 0.1);
});

/** Groups of 12 with a level c of f whose responses are all at one edge. */
function edged() {
  const random = seed(3),
    n = 240,
    each = <T>(of: (i: number) => T) => Array.from({ length: n }, (_, i) => of(i));
  const shift = Array.from({ length: 12 }, () => 0.7 * random.normal());
  const level = each((i) => "abc"[Math.floor(i / 12) % 3]), at = (i: number) => level[i] === "c";
  const chance = (i: number) => 1 / (1 + Math.exp(-shift[i % 12] - (level[i] === "a" ? 0.5 : -0.5)));
  const none = each((i) => at(i) ? 0 : Number(random.uniform() < chance(i)));
  return pl.DataFrame({
    none,
    all: each((i) => at(i) ? 1 : none[i]),
    count: each((i) => at(i) || random.uniform() < 0.3 ? 0 : random.poisson(Math.exp(1 + shift[i % 12] / 2))),
    class: each((i) => at(i) ? "1" : String(1 + Math.floor(random.uniform() * 3))),
    f: level,
    g: each((i) => `g${i % 12}`),
  }) as Frame;
}

const EDGES: [string, FitOptions][] = [
  ["none", { family: "binomial" }],
  ["none", { family: binomial("probit") }],
  ["all", { family: "binomial" }],
  ["all", { family: binomial("cloglog") }],
  ["count", { family: "poisson" }],
  ["count", { family: "poisson", zeroInflation: "~ 1" }],
  ["class", { family: "cumulative" }],
];
for (const [y, options] of EDGES) {
  const family = options.family as Any, title = `${y}, ${family.name ?? family} ${family.link?.name ?? ""}`;
  Deno.test(`a level at the edge, every mean of it has the limit and the finite end that predictions have: ${title}`, () => {
    const data = edged(),
      model = fit(`${y} ~ f + (1 | g)`, data, options),
      c = pl.DataFrame({ f: ["c"] }) as Frame;
    assert.equal(model.converged, true);
    const classes = y === "class", type = classes ? "mean" : "response";
    for (const average of ["typical", "population"] as const) {
      const [expected] = records(predict(model, c, { randomEffects: "none", average, type }));
      assert.ok([expected.estimate, expected.conf_low, expected.conf_high].every(Number.isFinite));
      for (const averageOn of ["link", "response"] as const) {
        const means = emmeans(model, "f", { component: "response", type: "response", average, averageOn });
        const row = records(means).find((r) => r.f === "c")!,
          what = `${average}, averaged on the ${averageOn}`;
        for (const name of ["estimate", "conf_low", "conf_high"]) {
          assert.ok(
            Math.abs(row[name] - expected[name]) < 1e-6,
            `${what}, ${name}: ${row[name]}, ${expected[name]}`,
          );
        }
        assert.equal(row.std_error, null, what);
      }
    }
    if (!classes) return;
    for (const average of ["typical", "population"] as const) {
      const expected = records(predict(model, c, { randomEffects: "none", average }));
      const own = records(emmeans(model, "f", { component: "probability", average })).filter((r) =>
        r.f === "c"
      );
      expected.forEach((row, k) => {
        for (const name of ["estimate", "conf_low", "conf_high"]) {
          assert.ok(
            Math.abs(own[k][name] - row[name]) < 1e-6,
            `${k}, ${average}, ${name}: ${own[k][name]}, ${row[name]}`,
          );
        }
      });
    }
  });
}

Deno.test("odds of the population are equal where those of the typical group are: the same likelihood-ratio tests", () => {
  const model = fit("none ~ f + (1 | g)", edged(), { family: "binomial" });
  const tests = (average: "typical" | "population") =>
    records(pairs(emmeans(model, "f", { average, type: "response" }), { adjust: "none" }));
  const typical = tests("typical"), population = tests("population");
  for (const k of [1, 2]) { // the first is a Wald test
    close(population[k].statistic, typical[k].statistic, 1e-5, typical[k].contrast);
    // averages of the groups are nearer to each other than the typical group's
    assert.ok(population[k].conf_low < typical[k].conf_low && population[k].conf_low > 1);
  }
  const differences = records(pairs(emmeans(model, "f", { averageOn: "response" }), { adjust: "none" }));
  const [a] = records(emmeans(model, "f", { averageOn: "response" }));
  close(differences[1].estimate, a.estimate, 1e-9, "a − 0");
  close(differences[1].std_error, a.std_error, 1e-6, "its standard error");
});

Deno.test("a mean over two cells without successes has the end of both together: 1 − exp(−z²/2n) of 0 of n", () => {
  const cells = ["a u", "a v", "b u", "b v", "c u", "c v"], each = 40, hits = [16, 20, 24, 12, 0, 0];
  const rows = cells.flatMap((cell, k) =>
    Array.from({ length: each }, (_, i) => ({ f: cell[0], h: cell[2], y: Number(i < hits[k]) }))
  );
  const model = fit("y ~ f * h", pl.DataFrame(rows) as Frame, { family: "binomial" });
  const row = records(emmeans(model, "~ f", { averageOn: "response" })).find((r) => r.f === "c")!;
  assert.deepEqual([row.estimate, row.conf_low], [0, 0]);
  close(row.conf_high, 1 - Math.exp(-CHI2 / (2 * 2 * each)), 1e-3, "the cells may share it in any way");
});
