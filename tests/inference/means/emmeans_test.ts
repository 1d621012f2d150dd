/** Options of marginal means against tables from R (emmeans 1.8.4, fits by glm), and what no peer does against integration. */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { DISPLAY, type ResultFrame } from "../../../lib/display.ts";
import { type Frame, frameOf, pl } from "../../../lib/frame.ts";
import { contrast, pairs } from "../../../lib/inference/means/contrast.ts";
import { emmeans, type EmmeansOptions } from "../../../lib/inference/means/emmeans.ts";
import { range } from "../../../lib/inference/grid/grids.ts";
import { jointTests } from "../../../lib/inference/means/joint_tests.ts";
import { predict } from "../../../lib/inference/predict/predict.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit } from "../../../lib/model/fit.ts";
import { loadModel, saveModel } from "../../../lib/model/result/save.ts";
import { compareTables, records } from "../close.ts";
import R from "../tables/emmeans.json" with { type: "json" };

/** glm stops at a relative change of the deviance of 1e-8, which is 1e-5 in estimates. */
const GLM = 3e-5;

const warpbreaks = await dataset("warpbreaks"), women = await dataset("Contraception");
const salamanders = await dataset("Salamanders"), cbpp = await dataset("cbpp");
const poisson = fit("breaks ~ wool * tension", warpbreaks, { family: "poisson" });
const binomial = fit("use01 ~ urban * livch + age", women, { family: "binomial" });
const incomplete = fit(
  "breaks ~ wool * tension",
  warpbreaks.filter(pl.col("wool").eq(pl.lit("B")).or(pl.col("tension").neq(pl.lit("M")))) as Frame,
  { family: "poisson" },
);
const five = salamanders.filter(pl.col("site").isIn(["R-2", "R-3", "R-4", "VF-5", "VF-6"])) as Frame;

function text(frame: ResultFrame): string {
  return (frame as unknown as Record<typeof DISPLAY, () => Record<string, string>>)[DISPLAY]()["text/plain"];
}

for (const weights of ["equal", "proportional", "outer", "cells", "flat"] as const) {
  Deno.test(`weights: ${weights}`, () => {
    compareTables(emmeans(binomial, "~ urban", { weights }), R[`weights_${weights}`], GLM);
  });
}

Deno.test("weights: one for each level averaged over", () => {
  compareTables(emmeans(binomial, "~ urban", { weights: [1, 2, 3, 4] }), R.weights_given, GLM);
  assert.throws(
    () => emmeans(binomial, "~ urban", { weights: [1, 2] }),
    /RangeError: Cannot average with 2 weights: they should be 4 .*livch/,
  );
});

Deno.test("weights: values of a covariate chosen by at count equally", () => {
  compareTables(
    emmeans(binomial, "~ livch", { weights: "cells", at: { age: [-5, 5] } }),
    R.cells_given_age,
    GLM,
  );
});

Deno.test("empty cells: what the data do not determine is NA, and nothing else", () => {
  compareTables(emmeans(incomplete, "~ wool * tension"), R.empty_means, GLM);
  compareTables(emmeans(incomplete, "~ tension"), R.empty_over, GLM);
  compareTables(emmeans(incomplete, "~ tension", { weights: "flat" }), R.empty_flat, GLM);
  compareTables(pairs(emmeans(incomplete, "~ tension | wool")), R.empty_pairs, GLM); // what is not estimable still counts
  assert.match(
    text(emmeans(incomplete, "~ wool * tension")),
    /1 of 6 estimates is NA: the data do not determine/,
  );
});

Deno.test("nested factors: found in the data, averaged within their parents", () => {
  for (const formula of ["count ~ mined + mined:site + DOP", "count ~ site + mined + DOP"]) {
    const model = fit(formula, five, { family: "poisson" });
    compareTables(emmeans(model, "~ site"), R.nested_child, GLM);
    compareTables(emmeans(model, "~ mined"), R.nested_parent, GLM);
    compareTables(emmeans(model, "~ mined"), R.nested_additive, GLM);
    compareTables(pairs(emmeans(model, "~ site")), R.nested_pairs, GLM);
    compareTables(pairs(emmeans(model, "~ site | mined")), R.nested_by, GLM);
    assert.match(text(emmeans(model, "~ mined")), /Nested factors found in the data: site within mined/);
  }
});

