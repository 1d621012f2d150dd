import assert from "node:assert/strict";
import { type Frame, frameOf, pl } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";
import { pnorm, qnorm } from "../../../lib/math/distributions.ts";
import { dataset } from "../../../lib/datasets.ts";
import { fit } from "../../../lib/model/fit.ts";
import { gamma } from "../../../lib/model/families/mod.ts";
import type { Model } from "../../../lib/model/result/model.ts";
import { predict } from "../../../lib/inference/predict/predict.ts";
import type { PredictOptions } from "../../../lib/inference/predict/predict_options.ts";
import { fitted } from "../../../lib/inference/predict/residuals.ts";

const random = seed(2), n = 90, each = <T>(f: (i: number) => T) => Array.from({ length: n }, (_, i) => f(i));
const data = frameOf({
  count: each(() => random.poisson(3)),
  share: Float64Array.from(each(() => 0.05 + 0.9 * random.uniform())),
  y: Float64Array.from(each(() => 5 + random.normal())),
  positive: Float64Array.from(each(() => 0.5 + random.gamma(3))),
  x: Float64Array.from(each(() => random.normal())),
  x2: Float64Array.from(each(() => random.normal())),
  sex: each((i) => (i % 2 ? "M" : "F")),
  g: each((i) => `g${i % 9}`),
  h: each((i) => `h${Math.floor(i / 15)}`),
});
// structure for the variances to be positive
const shifted = data.withColumns(
  pl.Series(
    "y",
    each((i) =>
      Math.sin(1 + i % 9) * 2 + Math.cos(Math.floor(i / 15)) +
      (0.5 + 0.8 * Math.sin(2 + i % 9)) * random.normal()
    ),
    pl.Float64,
  ),
) as Frame;

const crossed = fit("y ~ x + (1 | g) + (1 | h)", shifted);
const zip = fit(
  "count ~ x + (1 | g)",
  data.withColumns(
    pl.Series("count", each((i) => (i % 4 ? Math.round(2 + 3 * (i % 9) / 4) : 0)), pl.Int32),
  ) as Frame,
  { family: "poisson", zeroInflation: "~ x" },
);

function column(
  model: Model,
  newdata: Frame | undefined,
  name: string,
  options: PredictOptions = {},
): number[] {
  return predict(model, newdata, options).getColumn(name).toArray() as number[];
}

const close = (a: number[], b: number[], tolerance = 1e-12) =>
  a.forEach((v, i) =>
    assert.ok(Math.abs(v - b[i]) <= tolerance * (1 + Math.abs(b[i])), `row ${i}: ${v}, expected ${b[i]}`)
  );

Deno.test("without new data: the rows of the fit, equal to fitted()", () => {
  for (const model of [crossed, zip]) close(column(model, undefined, "estimate"), [...fitted(model)]);
});

Deno.test("columns: those of the new data, then estimate, std_error, conf_low, conf_high", () => {
  const rows = shifted.head(3), out = predict(crossed, rows);
  assert.deepEqual(out.columns, [...rows.columns, "estimate", "std_error", "conf_low", "conf_high"]);
  assert.deepEqual(predict(crossed, rows, { interval: "none" }).columns, [...rows.columns, "estimate"]);
  const again = predict(crossed, out as unknown as Frame); // columns of a former prediction are replaced
  assert.deepEqual(again.columns, out.columns);
  assert.equal(predict(crossed, rows.clear() as Frame).height, 0);
});

Deno.test("random effects add up: all − none is the sum of the terms", () => {
  const at = (randomEffects: string) => column(crossed, shifted, "estimate", { type: "link", randomEffects });
  const all = at("all"), none = at("none"), g = at("~ (1 | g)"), h = at("(1 | h)");
  close(all, none.map((v, i) => v + (g[i] - v) + (h[i] - v)));
  assert.ok(g.some((v, i) => Math.abs(v - none[i]) > 0.1), "terms matter");
  assert.throws(() => at("~ (1 | nowhere)"), /RangeError.*\(1 \| nowhere\).*\(1 \| g\), \(1 \| h\)/);
  assert.throws(() => at("some"), RangeError);
});

