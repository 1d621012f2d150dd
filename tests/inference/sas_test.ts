/**
 * A mixed-model table published by SAS: the split plot of Stroup (1989), SAS/STAT User's Guide, the MIXED procedure, example
 * "Split-Plot Design". Every number to the digits printed there.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../lib/frame.ts";
import { anova } from "../../lib/inference/tests/anova.ts";
import { emmeans } from "../../lib/inference/means/emmeans.ts";
import { fit } from "../../lib/model/fit.ts";
import { deviance } from "../../lib/model/result/statistics.ts";
import { varCorr } from "../../lib/model/result/var_corr.ts";
import { records } from "./close.ts";

/** Four blocks of three whole plots (a) of two subplots (b). */
const y = [56, 41, 50, 36, 39, 35, 30, 25, 36, 28, 33, 30, 32, 24, 31, 27, 15, 19, 30, 25, 35, 30, 17, 18];
const data = frameOf({
  y,
  block: y.map((_, i) => `${1 + Math.floor(i / 6)}`),
  a: y.map((_, i) => `a${1 + Math.floor(i / 2) % 3}`),
  b: y.map((_, i) => `b${1 + i % 2}`),
});

Deno.test("PROC MIXED's split plot: variance components, tests, least-squares mean", () => {
  const m = fit("y ~ a * b + (1 | block) + (1 | block:a)", data);
  assert.deepEqual(records(varCorr(m)).map((r) => r.vcov.toFixed(4)), ["62.3958", "15.3819", "9.3611"]);
  assert.equal(deviance(m).toFixed(1), "119.8"); // −2 Res Log Likelihood
  const tests = records(anova(m, { type: 3, test: "F" })).slice(1).map((r) =>
    `${r.term} ${r.df} ${r.df_residual.toFixed(0)} ${r.statistic.toFixed(2)} ${r.p_value.toFixed(4)}`
  );
  assert.deepEqual(tests, ["a 2 6 4.07 0.0764", "b 1 9 19.39 0.0017", "a:b 2 9 4.02 0.0566"]);
  const [mean] = records(emmeans(m, "~ a"));
  assert.equal(`${mean.estimate.toFixed(4)} ${mean.std_error.toFixed(4)}`, "32.8750 4.5403");
});
