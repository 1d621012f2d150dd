/**
 * A covariance structure written outside lib/, through mod.ts alone, in every function of a model. Compound symmetry is the sum of a
 * random intercept and independent positions, and with the residual the latter is one with it: an independent model to compare with.
 */
import assert from "node:assert/strict";
import {
  anova,
  checkModel,
  confint,
  dataset,
  emmeans,
  equation,
  fit,
  fitAsync,
  pl,
  predict,
  ranef,
  report,
  saveModel,
  simulate,
  simulateResiduals,
  summary,
  tidy,
  varCorr,
} from "../../mod.ts";
import { exchangeable } from "./exchangeable.ts";

type Row = Record<string, number> & { term: string };
const sleep = await dataset("sleepstudy"), structures = { exchangeable };
const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}: ${a}, expected ${b}`);

for (const reml of [true, false]) {
  // in the residual's place: σ²[(1 − ρ)I + ρ11ᵀ] is a random intercept and a residual
  Deno.test(`a structure of one's own in the residual's place is the model with a random intercept, ${reml ? "REML" : "ML"}`, () => {
    const own = fit("Reaction ~ Days + exchangeable(0 + factor(Days) | Subject)", sleep, {
      structures,
      dispersion: "~ 0",
      reml,
    });
    const known = fit("Reaction ~ Days + (1 | Subject)", sleep, { reml });
    assert.ok(own.converged, own.certificate.text);
    near(own.logLik, known.logLik, 1e-8, "log-likelihood");
    const [sd, rho] = own.random[0].parameters.map((p) => p.estimate),
      between = known.random[0].covariance.get(0, 0);
    near(sd ** 2, between + known.sigma ** 2, 1e-4, "variance");
    near(rho, between / sd ** 2, 1e-4, "correlation");
    const [a, b] = [own, known].map((m) => tidy(m, { effects: "fixed" }).toRecords() as Row[]);
    a.forEach((r, j) => {
      near(r.estimate, b[j].estimate, 1e-6, r.term);
      near(r.std_error, b[j].std_error, 1e-4, `standard error of ${r.term}`);
      if (reml) near(r.df, b[j].df, 1e-2, `df of ${r.term}`);
    });
  });
}

const model = fit("Reaction ~ Days + exchangeable(0 + factor(Days) | Subject)", sleep, {
  structures,
  dispersion: "~ 0",
  reml: false,
});

Deno.test("a structure of one's own: its standard deviation can be held", () => {
  const held = fit("Reaction ~ Days + exchangeable(0 + factor(Days) | Subject)", sleep, {
    structures,
    reml: false,
    fixed: { "sd__exchangeable | Subject": 20 },
  });
  near(held.random[0].parameters[0].estimate, 20, 1e-10, "sd__exchangeable");
});

Deno.test("a structure of one's own: a standard deviation is held whatever its name is", () => {
  const spread: typeof exchangeable = {
    ...exchangeable,
    bind(term) {
      const bound = exchangeable.bind(term);
      return { ...bound, shown: bound.shown.map((p) => p.kind === "sd" ? { ...p, name: "spread" } : p) };
    },
  };
  const formula = "Reaction ~ Days + exchangeable(0 + factor(Days) | Subject)";
  const [named, own] = [{ exchangeable, name: "sd__exchangeable" }, { exchangeable: spread, name: "spread" }]
    .map(({ exchangeable, name }) =>
      fit(formula, sleep, { structures: { exchangeable }, reml: false, fixed: { [`${name} | Subject`]: 20 } })
    );
  near(own.random[0].parameters[0].estimate, 20, 1e-10, "spread");
  near(own.logLik, named.logLik, 1e-8, "log-likelihood");
});

Deno.test("a structure of one's own: every function of a model works on it", async () => {
  assert.match(summary(model), /Subject exchangeable over 10 positions/);
  assert.deepEqual((tidy(model).toRecords() as Row[]).map((r) => r.term), [
    "(Intercept)",
    "Days",
    "sd__exchangeable",
    "rho__exchangeable",
  ]);
  assert.equal(varCorr(model).height, 2);
  assert.equal(ranef(model).height, 180);
  for (const method of ["wald", "profile"] as const) {
    for (const r of confint(model, { method }).toRecords() as Row[]) {
      assert.ok(r.conf_low < r.estimate && r.estimate < r.conf_high, `${method} ${r.term}`);
    }
  }
  const grid = pl.DataFrame({ Days: [0, 5], Subject: ["308", "309"] });
  assert.equal(predict(model, grid).height, 2);
  assert.equal(emmeans(model, "~ Days", { at: { Days: [0, 9] } }).height, 2);
  assert.equal(anova(model).height, 1);
  assert.equal(simulate(model, { n: 2, seed: 1 }).height, 180);
  assert.equal(simulateResiduals(model, { seed: 1, n: 50 }).height, 180);
  assert.ok(checkModel(model, { seed: 1, n: 50 }).height > 5);
  assert.match(String(report(model)), /Residuals within Subject/);
  assert.match(equation(model).latex, /mathrm\{exchangeable\}/);
  const again = await fitAsync("Reaction ~ Days + exchangeable(0 + factor(Days) | Subject)", sleep, {
    structures,
    dispersion: "~ 0",
    reml: false,
  });
  near(again.logLik, model.logLik, 1e-10, "fitAsync");
  assert.throws(
    () => saveModel(model),
    /Cannot save a model with the covariance structure "exchangeable": it is not built in/,
  );
  assert.throws(
    () => predict(model, pl.DataFrame({ Days: [12], Subject: ["308"] })),
    /a covariance "exchangeable" says nothing of others/,
  );
});
