/**
 * Scale effects, nominal effects, structured thresholds and random effects of ordered categories against clm and clmm of R's ordinal
 * and emmeans, made by tests/reference/make/64_ordinal_effects.R: log-likelihoods 1e-6, estimates 1e-4 standard errors, standard
 * errors 1e-4 (fits with random effects: 1e-2 and 1e-2, clmm differences a log-likelihood whose modes it finds to 1e-3 or so; log-
 * likelihoods 1e-5), probabilities 1e-5.
 *
 * With the link cauchit they are held against R's optim() of the same likelihood with infinite ends, to 1e-3 standard errors (clm's
 * ends are at 1e5, where a Cauchy distribution function is 3e-6 from 1).
 *
 * What differs, and is checked row by row elsewhere: emmeans averages the linear predictors of models with scale effects over the
 * thresholds and the scale apart, so that only whole rows are compared; its latent mean is in units of the average scale.
 */
import assert from "node:assert/strict";
import { cumulative, emmeans, fit, type Model, pl, predict, tidy, varCorr } from "../../mod.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const { sets, cases }: Json = JSON.parse(
  await Deno.readTextFile(new URL("./tables/ordinal_effects.json", import.meta.url)),
);

const refit = (c: Json): Model =>
  fit(c.formula, pl.DataFrame(sets[c.set].data), {
    family: cumulative(c.link, { thresholds: c.thresholds }),
    levels: sets[c.set].levels,
    ...c.options,
  });

const column = (frame: Json, name: string): number[] => [...frame.getColumn(name).toArray()];
const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected}`);

/** R's modes of emmeans as components here. */
const COMPONENT: Record<string, string> = {
  latent: "cond",
  "linear.predictor": "predictor",
  "cum.prob": "cumulative",
  "exc.prob": "exceedance",
  prob: "probability",
  "mean.class": "response",
  scale: "disp",
};

for (const c of cases) {
  const mixed = c.sd !== undefined;

  Deno.test(`ordinal: ${c.id} agrees with ${mixed ? "clmm" : "clm"}: ${c.formula}`, () => {
    const model = refit(c), rows = (tidy(model, { effects: "fixed" }) as Json).toRecords() as Json[];
    assert.ok(model.converged, model.certificate.text);
    close(model.logLik, c.logLik, (mixed ? 1e-5 : 1e-6) * Math.abs(c.logLik), "logLik");
    assert.equal(rows.length, c.names.length);
    c.names.forEach((term: string, j: number) => {
      const row = rows.find((r) => r.component === c.component[j] && r.term === term);
      assert.ok(row, `${c.component[j]} ${term} is not among ${rows.map((r) => r.term)}`);
      close(row.estimate, c.estimate[j], (mixed ? 1e-2 : c.link === "cauchit" ? 1e-3 : 1e-4) * c.se[j], term);
      close(
        row.std_error / c.se[j],
        1,
        mixed ? 1e-2 : c.link === "cauchit" ? 1e-3 : 1e-4,
        `standard error of ${term}`,
      );
    });
    if (!mixed) return;
    const found = column(varCorr(model), "sdcor");
    [c.sd].flat().forEach((sd: number, k: number) =>
      close(found[k], sd, 5e-3 * Math.max(1, sd), `standard deviation ${k}`)
    );
  });

  if (c.newdata) {
    Deno.test(`ordinal: ${c.id}, probabilities of every category at new rows`, () => {
      const table = predict(refit(c), pl.DataFrame(c.newdata)), found = column(table, "estimate");
      assert.equal(found.length, c.probability.length);
      const same = (name: string, expected: number[]) =>
        column(table, name).forEach((v, i) => close(v, expected[i], 1e-5, `${name} of row ${i}`));
      same("estimate", c.probability);
      same("std_error", c.probability_se);
      same("conf_low", c.lower);
      same("conf_high", c.upper);
      assert.ok(
        column(table, "conf_low").every((v) => v >= 0) && column(table, "conf_high").every((v) => v <= 1),
      );
    });
  }

  for (const e of c.emmeans ?? []) {
    Deno.test(`ordinal: ${c.id}, emmeans ${e.specs}, ${e.mode}`, () => {
      const table = emmeans(refit(c), e.specs, { component: COMPONENT[e.mode] });
      const records = (table as Json).toRecords() as Json[];
      if (/prob/.test(e.mode)) {
        assert.ok(records.every((r) => r.conf_low >= 0 && r.conf_high <= 1), "intervals");
      }
      assert.equal(records.length, e.estimate.length);
      e.estimate.forEach((expected: number, i: number) => {
        const at = Object.entries(e.rows as Record<string, string[]>).map((
          [name, values],
        ) => [name, values[i]]);
        const row = records.find((r) => at.every(([name, value]) => String(r[name]) === value));
        assert.ok(row, `${at}`);
        close(row.estimate, expected, 1e-5, `${at}`);
        close(row.std_error, e.se[i], 1e-4 * Math.max(0.01, e.se[i]), `standard error of ${at}`);
      });
    });
  }
}
