/**
 * Every link with an offset on its scale, against likelihoods written out in R (tests/reference/make/68_links.R): log-likelihood 1e-6,
 * estimates 1e-4 standard errors, standard errors and those of the mean at x = 0.4 1e-4 of themselves.
 */
import assert from "node:assert/strict";
import { fit, pl, predict } from "../../mod.ts";
import type { Family } from "../../mod.ts";
import * as families from "../../lib/model/families/mod.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const table: Json = JSON.parse(await Deno.readTextFile(new URL("./tables/links.json", import.meta.url)));

const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);

for (const c of table.cases as Json[]) {
  Deno.test(`links: ${c.family} with ${c.link}`, () => {
    const make = (families as unknown as Record<string, (link: string) => Family>)[c.family];
    const data = pl.DataFrame({ y: table.responses[c.family], x: table.x, n: table.trials, off: c.off });
    const formula = `${c.family === "binomial" ? "cbind(y, n - y)" : "y"} ~ x + offset(off)`;
    const model = fit(formula, data, { family: make(c.link), reml: false });
    assert.ok(model.converged, model.certificate.text);
    close(model.logLik, c.logLik, 1e-6, "logLik");
    [0, 1].forEach((j) => {
      close(model.parts[0].beta[j], c.estimate[j], 1e-4 * c.se[j], `coefficient ${j}`);
      close(Math.sqrt(model.covariance.get(j, j)) / c.se[j], 1, 1e-4, `standard error ${j}`);
    });
    const [row] = (predict(model, pl.DataFrame({ x: [0.4], off: [0] })) as Json).toRecords();
    close(row.estimate, c.mean, 1e-4 * c.mean_se, "mean");
    close(row.std_error / c.mean_se, 1, 1e-4, "its standard error");
  });
}
