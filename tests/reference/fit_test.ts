/** Every reference case against its peer, section by section; differences only where they are known and explained. */
import assert from "node:assert/strict";
import { uncertaintyOf } from "../../lib/model/result/uncertainty.ts";
import { residuals } from "../../lib/inference/predict/residuals.ts";
import { engineOf, partOf } from "../../lib/model/result/model.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { fit } from "../../lib/model/fit.ts";
import { inverseGaussian } from "../../lib/model/families/inverse_gaussian.ts";
import { type Measurement, measure } from "./fit_sections.ts";
import { KNOWN, LATER, SINGULAR } from "./known_differences.ts";
import { caseData, refit, waitsFor } from "./refit.ts";
import { referenceCase, referenceCaseIds } from "./load.ts";

const later: Record<string, string> = {};

for (const id of referenceCaseIds()) {
  const c = await referenceCase(id);
  if (c.kind !== "fit") continue;
  const reason = waitsFor(c);
  if (reason !== null) {
    later[id] = reason;
    continue;
  }
  Deno.test(`${id} agrees with ${c.peer.package}: ${c.formula}`, async () => {
    const model = await refit(c), known = KNOWN[id] ?? {}, measurements = measure(model, c);
    const wrong = measurements.map((m) => verdict(m, known[m.section])).filter((v) => v !== "");
    const sections = new Set(measurements.map((m) => m.section));
    for (const name of Object.keys(known)) if (!sections.has(name)) wrong.push(`${name}: known difference in a section that does not exist`);
    assert.deepEqual(wrong, []);
    assert.ok(model.converged, `not converged: ${model.certificate.text}`);
    assert.equal(model.singular, SINGULAR.includes(id), "singular");
  });
}

function verdict(m: Measurement, known: { why: string; bound: number } | undefined): string {
  const differs = !(m.distance <= m.tolerance), size = m.distance.toPrecision(3);
  if (!known) return differs ? `${m.section}: ${size} > ${m.tolerance} at ${m.at}` : "";
  if (!differs) return `${m.section}: no longer differs (${size}), take it out of the known differences: ${known.why}`;
  return m.distance <= known.bound ? "" : `${m.section}: ${size} > ${known.bound}, more than known at ${m.at}`;
}

Deno.test("the cases that wait are those on the list", () => assert.deepEqual(later, LATER));

Deno.test("quadrature: the log-likelihood with its constants is that of exact integration", async () => {
  const exact = (await referenceCase("cbpp_direct")).exact;
  const model = await refit(await referenceCase("cbpp_glmer_agq25"));
  assert.ok(Math.abs(model.logLik - exact.logLik) < 1e-6, `${model.logLik}, exact ${exact.logLik}`);
});

Deno.test("lognormal: a direct maximisation of the Laplace approximation, and of the likelihood without random effects", async () => {
  const c = await referenceCase("lognormal_direct"), data = await caseData({ ...c, prepare: [] });
  for (const [formula, options, expected] of [
    ["Reaction ~ Days", {}, c.fixed_effects_only],
    ["Reaction ~ Days + (1 | Subject)", {}, c.laplace],
    ["Reaction ~ Days + (1 | Subject)", { quadrature: 25 }, c.exact],
  ] as const) {
    const model = fit(formula, data, { family: "lognormal", ...options });
    // nlminb's accuracy: about 1e-5 of a standard error where its own Hessian is differenced, 1e-6 in the log-likelihood
    assert.ok(Math.abs(model.logLik - expected.logLik) < 1e-6, `${formula}: ${model.logLik}, ${expected.logLik}`);
    const own = [...partOf(model, "cond").beta, ...partOf(model, "disp").beta];
    const at = (j: number) => Math.sqrt(model.covariance.get(j, j));
    own.forEach((b, j) => {
      assert.ok(Math.abs(b - expected.estimate[j]) < 1e-3 * expected.se[j], `${formula}, ${j}: ${b}, ${expected.estimate[j]}`);
      assert.ok(Math.abs(at(j) / expected.se[j] - 1) < 1e-3, `${formula}, standard error ${j}: ${at(j)}, ${expected.se[j]}`);
    });
  }
});

Deno.test("inverse Gaussian: coefficients and dispersion are those of R's glm, of which the shape is by maximum likelihood", async () => {
  const data = await caseData(await referenceCase("sleepstudy_gamma"));
  for (const [link, beta, dispersion] of [
    ["1/mu^2", [1.5108130274684390e-05, -7.8754597308551802e-07], 8.2352408565848078e-05],
    ["log", [5.536660148767043488, 0.034899508813608066], 8.231404799094726e-05],
  ] as const) {
    const model = fit("Reaction ~ Days", data, { family: inverseGaussian(link) }), part = partOf(model, "cond");
    part.beta.forEach((b, j) => assert.ok(Math.abs(b / beta[j] - 1) < 1e-7, `${link} ${j}: ${b}, ${beta[j]}`));
    assert.ok(Math.abs(model.sigma ** 2 / dispersion - 1) < 1e-7, `${link}: ${model.sigma ** 2}`); // deviance / n
  }
});