Deno.test("bias adjustment: the second-order correction", () => {
  compareTables(emmeans(poisson, "~ tension | wool", { type: "response", biasAdjust: 0.5 }), R.bias_log, GLM);
  compareTables(emmeans(binomial, "~ livch", { type: "response", biasAdjust: 0.7 }), R.bias_logit, GLM);
});

Deno.test("bias adjustment: true takes the standard deviation of the random effects, slopes included", () => {
  const model = fit("y ~ Base * trt + Age + Visit + (Visit | subject)", epilepsy, { family: "poisson" });
  const [term] = model.random, visit = 0.3;
  const sigma = Math.sqrt(
    term.covariance.get(0, 0) + 2 * visit * term.covariance.get(0, 1) +
      visit ** 2 * term.covariance.get(1, 1),
  );
  const options = { type: "response" as const, at: { Visit: [visit] } };
  const auto = emmeans(model, "~ trt", { ...options, biasAdjust: true }),
    given = emmeans(model, "~ trt", { ...options, biasAdjust: sigma });
  compareTables(
    auto,
    records(given).map((r) => ({ estimate: r.estimate, SE: r.std_error, lower: r.conf_low })),
    1e-12,
  );
});
const epilepsy = await dataset("epil2");

Deno.test("averages on the scale of the response", () => {
  compareTables(emmeans(poisson, "~ tension", { averageOn: "response" }), R.average_on_response, GLM);
  compareTables(
    pairs(emmeans(poisson, "~ tension", { averageOn: "response" })),
    R.average_on_response_pairs,
    GLM,
  );
});

Deno.test("intervals of means adjusted for their number", () => {
  for (const adjust of ["bonferroni", "sidak", "scheffe"] as const) {
    compareTables(emmeans(poisson, "~ wool * tension", { adjust }), R[`means_${adjust}`], GLM);
  }
});

Deno.test("zero inflation: the mean of the response holds the zeros", () => {
  const model = fit("count ~ spp + mined + (1 | site)", salamanders, {
    family: "poisson",
    zeroInflation: "~ mined",
  });
  // glmmTMB's Hessian is a finite difference: standard errors agree to 1e-4.
  compareTables(emmeans(model, "~ mined", { component: "response" }), R.zi_mean, 2e-4);
  const same = fit("count ~ spp + mined + (1 | site)", salamanders, { family: "poisson" });
  assert.deepEqual(
    records(emmeans(same, "~ mined", { component: "response" })).map((r) => r.estimate.toFixed(10)),
    records(emmeans(same, "~ mined", { type: "response" })).map((r) => r.estimate.toFixed(10)),
  );
  const share = records(emmeans(model, "~ mined", { component: "zi", type: "response" }));
  assert.ok(share.every((r) => r.conf_low > 0 && r.conf_high < 1));
});

