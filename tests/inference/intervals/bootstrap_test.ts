import assert from "node:assert/strict";
import { metaOf } from "../../../lib/display.ts";
import { dataset } from "../../../lib/datasets.ts";
import { columnNames, type Frame, pl, readNumeric } from "../../../lib/frame.ts";
import { bootstrap, parameterRecord } from "../../../lib/inference/intervals/bootstrap.ts";
import { bootstrapTest } from "../../../lib/inference/tests/bootstrap_lrt.ts";
import { vif } from "../../../lib/inference/describe/collinearity.ts";
import { confint } from "../../../lib/inference/intervals/confint.ts";
import {
  simulateResiduals,
  simulateResidualsAsync,
} from "../../../lib/inference/diagnostics/simulate_residuals.ts";
import { influence } from "../../../lib/inference/describe/influence.ts";
import { fit } from "../../../lib/model/fit.ts";
import { poisson } from "../../../lib/model/families/mod.ts";
import { coefficientStatistics } from "../../../lib/model/result/coefficients.ts";

// deno-lint-ignore no-explicit-any
const records = (frame: Frame): any[] => frame.toRecords() as any[];
const cbpp = await dataset("cbpp"), sleep = await dataset("sleepstudy");
const herds = fit("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, { family: "binomial" });

Deno.test("bootstrap: the same draws for the same seed, whatever the number of workers", async () => {
  const one = await bootstrap(herds, { n: 6, seed: 7, workers: 1 }),
    two = await bootstrap(herds, { n: 6, seed: 7, workers: 2 });
  assert.deepEqual(records(one), records(two));
  const other = await bootstrap(herds, { n: 6, seed: 8, workers: 2 });
  assert.notDeepEqual(records(one), records(other));
  assert.deepEqual(columnNames(one), ["draw", ...Object.keys(parameterRecord(herds))]);
});

Deno.test("bootstrap: spread of the draws is that of the standard errors; percentile intervals hold the estimate", async () => {
  const done: number[] = [], draws = await bootstrap(herds, { n: 120, onProgress: (d) => done.push(d) });
  assert.equal(done.at(-1), 120);
  const { stdError, names } = coefficientStatistics(herds, herds.parts[0]);
  names.forEach((name, j) => {
    const x = readNumeric(draws, name), mean = x.reduce((s, v) => s + v, 0) / x.length;
    const sd = Math.sqrt(x.reduce((s, v) => s + (v - mean) ** 2, 0) / (x.length - 1));
    // a standard deviation of 120 draws has a relative standard error of 1/√240 = 6.5 %; five of them
    assert.ok(Math.abs(sd / stdError[j] - 1) < 0.33, `${name}: ${sd}, standard error ${stdError[j]}`);
  });
  const intervals = records(confint(herds, { method: "bootstrap", draws }));
  assert.ok(
    intervals.every((r) => r.conf_low < r.estimate && r.estimate < r.conf_high && r.method === "bootstrap"),
  );
  assert.throws(() => confint(herds, { method: "bootstrap" }), /TypeError: .*await bootstrap/);
});

Deno.test("bootstrap: Gaussian models, a statistic of one's own, cancelling, bad arguments", async () => {
  const m = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const draws = await bootstrap(m, { n: 3, statistic: (b) => ({ ratio: b.parts[0].beta[1] / b.sigma }) });
  assert.deepEqual(columnNames(draws), ["draw", "ratio"]);
  await assert.rejects(bootstrap(m, { n: 5, signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  await assert.rejects(bootstrap(m, { n: 0 }), RangeError);
  await assert.rejects(bootstrap(m, { seed: 1.5 }), RangeError);
});

Deno.test("bootstrap: a family made by the user is fitted on this thread", async () => {
  const own = { ...poisson(), name: "mine" }, epil = await dataset("epil2");
  const m = fit("y ~ trt + (1 | subject)", epil, { family: own });
  assert.equal(records(await bootstrap(m, { n: 2 })).length, 2);
  const null0 = fit("y ~ 1 + (1 | subject)", epil, { family: own });
  assert.equal(records(await bootstrapTest(null0, m, { n: 2 }))[0].n, 2);
  const residuals = await simulateResidualsAsync(m, { n: 3 });
  assert.deepEqual(
    readNumeric(residuals, "residual"),
    readNumeric(simulateResiduals(m, { n: 3, refit: true }), "residual"),
  );
});

Deno.test("bootstrap likelihood-ratio test: p counts the draws beyond the observed statistic", async () => {
  const null0 = fit("cbind(incidence, size - incidence) ~ 1 + (1 | herd)", cbpp, { family: "binomial" });
  const [row] = records(await bootstrapTest(null0, herds, { n: 39 }));
  assert.ok(Math.abs(row.statistic - 25.61006) < 1e-4); // lrt section of cbpp_tmb
  assert.equal(row.p_value, 1 / 40); // χ² with 3 df at 25.6: none of 39 draws comes near
  assert.equal(row.df, 3);
});

Deno.test("influence: a group left out as a fit without its rows, from a warm start", () => {
  const m = fit("Reaction ~ Days + (Days | Subject)", sleep), rows = records(influence(m));
  assert.equal(rows.length, 18);
  const without = fit(
    "Reaction ~ Days + (Days | Subject)",
    sleep.filter(pl.col("Subject").cast(pl.String).neq(pl.lit("308"))) as Frame,
  );
  const { stdError } = coefficientStatistics(m, m.parts[0]), [first] = rows;
  assert.equal(first.level, "308");
  assert.equal(first.rows, 10);
  // both optima are certified to 1.4e-5 standard errors
  assert.ok(Math.abs(first.Days - (m.parts[0].beta[1] - without.parts[0].beta[1]) / stdError[1]) < 1e-4);
  assert.throws(() => influence(m, { group: "herd" }), /RangeError.*"herd".*"Subject"/);
});

Deno.test("variance inflation: 1 in a balanced design, 1/(1 − r²) for two covariates", async () => {
  const oats = await dataset("Oats"),
    balanced = records(vif(fit("yield ~ Variety + nitroF + (1 | Block)", oats)));
  balanced.forEach((r) => assert.ok(Math.abs(r.gvif - 1) < 1e-9));
  const sal = await dataset("Salamanders"),
    x = readNumeric(sal, "DOY"),
    z = readNumeric(sal, "Wtemp"),
    y = readNumeric(sal, "count");
  const centred = (v: Float64Array) => v.map((a) => a - v.reduce((s, b) => s + b, 0) / v.length),
    dot = (a: Float64Array, b: Float64Array) => a.reduce((s, v, i) => s + v * b[i], 0);
  const cx = centred(x), cz = centred(z), r = dot(cx, cz) / Math.sqrt(dot(cx, cx) * dot(cz, cz));
  const [row] = records(vif(fit("count ~ DOY + Wtemp", sal)));
  assert.ok(y.length > 0 && Math.abs(row.gvif - 1 / (1 - r * r)) < 1e-9);
  assert.throws(() => vif(fit("count ~ DOY", sal)), /RangeError.*fewer than two terms/);
  assert.match(metaOf(vif(fit("count ~ DOY + Wtemp", sal)))!.notes!.join(" "), /inflation/);
});

Deno.test("influence: a level without which a coefficient is not determined is named, the others are computed", () => {
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const data = pl.DataFrame({
    y: rows.map((i) => Math.sin(i * i) + i % 8),
    f: rows.map((i) => i % 8 === 0 ? "b" : "a"),
    g: rows.map((i) => `g${i % 8}`),
  });
  const table = influence(fit("y ~ f + (1 | g)", data)), found = records(table);
  assert.equal(found[0].cooks_distance, null);
  assert.ok(found.slice(1).every((r) => Number.isFinite(r.cooks_distance as number)));
  assert.match(metaOf(table)!.notes!.join(" "), /Without g "g0" the data do not determine "fb"/);
  assert.throws(
    () => influence(fit("y ~ f", data)),
    /RangeError: .*has no random effects, hence no grouping factor/,
  );
});