Deno.test("dragons_glmm4: standard errors at a correlation of −1", async () => {
  const raw = await referenceCase("dragons_glmm4"), scaled = await referenceCase("dragons_glmm4_scaled");
  const model = await refit(raw), part = partOf(model, "cond");
  const se = part.names.map((_, j) => Math.sqrt(model.covariance.get(part.start + j, part.start + j)));
  // the peer's boundary fit took its Hessian with a coarse step
  raw.boundary_fit.fixef.se.forEach((s: number, j: number) => assert.ok(Math.abs(se[j] / s - 1) < 3e-3, `${se[j]}, peer ${s}`));
  // the scaled twin has a tight Hessian: η at two body lengths ties the two parametrisations together
  const data = await caseData(raw), size = data.getColumn("bodyLength").toArray() as number[];
  const mean = size.reduce((s, v) => s + v, 0) / size.length;
  const sd = Math.sqrt(size.reduce((s, v) => s + (v - mean) ** 2, 0) / (size.length - 1));
  assert.ok(Math.abs(se[1] * sd / scaled.fixef.se[1] - 1) < 1e-4, `slope ${se[1] * sd}, peer ${scaled.fixef.se[1]}`);
  const at = predict(model, data.head(1).withColumn(data.getColumn("bodyLength").head(1).mul(0).plus(mean).alias("bodyLength")) as never, {
    type: "link",
    randomEffects: "none",
  });
  const found = at.getColumn("std_error").get(0) as number;
  assert.ok(Math.abs(found / scaled.fixef.se[0] - 1) < 1e-4, `at the mean ${found}, peer ${scaled.fixef.se[0]}`);
});

Deno.test("hetero_disp: the dispersion's coefficients on the scale of the standard deviation", async () => {
  const c = await referenceCase("hetero_disp"), model = await refit(c), part = partOf(model, "disp");
  const peer = c.fixef_disp_sd_scale;
  part.beta.forEach((b, j) => {
    const se = Math.sqrt(model.covariance.get(part.start + j, part.start + j));
    assert.ok(Math.abs(b - peer.estimate[j]) < 1e-4 * se, `${part.names[j]}: ${b}, peer ${peer.estimate[j]}`);
    assert.ok(Math.abs(se / peer.se[j] - 1) < 1e-4, `${part.names[j]}: ${se}, peer ${peer.se[j]}`);
  });
});

Deno.test("hetero_tmb_weights: with the uncertainty of θ the standard errors are glmmTMB's", async () => {
  const c = await referenceCase("hetero_tmb_weights"), model = await refit(c), u = uncertaintyOf(model);
  c.fixef.se.forEach((peer: number, j: number) => {
    const x = new Float64Array(u.fixed);
    x[j] = 1;
    const d = u.gradient(x, { index: [], value: [] }), se = Math.sqrt(u.parameterCovariance(d, d));
    assert.ok(Math.abs(se / peer - 1) < 1e-4, `${c.fixef.names[j]}: ${se}, peer ${peer}`);
  });
});

for (const id of ["t_fixed", "t_mixed", "t_mixed_df4"]) {
  Deno.test(`${id}: Pearson residuals are glmmTMB's but for the divisor`, async () => {
    const c = await referenceCase(id), model = await refit(c), ours = residuals(model, { type: "pearson" });
    const nu = id === "t_mixed_df4" ? 4 : model.parameters.df, factor = Math.sqrt(model.sigma * nu / (nu - 2));
    c.residuals.pearson.forEach((peer: number, i: number) =>
      assert.ok(Math.abs(ours[i] * factor - peer) < 1e-5 * Math.max(1, Math.abs(peer)), `row ${i}: ${ours[i] * factor}, peer ${peer}`)
    );
  });
}

for (const id of ["cbpp_betabinomial", "crowder_betabinomial", "crowder_betabinomial_re"]) {
  Deno.test(`${id}: Pearson residuals are glmmTMB's but for the overdispersion in the divisor`, async () => {
    const c = await referenceCase(id), model = await refit(c), ours = residuals(model, { type: "pearson" });
    const { trials } = engineOf(model, "the trials").design.response, phi = model.sigma;
    c.residuals.pearson.forEach((peer: number, i: number) => {
      const own = ours[i] * Math.sqrt((phi + trials![i]) / (phi + 1));
      assert.ok(Math.abs(own - peer) < 1e-4 * Math.max(1, Math.abs(peer)), `row ${i}: ${own}, peer ${peer}`);
    });
  });
}
