/**
 * A family written outside lib/, through mod.ts alone, in every function of a model. It is the negative binomial above zero with
 * θ = 1, which the built-in family with a known dispersion fits too: an independent kernel, mean and distribution.
 */
import assert from "node:assert/strict";
import {
  adviseFamily,
  anova,
  checkModel,
  confint,
  emmeans,
  equation,
  fit,
  fitAsync,
  hurdle,
  nbinom2,
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
  tidy,
  truncatedNbinom2,
  zeroInflated,
} from "../../mod.ts";
import { truncatedGeometric } from "./truncated_geometric.ts";

// deno-lint-ignore no-explicit-any
type Frame = any;

/** 150 waiting times in 15 groups, without a generator: the quantiles of the family at evenly spread probabilities. */
const rows = Array.from({ length: 150 }, (_, i) => i), family = truncatedGeometric();
const x = rows.map((i) => Math.sin(7 * i)), group = rows.map((i) => i % 15);
const share = rows.map((i) => ((i * 61) % 150 + 0.5) / 150);
const y = rows.map((i) => family.quantile(share[i], [0.5 + 0.6 * x[i] + 0.5 * Math.cos(3 * group[i])], 1));
const data = pl.DataFrame({
  y,
  x,
  f: rows.map((i) => "ab"[i % 2]),
  g: group.map((l) => `g${l}`),
  one: rows.map(() => 0),
});

const formula = "y ~ x + f + (1 | g)";
const own = fit(formula, data, { family }),
  twin = fit(formula, data, { family: truncatedNbinom2(), dispersion: "~ 0 + offset(one)" });

/** Columns of numbers agree; rounding of other kernels, and two searches that end within 1e-4 standard errors. */
function same(a: Frame, b: Frame, columns: readonly string[], allowed = 1e-6) {
  assert.equal(a.height, b.height);
  for (const name of columns) {
    const theirs = [...b.getColumn(name)] as number[];
    [...a.getColumn(name)].forEach((v, i) => {
      const off = Math.abs((v as number) - theirs[i]);
      assert.ok(
        off <= allowed * (1 + Math.abs(theirs[i])) || v === theirs[i],
        `${name}, row ${i}: ${v}, ${theirs[i]}`,
      );
    });
  }
}

const interval = ["estimate", "std_error", "conf_low", "conf_high"];

Deno.test("a family of one's own: the fit is that of the built-in twin", () => {
  assert.ok(own.converged, own.certificate.text);
  assert.ok(Math.abs(own.logLik - twin.logLik) < 1e-8, `${own.logLik}, ${twin.logLik}`);
  same(tidy(own, { effects: "fixed" }), tidy(twin, { effects: "fixed" }), interval);
  same(
    confint(own, { method: "profile" }),
    confint(twin, { method: "profile" }),
    ["conf_low", "conf_high"],
    1e-5,
  );
  assert.match(summary(own), /Family: truncatedGeometric {2}\( log \)/);
});

Deno.test("a family of one's own: predictions, means, residuals and diagnostics", () => {
  for (const type of ["response", "link", "conditional"]) {
    same(predict(own, undefined, { type }), predict(twin, undefined, { type }), interval);
  }
  same(
    predict(own, undefined, { interval: "prediction" }),
    predict(twin, undefined, { interval: "prediction" }),
    interval,
  );
  const population = { randomEffects: "none", average: "population" } as const;
  same(predict(own, data, population), predict(twin, data, population), interval);
  for (const component of ["cond", "response"]) {
    same(emmeans(own, "~ f", { component }), emmeans(twin, "~ f", { component }), interval);
    same(pairs(emmeans(own, "~ f", { component })), pairs(emmeans(twin, "~ f", { component })), interval);
  }
  same(anova(own), anova(twin), ["statistic", "p_value"]);
  same(r2(own), r2(twin), ["estimate"]);
  const ours = residuals(own, { type: "pearson" });
  residuals(twin, { type: "pearson" }).forEach((r, i) => assert.ok(Math.abs(ours[i] - r) < 1e-6));
  const scaled = simulateResiduals(own, { n: 50 });
  assert.ok([...scaled.getColumn("residual")].every((r) => Number(r) >= 0 && Number(r) <= 1));
  assert.ok([...simulate(own).getColumn("sim_1")].every((v) => Number(v) >= 1));
  checkModel(own).plot();
});

Deno.test("a family of one's own: with a hurdle, in words, and where functions cannot go", async () => {
  const zeros = data.withColumn(pl.Series("y", y.map((v, i) => i % 4 === 0 ? 0 : v)));
  const a = fit("y ~ x", zeros, { family: zeroInflated(family), zeroInflation: "~ f" });
  const b = fit("y ~ x", zeros, {
    family: hurdle(nbinom2()),
    zeroInflation: "~ f",
    dispersion: "~ 0 + offset(one)",
  });
  assert.ok(Math.abs(a.logLik - b.logLik) < 1e-8, `${a.logLik}, ${b.logLik}`);
  assert.match(String(report(own)), /a zero-truncated geometric mixed model/);
  assert.match(equation(own).latex, /\\mathrm\{Geometric\}_\{\\ge 1\}\(\\mu_i\)/);
  assert.throws(() => saveModel(own), /family "truncatedGeometric": it is not built in/);
  assert.equal((await fitAsync(formula, data, { family })).logLik, own.logLik); // on this thread: functions cannot be sent
  const advice = adviseFamily("y ~ x", data, { n: 20 });
  assert.ok([...advice.getColumn("family")].includes("truncatedNbinom2"));
});
