import assert from "node:assert/strict";
import { DISPLAY } from "../../../lib/display.ts";
import {
  aic,
  bic,
  confint,
  dataset,
  fit,
  modelTable,
  poisson,
  r2,
  table,
  tidy,
  toLatex,
  toMarkdown,
} from "../../../mod.ts";
import type { Frame } from "../../../mod.ts";

// deno-lint-ignore no-explicit-any -- rows of tables
const records = (frame: Frame): any[] => frame.toRecords();
const html = (shown: unknown) =>
  String((shown as { [DISPLAY](): Record<string, string> })[DISPLAY]()["text/html"]);
/** Rows of the table as it is shown. */
const shown = (frame: unknown): string[][] =>
  [...html(frame).matchAll(/<tr [^>]*>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[dh] [^>]*>(.*?)<\/t[dh]>/g)].map(([, cell]) => cell)
  );

const sleep = await dataset("sleepstudy"), salamanders = await dataset("Salamanders");
const empty = fit("Reaction ~ 1 + (1 | Subject)", sleep),
  slopes = fit("Reaction ~ Days + (Days | Subject)", sleep);
const counts = fit("count ~ mined + (1 | site)", salamanders, { family: poisson(), zeroInflation: "~ 1" });

Deno.test("models side by side: the numbers are those of tidy, logLik, AIC, BIC and R²", () => {
  const frame = modelTable(empty, slopes),
    rows = records(frame),
    of = (part: string, term: string, quantity: string) =>
      rows.find((row) => row.part === part && row.term === term && row.quantity === quantity);
  assert.deepEqual(frame.columns, ["part", "component", "group", "term", "quantity", "M1", "M2"]);
  for (const row of records(tidy(slopes))) {
    const part = row.effect === "fixed" ? "fixed" : "random";
    assert.equal(of(part, row.term, "estimate").M2, row.estimate);
    if (part === "fixed") {
      for (const quantity of ["std_error", "statistic", "df", "p_value", "conf_low", "conf_high"]) {
        assert.equal(of(part, row.term, quantity).M2, row[quantity], quantity);
      }
    }
  }
  assert.equal(of("fixed", "Days", "estimate").M1, null, "it has no such term");
  const fitted = { nobs: 180, log_lik: slopes.logLik, aic: aic(slopes), bic: bic(slopes), groups: 18 };
  for (const [term, value] of Object.entries(fitted)) assert.equal(of("gof", term, "value").M2, value, term);
  assert.deepEqual(
    r2(slopes).getColumn("estimate").toArray(),
    ["r2_marginal", "r2_conditional"].map((term) => of("gof", term, "value").M2),
  );
});

Deno.test("terms are rows, models columns, errors below in parentheses, the residual after what it is the residual of", () => {
  assert.deepEqual(shown(modelTable(empty, slopes)), [
    ["", "M1", "M2"],
    ["(Intercept)", "298.51", "251.41"],
    ["", "(9.05)", "(6.82)"],
    ["Days", "", "10.47"],
    ["", "", "(1.55)"],
    ["SD (Intercept), Subject", "35.75", "24.74"],
    ["SD Days, Subject", "", "5.92"],
    ["Cor (Intercept), Days, Subject", "", "0.07"],
    ["SD residual", "44.26", "25.59"],
    ["Observations", "180", "180"],
    ["Groups: Subject", "18", "18"],
    ["R² marginal", "0.000", "0.279"],
    ["R² conditional", "0.395", "0.799"],
    ["Log-likelihood", "-952.16", "-871.81"],
    ["AIC", "1910.33", "1755.63"],
    ["BIC", "1919.91", "1774.79"],
  ]);
  const text = html(modelTable(empty, slopes));
  assert.match(text, /M2: Reaction ~ Days \+ \(Days \| Subject\), gaussian/);
  assert.match(text, /REML fits \(M1, M2\)/);
});

Deno.test("names, intervals beside, stars, ratios, rows on the fit: as the options say", () => {
  const rows = shown(modelTable({ counts, again: counts }, {
    statistic: "conf_int",
    layout: "beside",
    stars: true,
    exponentiate: true,
    effects: "fixed",
    gof: ["aicc", "npar"],
    level: 0.9,
  }));
  assert.deepEqual(rows[0], ["", "", "counts", "again"]);
  const [low, high] = ["conf_low", "conf_high"].map((end) =>
    records(confint(counts, { level: 0.9, exponentiate: true }))[1][end].toFixed(4)
  );
  const estimate = Math.exp(records(tidy(counts))[1].estimate).toFixed(4);
  assert.deepEqual(rows[2].slice(1, 3), ["minedno", `${estimate}*** [${low}, ${high}]`]);
  assert.equal(rows[3][0], "zi");
  assert.deepEqual(rows.slice(4).map(([, label]) => label), ["AICc", "Parameters"]);
  assert.match(html(modelTable(counts, { exponentiate: true })), /; cond: rate ratio, zi: odds ratio</);
  assert.deepEqual(
    shown(modelTable(empty, slopes, { names: ["a", "b"], gof: [], effects: "fixed", statistic: "none" })),
    [
      ["", "a", "b"],
      ["(Intercept)", "298.51", "251.41"],
      ["Days", "", "10.47"],
    ],
  );
  const least = fit("Reaction ~ Days", sleep), p = shown(modelTable(least, { statistic: "p_value" }));
  assert.deepEqual(p[2], ["", "(&lt; 0.001)"]);
  assert.deepEqual(shown(modelTable(least, { statistic: "statistic" }))[4], ["", "(8.45)"]);
});

Deno.test("different responses stand side by side, and it is said that their criteria do not compare", () => {
  assert.match(
    html(modelTable(slopes, counts)),
    /different rows or responses: their log-likelihoods, AIC and BIC are not comparable/,
  );
});

Deno.test("a model without R² has none in the table, and the reason stands below", () => {
  const data = salamanders.head(200), probit = fit("mined ~ cover", data, { family: "binomial" });
  assert.doesNotThrow(() => modelTable(probit));
});

Deno.test("it goes into documents, with labels of one's own", () => {
  const beside = modelTable({ empty, slopes }, { gof: ["nobs"] });
  assert.match(
    toLatex(table(beside, { labels: { Days: "days without sleep" } })),
    /days without sleep & {2}& 10\.47 \\\\\n/,
  );
  assert.match(toLatex(beside), /\\midrule\nObservations & 180 & 180 \\\\/);
  assert.match(toMarkdown(beside), /\| SD residual \| 44\.26 \| 25\.59 \|/);
});
