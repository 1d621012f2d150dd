/** Contrasts, their adjustments and alternatives against tables from R (emmeans 1.8.4). */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { contrast, pairs } from "../../../lib/inference/means/contrast.ts";
import { effSize } from "../../../lib/inference/means/effect_size.ts";
import { emmeans } from "../../../lib/inference/means/emmeans.ts";
import { fit } from "../../../lib/model/fit.ts";
import { compareTables, records } from "../close.ts";
import R from "../tables/emmeans.json" with { type: "json" };

/** glm stops at a relative change of the deviance of 1e-8. */
const GLM = 3e-5;

const warpbreaks = await dataset("warpbreaks");
const model = fit("breaks ~ wool * tension", warpbreaks, { family: "poisson" });
const within = emmeans(model, "~ tension | wool"),
  ratio = emmeans(model, "~ tension | wool", { type: "response" });
const overall = emmeans(model, "~ tension"), all = emmeans(model, "~ wool * tension");

Deno.test("equivalence and non-inferiority", () => {
  const tests = (rows: Record<string, unknown>[]) =>
    rows.map(({ contrast, wool, estimate, SE, stat, p }) => ({ contrast, wool, estimate, SE, stat, p }));
  compareTables(pairs(within, { delta: 0.2 }), tests(R.delta_equivalence), GLM);
  compareTables(pairs(within, { delta: 0.2, side: ">" }), tests(R.delta_noninferiority), GLM);
});

Deno.test("one-sided tests and limits", () => {
  compareTables(pairs(within, { side: "<" }), R.left, GLM);
  compareTables(contrast(within, "trt.vs.ctrl", { side: ">" }), R.right_control, GLM);
  // R integrates to 1e-3.
  compareTables(pairs(within, { side: "<", adjust: "mvt" }), R.left_mvt.map(({ p: _, ...row }) => row), 2e-3);
  records(pairs(within, { side: "<", adjust: "mvt" })).forEach((row, i) =>
    assert.ok(Math.abs(row.p_value - R.left_mvt[i].p) < 1e-3)
  );
});

Deno.test("null values: differences, ratios and means", () => {
  compareTables(pairs(ratio, { null: Math.log(1.5) }), R.null_ratio, GLM);
  compareTables(contrast(within, "identity", { null: Math.log(30) }), R.identity_null, GLM);
});

Deno.test("families: controls, reversed pairs, coefficients of one's own", () => {
  compareTables(
    contrast(overall, "trt.vs.ctrl", { ref: [2, 3] }),
    R.ref_two.map((r) => ({ ...r, contrast: "L - avg(M, H)" })),
    GLM,
  );
  compareTables(
    contrast(overall, "trt.vs.ctrl", { ref: ["M", "H"] }),
    R.ref_two.map((r) => ({ ...r, contrast: "L - avg(M, H)" })),
    GLM,
  );
  compareTables(contrast(within, "trt.vs.ctrlk"), R.ctrlk, GLM);
  compareTables(contrast(within, "revpairwise"), R.revpairwise, GLM);
  compareTables(
    contrast(within, { a: [1, -0.5, -0.5], b: [0, 1, -1] }, { adjust: "bonferroni" }),
    R.custom,
    GLM,
  );
  // Sums that are neither differences nor means stay on the linear scale.
  compareTables(contrast(ratio, { sum: [1, 1, 0], d: [1, -1, 0] }), R.custom_response, GLM);
});

Deno.test("helmert compares with the mean of earlier levels", () => {
  const rows = records(contrast(overall, "helmert"));
  assert.deepEqual(rows.map((r) => r.contrast), ["M - L", "H - avg(L, M)"]);
  const own = records(contrast(overall, { a: [-1, 1, 0], b: [-0.5, -0.5, 1] }));
  rows.forEach((row, i) =>
    assert.ok(
      Math.abs(row.estimate - own[i].estimate) < 1e-12 && Math.abs(row.p_value - own[i].p_value) < 1e-12,
    )
  );
});

