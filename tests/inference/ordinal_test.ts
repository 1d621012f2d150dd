/**
 * Ordered categories against clm and clmm of R's ordinal and against emmeans, made by tests/reference/make/63_ordinal.R:
 * log-likelihood 1e-6, estimates 1e-4 standard errors, standard errors 1e-4 (fits with random effects: 1e-3 and 2e-3, clmm
 * differences a log-likelihood whose modes it finds to 1e-3), profile limits and probabilities 1e-5.
 */
import assert from "node:assert/strict";
import {
  confint,
  cumulative,
  emmeans,
  fit,
  fixef,
  type Model,
  pl,
  predict,
  ranef,
  tidy,
  varCorr,
} from "../../mod.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const cases: Json[] = JSON.parse(await Deno.readTextFile(new URL("./tables/ordinal.json", import.meta.url)));

const refit = (c: Json): Model =>
  fit(c.formula, pl.DataFrame(c.data), { family: cumulative(c.link), levels: c.levels, ...c.options });

const column = (frame: Json, name: string): number[] => [...frame.getColumn(name).toArray()];
const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected}`);

/** R's coefficients have the thresholds first. */
function ordered(frame: Json): { term: string; estimate: number; std_error?: number }[] {
  const rows = frame.toRecords();
  return [
    ...rows.filter((r: Json) => r.component === "threshold"),
    ...rows.filter((r: Json) => r.component === "cond"),
  ];
}

for (const c of cases) {
  const mixed = c.sd !== undefined && c.sd !== null;

  Deno.test(`ordinal: ${c.id} agrees with ${mixed ? "clmm" : "clm"}: ${c.formula}`, () => {
    const model = refit(c), rows = ordered(tidy(model, { effects: "fixed" }));
    assert.ok(model.converged, model.certificate.text);
    close(model.logLik, c.logLik, 1e-6 * Math.abs(c.logLik), "logLik");
    assert.equal(model.npar, c.npar);
    assert.deepEqual(rows.map((r) => r.term), c.names);
    rows.forEach((r, j) => {
      close(r.estimate, c.estimate[j], 1e-4 * c.se[j] * (mixed ? 10 : 1), r.term);
      close(r.std_error! / c.se[j], 1, mixed ? 2e-3 : 1e-4, `standard error of ${r.term}`);
    });
    assert.deepEqual(ordered(fixef(model)).map((r) => r.estimate), rows.map((r) => r.estimate));
    if (!mixed) return;
    const [sd] = column(varCorr(model), "sdcor"), modes = column(ranef(model), "estimate");
    close(sd / (Object.values(c.sd) as number[])[0], 1, 1e-3, "standard deviation");
    c.modes.forEach((mode: number, l: number) => close(modes[l], mode, 2e-3, `mode of level ${l}`));
  });

  if (c.profile) {
    Deno.test(`ordinal: ${c.id}, profile limits of the coefficients`, () => {
      const rows = (confint(refit(c), { method: "profile" }) as Json).toRecords() as Json[];
      c.profile.names.forEach((name: string, j: number) => {
        const row = rows.find((r) => r.term === name);
        // clm interpolates its profile by splines
        close(row.conf_low, c.profile.low[j], 2e-3, `${name}, low`);
        close(row.conf_high, c.profile.high[j], 2e-3, `${name}, high`);
      });
    });
  }

  if (c.newdata) {
    Deno.test(`ordinal: ${c.id}, probabilities of every category at new rows`, () => {
      const model = refit(c), newdata = pl.DataFrame(c.newdata), table = predict(model, newdata);
      const found = column(table, "estimate");
      assert.equal(found.length, c.probability.length);
      c.probability.forEach((p: number, i: number) => close(found[i], p, 1e-5, `row ${i}`));
      column(table, "std_error").forEach((s, i) =>
        close(s, c.probability_se[i], 1e-5, `standard error of row ${i}`)
      );
      column(table, "conf_low").forEach((l, i) => close(l, c.lower[i], 1e-5, `lower limit of row ${i}`));
      column(table, "conf_high").forEach((u, i) => close(u, c.upper[i], 1e-5, `upper limit of row ${i}`));
      const K = new Set(column(table, "category")).size;
      for (let i = 0; i < found.length; i += K) {
        close(found.slice(i, i + K).reduce((s, p) => s + p, 0), 1, 1e-12, `sum at row ${i / K}`);
      }
    });
  }

  for (const e of c.emmeans) {
    Deno.test(`ordinal: ${c.id}, emmeans ${e.specs}, ${e.mode}`, () => {
      const component = { latent: "cond", "mean.class": "response", prob: "probability" }[e.mode as "latent"];
      const table = emmeans(refit(c), e.specs, { component });
      column(table, "estimate").forEach((m, i) => close(m, e.estimate[i], mixed ? 1e-4 : 1e-5, `mean ${i}`));
      column(table, "std_error").forEach((s, i) =>
        close(s / e.se[i], 1, mixed ? 1e-3 : 1e-4, `standard error ${i}`)
      );
    });
  }
}

Deno.test("ordinal: with quadrature the log-likelihood is that of integration by R's integrate()", () => {
  const c = cases.find(({ id }) => id === "wine_mixed_cloglog");
  const model = fit(c.formula, pl.DataFrame(c.data), {
    family: cumulative("cloglog"),
    levels: c.levels,
    quadrature: 10,
  });
  close(model.logLik, -81.52341, 1e-5, "logLik");
});