Deno.test("a chosen slope does not bring along coefficients whose names only begin like it", () => {
  const model = fit("y ~ x + x2 + (x + x2 | g)", shifted),
    one = data.head(1).withColumns(
      pl.lit(0).cast(pl.Float64).alias("x"),
      pl.lit(1).cast(pl.Float64).alias("x2"),
    ) as Frame;
  const at = (randomEffects: string) => column(model, one, "estimate", { randomEffects })[0];
  assert.equal(at("~ (0 + x | g)"), at("none"));
  assert.notEqual(at("~ (0 + x2 | g)"), at("none"));
  const byFactor = fit("y ~ sex + (0 + sex | g)", shifted);
  const all = column(byFactor, shifted, "estimate");
  close(column(byFactor, shifted, "estimate", { randomEffects: "~ (0 + sex | g)" }), all);
  // a factor f beside a number whose name begins with f; an interaction in the other order
  const beside = fit("y ~ f + fat + (0 + f + fat | g)", withFat);
  const slope = rankOne(beside, "fat"),
    offset = column(beside, withFat, "estimate", { randomEffects: "~ (0 + f | g)" });
  const whole = column(beside, withFat, "estimate");
  close(offset.map((v, i) => v + slope[i]), whole);
  const product = fit("y ~ x + (0 + sex:x | g)", shifted);
  close(
    column(product, shifted, "estimate", { randomEffects: "~ (0 + x:sex | g)" }),
    column(product, shifted, "estimate"),
  );
});

Deno.test("a chosen group may be written in either order; a chosen coefficient that the model does not have is refused", () => {
  const nested = fit("y ~ x + (1 | g/h)", shifted); // its groups are h:g and g
  const at = (randomEffects: string) => column(nested, shifted, "estimate", { randomEffects });
  assert.deepEqual(at("~ (1 | g:h)"), at("~ (1 | h:g)"));
  assert.notDeepEqual(at("~ (1 | g:h)"), at("none"));
  for (const term of ["x2 | g", "1 + x2 | h:g", "x * x2 | g"]) {
    assert.throws(
      () => at(`~ (${term})`),
      /RangeError: Cannot use the term .*: the model's random terms are/,
      term,
    );
  }
});

const withFat = shifted.withColumns(
  pl.col("sex").alias("f"),
  pl.col("x2").alias("fat"),
) as Frame;

/** Column × mode of one coefficient of a model's term, row by row. */
function rankOne(model: Model, name: string): number[] {
  const [term] = model.random,
    j = term.names.indexOf(name),
    x = withFat.getColumn(name).toArray() as number[];
  return withFat.getColumn("g").toArray().map((g, i) =>
    x[i] * term.modes[term.levels.indexOf(g as string) * term.names.length + j]
  );
}

Deno.test("scales agree: response is the mean of link, its interval the transformed one, its standard error the delta method's", () => {
  for (
    const model of [
      fit("count ~ x + (1 | g)", data, { family: "poisson" }),
      fit("share ~ x", data, { family: "beta" }),
      fit("positive ~ x", data, { family: gamma("inverse") }), // decreasing link: ends swap
    ]
  ) {
    const { link } = model.family, eta = column(model, data, "estimate", { type: "link" });
    const se = column(model, data, "std_error", { type: "link" });
    close(column(model, data, "estimate"), eta.map(link.mean));
    close(column(model, data, "std_error"), eta.map((e, i) => Math.abs(link.slope(e)) * se[i]));
    const z = qnorm(0.95),
      ends = eta.map((e, i) => [link.mean(e - z * se[i]), link.mean(e + z * se[i])].sort((a, b) => a - b));
    close(column(model, data, "conf_low", { level: 0.9 }), ends.map((e) => e[0]));
    close(column(model, data, "conf_high", { level: 0.9 }), ends.map((e) => e[1]));
    assert.ok(ends.every(([low, high]) => low < high));
  }
});

Deno.test("zero inflation: response = conditional × (1 − zprob)", () => {
  const at = (type: PredictOptions["type"]) => column(zip, undefined, "estimate", { type });
  const conditional = at("conditional"), zprob = at("zprob");
  close(at("response"), conditional.map((m, i) => m * (1 - zprob[i])));
  close(zprob, at("zlink").map((e) => 1 / (1 + Math.exp(-e))));
  assert.throws(
    () => predict(crossed, undefined, { type: "zprob" }),
    /RangeError: Cannot predict type: "zprob".*no zero inflation/,
  );
});

