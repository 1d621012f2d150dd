/** Models with the option `residual`: residuals and fitted values as gls of R's nlme has them (tests/reference/make/73_gls_residuals.R). */
import assert from "node:assert/strict";
import {
  augment,
  checkModel,
  dataset,
  fit,
  fitted,
  type Frame,
  gamma,
  icc,
  loadModel,
  type Model,
  pl,
  predict,
  r2,
  ranef,
  residuals,
  type ResidualType,
  saveModel,
  simulate,
  summary,
} from "../../../mod.ts";
import { close } from "../../math/close.ts";
import reference from "../tables/gls_residuals.json" with { type: "json" };

const data = pl.DataFrame(reference.data) as Frame, sleep = await dataset("sleepstudy");
const numbers = (frame: unknown, name: string) =>
  (frame as Frame).getColumn(name).toArray() as unknown as number[];

/** For compound symmetry nlme takes another root of the correlation matrix: sums of squares within a subject are the same. */
const OTHER_ROOT = /^(hom)?cs/;

/** Sums of squares by subject, of the rows with a response. */
function bySubject(r: ArrayLike<number>): number[] {
  const { Reaction, Subject } = reference.data, sums = new Map<string, number>();
  Subject.filter((_, i) => Reaction[i] !== null).forEach((s, i) =>
    sums.set(s, (sums.get(s) ?? 0) + r[i] ** 2)
  );
  return [...sums.values()];
}

for (const c of reference.cases) {
  const m = fit(c.formula, data, { residual: c.residual, reml: c.reml });
  const agree = (got: ArrayLike<number>, expected: readonly number[], allowed: number, what: string) => {
    assert.equal(got.length, expected.length);
    expected.forEach((v, i) => close(got[i], v, 0, allowed, `${what} ${i}`));
  };
  // nlme's search ends up to 3e-9 of the log-likelihood away, which moves means by 1e-4 (standard deviations are 30 to 60)
  Deno.test(`${c.id}: residuals, fitted values and predictions are nlme's`, () => {
    agree(residuals(m), c.response, 5e-4, "response");
    agree(residuals(m, "working"), c.response, 5e-4, "working");
    agree(residuals(m, "pearson"), c.pearson, 1e-4, "pearson");
    agree(fitted(m), c.fitted, 5e-4, "fitted");
    if (OTHER_ROOT.test(c.residual)) {
      agree(bySubject(residuals(m, "normalized")), bySubject(c.normalized), 1e-3, "subject");
    } else agree(residuals(m, "normalized"), c.normalized, 1e-4, "normalized");
    if (c.predicted.length === 0) return;
    const at = predict(m, pl.DataFrame({ ...reference.new, Subject: ["308", "308", "308"] }));
    agree(numbers(at, "estimate"), c.predicted, 5e-4, "predicted");
    agree(numbers(predict(m), "estimate"), c.fitted, 5e-4, "predicted at the data's rows");
  });
}

const model = fit("Reaction ~ Days", sleep, { residual: "ar1(Days | Subject)" });

Deno.test("fitted values and residuals add up to the response, in augment too", () => {
  const y = numbers(sleep, "Reaction"), mean = fitted(model), r = residuals(model), table = augment(model);
  y.forEach((v, i) => close(mean[i] + r[i], v, 1e-12, 0, `row ${i}`));
  assert.deepEqual(Array.from(numbers(table, "residual")), Array.from(r));
  assert.deepEqual(Array.from(numbers(table, "pearson")), Array.from(residuals(model, "pearson")));
});