Deno.test("by: other factors, none, all but the simple ones; contrasts of contrasts", () => {
  compareTables(pairs(within, { by: [] }), R.pairs_by_none, GLM);
  compareTables(contrast(within, "pairwise", { simple: "wool" }), R.simple, GLM);
  compareTables(pairs(pairs(within)), R.pairs_of_pairs, GLM);
  assert.deepEqual(Object.keys(records(pairs(within))[0]), [
    "wool",
    "contrast",
    "estimate",
    "std_error",
    "df",
    "null",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
  ]);
});

for (const adjust of ["hommel", "hochberg", "BY", "BH"] as const) {
  Deno.test(`adjust: ${adjust}`, () => compareTables(pairs(all, { adjust }), R[`adjust_${adjust}`], GLM));
}

Deno.test("effect sizes hold the uncertainty of sigma", () => {
  const linear = fit("breaks ~ wool * tension", warpbreaks), means = emmeans(linear, "~ tension | wool");
  const rows = R.eff_size;
  records(effSize(means)).forEach((row, i) => {
    assert.ok(Math.abs(row.estimate - rows[i].estimate) < 1e-6);
    assert.ok(Math.abs(row.std_error - rows[i].SE) < 1e-5, `${row.std_error} ${rows[i].SE}`);
  });
  assert.throws(
    () => effSize(emmeans(model, "~ tension")),
    /TypeError: Cannot compute effect sizes without sigma/,
  );
});

Deno.test("a family of one's own is an object", () => {
  const first = {
    name: "first",
    adjust: "none" as const,
    pairwise: false,
    combinations: (
      labels: readonly string[],
    ) => [{ name: `${labels[0]} only`, index: [0, 1], coefficient: [1, -1] }],
  };
  assert.deepEqual(records(contrast(overall, first)).map((r) => r.contrast), ["L only"]);
});

Deno.test("errors name what is wrong and what would be right", () => {
  const failing: [() => unknown, RegExp][] = [
    [
      () => contrast(overall, "pairwse" as never),
      /RangeError: Cannot find contrasts "pairwse": known are .*"pairwise".*did you mean "pairwise"/,
    ],
    [
      () => contrast(overall, { a: [1, -1] }),
      /RangeError: Cannot use contrast "a": it has 2 coefficients, it should have 3 numbers, one for each of "L", "M", "H"/,
    ],
    [() => contrast(overall, { a: [0, 0, 0] }), /all its coefficients are 0/],
    [() => contrast(overall, 3 as never), /TypeError: Cannot use 3 as contrasts/],
    [
      () => pairs(overall, { by: "wool" }),
      /RangeError: Cannot find "wool" of by: the factors of these means are "tension"/,
    ],
    [() => pairs(within, { by: "wool", simple: "wool" }), /Cannot use both by and simple/],
    [
      () => contrast(overall, "trt.vs.ctrl", { ref: "X" }),
      /RangeError: Cannot find the control ref: "X" among "L", "M", "H"/,
    ],
    [
      () => contrast(overall, "trt.vs.ctrl", { ref: 0 }),
      /RangeError: Cannot use ref: 0: a number is a position from 1 to 3/,
    ],
    [
      () => pairs(overall, { adjust: "tuckey" as never }),
      /RangeError: Cannot use adjust: "tuckey", known are "none", "tukey"/,
    ],
    [() => pairs(overall, { side: "left" as never }), /RangeError: Cannot use side: "left"/],
    [() => pairs(overall, { delta: -1 }), /RangeError: Cannot use delta: -1/],
    [
      () => contrast(all, "pairwise", { interaction: ["poly", "poly", "poly"] }),
      /RangeError: Cannot use interaction with 3 families: there should be one for each of "wool", "tension"/,
    ],
    [() => pairs(emmeans(model, "~ 1")), /RangeError: Cannot compare: there is one mean only/],
  ];
  for (const [run, message] of failing) {
    assert.throws(run, (error: Error) => (assert.match(`${error.name}: ${error.message}`, message), true));
  }
});