Deno.test("dispersion: exp of its predictor; families without one say so", () => {
  const model = fit("y ~ x", shifted, { dispersion: "~ x" });
  const disp = column(model, undefined, "estimate", { type: "disp" });
  const x = shifted.getColumn("x").toArray() as number[],
    { beta } = model.parts.find((p) => p.part === "disp")!;
  close(disp, x.map((v) => Math.exp(beta[0] + beta[1] * v)));
  assert.throws(() => predict(zip, undefined, { type: "disp" }), /RangeError.*"poisson" has no dispersion/);
});

Deno.test("new groups: refused by name, or the typical group with the variance between groups", () => {
  const rows = shifted.head(2).withColumns(pl.Series("g", ["new", "g1"], pl.String)) as Frame;
  assert.throws(
    () => predict(crossed, rows),
    /RangeError: Cannot predict for the new level "new" of g.*newLevels: "population"/,
  );
  const at = (name: string, options: PredictOptions) =>
    column(crossed, rows, name, { type: "link", ...options });
  const population = at("estimate", { newLevels: "population" }),
    h = at("estimate", { randomEffects: "~ (1 | h)" });
  assert.equal(population[0], h[0]);
  assert.notEqual(population[1], h[1]);
  const sd = Math.sqrt(crossed.random[0].covariance.get(0, 0));
  const se = at("std_error", { newLevels: "population" })[0],
    without = at("std_error", { randomEffects: "~ (1 | h)" })[0];
  assert.ok(Math.abs(se ** 2 - without ** 2 - sd ** 2) < 1e-10, `${se}² − ${without}² is not ${sd}²`);
});

Deno.test("missing values give missing predictions; an absent grouping column leaves its term out and says so", () => {
  const rows = shifted.head(3).withColumns(pl.Series("x", [0.5, null, 1], pl.Float64)) as Frame,
    out = predict(crossed, rows);
  assert.deepEqual(out.getColumn("estimate").toArray().map((v) => v === null), [false, true, false]);
  assert.deepEqual(out.getColumn("conf_low").toArray().map((v) => v === null), [false, true, false]);
  const bare = shifted.select("x").head(3) as Frame;
  close(column(crossed, bare, "estimate"), column(crossed, bare, "estimate", { randomEffects: "none" }));
  const html = (predict(crossed, bare) as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]()["text/html"];
  assert.match(html, /no column for \(1 \| g\)/);
});