Deno.test('dispersion: "~ 0" leaves nothing of the response, as glmmTMB has it', () => {
  const own = fit("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleep, { dispersion: "~ 0" });
  assert.equal(own.logLik, model.logLik);
  assert.deepEqual(Array.from(fitted(own)), Array.from(numbers(sleep, "Reaction")));
  for (const type of ["response", "pearson", "normalized", "working"] as ResidualType[]) {
    assert.ok(residuals(own, type).every((v) => v === 0), type);
  }
  assert.equal(ranef(own).height, 180);
  assert.match(summary(own), /Dispersion: {7}~ 0/);
});

Deno.test("normalized residuals of other models are over the standard deviation of an observation", async () => {
  const lm = fit("Reaction ~ Days + (1 | Subject)", sleep), yarn = await dataset("warpbreaks");
  residuals(lm, "normalized").forEach((v, i) => close(v, residuals(lm)[i] / lm.sigma, 1e-12, 0, `row ${i}`));
  const counts = fit("breaks ~ wool", yarn, { family: "nbinom2" }), mean = fitted(counts);
  residuals(counts, "normalized").forEach((v, i) =>
    close(v, residuals(counts)[i] / Math.sqrt(mean[i] + mean[i] ** 2 / counts.sigma), 1e-12, 0, `row ${i}`)
  );
  const amounts = fit("breaks ~ wool", yarn, { family: gamma("log") }), cv = amounts.sigma;
  residuals(amounts, "normalized").forEach((v, i) =>
    close(v, residuals(amounts, "pearson")[i] / cv, 1e-12, 0, `row ${i}`)
  );
});

/** Everything that a saved model knows. */
function loadedAsFitted(own: Model): void {
  const loaded = loadModel(saveModel(own));
  assert.equal(summary(loaded), summary(own));
  assert.equal(ranef(loaded).height, ranef(own).height);
  for (const interval of ["confidence", "prediction"] as const) {
    const [a, b] = [own, loaded].map((m) => predict(m, sleep, { interval }).toRecords());
    assert.deepEqual(a, b);
  }
}

Deno.test("a saved model remembers that the structure is of its residuals", () => loadedAsFitted(model));

Deno.test("predictions of new observations have the standard deviation of their position", () => {
  const us = fit("Reaction ~ factor(Days)", sleep.filter(pl.col("Days").lt(4)), {
    residual: "us(Days | Subject)",
  });
  const at = pl.DataFrame({ Days: [0, 1, 2, 3], Subject: ["new", "new", "308", "308"] });
  const mean = predict(us, at), own = predict(us, at, { interval: "prediction" });
  const [term] = us.random;
  mean.toRecords().forEach((r, i) => { // saturated means: df of n − 1 subjects
    const se = (r as { std_error: number }).std_error, sd = Math.sqrt(term.covariance.get(i, i));
    close(se, sd / Math.sqrt(18), 1e-7, 0, "standard error");
    const half = (numbers(own, "conf_high")[i] - numbers(own, "conf_low")[i]) / 2;
    close(half, 2.109815578 * sd * Math.sqrt(1 + 1 / 18), 1e-4, 0, `half width of day ${i}`);
  });
});

Deno.test("a subject's residuals are in its prediction where they are named", () => {
  const y = numbers(sleep, "Reaction"), randomEffects = "~ (0 + factor(Days) | Subject)";
  numbers(predict(model, sleep, { randomEffects }), "estimate").forEach((v, i) =>
    close(v, y[i], 1e-10, 0, `row ${i}`)
  );
  // one row left out: its best prediction given its neighbours, (1 + ρ²)⁻¹ ρ (r₋ + r₊) about the mean
  const days = numbers(sleep, "Days"), id = sleep.getColumn("Subject").toArray() as string[];
  const gap = fit(
    "Reaction ~ Days",
    sleep.filter(pl.col("Subject").neq(pl.lit("308")).or(pl.col("Days").neq(4))),
    {
      residual: "ar1(Days | Subject)",
    },
  );
  const one = sleep.filter(pl.col("Subject").eq(pl.lit("308")).and(pl.col("Days").eq(4)));
  const rho = gap.random[0].parameters.find(({ kind }) => kind === "cor" || kind === "own")!.estimate;
  const mean = (day: number) => gap.parts[0].beta[0] + gap.parts[0].beta[1] * day;
  const r = (day: number) => y[days.findIndex((d, i) => d === day && id[i] === "308")] - mean(day);
  const [got] = numbers(predict(gap, one, { randomEffects }), "estimate");
  close(got, mean(4) + rho / (1 + rho * rho) * (r(3) + r(5)), 1e-9, 0, "given the neighbours");
  close(numbers(predict(gap, one), "estimate")[0], mean(4), 1e-12, 0, "by itself");
});

Deno.test("residuals are no random effects", () => {
  assert.equal(ranef(model).height, 0);
  const both = fit("Reaction ~ Days + (1 | Subject)", sleep, { residual: "ar1(Days | Subject)" });
  assert.equal(ranef(both).height, 18);
  const [marginal, conditional] = numbers(r2(model), "estimate");
  assert.equal(marginal, conditional);
  assert.throws(
    () => icc(model),
    /^RangeError: Cannot compute the intraclass correlation: .* has no random effects/,
  );
  const share = numbers(icc(both), "estimate")[0],
    [group, own] = both.random.map((t) => t.covariance.get(0, 0));
  close(share, group / (group + own), 1e-9, 0, "intraclass correlation");
  const [a, b] = [both, model].map((m) => residuals(m).reduce((s, v) => s + v * v, 0));
  assert.ok(a < b, "the random effects are part of the fitted values");
});

Deno.test("simulated responses have the covariance of the residuals about the mean", () => {
  const frame = simulate(model, { n: 4000, seed: 3 }), C = model.random[0].covariance, mean = fitted(model);
  const draws = Object.keys(frame.toRecords()[0] as object).filter((name) => name !== "row").map((name) =>
    numbers(frame, name)
  );
  for (const [i, j] of [[0, 0], [0, 1], [2, 6], [0, 10]]) {
    const cov = draws.reduce((s, y) => s + (y[i] - mean[i]) * (y[j] - mean[j]), 0) / draws.length;
    const expected = j < 10 ? C.get(i, j) : 0; // row 10 is of another subject
    close(cov, expected, 0, 5 * C.get(0, 0) * Math.sqrt(2 / draws.length), `${i}, ${j}`);
  }
});

Deno.test("a model check looks at no residuals as if they were effects of groups", () => {
  const checks = checkModel(model, { n: 100 }).getColumn("check").toArray() as string[];
  assert.deepEqual(checks.filter((name) => name.startsWith("random effects")), []);
});
