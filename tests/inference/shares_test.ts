/**
 * Families of proportions, times and amounts against likelihoods written out in R and against glmmTMB, made by
 * tests/reference/make/66_shares.R: each in fixed effects, with missing values, weights, an offset and a dispersion formula, and with a
 * random intercept, by quadrature and by the Laplace approximation.
 *
 * Tolerances: log-likelihood 1e-6 (Laplace 1e-5: glmmTMB's modes), estimates 1e-4 standard errors (Laplace 1e-3: its stopping rule),
 * standard errors 1e-4 of themselves (3e-4 with random effects: both sides are differences there; Laplace 2e-3).
 */
import assert from "node:assert/strict";
import { type Family, fit, type FitOptions, type Model, pl, predict } from "../../mod.ts";
import * as families from "../../lib/model/families/mod.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const table: Json = JSON.parse(await Deno.readTextFile(new URL("./tables/shares.json", import.meta.url)));
const newdata = pl.DataFrame(table.newdata);

const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);

const dataOf = (c: Json) => {
  const x = table.data.x.map((v: number, i: number) =>
    c.data === "rows" && table.missing.includes(i) ? null : v
  );
  return pl.DataFrame({ ...table.data, x: pl.Series("x", x, pl.Float64), y: table.responses[c.response] });
};

function refit(c: Json): Model {
  const make = (families as unknown as Record<string, (link?: string) => Family>)[c.family];
  return fit(c.formula, dataOf(c), { ...c.options as FitOptions, family: make(c.link ?? undefined) });
}

/** R's names of the parts of thresholds. */
const partName: Readonly<Record<string, string>> = { lower: "threshold__lower", upper: "threshold__upper" };
const isSpread = (c: Json, part: string) => c.family === "gaussian" && part === "disp";

for (const c of table.cases as Json[]) {
  const laplace = c.data === "laplace", mixed = laplace || c.data === "quadrature";
  const allowed = laplace
    ? { value: 1e-5, estimate: 1e-3, se: 2e-3 }
    : { value: 1e-6, estimate: 1e-4, se: mixed ? 3e-4 : 1e-4 };

  Deno.test(`shares: ${c.id} by ${c.by}: ${c.formula}`, () => {
    const model = refit(c);
    assert.ok(model.converged, model.certificate.text);
    close(model.logLik, c.logLik, allowed.value, "logLik");
    for (const { part, names, estimate, se } of c.parts) {
      const own = model.parts.find((p) => p.part === (partName[part] ?? part))!;
      if (!own.part.startsWith("threshold")) assert.deepEqual(own.names, names);
      estimate.forEach((b: number, j: number) => {
        const what = `${part} ${names[j]}`;
        close(own.beta[j], b, allowed.estimate * se[j], what);
        // the residual variance of a Gaussian model in closed form has no standard error here
        if (isSpread(c, part) && estimate.length === 1) return;
        const at = own.start + j, found = Math.sqrt(model.covariance.get(at, at));
        close(found / se[j], 1, allowed.se, `standard error of ${what}`);
      });
    }
    if (mixed) close(Math.sqrt(model.random[0].covariance.get(0, 0)) / c.sd, 1, allowed.estimate, "sd of g");
    if (!c.prediction) return;
    const found = (predict(model, newdata, { randomEffects: "none" }) as Json).toRecords();
    found.forEach((r: Json, i: number) => {
      close(r.estimate, c.prediction[i], 1e-4 * c.prediction_se[i], `prediction ${i}`);
      close(r.std_error / c.prediction_se[i], 1, allowed.se, `its standard error ${i}`);
    });
  });
}