Deno.test("new data that cannot be used: missing column, unknown level of a fixed factor, not a frame, unknown type", async () => {
  const contraception = await dataset("Contraception");
  assert.throws(
    () => predict(crossed, shifted.drop("x") as Frame),
    /RangeError: Cannot predict: the new data lack the column "x", .*dataGrid\(model, \{ .*typical values/,
  );
  const c = fit("use01 ~ age + (1 | district)", contraception, { family: "binomial" });
  const misspelt = frameOf({ agee: [1, 2] }); // a name near a missing one is a mistake, not a partial grid
  assert.throws(() => predict(c, misspelt), /RangeError: Cannot find column "age" .* did you mean "age"/);
  const sexes = fit("y ~ sex", shifted),
    rows = shifted.head(1).withColumns(pl.Series("sex", ["X"], pl.String)) as Frame;
  assert.throws(() => predict(sexes, rows), /RangeError.*sex = "X".*"F", "M"/);
  assert.throws(() => predict(crossed, [] as unknown as Frame), TypeError);
  assert.throws(() => predict(crossed, null as unknown as Frame), TypeError);
  assert.throws(
    () => predict(crossed, shifted, { type: "mean" as "link" }),
    /RangeError: Cannot use type: "mean".*"response"/,
  );
  assert.throws(() => predict(crossed, shifted, { level: 95 }), /RangeError.*95.*0\.95/);
});

Deno.test("prediction interval: Gaussian by maximum likelihood, the normal one with both variances", () => {
  const model = fit("y ~ x", shifted, { reml: false }),
    rows = shifted.head(4) as Frame,
    sigma = model.sigma,
    z = qnorm(0.975);
  const eta = column(model, rows, "estimate"), se = column(model, rows, "std_error");
  const half = se.map((s) => z * Math.hypot(s, sigma));
  close(column(model, rows, "conf_low", { interval: "prediction" }), eta.map((e, i) => e - half[i]), 1e-8);
  close(column(model, rows, "conf_high", { interval: "prediction" }), eta.map((e, i) => e + half[i]), 1e-8);
  assert.throws(
    () => predict(model, rows, { interval: "prediction", type: "link" }),
    /RangeError.*scale of the response/,
  );
});

Deno.test("prediction interval: counts, the quantiles of the mixture by plain summation", () => {
  const model = fit("count ~ x", data, { family: "poisson" }), rows = data.head(3) as Frame;
  const eta = column(model, rows, "estimate", { type: "link" }),
    se = column(model, rows, "std_error", { type: "link" });
  const low = column(model, rows, "conf_low", { interval: "prediction" }),
    high = column(model, rows, "conf_high", { interval: "prediction" });
  eta.forEach((e, i) => {
    const cdf = (y: number) => { // the mean's distribution in 2000 slices of equal width
      let sum = 0;
      for (let k = -1000; k < 1000; k++) {
        const t = (k + 0.5) / 125,
          mu = Math.exp(e + se[i] * t),
          weight = pnorm((k + 1) / 125) - pnorm(k / 125);
        let term = Math.exp(-mu), total = y < 0 ? 0 : term;
        for (let j = 1; j <= y; j++) total += term *= mu / j;
        sum += weight * total;
      }
      return sum;
    };
    assert.ok(cdf(low[i]) >= 0.025 && cdf(low[i] - 1) < 0.025, `low ${low[i]}`);
    assert.ok(cdf(high[i]) >= 0.975 && cdf(high[i] - 1) < 0.975, `high ${high[i]}`);
  });
  assert.ok(
    column(zip, undefined, "conf_low", { interval: "prediction" }).every((v) => v === 0),
    "a quarter of the counts is 0",
  );
});

Deno.test("predicting does not disturb the model", async () => {
  const sleep = await dataset("sleepstudy"), model = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const first = column(model, sleep, "std_error"), before = [...fitted(model)];
  predict(model, sleep.head(5) as Frame, { randomEffects: "none" });
  assert.deepEqual([...fitted(model)], before);
  close(column(model, sleep, "std_error"), first, 1e-10); // differences start from the last modes
});

Deno.test("columns may be called like polars' own properties and methods", () => {
  for (const name of ["select", "clone", "withColumns", "height", "columns", "constructor", "plot", "2020"]) {
    const named = frameOf({
      b: data.getColumn("x").toArray() as number[],
      y: shifted.getColumn("y").toArray() as number[],
    });
    const frame = pl.DataFrame([...named.getColumns(), shifted.getColumn("x2").alias(name)]) as Frame;
    const model = fit(/^\d/.test(name) ? `y ~ \`${name}\`` : `y ~ ${name}`, frame),
      out = predict(model, frame);
    close(out.getColumn("estimate").toArray() as number[], [...fitted(model)]);
    assert.equal(String(out.getColumn(name).name), name);
  }
});

const sleepstudy = await dataset("sleepstudy");

Deno.test("prediction intervals of proportions: of one trial 0 or 1, narrower with the number of trials", async () => {
  const m = fit("cbind(incidence, size - incidence) ~ period + (1 | herd)", await dataset("cbpp"), {
    family: "binomial",
  });
  const grid = frameOf({ period: ["1"] }),
    at = (trials: number) => predict(m, grid, { randomEffects: "none", interval: "prediction", trials });
  const [low, high] = [1, 1000].map((trials) => at(trials).getColumn("conf_low").toArray()[0] as number)
    .concat();
  const top = [1, 1000].map((trials) => at(trials).getColumn("conf_high").toArray()[0] as number);
  assert.deepEqual([low, top[0]], [0, 1]);
  // with a thousand trials what is left is the uncertainty of the mean, 0.2 ± 2 · 0.037
  assert.ok(high > 0.1 && top[1] < 0.35 && Number.isInteger(Math.round(1000 * top[1] * 1e6) / 1e6));
  assert.throws(() => at(2.5), /RangeError.*trials/);
  assert.throws(
    () =>
      predict(fit("Reaction ~ Days", sleepstudy), frameOf({ Days: [1] }), {
        interval: "prediction",
        trials: 4,
      }),
    /RangeError.*gaussian/,
  );
});