Deno.test("population averages: the integral over the random effects, its gradient and its contrasts", () => {
  const model = fit("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, { family: "binomial" });
  const means = emmeans(model, "~ period", { average: "population" });
  // R's standard errors take glmmTMB's finite-difference Hessian.
  compareTables(means, R.population, 3e-4);
  compareTables(pairs(means), R.population_pairs, 3e-4);
  assert.match(text(means), /averaged over the random effects/);
  assert.match(
    text(emmeans(model, "~ period", { type: "response" })),
    /Typical group: random effects at 0 on the logit scale/,
  );
});

Deno.test("population averages of a log link have a closed form: e^{η + s²/2}", () => {
  const model = fit("count ~ mined + (1 | site)", salamanders, { family: "poisson" });
  const typical = records(emmeans(model, "~ mined", { type: "response" })),
    shift = Math.exp(model.random[0].covariance.get(0, 0) / 2);
  records(emmeans(model, "~ mined", { average: "population" })).forEach((row, i) => {
    assert.ok(Math.abs(row.estimate / (typical[i].estimate * shift) - 1) < 1e-12);
  });
  const identity = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const [population] = records(emmeans(identity, "Days", { average: "population", df: "asymptotic" }));
  const [plain] = records(emmeans(identity, "Days", { df: "asymptotic" }));
  assert.ok(
    Math.abs(population.estimate - plain.estimate) < 1e-10 &&
      Math.abs(population.std_error - plain.std_error) < 1e-10,
  );
});
const sleep = await dataset("sleepstudy");

Deno.test("means agree with predictions at the same rows", () => {
  const model = fit(
    "SiblingNegotiation ~ FoodTreatment * SexParent + offset(log(BroodSize)) + (1 | Nest)",
    owls,
    { family: "nbinom1" },
  );
  const means = records(
    emmeans(model, ["FoodTreatment", "SexParent"], { at: { BroodSize: [4] }, type: "response" }),
  );
  const grid = frameOf({
    FoodTreatment: means.map((r) => r.FoodTreatment),
    SexParent: means.map((r) => r.SexParent),
    BroodSize: means.map(() => 4),
  });
  const lines = records(predict(model, grid, { randomEffects: "none" }));
  means.forEach((row, i) => {
    for (const name of ["estimate", "std_error", "conf_low", "conf_high"]) {
      assert.ok(Math.abs(row[name] / lines[i][name] - 1) < 1e-10, `${name} ${row[name]} ${lines[i][name]}`);
    }
  });
  const unit = records(emmeans(model, "~ SexParent", { offset: 0 })),
    brood = records(emmeans(model, "~ SexParent", { at: { BroodSize: [4] } }));
  unit.forEach((row, i) => assert.ok(Math.abs(row.estimate + Math.log(4) - brood[i].estimate) < 1e-12));
});
const owls = await dataset("Owls");

Deno.test("specs: formulas, names and by are the same", () => {
  const plain = records(emmeans(poisson, "~ tension | wool"));
  assert.deepEqual(records(emmeans(poisson, "tension", { by: "wool" })), plain);
  assert.deepEqual(records(emmeans(poisson, ["tension"], { by: ["wool"] })), plain);
  assert.deepEqual(
    records(emmeans(poisson, "~ tension * wool")).map((r) => r.estimate),
    plain.map((r) => r.estimate),
  );
  assert.equal(records(emmeans(poisson, "~ 1")).length, 1);
  assert.deepEqual(Object.keys(plain[0]), [
    "tension",
    "wool",
    "estimate",
    "std_error",
    "df",
    "conf_low",
    "conf_high",
  ]);
});

Deno.test("pairwise ~ a shows means and comparisons", () => {
  const both = emmeans(poisson, "pairwise ~ tension | wool", { type: "response" });
  assert.deepEqual(
    records(both.contrasts!),
    records(pairs(emmeans(poisson, "~ tension | wool", { type: "response" }))),
  );
  assert.match(
    text(both),
    /^Means:\nwool = A:[^]*Contrasts:\nwool = A:[^]*L \/ M[^]*tukey method for comparing a family of 3 estimates/,
  );
  assert.equal(emmeans(poisson, "~ tension").contrasts, undefined);
});

Deno.test("at: ranges, factor levels, two-valued covariates at both values", () => {
  const days = records(
    emmeans(fit("Reaction ~ Days + (1 | Subject)", sleep), "~ Days", { at: { Days: range(4) } }),
  );
  assert.deepEqual(days.map((r) => r.Days), [0, 3, 6, 9]);
  assert.deepEqual(
    records(emmeans(poisson, "~ tension", { at: { tension: ["H", "L"] } })).map((r) => r.tension),
    ["H", "L"],
  );
  const two = sleep.withColumn(pl.col("Days").gt(4).cast(pl.Float64).alias("late")) as Frame;
  assert.deepEqual(
    records(emmeans(fit("Reaction ~ late + (1 | Subject)", two), "~ late")).map((r) => r.late),
    [0, 1],
  );
});

Deno.test("notes say what was averaged and what may mislead", () => {
  const printed = text(emmeans(poisson, "~ tension"));
  assert.match(printed, /Results are averaged over the levels of: wool\n/);
  assert.match(printed, /These averages may mislead: the model has an interaction of tension with wool/);
  assert.match(printed, /Results are given on the log \(not the response\) scale/);
});

Deno.test("a transformed response is undone", () => {
  const model = fit("log(breaks) ~ tension", warpbreaks);
  const [low] = records(emmeans(model, "~ tension")),
    [back] = records(emmeans(model, "~ tension", { type: "response" }));
  assert.ok(Math.abs(back.estimate - Math.exp(low.estimate)) < 1e-12);
  assert.equal(records(pairs(emmeans(model, "~ tension", { type: "response" })))[0].contrast, "L / M");
});

Deno.test("joint tests: within levels, and covariates by their slopes", () => {
  const compare = (frame: ResultFrame, rows: Record<string, string | number>[]) => {
    const ours = records(frame).filter((row) => row.p_value !== null);
    assert.equal(ours.length, rows.length);
    rows.forEach((row, i) => {
      assert.equal(ours[i].term, row["model term"]);
      assert.equal(ours[i].df, row.df1);
      // R rounds F to three decimals.
      assert.ok(Math.abs(ours[i].statistic - Number(row["F.ratio"])) < 6e-4 + 2 * GLM * ours[i].statistic);
      assert.ok(Math.abs(ours[i].p_value - Number(row.p)) < Math.max(1e-6, 1e-3 * Number(row.p)));
    });
  };
  compare(jointTests(poisson, { by: "wool" }), R.joint_by);
  compare(
    jointTests(fit("count ~ mined * DOP + spp", salamanders, { family: "poisson" })),
    R.joint_covariate,
  );
  // emmeans leaves out wool, of which nothing can be estimated, and lists what is left over as "(confounded)".
  assert.deepEqual(records(jointTests(incomplete)).map((r) => [r.term, r.p_value === null]), [
    ["wool", true],
    ["tension", false],
    ["wool:tension", false],
  ]);
  compare(jointTests(incomplete), R.empty_joint.filter((row) => row["model term"] !== "(confounded)"));
});

Deno.test("a model loaded from JSON: the same means, or what is missing", () => {
  const loaded = loadModel(saveModel(binomial));
  assert.deepEqual(
    records(emmeans(loaded, "~ livch | urban")),
    records(emmeans(binomial, "~ livch | urban")),
  );
  const mixed = fit("Reaction ~ Days + (1 | Subject)", sleep), again = loadModel(saveModel(mixed));
  assert.deepEqual(records(emmeans(again, "~ Days", { df: 17 })).map((r) => r.df), [17]);
  assert.deepEqual(records(emmeans(again, "~ Days")), records(emmeans(mixed, "~ Days")));
});

Deno.test("40,000 means take seconds, and no table of means by means", () => {
  const n = 2000, random = seed(1);
  const level = (letter: string, size: number) =>
    Array.from({ length: n }, (_, i) => letter + (i < size ? i : Math.floor(size * random.uniform())));
  const data = frameOf({
    a: level("a", 40),
    b: level("b", 40),
    c: level("c", 25),
    y: Float64Array.from({ length: n }, (_, i) => Math.sin(i)),
  });
  const model = fit("y ~ a + b + c", data);
  const means = emmeans(model, "~ a * b * c");
  assert.equal(records(means).length, 40_000);
  // The comparisons of 40 levels, averaged over a grid of 40,000 cells.
  assert.equal(records(pairs(emmeans(model, "~ a"), { adjust: "holm" })).length, 780);
});

Deno.test("errors name what is wrong and what would be right", () => {
  const failing: [() => unknown, RegExp][] = [
    [
      () => emmeans(poisson, "~ tensio"),
      /RangeError: Cannot find "tensio" of the specs: the predictors of the model are "wool", "tension"; did you mean "tension"\?/,
    ],
    [
      () => emmeans(poisson, "~ tension", { at: { tension: ["X"] } }),
      /RangeError: Cannot set "tension" in at: "X" is not one of its levels "L", "M", "H"/,
    ],
    [() => emmeans(poisson, "~ tension", { at: { wol: ["A"] } }), /did you mean "wool"/],
    [() => emmeans(poisson, "~ tension", { at: { wool: [] } }), /TypeError: Cannot set "wool" in at/],
    [
      () => emmeans(binomial, "~ urban", { at: { age: ["old"] } }),
      /TypeError: Cannot set "age" in at: "old" is not a number/,
    ],
    [
      () => emmeans(poisson, "~ tension", { weights: "equl" as never }),
      /RangeError: Cannot use weights: "equl", known are "equal".*did you mean "equal"/,
    ],
    [() => emmeans(poisson, "~ tension", { type: "mean" as never }), /RangeError: Cannot use type: "mean"/],
    [
      () => emmeans(poisson, "~ tension", { adjust: "tuckey" as never }),
      /RangeError: Cannot use adjust: "tuckey"/,
    ],
    [() => emmeans(poisson, "~ tension", { level: 95 }), /RangeError: Cannot use level: 95/],
    [
      () => emmeans(poisson, "~ tension", { df: "kenward-roger" }),
      /RangeError: Cannot use "kenward-roger" degrees of freedom for a poisson/,
    ],
    [() => emmeans(poisson, "~ tension", { df: -1 }), /RangeError: Cannot use df: -1/],
    [() => emmeans(poisson, "~ tension", { component: "zi" }), /RangeError: Cannot find component "zi"/],
    [
      () => emmeans(poisson, "~ tension ^ 2"),
      /SyntaxError: Cannot read specs: "\^" has no meaning here[^]*\n {2}~ tension \^ 2\n {12}\^/,
    ],
    [() => emmeans(poisson, "~ tension wool"), /SyntaxError: Cannot read specs: an operator/],
    [() => emmeans(poisson, "~ tension +"), /SyntaxError: Cannot read specs: a factor's name should follow/],
    [() => emmeans(poisson, 3 as never), /TypeError: Cannot read specs/],
    [
      () => emmeans(poisson, "pairwse ~ tension"),
      /RangeError: Cannot find contrasts "pairwse".*did you mean "pairwise"/,
    ],
    [
      () =>
        emmeans(fit("len ~ supp + (1 | doseF)", teeth, { family: "gamma" }), "~ supp", {
          average: "population",
        }),
      /RangeError: Cannot average over the random effects with link "inverse"/,
    ],
    [
      () => contrast(emmeans(poisson, "~ tension").filter(pl.lit(true)) as never),
      /TypeError: Cannot apply contrast\(\) to a plain data frame: it needs the result of emmeans\(\) itself/,
    ],
    [() => pairs({} as never), /TypeError: Cannot apply pairs\(\) to an object/],
  ];
  for (const [run, message] of failing) {
    assert.throws(run, (error: Error) => (assert.match(`${error.name}: ${error.message}`, message), true));
  }
});
const teeth = await dataset("ToothGrowth");

Deno.test("at: a value alone is a list of one, a typed array a list", () => {
  const of = (at: NonNullable<EmmeansOptions["at"]>) => records(emmeans(binomial, "~ urban", { at }));
  assert.deepEqual(of({ age: 1 }), of({ age: [1] }));
  assert.deepEqual(of({ age: Float64Array.of(1) as never }), of({ age: [1] }));
  assert.deepEqual(
    records(emmeans(poisson, "~ tension", { at: { wool: "A" } })),
    records(emmeans(poisson, "~ tension", { at: { wool: ["A"] } })),
  );
  assert.throws(() => of({ age: {} as never }), /TypeError: Cannot set "age" in at/);
});

Deno.test("a note points to no option that is refused: parts beyond the mean have no population average", () => {
  const rows = Array.from({ length: 120 }, (_, i) => i);
  const data = pl.DataFrame({
    y: rows.map((i) => (i * i + 3 * (i % 7)) % 9 % 5),
    f: rows.map((i) => "ab"[i % 2]),
    g: rows.map((i) => `g${i % 10}`),
  });
  const model = fit("y ~ f + (1 | g)", data, { family: "nbinom2", dispersion: "~ f + (1 | g)" });
  const notes = (component: string) => text(emmeans(model, "f", { component }));
  assert.match(notes("cond"), /average: "population" gives that/);
  assert.match(notes("disp"), /which is not the average over groups(?!; average)/);
  assert.throws(
    () => emmeans(model, "f", { component: "disp", average: "population" }),
    /Cannot average component "disp"/,
  );
});
